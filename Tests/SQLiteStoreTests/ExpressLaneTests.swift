import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// What goes ahead of a log changes nothing of what all come to in the end.
struct ExpressLaneTests {
    /// Two sites' logs: some histories are STAT, some become it later, and one site goes on in the other's.
    private static func authors(_ generator: inout SplitMix64) -> [StoreContract.Author] {
        var authors = [StoreContract.Author("northside"), StoreContract.Author("southside")]
        for number in 0..<6 as Range<UInt64> {
            let place = Int(number % 2)
            let first = authors[place].order(.sample(number), priority: number < 2 ? .stat : .routine)
            var last = first
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                // Who goes on in the other's history has seen it: the other's log is pushed first below.
                let writer = place == 1 ? 1 : Int.random(in: 0...1, using: &generator)
                if Int.random(in: 0..<6, using: &generator) == 0 {
                    last = authors[writer].say(
                        .readingPriorityChanged(ReadingPriorityChanged(priority: .stat, reason: "worse")), on: .sample(number),
                        after: [last], by: "Dr Lund", as: .radiologist)
                } else {
                    last = authors[writer].comment(on: .sample(number), after: [last])
                }
                guard writer == place else { break }
            }
        }
        return authors
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `whatever goes ahead and whenever, logs, feeds and states come to the same`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let authors = Self.authors(&generator)
        let places = [try Place(), try Place(), try Place()]
        defer { withExtendedLifetime(places) {} }
        let (expected, hub) = (try places[0].hub(), try places[1].hub())
        let reader = StoreContract.Author("readers").site
        for store in [expected, hub] {
            try store.open(feedOf: reader)
            try store.grantAllCases(to: reader)
        }
        for author in authors { _ = try expected.accept(author.run(1...UInt64(author.events.count))) }
        let site = try places[2].site("readers")
        for author in authors {
            var next: UInt64 = 1
            let count = UInt64(author.events.count)
            while next <= count {
                if Bool.random(using: &generator) { try sendAhead(author, beyond: next - 1, to: hub, &generator) }
                let last = UInt64.random(in: next...min(count, next + 3), using: &generator)
                let answer = try hub.accept(author.run(next...last))
                #expect(answer.hash == author.events[Int(answer.head) - 1].hash && answer.head >= last)
                next = answer.head + 1
                if Bool.random(using: &generator) { try pull(site, from: hub, ahead: true, pages: 1) }
            }
        }
        try pull(site, from: hub, ahead: false, pages: .max)
        #expect(try hub.file.digest() == expected.file.digest(), "seed \(seed)")
        #expect(try hub.logs() == expected.logs(), "seed \(seed)")
        #expect(try hub.feedHead(of: reader) == expected.feedHead(of: reader), "seed \(seed): nothing comes twice")
        #expect(try site.file.digest() == expected.file.digest(), "seed \(seed)")
        _ = try LogReport.verify(hub.file)
        _ = try LogReport.verify(site.file)
    }

    /// As a site does: from a store of its own that holds its log so far.
    private func sendAhead(
        _ author: StoreContract.Author, beyond shared: UInt64, to hub: SQLiteHubStore, _ generator: inout SplitMix64
    ) throws {
        let memory = MemorySiteStore(site: author.site, incarnation: author.log.incarnation) { stream, events in
            CaseFold.fold(stream, events.map({ StoreWriter.fact($0) })).isUrgent
        }
        let seen = Int.random(in: Int(shared)...author.events.count, using: &generator)
        memory.append(Array(author.events.prefix(seen)))
        var window: ExpressWindow? = ExpressWindow(above: shared)
        let max = Int.random(in: 1...8, using: &generator)
        while let current = window,
            let part = memory.express(of: author.log, beyond: shared, in: current, eventsMax: max, bytesMax: 1 << 20)
        {
            // The reference store knows no parents of other logs: the author does.
            let run = try ExpressRun(log: author.log, segment: author.segment(of: part.segment.events))
            try HubSession.requirePast(of: run, store: hub)
            try hub.acceptAhead(run)
            window = current.rest(after: part)
        }
    }

    private func pull(_ site: SQLiteSiteStore, from hub: SQLiteHubStore, ahead: Bool, pages: Int) throws {
        var cursor = try site.cursor() ?? .start(of: hub.generation())
        if ahead,
            let part = try hub.express(
                for: site.site, after: cursor, in: ExpressWindow(above: cursor.position), eventsMax: 50, bytesMax: 1 << 20)
        {
            try site.storeAhead(part.segment)
        }
        var count = 0
        while count < pages, let page = try hub.page(for: site.site, after: cursor, eventsMax: 2, bytesMax: 1 << 20) {
            try site.store(page.segment, cursor: page.cursor)
            cursor = page.cursor
            count += 1
        }
    }

    @Test func `what was sent ahead without its past is not taken`() throws {
        let place = try Place()
        let hub = try place.hub()
        var north = StoreContract.Author("northside")
        north.order(.sample(1), priority: .stat)
        north.comment(on: .sample(1), after: [north.last])
        let run = try ExpressRun(log: north.log, segment: north.segment(2...2))
        #expect {
            try HubSession.requirePast(of: run, store: hub)
        } throws: {
            ($0 as? Problem)?.code == .pastMissing
        }
    }

    @Test func `a run that is none says what is wrong with it`() throws {
        var north = StoreContract.Author("northside")
        for _ in 0..<3 { north.comment(on: .sample(1)) }
        let south = StoreContract.Author("southside")
        func code(_ segment: Segment, _ log: LogID) -> ProblemCode? {
            do {
                _ = try ExpressRun(log: log, segment: segment)
                return nil
            } catch { return error.problem.code }
        }
        #expect(code(Segment(events: [], outside: [:]), north.log) == .emptyBody)
        #expect(code(north.segment(1...2), south.log) == .siteMismatch)
        #expect(code(north.segment(of: [north.events[2], north.events[1]]), north.log) == .outOfRange)
        #expect(code(north.segment(of: [north.events[1], north.events[1]]), north.log) == .outOfRange)
        #expect(code(north.segment(of: [north.events[0], north.events[2]]), north.log) == nil)
    }

    @Test func `a store of before lists what is urgent when it is opened by this version`() throws {
        let place = try Place()
        var north: StoreContract.Author?
        do {
            let store = try place.site()
            var author = StoreContract.Author(log: try store.ownLog().log)
            author.order(.sample(1), priority: .stat)
            author.order(.sample(2), priority: .routine)
            try store.append(author.events)
            north = author
        }
        let author = try #require(north)
        _ = try place.site()
        let raw = try RawDatabase(place.databasePath)
        try raw.goBack(to: 4)
        let store = try place.site()
        let part = try store.express(of: author.log, beyond: 0, in: ExpressWindow(above: 0), eventsMax: 9, bytesMax: 1 << 20)
        #expect(part?.segment.events.map(\.id) == [author.events[0].id])
    }
}
