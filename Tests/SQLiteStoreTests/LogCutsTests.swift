import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Testing
import Wire

@testable import SQLiteStore

/// What does not count any more, what stands on it, and what comes back.
struct LogCutsTests {
    private typealias Standing = @Sendable (LogID, Bool) throws(Problem) -> LogStanding
    private static let now = Instant(milliseconds: 1_700_000_000_000)
    private static let south = StoreContract.Author("southside").site

    private static func cut(_ log: LogID, _ sequence: UInt64?) -> Standing {
        { asked, _ in LogStanding(countingThrough: asked == log ? sequence : nil) }
    }

    private static func suspended(_ log: LogID) -> Standing {
        { asked, isOwn in
            asked == log && isOwn
                ? LogStanding(asideBeyond: 0, objection: Problem(.siteSuspended, "The site was suspended when this came."))
                : .admitted
        }
    }

    /// One history: of northside what is kept and two that are taken out, and of lakeview two that its authors recorded after those.
    private struct Story {
        var north = StoreContract.Author("northside")
        var lake = StoreContract.Author("lakeview")

        init() {
            let kept = north.comment("kept", on: .sample(1))
            let taken = north.comment("taken out", on: .sample(1), after: [kept])
            let more = north.comment("taken out too", on: .sample(1), after: [taken])
            let child = lake.comment("stands on it", on: .sample(1), after: [more])
            lake.comment("stands on that", on: .sample(1), after: [child])
        }

        var counted: [EventID] { [north.events[0].id] + lake.events.map(\.id) }
        var all: Set<EventID> { Set(north.events.map(\.id) + lake.events.map(\.id)) }
        func segments() -> [Segment] { [lake.segment(1...2), north.segment(1...1), north.segment(2...3)] }
    }

    private func state(_ file: StoreFile, _ number: UInt64 = 1) throws -> (ids: [EventID], waiting: [EventID], digest: EventHash)
    {
        let history = CaseHistory(try file.facts(of: .sample(number)))
        return (history.facts.map(\.id), history.waiting, try file.digest())
    }

    @Test func `what others recorded after an event that is taken out counts, wherever and in whatever order that is known`()
        throws
    {
        let story = Story()
        let cut = Self.cut(story.north.log, 1)
        let place = try Place()
        let hub = try place.hub()
        _ = try hub.accept(story.north.run(1...3))
        _ = try hub.accept(story.lake.run(1...2))
        #expect(try state(hub.file).ids.count == 5)
        try hub.file.judge(noted: Self.now, by: cut)
        let expected = try state(hub.file)
        #expect(expected.ids == story.counted && expected.waiting.isEmpty)
        _ = try LogReport.verify(hub.file)
        // At a site, however the pages and the word of the registry come.
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            for told in 0...3 {
                let place = try Place()
                let site = try place.site("southside")
                for (step, index) in order.enumerated() {
                    if step == told { try site.file.judge(noted: Self.now, by: cut) }
                    try site.store(story.segments()[index], cursor: .start(of: Generation(bits: 1)))
                }
                if told == 3 { try site.file.judge(noted: Self.now, by: cut) }
                let found = try state(site.file)
                #expect(found == expected, "pages \(order), told before page \(told)")
            }
        }
    }

    @Test func `a store that folds everything anew comes to the same`() throws {
        let story = Story()
        let place = try Place()
        let digest = try {
            let hub = try place.hub()
            _ = try hub.accept(story.north.run(1...3))
            _ = try hub.accept(story.lake.run(1...2))
            try hub.file.judge(noted: Self.now, by: Self.cut(story.north.log, 1))
            return try hub.file.digest()
        }()
        _ = try place.hub()
        try RawDatabase(place.databasePath).execute("UPDATE meta SET value=x'32' WHERE key='fold'")
        let hub = try place.hub()
        #expect(try hub.file.digest() == digest)
        _ = try LogReport.verify(hub.file)
    }

    @Test func `who comes to take part later gets what was taken out too, and comes to the same state`() throws {
        for isForAll in [false, true] {
            var story = Story()
            let place = try Place()
            let hub = try place.hub()
            _ = try hub.accept(story.north.run(1...3))
            _ = try hub.accept(story.lake.run(1...2))
            try hub.open(feedOf: Self.south)
            try hub.file.judge(noted: Self.now, by: Self.cut(story.north.log, 1))
            if isForAll {
                try hub.grantAllCases(to: Self.south)
            } else {
                story.lake.route(.sample(1), to: Self.south, after: [story.lake.last])
                _ = try hub.accept(story.lake.run(3...3))
            }
            let page = try #require(
                try hub.page(
                    for: Self.south, after: .start(of: hub.generation()), eventsMax: 99, bytesMax: SyncLimits.segmentBytesMax))
            #expect(Set(page.segment.events.map(\.id)) == story.all)
            let elsewhere = try Place()
            let site = try elsewhere.site("southside")
            try site.store(page.segment, cursor: page.cursor)
            try site.file.judge(noted: Self.now, by: Self.cut(story.north.log, 1))
            #expect(try state(site.file) == state(hub.file))
        }
    }

    @Test func `what is given back to a hub beyond a cut counts nowhere, and goes to who takes part`() throws {
        let story = Story()
        let place = try Place()
        let hub = try place.hub()
        try hub.open(feedOf: Self.south)
        try hub.grantAllCases(to: Self.south)
        try hub.file.judge(noted: Self.now, by: Self.cut(story.north.log, 1))
        for segment in story.segments() { try hub.salvage(segment) }
        #expect(try state(hub.file).ids == story.counted && state(hub.file).waiting.isEmpty)
        #expect(try hub.file.asideCounts().map(\.count) == [2])
        let page = try hub.page(
            for: Self.south, after: .start(of: hub.generation()), eventsMax: 99, bytesMax: SyncLimits.segmentBytesMax)
        #expect(Set(page?.segment.events.map(\.id) ?? []) == story.all)
    }

    @Test func `a child of what waits waits too, until that is let in or taken out for good`() throws {
        for isLetIn in [true, false] {
            let story = Story()
            let place = try Place()
            let hub = try place.hub()
            try hub.file.judge(noted: Self.now, by: Self.suspended(story.north.log))
            _ = try hub.accept(story.north.run(1...3))
            try hub.salvage(story.lake.segment(1...2))
            #expect(try state(hub.file).ids.isEmpty && state(hub.file).waiting == story.lake.events.map(\.id))
            try hub.file.judge(noted: Self.now, by: Self.cut(story.north.log, isLetIn ? nil : 0))
            let found = try state(hub.file)
            #expect(found.waiting.isEmpty)
            #expect(Set(found.ids) == (isLetIn ? story.all : Set(story.lake.events.map(\.id))))
            #expect(try hub.file.asideCounts().map(\.count) == (isLetIn ? [] : [3]))
            _ = try LogReport.verify(hub.file)
        }
    }

    @Test func `however much is taken out or let in, one transaction does a bounded part of it`() throws {
        let place = try Place()
        var north = StoreContract.Author("northside")
        let count = UInt64(Settling.batchMax * 2 + 1)
        for number in 0..<count { north.comment(on: .sample(number % 7)) }
        let hub = try place.hub()
        _ = try hub.accept(north.run(1...500))
        _ = try hub.accept(north.run(501...1000))
        _ = try hub.accept(north.run(1001...count))
        let digest = try hub.file.digest()
        for (standing, parts) in [(Self.cut(north.log, 1), 2), (Self.cut(north.log, 0), 1)] {
            var settling = Settling()
            var steps = 0
            try hub.file.write { $0.standing = standing }
            while !settling.isDone {
                let before = settling
                settling = try hub.file.write { writer in
                    var next = before
                    try writer.settle(&next, noted: 1)
                    return next
                }
                steps += 1
            }
            #expect(steps == parts + 1, "the last finds nothing more")
        }
        #expect(try hub.file.asideCounts().map(\.count) == [Int(count)])
        #expect(try hub.file.count() == 0 && hub.file.digest() != digest)
        _ = try LogReport.verify(hub.file)
    }

    @Test func `a damaged row keeps nothing else from being taken out, and a notice says so`() throws {
        let place = try Place()
        var north = StoreContract.Author("northside")
        for number in 1...3 as ClosedRange<UInt64> { north.comment(on: .sample(number)) }
        try {
            let hub = try place.hub()
            _ = try hub.accept(north.run(1...3))
        }()
        _ = try place.hub()
        let raw = try RawDatabase(place.databasePath)
        let record = try raw.bytes("SELECT record FROM event WHERE position=2")
        try raw.execute("UPDATE event SET record=x'00' WHERE position=2")
        let hub = try place.hub()
        try hub.file.judge(noted: Self.now, by: Self.cut(north.log, 0))
        #expect(try hub.file.asideCounts().map(\.count) == [2])
        #expect(try hub.file.notices().contains { $0.code == .integrityFailed && $0.message.contains("1 events") })
        try raw.execute("UPDATE event SET record=\(RawDatabase.literal(record)) WHERE position=2")
        try hub.file.judgeAgain(noted: Self.now)
        #expect(try hub.file.asideCounts().map(\.count) == [3])
        _ = try LogReport.verify(hub.file)
    }

    @Test func `a question between two histories ends with the events that raised it`() throws {
        let place = try Place()
        let (hub, patient) = (try place.hub(), Patient(issuer: "MPI", id: "77", name: "DEMO^ANN"))
        func order(_ accession: String) -> CaseEvent {
            .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "RIS", value: accession), patient: patient,
                    procedure: Coded(code: "CTHEAD", scheme: "L", text: "CT head"), modality: "CT", priority: .routine))
        }
        var (north, lake) = (StoreContract.Author("northside"), StoreContract.Author("lakeview"))
        north.say(order("A1"), on: .sample(1), as: .referrer)
        lake.say(order("A2"), on: .sample(2), as: .referrer)
        _ = try hub.accept(north.run(1...1))
        _ = try hub.accept(lake.run(1...1))
        #expect(try hub.file.conflicts(openOnly: true).contains(where: \.isShared))
        try hub.file.judge(noted: Self.now, by: Self.cut(north.log, 0))
        #expect(try !hub.file.conflicts(openOnly: true).contains(where: \.isShared))
        #expect(try hub.rows(of: "shared_conflict") == 0)
        try hub.file.judge(noted: Self.now, by: Self.cut(lake.log, 0))
        #expect(try hub.file.count() == 0)
    }
}
