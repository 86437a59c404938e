import EventLog
public import Replication
import Problems
import Testing

/// What every store of a site does. Each clause gets a place where nothing is yet.
public struct SiteStoreContract {
    private let reopen: () throws -> any SiteStore

    /// Holds stores of a place to the contract.
    ///
    /// - Parameter open: opens the store of the place, again each time; nobody holds the one before any more.
    public init(open: @escaping () throws -> any SiteStore) { reopen = open }

    /// Uses the store once; the next use opens it again.
    func use<T>(_ body: (any SiteStore) throws -> T) throws -> T { try body(try reopen()) }

    /// Every clause.
    public static let clauses: [Clause<SiteStoreContract>] = own + pages + place + express

    // MARK: - The own log

    private static let own: [Clause<SiteStoreContract>] = [
        Clause("a new store is empty") { contract in
            try contract.use { store throws in
                let own = try store.ownLog()
                #expect(own == LogState(log: own.log, head: 0, hash: .zero, tree: MerkleFrontier()))
                #expect(try store.logs().isEmpty && store.shared() == 0 && store.cursor() == nil)
                #expect(try store.state(of: Author("elsewhere").log) == nil)
                #expect(try store.hash(of: EventID(log: own.log, sequence: 1)) == nil)
                #expect(try store.segment(of: own.log, from: 1, eventsMax: 10, bytesMax: 1000).events.isEmpty)
            }
        },
        Clause("appended events continue the log without a gap") { contract in
            try contract.use { store throws in
                var author = Author(log: try store.ownLog().log)
                for number in 1...9 {
                    let before = author.events
                    let event = author.comment(on: .sample(UInt64(number % 3)), after: before.onStream(number % 3).suffix(1))
                    try store.append([event])
                    let state = try store.ownLog()
                    #expect(state.head == UInt64(number) && state.hash == event.hash)
                    #expect(state.tree == author.tree(size: UInt64(number)))
                }
                #expect(try store.logs() == [try store.ownLog()])
                try store.append([])
                #expect(try store.ownLog().head == 9)
            }
        },
        Clause("what was appended is there when the store is opened again") { contract in
            var author = try contract.use { store throws in
                var author = Author(log: try store.ownLog().log)
                let first = author.comment(on: .sample(1))
                author.comment(on: .sample(1), after: [first])
                try store.append(author.events)
                return author
            }
            try contract.use { store throws in
                #expect(try store.ownLog().log == author.log && store.ownLog().tree == author.tree(size: 2))
                let held = try store.segment(of: author.log, from: 1, eventsMax: 10, bytesMax: 1 << 20)
                #expect(
                    held.events.map { CanonicalEvent.bytes(of: $0.event) }
                        == author.events.map { CanonicalEvent.bytes(of: $0.event) })
                try held.expectWhole()
                try store.append([author.comment(on: .sample(1), after: [author.last])])
                #expect(try store.ownLog().head == 3)
            }
        },
        Clause("a segment starts where asked and holds as many events as asked") { contract in
            try contract.use { store throws in
                let author = try store.filled(with: 10)
                for first in UInt64(1)...10 {
                    for count in 1...12 {
                        let segment = try store.segment(of: author.log, from: first, eventsMax: count, bytesMax: 1 << 20)
                        #expect(segment.ids.map(\.sequence) == Array(first...min(10, first + UInt64(count) - 1)))
                        try segment.expectWhole()
                    }
                }
            }
        },
        Clause("a segment holds as many payload bytes as asked, and one event at least") { contract in
            try contract.use { store throws in
                let author = try store.filled(with: 12, payloadBytes: 400)
                for bytes in [0, 1, 399, 1_000, 2_500] {
                    var next: UInt64 = 1
                    while next <= 12 {
                        let segment = try store.segment(of: author.log, from: next, eventsMax: 100, bytesMax: bytes)
                        let sum = segment.events.reduce(0) { $0 + $1.event.payload.count }
                        #expect(segment.events.first?.id.sequence == next)
                        #expect(segment.events.count == 1 || sum <= bytes)
                        guard let last = segment.events.last else { return }
                        next = last.id.sequence + 1
                    }
                }
                let all = try store.segment(of: author.log, from: 1, eventsMax: 100, bytesMax: 1 << 20)
                #expect(all.events.count == 12)
            }
        },
        Clause("a segment beyond the head is empty, however far") { contract in
            try contract.use { store throws in
                let author = try store.filled(with: 3)
                for first: UInt64 in [4, 1 << 32, 1 << 40 - 1, 1 << 40, 1 << 40 + 1, 1 << 62, 1 << 63, .max] {
                    #expect(
                        try store.segment(of: author.log, from: first, eventsMax: 10, bytesMax: 1000).events.isEmpty, "\(first)")
                    #expect(try store.hash(of: EventID(log: author.log, sequence: first)) == nil, "\(first)")
                }
                #expect(try store.segment(of: Author("elsewhere").log, from: 1, eventsMax: 10, bytesMax: 1000).events.isEmpty)
            }
        },
        Clause("a segment carries the hashes of the parents that do not come before in it, and no others") { contract in
            try contract.use { store throws in
                let author = try store.filled(with: 6)
                let segment = try store.segment(of: author.log, from: 4, eventsMax: 2, bytesMax: 1 << 20)
                #expect(segment.outside == [author.events[2].id: author.events[2].hash])
                try segment.expectWhole()
            }
        },
    ]

    // MARK: - Pages

    private static let pages: [Clause<SiteStoreContract>] = [
        Clause("a page is stored with the cursor after it") { contract in
            var other = Author("southside")
            other.comment(on: .sample(1))
            other.comment(on: .sample(1), after: [other.last])
            try contract.use { store throws in
                #expect(try store.store(other.segment(1...2), cursor: .sample(2)) == 2)
            }
            try contract.use { store throws in
                #expect(try store.cursor() == .sample(2))
                #expect(try store.state(of: other.log)?.head == 2 && store.state(of: other.log)?.hash == other.last.hash)
                try store.segment(of: other.log, from: 1, eventsMax: 10, bytesMax: 1000).expectWhole()
                #expect(try store.logs().map(\.log) == [other.log])
            }
        },
        Clause("a page that comes again changes nothing but the cursor") { contract in
            var other = Author("southside")
            other.comment(on: .sample(1))
            other.comment(on: .sample(2))
            other.comment(on: .sample(1), after: [other.events[0]])
            try contract.use { store throws in
                #expect(try store.store(other.segment(1...2), cursor: .sample(2)) == 2)
                let before = try store.logs()
                #expect(try store.store(other.segment(1...2), cursor: .sample(2)) == 0)
                #expect(try store.logs() == before && store.cursor() == .sample(2))
                #expect(try store.store(other.segment(1...3), cursor: .sample(3)) == 1)
                #expect(try store.logs().map(\.head) == [3] && store.cursor() == .sample(3))
            }
        },
        Clause("other sites' logs may have holes, which later pages fill") { contract in
            var other = Author("southside")
            for number in 1...6 {
                other.comment(on: .sample(UInt64(number % 2)), after: other.events.onStream(number % 2).suffix(1))
            }
            let odd = other.events.filter { $0.id.sequence % 2 == 1 }
            let even = other.events.filter { $0.id.sequence % 2 == 0 }
            try contract.use { store throws in
                #expect(try store.store(other.segment(of: even), cursor: .sample(3)) == 3)
                #expect(try store.state(of: other.log)?.head == 6)
                #expect(try store.segment(of: other.log, from: 1, eventsMax: 10, bytesMax: 1 << 20).ids == even.map(\.id))
                #expect(try store.store(other.segment(of: odd), cursor: .sample(6)) == 3)
            }
            try contract.use { store throws in
                let all = try store.segment(of: other.log, from: 1, eventsMax: 10, bytesMax: 1 << 20)
                #expect(all.ids == other.events.map(\.id))
                try all.expectWhole()
                #expect(try store.state(of: other.log)?.hash == other.last.hash)
            }
        },
        Clause("own events in a page are passed over") { contract in
            try contract.use { store throws in
                let author = try store.filled(with: 3)
                var other = Author("southside")
                other.comment(on: .sample(1), after: [author.last])
                let page = author.segment(of: author.events + other.events, and: [other])
                #expect(try store.store(page, cursor: .sample(4)) == 1)
                #expect(try store.ownLog().head == 3 && store.hash(of: other.last.id) == other.last.hash)
                try store.segment(of: other.log, from: 1, eventsMax: 10, bytesMax: 1000).expectWhole()
            }
        },
        Clause("a page with another event under a held id is refused whole") { contract in
            var other = Author("southside")
            other.comment(on: .sample(1))
            var twin = Author("southside")
            twin.comment("another", on: .sample(1))
            twin.comment(on: .sample(2))
            try contract.use { store throws in
                try store.store(other.segment(1...1), cursor: .sample(1))
                let page = twin.segment(of: [twin.events[1], twin.events[0]])
                #expect(refusal { try store.store(page, cursor: .sample(3)) } == .fork)
                #expect(try store.hash(of: twin.last.id) == nil && store.cursor() == .sample(1))
                #expect(try store.hash(of: other.last.id) == other.last.hash)
            }
            try contract.use { store throws in
                #expect(try store.hash(of: other.last.id) == other.last.hash && store.cursor() == .sample(1))
            }
        },
        Clause("a page whose events name a held parent with another hash or stream is refused whole") { contract in
            var other = Author("southside")
            let parent = other.comment(on: .sample(1))
            try contract.use { store throws in
                try store.store(other.segment(1...1), cursor: .sample(1))
                for stream: UInt64 in [1, 2] {
                    var liar = Author("eastside", incarnation: stream)
                    liar.comment(on: .sample(9))
                    let hash = stream == 1 ? EventHash.sha256([7]) : parent.hash
                    liar.comment(on: .sample(stream), naming: [(parent.id, hash)])
                    #expect(refusal { try store.store(liar.segment(1...2), cursor: .sample(3)) } == .badParents)
                    #expect(try store.state(of: liar.log) == nil && store.cursor() == .sample(1))
                }
            }
        },
        Clause("what the hub says to rest on another history is kept, whichever comes first, and held as its author named it") {
            contract in
            let (west, twin) = (Author.chain("westside", count: 2), Author.chain("westside", count: 2, word: "twin"))
            var south = Author("southside")
            south.comment(on: .sample(1), after: [twin.last])
            var east = Author("eastside")
            east.comment(on: .sample(1), after: [twin.last])
            func declared(_ author: Author) -> Segment {
                Segment(events: author.events, outside: [:], disputed: [author.last.id: [twin.last.id: twin.last.hash]])
            }
            try contract.use { store throws in
                #expect(try store.store(declared(south), cursor: .sample(1)) == 1)
                #expect(try store.store(west.segment(1...2), cursor: .sample(2)) == 2)
                #expect(refusal { try store.store(east.segment(1...1), cursor: .sample(3)) } == .badParents)
                #expect(try store.store(declared(east), cursor: .sample(3)) == 1)
            }
            try contract.use { store throws in
                for author in [west, south, east] {
                    let held = try store.segment(of: author.log, from: 1, eventsMax: 10, bytesMax: 1 << 20)
                    #expect(held.events.map(\.hash) == author.events.map(\.hash))
                    try held.expectWhole()
                }
            }
        },
        Clause("a child may come before its parent, whose hash is checked when it comes") { contract in
            var other = Author("southside")
            let parent = other.comment(on: .sample(1))
            var child = Author("eastside")
            child.comment(on: .sample(1), after: [parent])
            var twin = Author("southside")
            twin.comment("another", on: .sample(1))
            try contract.use { store throws in #expect(try store.store(child.segment(1...1), cursor: .sample(1)) == 1) }
            try contract.use { store throws in
                try store.segment(of: child.log, from: 1, eventsMax: 10, bytesMax: 1000).expectWhole()
                #expect(refusal { try store.store(twin.segment(1...1), cursor: .sample(2)) } == .badParents)
                #expect(try store.store(other.segment(1...1), cursor: .sample(2)) == 1)
                try store.segment(of: child.log, from: 1, eventsMax: 10, bytesMax: 1000).expectWhole()
            }
        },
    ]

    // MARK: - The place

    private static let place: [Clause<SiteStoreContract>] = [
        Clause("how far the hub holds the own log is kept, and may go back in a new numbering") { contract in
            try contract.use { store throws in
                _ = try store.filled(with: 5)
                try store.confirm(through: 2)
                try store.confirm(through: 4)
                #expect(try store.shared() == 4)
            }
            try contract.use { store throws in
                #expect(try store.shared() == 4)
                try store.reset(to: Generation(bits: 2))
                try store.confirm(through: 1)
                #expect(try store.shared() == 1)
            }
        },
        Clause("a reset starts at the beginning of the new numbering and keeps the events") { contract in
            var other = Author("southside")
            other.comment(on: .sample(1))
            try contract.use { store throws in
                try store.store(other.segment(1...1), cursor: .sample(1))
                try store.reset(to: Generation(bits: 77))
            }
            try contract.use { store throws in
                #expect(try store.cursor() == .start(of: Generation(bits: 77)))
                #expect(try store.hash(of: other.last.id) == other.last.hash)
                let cursor = FeedCursor(generation: Generation(bits: 77), position: 1, digest: 5)
                #expect(try store.store(other.segment(1...1), cursor: cursor) == 0)
                #expect(try store.cursor() == cursor)
            }
        },
    ]
}

extension SiteStore {
    /// Appends a chain of comments on one case.
    fileprivate func filled(with count: Int, payloadBytes: Int = 0) throws -> Author {
        var author = Author(log: try ownLog().log)
        for _ in 0..<count { author.comment(on: .sample(1), after: author.events.suffix(1), payloadBytes: payloadBytes) }
        try append(author.events)
        return author
    }
}

extension Array<HashedEvent> {
    /// Those of a sample stream.
    fileprivate func onStream(_ number: Int) -> [HashedEvent] { filter { $0.event.stream == .sample(UInt64(number)) } }
}

extension FeedCursor {
    /// A place in a numbering that nobody else uses.
    fileprivate static func sample(_ position: UInt64) -> FeedCursor {
        FeedCursor(generation: Generation(bits: 1), position: position, digest: position ^ 0xff)
    }
}
