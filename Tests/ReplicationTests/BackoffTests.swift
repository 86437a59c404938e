import EventLog
import Testing

@testable import Replication

/// Waits after failures. Method: many seeds, because a drawn wait proves nothing by itself.
struct BackoffTests {
    private static let seeds = UInt64(0)..<500

    @Test func `waits stay under a ceiling that doubles from 250 ms to 60 s`() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var backoff = Backoff()
            for failure in 0..<20 {
                let ceiling: Int64 = min(60_000, 250 << Int64(min(failure, 12)))
                let wait = backoff.failed(using: &random)
                #expect((10...ceiling).contains(wait), "seed \(seed) failure \(failure): \(wait)")
            }
            #expect(backoff.failures == 20)
        }
    }

    @Test func `waits use the whole interval, so that a thousand agents spread out`() {
        var thirds = [0, 0, 0]
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var backoff = Backoff()
            for _ in 0..<12 { _ = backoff.failed(using: &random) }
            let wait = backoff.failed(using: &random)
            thirds[min(2, Int(wait / 20_000))] += 1
        }
        #expect(thirds.allSatisfy { $0 > Self.seeds.count / 5 }, "\(thirds)")
    }

    @Test func `an asked wait is the least wait, up to 15 minutes`() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var backoff = Backoff()
            #expect(backoff.failed(using: &random, askedMilliseconds: 5_000) == 5_000)
            #expect(backoff.failed(using: &random, askedMilliseconds: 3_600_000) == 900_000)
            #expect(backoff.failed(using: &random, askedMilliseconds: .max) == 900_000)
            let wait = backoff.failed(using: &random, askedMilliseconds: -1)
            #expect((0...2_000).contains(wait), "seed \(seed): \(wait)")
        }
    }

    @Test func `an asked wait does not shorten the drawn one`() {
        let longer = Self.seeds.contains { seed in
            var random = SplitMix64(seed: seed)
            var backoff = Backoff()
            for _ in 0..<12 { _ = backoff.failed(using: &random) }
            return backoff.failed(using: &random, askedMilliseconds: 1_000) > 1_000
        }
        #expect(longer)
    }

    @Test func `success starts over at the first ceiling`() {
        for seed in Self.seeds {
            var random = SplitMix64(seed: seed)
            var backoff = Backoff()
            for _ in 0..<9 { _ = backoff.failed(using: &random) }
            backoff.succeeded()
            #expect(backoff == Backoff())
            #expect(backoff.failed(using: &random) <= 250, "seed \(seed)")
        }
    }

    @Test func `millions of failures neither overflow nor pass the ceiling`() {
        var random = SplitMix64(seed: 1)
        var backoff = Backoff()
        for _ in 0..<100_000 { _ = backoff.failed(using: &random) }
        #expect(backoff.failed(using: &random) <= 60_000)
    }
}

struct SplitMix64Tests {
    /// Source: the reference implementation (splitmix64.c, Vigna 2015) with the states 1234567 and 0.
    @Test func `the generator gives the numbers of the reference implementation`() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ])
        var zero = SplitMix64(seed: 0)
        #expect(zero.next() == 0xe220_a839_7b1d_cdaf)
        #expect(zero.next() == 0x6e78_9e6a_a1b9_65f4)
    }

    @Test func `one seed gives one sequence, another gives another`() {
        var (one, same, other) = (SplitMix64(seed: 9), SplitMix64(seed: 9), SplitMix64(seed: 10))
        let drawn = (0..<8).map { _ in one.next() }
        #expect(drawn == (0..<8).map { _ in same.next() })
        #expect(drawn != (0..<8).map { _ in other.next() })
    }

    @Test func `while nothing is reached, the link's return is seen within two seconds`() {
        var backoff = Backoff()
        var generator = SplitMix64(seed: 9)
        let waits = (0..<200).map { _ in backoff.failed(using: &generator, isUnreachable: true) }
        #expect(waits.allSatisfy { (10...1_500).contains($0) } && (waits.max() ?? 0) > 1_200)
        #expect(backoff.failed(using: &generator, askedMilliseconds: 5_000, isUnreachable: true) >= 5_000)
    }
}
