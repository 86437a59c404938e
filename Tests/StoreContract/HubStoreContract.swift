public import EventLog
import Problems
public import Replication
import Testing

/// What every store of a hub does. Each clause gets a place where nothing is yet.
public struct HubStoreContract {
    private let reopen: ([SiteID]) throws -> any HubStore
    /// How many events are kept as evidence of forks.
    let evidence: (any HubStore) throws -> Int

    /// Holds stores of a place to the contract.
    ///
    /// - Parameters:
    ///   - open: opens the store of the place, again each time, with the feeds of some sites; nobody holds the one before any more.
    ///   - evidence: counts the events that are kept as evidence of forks.
    public init(open: @escaping ([SiteID]) throws -> any HubStore, evidence: @escaping (any HubStore) throws -> Int) {
        reopen = open
        self.evidence = evidence
    }

    /// Uses the store once; the next use opens it again.
    func use<T>(feeds: [String] = [], _ body: (any HubStore) throws -> T) throws -> T {
        try body(try reopen(feeds.compactMap { SiteID($0) }))
    }

    /// Every clause.
    public static let clauses: [Clause<HubStoreContract>] = pushes + forks + parents + feeds + rights + following + express

    // MARK: - Pushes

    private static let pushes: [Clause<HubStoreContract>] = [
        Clause("a new hub is empty and keeps its numbering") { contract in
            let generation = try contract.use(feeds: ["northside"]) { hub throws in
                #expect(try hub.logs().isEmpty && hub.quarantined().isEmpty)
                let north = Author("northside")
                #expect(try hub.state(of: north.log) == nil && hub.feedHead(of: north.site) == 0)
                let start = FeedCursor.start(of: try hub.generation())
                #expect(try hub.page(for: north.site, after: start, eventsMax: 10, bytesMax: 1000) == nil)
                return try hub.generation()
            }
            try contract.use { hub throws in #expect(try hub.generation() == generation) }
        },
        Clause("a run is held when the push is answered, and when the store is opened again") { contract in
            let author = Author.chain("northside", count: 5)
            try contract.use { hub throws in
                #expect(try hub.accept(author.run(1...3)) == PushAnswer(head: 3, hash: author.events[2].hash))
                #expect(try hub.accept(author.run(4...5)) == PushAnswer(head: 5, hash: author.last.hash))
            }
            try contract.use { hub throws in
                let state = try #require(try hub.state(of: author.log))
                #expect(state == LogState(log: author.log, head: 5, hash: author.last.hash, tree: author.tree(size: 5)))
                #expect(try hub.logs() == [state])
                let held = try hub.segment(of: author.log, from: 1, eventsMax: 10, bytesMax: 1 << 20)
                #expect(
                    held.events.map { CanonicalEvent.bytes(of: $0.event) }
                        == author.events.map { CanonicalEvent.bytes(of: $0.event) })
                try held.expectWhole()
            }
        },
        Clause("the same push gets the same answer and changes nothing") { contract in
            let author = Author.chain("northside", count: 4)
            try contract.use(feeds: ["southside"]) { hub throws in
                let south = Author("southside").site
                try hub.grantAllCases(to: south)
                let first = try hub.accept(author.run(1...4))
                let logs = try hub.logs()
                let head = try hub.feedHead(of: south)
                #expect(try hub.accept(author.run(1...4)) == first)
                #expect(try hub.logs() == logs && hub.feedHead(of: south) == head && head == 4)
                // An older part says nothing new either; the answer is where the log stands.
                #expect(try hub.accept(author.run(1...2)) == first)
                #expect(try hub.logs() == logs && hub.feedHead(of: south) == head)
            }
        },
        Clause("a gap is refused with the sequence that is expected, and nothing is stored") { contract in
            let author = Author.chain("northside", count: 6)
            try contract.use { hub throws in
                #expect(throws: SyncRefusal.gap(expected: 1)) { try hub.accept(author.run(2...3)) }
                #expect(try hub.logs().isEmpty)
                _ = try hub.accept(author.run(1...2))
                #expect(throws: SyncRefusal.gap(expected: 3)) { try hub.accept(author.run(4...6)) }
                #expect(try hub.logs().map(\.head) == [2])
            }
        },
        Clause("of a run that overlaps only what is new is stored") { contract in
            let author = Author.chain("northside", count: 6)
            try contract.use(feeds: ["southside"]) { hub throws in
                try hub.grantAllCases(to: Author("southside").site)
                _ = try hub.accept(author.run(1...3))
                #expect(try hub.accept(author.run(2...6)) == PushAnswer(head: 6, hash: author.last.hash))
                #expect(try hub.state(of: author.log)?.tree == author.tree(size: 6))
                #expect(try hub.feed(of: "southside").ids == author.events.map(\.id))
            }
        },
        Clause("a checkpoint whose root is not the log's is refused, and nothing is stored") { contract in
            let author = Author.chain("northside", count: 4)
            try contract.use { hub throws in
                _ = try hub.accept(author.run(1...2))
                for root in [EventHash.zero, author.tree(size: 3).root, author.tree(size: 2).root] {
                    #expect(refusal { try hub.accept(author.run(3...4, root: root)) } == .badSignature)
                }
                #expect(try hub.logs().map(\.head) == [2])
                #expect(try hub.accept(author.run(3...4)).head == 4)
            }
        },
    ]

    // MARK: - Forks

    private static let forks: [Clause<HubStoreContract>] = [
        Clause("a fork is refused, kept as evidence, and the log is under quarantine from then on") { contract in
            let author = Author.chain("northside", count: 3)
            var twin = Author.chain("northside", count: 1)
            twin.comment("another second event", on: .sample(1), after: [twin.last])
            twin.comment("and on", on: .sample(1), after: [twin.last])
            let other = Author.chain("southside", count: 1)
            try contract.use(feeds: ["southside"]) { hub throws in
                try hub.grantAllCases(to: other.site)
                _ = try hub.accept(author.run(1...3))
                #expect(throws: SyncRefusal.fork(twin.events[1].id)) { try hub.accept(twin.run(1...3)) }
                #expect(try contract.evidence(hub) == 1)
            }
            try contract.use { hub throws in
                #expect(try hub.quarantined() == [author.log] && contract.evidence(hub) == 1)
                for run in [try author.run(1...3), try twin.run(1...3)] {
                    #expect(throws: SyncRefusal.quarantined(author.log)) { try hub.accept(run) }
                }
                #expect(try hub.hash(of: author.events[1].id) == author.events[1].hash)
                #expect(try hub.state(of: author.log)?.tree == author.tree(size: 3))
                #expect(try hub.feed(of: "southside").ids == author.events.map(\.id))
                #expect(try hub.accept(other.run(1...1)).head == 1)
                #expect(try hub.quarantined() == [author.log])
            }
        },
        Clause("a fork in the part that overlaps is one, whatever follows it") { contract in
            let author = Author.chain("northside", count: 2)
            let twin = Author.chain("northside", count: 5, word: "twin")
            try contract.use { hub throws in
                _ = try hub.accept(author.run(1...2))
                #expect(throws: SyncRefusal.fork(twin.events[1].id)) { try hub.accept(twin.run(2...5)) }
                #expect(try hub.logs().map(\.head) == [2] && hub.quarantined() == [author.log])
            }
        },
    ]

    // MARK: - Parents

    private static let parents: [Clause<HubStoreContract>] = [
        Clause("parents twice, out of order, too many, or at the event itself are refused") { contract in
            let others = (1...33).map { Author.chain("site-\($0 + 100)", count: 1) }
            let ids = others.map { ($0.last.id, $0.last.hash) }
            let own = EventID(log: Author("northside").log, sequence: 2)
            let bad: [[(EventID, EventHash)]] = [
                [ids[0], ids[0]], [ids[1], ids[0]], ids, [(own, .zero)], [(EventID(log: own.log, sequence: 3), .zero)],
            ]
            try contract.use { hub throws in
                for parents in bad {
                    var author = Author.chain("northside", count: 1)
                    author.comment(on: .sample(1), naming: parents)
                    #expect(refusal { try hub.accept(author.run(1...2)) } == .badParents)
                    #expect(try hub.logs().isEmpty)
                }
                var author = Author.chain("northside", count: 1)
                author.comment(on: .sample(1), naming: Array(ids.prefix(32)))
                #expect(try hub.accept(author.run(1...2)).head == 2)
            }
        },
        Clause("a parent that is not held yet is believed, and checked when it comes") { contract in
            let parent = Author.chain("northside", count: 2)
            var child = Author("southside")
            child.comment(on: .sample(1), after: [parent.last])
            try contract.use { hub throws in
                #expect(try hub.accept(child.run(1...1)).head == 1)
                try hub.segment(of: child.log, from: 1, eventsMax: 10, bytesMax: 1000).expectWhole()
            }
            try contract.use { hub throws in
                try hub.segment(of: child.log, from: 1, eventsMax: 10, bytesMax: 1000).expectWhole()
                #expect(try hub.accept(parent.run(1...2)).head == 2)
                try hub.segment(of: child.log, from: 1, eventsMax: 10, bytesMax: 1000).expectWhole()
            }
        },
        Clause("an event that others named with another hash is refused when it comes") { contract in
            let parent = Author.chain("northside", count: 2)
            var liar = Author("southside")
            liar.comment(on: .sample(1), naming: [(parent.last.id, .sha256([1]))])
            try contract.use { _ = try $0.accept(liar.run(1...1)) }
            try contract.use { hub throws in
                #expect(try hub.accept(parent.run(1...1)).head == 1)
                #expect(refusal { try hub.accept(parent.run(2...2)) } == .badParents)
                #expect(try hub.state(of: parent.log)?.head == 1)
            }
        },
        Clause("a held parent that is named with another hash is refused") { contract in
            let parent = Author.chain("northside", count: 2)
            var liar = Author("southside")
            liar.comment(on: .sample(1), naming: [(parent.last.id, .sha256([1]))])
            try contract.use { hub throws in
                _ = try hub.accept(parent.run(1...2))
                #expect(refusal { try hub.accept(liar.run(1...1)) } == .badParents)
                #expect(try hub.state(of: liar.log) == nil)
            }
        },
        Clause("of a log with two histories another site's events may rest on either, and are given on as they are") { contract in
            let (north, twin) = (Author.chain("northside", count: 3), Author.chain("northside", count: 3, word: "twin"))
            var south = Author("southside")
            south.comment(on: .sample(1))
            south.comment(on: .sample(1), after: [twin.last, south.last])
            south.comment(on: .sample(1), after: [south.last])
            var east = Author("eastside")
            east.comment(on: .sample(1), after: [north.last])
            try contract.use(feeds: ["westside"]) { hub throws in
                try hub.grantAllCases(to: Author("westside").site)
                _ = try hub.accept(north.run(1...3))
                #expect(refusal { try hub.accept(south.run(1...3)) } == .badParents, "nobody has seen two histories yet")
                #expect(throws: SyncRefusal.fork(twin.events[0].id)) { try hub.accept(twin.run(1...3)) }
                #expect(try hub.accept(south.run(1...3)) == PushAnswer(head: 3, hash: south.last.hash))
                #expect(try hub.accept(east.run(1...1)).head == 1)
            }
            try contract.use(feeds: ["westside"]) { hub throws in
                #expect(try hub.accept(south.run(1...3)).head == 3, "as often as it is sent")
                let held = try hub.segment(of: south.log, from: 1, eventsMax: 10, bytesMax: 1 << 20)
                try held.expectWhole()
                #expect(held.disputed == [south.events[1].id: [twin.last.id: twin.last.hash]])
                let page = try hub.feed(of: "westside")
                #expect(page.events.map(\.hash) == (north.events + south.events + east.events).map(\.hash))
            }
        },
        Clause("a parent of another stream is refused, in the run and outside") { contract in
            let parent = Author.chain("northside", count: 2)
            var far = Author("southside")
            far.comment(on: .sample(2), after: [parent.last])
            var near = Author("southside")
            near.comment(on: .sample(2))
            near.comment(on: .sample(1), after: [near.last])
            try contract.use { hub throws in
                _ = try hub.accept(parent.run(1...2))
                for run in [try far.run(1...1), try near.run(1...2)] {
                    #expect(refusal { try hub.accept(run) } == .badParents)
                }
                #expect(try hub.logs().map(\.log) == [parent.log])
            }
        },
    ]
}

extension Author {
    /// A log of comments on the first sample case, one after the other.
    static func chain(_ site: String, count: Int, word: String = "", stream: StreamID = .sample(1)) -> Author {
        var author = Author(site)
        for number in 0..<count {
            author.comment(word.isEmpty ? "" : "\(word) \(number)", on: stream, after: author.events.suffix(1))
        }
        return author
    }
}

extension HubStore {
    /// All that a site's feed gives from the start, page by page, each page as large as the limits.
    func feed(of site: String, from start: FeedCursor? = nil, eventsMax: Int = SyncLimits.segmentEventsMax) throws -> Segment {
        let site = Author(site).site
        var cursor = try start ?? .start(of: generation())
        var events: [HashedEvent] = []
        var outside: [EventID: EventHash] = [:]
        while let page = try page(for: site, after: cursor, eventsMax: eventsMax, bytesMax: SyncLimits.segmentBytesMax) {
            try page.segment.expectWhole()
            #expect(page.cursor.position == cursor.position + UInt64(page.segment.events.count))
            events += page.segment.events
            outside.merge(page.segment.outside) { one, _ in one }
            cursor = page.cursor
        }
        #expect(try cursor.position == feedHead(of: site))
        return Segment(events: events, outside: outside)
    }
}
