import EventLog
import Testing

struct InstantTests {
    @Test func `advancing stops at the ends of time instead of overflowing`() {
        #expect(Instant(milliseconds: 5).advanced(byMilliseconds: -7) == Instant(milliseconds: -2))
        #expect(Instant(milliseconds: .max).advanced(byMilliseconds: 1).milliseconds == .max)
        #expect(Instant(milliseconds: .min).advanced(byMilliseconds: -1).milliseconds == .min)
        #expect(Instant(milliseconds: -1) < Instant(milliseconds: 0))
    }

    @Test func `a zone outside eighteen hours is clamped`() {
        let instant = Instant(milliseconds: 0)
        #expect(OccurredAt(instant, zoneMinutes: 1081).zoneMinutes == 1080)
        #expect(OccurredAt(instant, zoneMinutes: .min).zoneMinutes == -1080)
        #expect(OccurredAt(instant, zoneMinutes: -570).zoneMinutes == -570)
        #expect(OccurredAt(instant).zoneMinutes == 0)
    }
}

struct HybridClockTests {
    private static let day2023: Int64 = 1_700_000_000_000

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

    @Test func `a reading shows the wall clock and counts within one millisecond`() {
        var clock = HybridClock()
        let first = clock.reading(at: at(Self.day2023))
        let second = clock.reading(at: at(Self.day2023))
        #expect(first.instant == at(Self.day2023))
        #expect(second.instant == at(Self.day2023))
        #expect(second.bits == first.bits + 1)
    }

    @Test func `a wall clock that goes back does not take the readings with it`() {
        var clock = HybridClock()
        let before = clock.reading(at: at(Self.day2023))
        let after = clock.reading(at: at(Self.day2023 - 3_600_000))
        #expect(before < after)
        #expect(clock.reading(at: at(Self.day2023 + 1)).instant == at(Self.day2023 + 1))
    }

    @Test func `a clock goes on after the last reading that its log holds`() {
        let last = HybridTime(bits: UInt64(Self.day2023) << 16 | 3)
        var clock = HybridClock(after: last)
        #expect(last < clock.reading(at: at(0)))
    }

    @Test func `more readings in a millisecond than the counter holds still ascend`() {
        var clock = HybridClock(after: HybridTime(bits: UInt64(Self.day2023) << 16 | 0xfffe))
        let last = clock.reading(at: at(Self.day2023))
        let next = clock.reading(at: at(Self.day2023))
        #expect(last < next)
        #expect(next.instant == at(Self.day2023 + 1))
    }

    @Test func `another node up to five minutes ahead is followed, and not a millisecond more`() {
        let limit = HybridClock.leapMaximumMilliseconds
        var clock = HybridClock()
        clock.observe(HybridTime(bits: UInt64(Self.day2023 + limit + 1) << 16), at: at(Self.day2023))
        #expect(clock.reading(at: at(Self.day2023)).instant == at(Self.day2023))
        let ahead = HybridTime(bits: UInt64(Self.day2023 + limit) << 16)
        clock.observe(ahead, at: at(Self.day2023))
        let next = clock.reading(at: at(Self.day2023))
        #expect(ahead < next)
        #expect(next.instant == at(Self.day2023 + limit))
    }

    @Test func `another node behind changes nothing`() {
        var clock = HybridClock()
        let reading = clock.reading(at: at(Self.day2023))
        clock.observe(HybridTime(bits: 5), at: at(Self.day2023))
        #expect(clock.reading(at: at(Self.day2023)).bits == reading.bits + 1)
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 2_147_483_647_999, 2_147_483_648_000, 4_102_444_800_000])
    func `1970, 2038, 2100 and times before the epoch give ascending readings`(milliseconds: Int64) {
        var clock = HybridClock()
        clock.observe(HybridTime(bits: 0), at: at(milliseconds))
        let first = clock.reading(at: at(milliseconds))
        let second = clock.reading(at: at(milliseconds))
        #expect(first < second)
        #expect(first.instant.milliseconds == max(0, milliseconds))
    }

    @Test func `a wall clock beyond 48 bits of milliseconds shows the last moment there is`() {
        var clock = HybridClock()
        let reading = clock.reading(at: at(.max))
        #expect(reading.instant.milliseconds == (1 << 48) - 1)
        clock.observe(HybridTime(bits: .max), at: at(.max))
        #expect(clock.reading(at: at(Self.day2023)) == HybridTime(bits: .max))
    }

    @Test func `the last reading of all repeats rather than going back`() {
        var clock = HybridClock(after: HybridTime(bits: .max))
        #expect(clock.reading(at: at(Self.day2023)).bits == .max)
        #expect(clock.reading(at: at(Self.day2023)).bits == .max)
    }

    @Test(arguments: UInt64(0)..<30)
    func `readings ascend whatever the wall clock and the others do`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var clock = HybridClock()
        var last = HybridTime(bits: 0)
        for _ in 0..<500 {
            let now = at(Self.day2023 + Int64.random(in: -10_000_000...10_000_000, using: &random))
            let other = HybridTime(bits: UInt64(Self.day2023 + Int64.random(in: -20_000_000...20_000_000, using: &random)) << 16)
            clock.observe(other, at: now)
            let reading = clock.reading(at: now)
            #expect(last < reading, "seed \(seed)")
            last = reading
        }
    }
}
