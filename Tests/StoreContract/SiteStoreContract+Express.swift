import EventLog
import ImagingCase
import Replication
import Testing

extension SiteStoreContract {
    // MARK: - The express lane

    static let express: [Clause<SiteStoreContract>] = [
        Clause("own events of urgent histories go ahead, beyond what the hub holds, the newest histories first") { contract in
            let log = try contract.use { store throws in
                var author = Author(log: try store.ownLog().log)
                for number in 1...4 as ClosedRange<UInt64> {
                    author.order(.sample(number), priority: number.isMultiple(of: 2) ? .stat : .routine)
                }
                for number in 1...4 as ClosedRange<UInt64> {
                    author.comment(on: .sample(number), after: [author.events[Int(number) - 1]])
                }
                try store.append(author.events)
                let all = ExpressWindow(above: 0)
                func ids(_ part: ExpressPart?) -> [UInt64]? { part?.segment.events.map(\.id.sequence) }
                func part(beyond sequence: UInt64, _ window: ExpressWindow, max: Int = 100) throws -> ExpressPart? {
                    try store.express(of: author.log, beyond: sequence, in: window, eventsMax: max, bytesMax: 1 << 20)
                }
                #expect(try ids(part(beyond: 0, all)) == [2, 4, 6, 8])
                #expect(try ids(part(beyond: 4, all)) == [6, 8], "what the hub holds does not go again")
                #expect(try ids(part(beyond: 0, ExpressWindow(above: 6))) == [4, 8], "nor a history that went ahead before")
                #expect(try part(beyond: 8, all) == nil)
                let first = try #require(try part(beyond: 0, all, max: 2))
                #expect(ids(first) == [4, 8] && first.highest == 8)
                let rest = try #require(all.rest(after: first))
                let second = try #require(try part(beyond: 0, rest, max: 2))
                #expect(ids(second) == [2, 6])
                #expect(try rest.rest(after: second).flatMap { try part(beyond: 0, $0) } == nil)
                // A history that alone is too long is cut at its end.
                #expect(try ids(part(beyond: 0, all, max: 1)) == [4])
                try part(beyond: 0, all)?.segment.expectWhole()
                return author.log
            }
            try contract.use { store throws in
                let part = try store.express(of: log, beyond: 6, in: ExpressWindow(above: 6), eventsMax: 9, bytesMax: 1 << 20)
                #expect(part?.segment.events.map(\.id.sequence) == [8])
                let other = Author("southside").log
                #expect(try store.express(of: other, beyond: 0, in: ExpressWindow(above: 0), eventsMax: 9, bytesMax: 99) == nil)
            }
        },
        Clause("what comes ahead of the feed is held, moves no place, and is passed over when the feed brings it") { contract in
            let south = Author.chain("southside", count: 5)
            let cursor = FeedCursor(generation: Generation(bits: 7), position: 3, digest: 1)
            try contract.use { store throws in
                _ = try store.store(south.segment(1...1), cursor: cursor)
                #expect(try store.storeAhead(south.segment(4...5)) == 2)
                #expect(try store.storeAhead(south.segment(4...5)) == 0)
                #expect(try store.cursor() == cursor)
            }
            try contract.use { store throws in
                #expect(try store.hash(of: south.events[4].id) == south.events[4].hash)
                #expect(try store.cursor() == cursor)
                let end = FeedCursor(generation: Generation(bits: 7), position: 7, digest: 2)
                #expect(try store.store(south.segment(2...5), cursor: end) == 2, "each once")
                #expect(try store.cursor() == end)
                let held = try store.segment(of: south.log, from: 1, eventsMax: 9, bytesMax: 1 << 20)
                #expect(held.ids == south.events.map(\.id))
            }
        },
        Clause("an own log of before that comes back with a gap is held up to the gap") { contract in
            let earlier = Author.chain("northside", count: 6)
            try contract.use { store throws in
                try store.restore(earlier.segment(1...2))
                try store.restore(earlier.segment(5...6))
                let state = try #require(try store.state(of: earlier.log))
                #expect(state.head == 2 && state.hash == earlier.events[1].hash && state.highest == 6)
                #expect(try store.logs().first { $0.log == earlier.log } == state)
            }
            try contract.use { store throws in
                try store.restore(earlier.segment(3...4))
                let state = try #require(try store.state(of: earlier.log))
                #expect(state == LogState(log: earlier.log, head: 6, hash: earlier.last.hash, tree: earlier.tree(size: 6)))
            }
        },
    ]
}
