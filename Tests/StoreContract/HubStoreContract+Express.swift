public import EventLog
public import ImagingCase
import Problems
import Replication
import Testing

extension HubStoreContract {
    // MARK: - The express lane

    static let express: [Clause<HubStoreContract>] = [
        Clause("what went ahead of its log is held beyond the head, and is part of the whole when the log comes") { contract in
            let author = Author.chain("northside", count: 6)
            try contract.use(feeds: ["southside"]) { hub throws in
                try hub.grantAllCases(to: Author("southside").site)
                #expect(try hub.acceptAhead(author.ahead([4, 5])) == 2)
                #expect(try hub.acceptAhead(author.ahead([4, 5])) == 0, "each once")
                #expect(try hub.feed(of: "southside").ids == [author.events[3].id, author.events[4].id])
            }
            try contract.use { hub throws in
                let state = try #require(try hub.state(of: author.log))
                #expect(state.head == 0 && state.highest == 5 && state.hash == .zero)
                #expect(try hub.logs() == [state])
                #expect(try hub.hash(of: author.events[4].id) == author.events[4].hash)
                // The answer is where the log is whole: beyond what was sent, as far as what went ahead joins it.
                #expect(try hub.accept(author.run(1...3)) == PushAnswer(head: 5, hash: author.events[4].hash))
                #expect(try hub.accept(author.run(6...6)) == PushAnswer(head: 6, hash: author.last.hash))
                let whole = LogState(log: author.log, head: 6, hash: author.last.hash, tree: author.tree(size: 6))
                #expect(try hub.logs() == [whole])
                let ids = [3, 4, 0, 1, 2, 5].map { author.events[$0].id }
                #expect(try hub.feed(of: "southside").ids == ids, "nothing comes twice")
            }
        },
        Clause("another event than the one that went ahead is a second history, whichever comes first") { contract in
            let author = Author.chain("northside", count: 4)
            let twin = Author.chain("northside", count: 4, word: "twin")
            let south = Author.chain("southside", count: 4)
            let other = Author.chain("southside", count: 4, word: "other")
            try contract.use { hub throws in
                _ = try hub.acceptAhead(author.ahead([3]))
                #expect(throws: SyncRefusal.fork(twin.events[2].id)) { try hub.accept(twin.run(1...4)) }
                _ = try hub.accept(south.run(1...4))
                #expect(throws: SyncRefusal.fork(other.events[1].id)) { try hub.acceptAhead(other.ahead([2])) }
                #expect(try contract.evidence(hub) == 2)
            }
            try contract.use { hub throws in
                #expect(try hub.quarantined() == [author.log, south.log])
                #expect(throws: SyncRefusal.quarantined(author.log)) { try hub.acceptAhead(author.ahead([4])) }
                #expect(try hub.hash(of: twin.events[3].id) == nil)
            }
        },
        Clause("what went ahead of one history joins another, and the next push of the first says that the two differ") {
            contract in
            let twin = Author.chain("northside", count: 4, word: "twin")
            var free = Author("northside")
            free.comment(on: .sample(7))
            free.comment(on: .sample(8))
            free.comment(on: .sample(9))
            free.comment(on: .sample(9))
            try contract.use { hub throws in
                _ = try hub.acceptAhead(free.ahead([3]))
                #expect(try hub.accept(twin.run(1...2)) == PushAnswer(head: 3, hash: free.events[2].hash))
                let refused = #expect(throws: SyncRefusal.self) { try hub.accept(free.run(4...4)) }
                #expect(refused?.problem == PushVerdict.rootDiffers(free.log, held: 3))
                #expect(try hub.quarantined() == [], "which event differs the hub cannot know")
                #expect(throws: SyncRefusal.fork(free.events[0].id)) { try hub.accept(free.run(1...4)) }
                #expect(try hub.quarantined() == [free.log])
            }
        },
        Clause("what goes ahead under a false past is refused, and nothing is stored") { contract in
            var north = Author.chain("northside", count: 2)
            north.comment(on: .sample(1), naming: [(north.events[0].id, EventHash(1, 2, 3, 4))])
            north.comment(on: .sample(2), naming: [(north.events[1].id, north.events[1].hash)])
            try contract.use { hub throws in
                _ = try hub.accept(north.run(1...2))
                #expect(refusal { _ = try hub.acceptAhead(north.ahead([3])) } == .badParents)
                #expect(refusal { _ = try hub.acceptAhead(north.ahead([4])) } == .badParents)
                #expect(try hub.logs().map(\.highest) == [2])
            }
        },
        Clause("a site gets the urgent histories of its feed whole, the newest first, as often as it asks") { contract in
            var north = Author("northside")
            for number in 1...4 as ClosedRange<UInt64> {
                north.order(.sample(number), priority: number.isMultiple(of: 2) ? .stat : .routine)
            }
            for number in 1...4 as ClosedRange<UInt64> {
                north.comment(on: .sample(number), after: [north.events[Int(number) - 1]])
            }
            var south = Author("southside")
            south.comment(on: .sample(2), after: [north.events[1]])
            try contract.use(feeds: ["southside", "eastside"]) { hub throws in
                try hub.grantAllCases(to: south.site)
                _ = try hub.accept(north.run(1...8))
                _ = try hub.accept(south.run(1...1))
                let (site, start) = (south.site, FeedCursor.start(of: try hub.generation()))
                let part = try #require(
                    try hub.express(for: site, after: start, in: ExpressWindow(above: 0), eventsMax: 100, bytesMax: 1 << 20))
                #expect(part.segment.events.map(\.id) == [3, 7, 1, 5].map { north.events[$0].id })
                try part.segment.expectWhole()
                // One history at a time, until nothing is left.
                var window: ExpressWindow? = ExpressWindow(above: 0)
                var ids: [[EventID]] = []
                while let current = window,
                    let next = try hub.express(for: site, after: start, in: current, eventsMax: 2, bytesMax: 1 << 20)
                {
                    ids.append(next.segment.events.map(\.id))
                    window = current.rest(after: next)
                }
                #expect(ids == [[3, 7], [1, 5]].map { $0.map { north.events[$0].id } })
                let end = try hub.end(of: site)
                #expect(try hub.express(for: site, after: end, in: ExpressWindow(above: 0), eventsMax: 9, bytesMax: 999) == nil)
                let east = Author("eastside").site
                #expect(try hub.express(for: east, after: start, in: ExpressWindow(above: 0), eventsMax: 9, bytesMax: 999) == nil)
                let unknown = Author("westside").site
                #expect(
                    refusal {
                        _ = try hub.express(for: unknown, after: start, in: ExpressWindow(above: 0), eventsMax: 9, bytesMax: 9)
                    }
                        == .siteUnknown)
            }
            try contract.use { hub throws in
                // No longer urgent: it takes its turn.
                north.say(
                    .readingPriorityChanged(ReadingPriorityChanged(priority: .routine, reason: "seen")), on: .sample(4),
                    after: [north.events[7]], by: "Dr Lund",
                    as: .radiologist)
                _ = try hub.accept(north.run(9...9))
                let start = FeedCursor.start(of: try hub.generation())
                let part = try #require(
                    try hub.express(for: south.site, after: start, in: ExpressWindow(above: 0), eventsMax: 9, bytesMax: 1 << 20))
                #expect(part.segment.events.map(\.id) == [1, 5].map { north.events[$0].id })
            }
        },
        Clause("a site that gets the right to all cases gets the urgent ones among them first") { contract in
            var north = Author("northside")
            for number in 1...5 as ClosedRange<UInt64> { north.order(.sample(number), priority: number > 3 ? .stat : .routine) }
            try contract.use(feeds: ["southside"]) { hub throws in
                _ = try hub.accept(north.run(1...5))
                let site = Author("southside").site
                try hub.grantAllCases(to: site)
                let start = FeedCursor.start(of: try hub.generation())
                let part = try hub.express(for: site, after: start, in: ExpressWindow(above: 0), eventsMax: 9, bytesMax: 1 << 20)
                #expect(part?.segment.events.map(\.id).sorted() == [3, 4].map { north.events[$0].id })
            }
        },
    ]
}

extension HubStore {
    /// The place where a site's feed ends.
    func end(of site: SiteID) throws -> FeedCursor {
        var cursor = FeedCursor.start(of: try generation())
        while let page = try page(for: site, after: cursor, eventsMax: 8_192, bytesMax: 1 << 20) { cursor = page.cursor }
        return cursor
    }
}

extension Author {
    /// Some events as they go ahead of the log.
    func ahead(_ sequences: [UInt64]) throws -> ExpressRun {
        try ExpressRun(log: log, segment: segment(of: sequences.map { events[Int($0) - 1] }))
    }

    /// Orders an examination.
    @discardableResult
    public mutating func order(_ stream: StreamID, priority: Urgency) -> HashedEvent {
        let order = OrderPlaced(
            accession: IssuedIdentifier(issuer: "north", value: "A\(stream.low)"), patient: Patient(),
            procedure: Coded(code: "24627-2", scheme: "LN", text: "CT chest"), modality: "CT", reason: "cough",
            priority: priority,
            requester: "Dr Abbott", studyUID: "")
        return say(.orderPlaced(order), on: stream, by: "his", as: .system)
    }
}
