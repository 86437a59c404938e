import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// A site that returns after weeks: what it brings is noted once for each case, and nothing else is.
struct LateArrivalTests {
    private static let now: Int64 = 1_700_000_000_000
    private static let day: Int64 = 24 * 3_600_000

    private func order(_ accession: String) -> CaseEvent {
        .orderPlaced(
            OrderPlaced(
                accession: IssuedIdentifier(issuer: "RIS", value: accession), modality: "CT", priority: .routine))
    }

    private func clock(days: Int64) -> @Sendable () -> Instant {
        { Instant(milliseconds: Self.now + days * Self.day) }
    }

    @Test func `what a returning site brings is one note for each case, with the axes that it changed`() throws {
        let place = try Place()
        let store = try place.hub()
        var (north, south) = (StoreContract.Author("northside"), StoreContract.Author("southside"))
        north.say(order("A1"), on: .sample(1), by: "dr.reyes", as: .referrer)
        _ = try store.accept(try north.run(1...1))
        #expect(try store.file.late(since: Instant(milliseconds: .min)).isEmpty, "nobody told the time")
        try store.file.noteLateArrivals(by: clock(days: 19))
        south.say(
            .procedureStepStarted(ProcedureStepStarted(stepUID: "1.2.3", modality: "CT")), on: .sample(1), by: "t.lee",
            as: .technologist)
        south.comment("only a remark", on: .sample(2))
        _ = try store.accept(try south.run(1...2))
        south.say(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1.2.3", modality: "CT")), on: .sample(1),
            after: [south.events[0]], by: "t.lee", as: .technologist)
        _ = try store.accept(try south.run(3...3))
        let found = try store.file.late(since: Instant(milliseconds: Self.now + 18 * Self.day))
        let first = try #require(found.first)
        #expect(found.count == 1, "a remark changes no axis: \(found)")
        #expect(first.stream == .sample(1) && first.words == "late: 19 days" && first.changedAxes.contains("acquisition"))
        #expect(first.changedAxes.count == Set(first.changedAxes).count, "two arrivals on one case are one note")
        #expect(try store.file.late(since: Instant(milliseconds: Self.now + 20 * Self.day)).isEmpty)
        #expect(LateReturn.digests(of: found).contains { $0.owner == .technologist && $0.cases == found })
    }

    @Test func `what comes in time is not noted, and of what comes late no more than the bound`() throws {
        let place = try Place()
        let store = try place.hub()
        try store.file.noteLateArrivals(by: clock(days: 0))
        var north = StoreContract.Author("northside")
        north.say(order("A1"), on: .sample(1), by: "dr.reyes", as: .referrer)
        _ = try store.accept(try north.run(1...1))
        #expect(try store.file.late(since: Instant(milliseconds: .min)).isEmpty)
        try store.file.noteLateArrivals(by: clock(days: 2))
        let most = 200
        try store.file.write { $0.lateMax = most }
        for number in 2...(most + 51) { north.say(order("A\(number)"), on: .sample(UInt64(number)), by: "d", as: .referrer) }
        _ = try store.accept(try north.run(2...UInt64(most + 51)))
        #expect(try store.file.late(since: Instant(milliseconds: .min)).count == most)
        // The next day notes again, and the oldest make room.
        try store.file.noteLateArrivals(by: clock(days: 3))
        for number in 1...most { north.say(order("B\(number)"), on: .sample(UInt64(1_000 + number)), by: "d", as: .referrer) }
        _ = try store.accept(try north.run(UInt64(most + 52)...UInt64(2 * most + 51)))
        #expect(try store.file.late(since: Instant(milliseconds: .min)).count <= most + 100)
        #expect(try store.file.late(since: Instant(milliseconds: Self.now + 3 * Self.day)).count == most)
    }
}
