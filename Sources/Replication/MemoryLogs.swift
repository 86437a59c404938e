import EventLog
import Problems

/// Events in memory, by log: what the two reference stores stand on.
///
/// A log may have holes, because a site holds only what it is entitled to of other sites' logs.
struct MemoryLogs {
    private struct Shelf {
        /// In ascending sequence.
        var events: [HashedEvent] = []
        var tree = MerkleFrontier()

        var head: UInt64 { events.last?.id.sequence ?? 0 }

        /// The event after the gap-free part; nil where it is not held.
        var next: HashedEvent? {
            let place = Int(tree.size)
            guard place < events.count, events[place].id.sequence == tree.size + 1 else { return nil }
            return events[place]
        }

        /// Where a sequence stands or would stand.
        func place(of sequence: UInt64) -> Int {
            var low = 0
            var high = events.count
            while low < high {
                let middle = (low + high) / 2
                if events[middle].id.sequence < sequence { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private var shelves: [LogID: Shelf] = [:]
    /// Parents that some event names and that are not held: what their hash must be when they come.
    private var awaited: [EventID: EventHash] = [:]
    /// Parents that an event names with another hash than is held, or may be: child, then parent.
    private var disputed: [EventID: [EventID: EventHash]] = [:]
    /// Logs with a whole tree: at a site those of its own site.
    private let keepsTree: (LogID) -> Bool

    init(keepsTree: @escaping (LogID) -> Bool) { self.keepsTree = keepsTree }

    /// Where a log is kept whole, up to its gap-free end.
    func state(of log: LogID) -> LogState? {
        guard let shelf = shelves[log], let last = shelf.events.last else { return nil }
        guard keepsTree(log), shelf.tree.size < last.id.sequence else {
            return LogState(log: log, head: last.id.sequence, hash: last.hash, tree: shelf.tree)
        }
        let whole = shelf.tree.size
        let hash = hash(of: EventID(log: log, sequence: whole)) ?? .zero
        return LogState(log: log, head: whole, hash: hash, tree: shelf.tree, highest: last.id.sequence)
    }

    /// How many events are held.
    var count: UInt64 { shelves.values.reduce(0) { $0 + UInt64($1.events.count) } }

    func states() -> [LogState] { shelves.keys.sorted().compactMap { state(of: $0) } }

    func event(_ id: EventID) -> HashedEvent? {
        guard let shelf = shelves[id.log] else { return nil }
        let place = shelf.place(of: id.sequence)
        guard place < shelf.events.count, shelf.events[place].id == id else { return nil }
        return shelf.events[place]
    }

    func hash(of id: EventID) -> EventHash? { event(id)?.hash }

    /// Every event held, in order of id.
    var all: [HashedEvent] { shelves.keys.sorted().flatMap { shelves[$0]?.events ?? [] } }

    /// Events of a log from a sequence on.
    func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) -> Segment {
        guard let shelf = shelves[log] else { return Segment(events: [], outside: [:]) }
        var taken: [HashedEvent] = []
        var bytes = 0
        for event in shelf.events[shelf.place(of: first)...].prefix(eventsMax) {
            guard taken.isEmpty || bytes + event.event.payload.count <= bytesMax else { break }
            bytes += event.event.payload.count
            taken.append(event)
        }
        return segment(of: taken)
    }

    /// Events with the hashes of parents that do not come before them.
    func segment(of events: [HashedEvent]) -> Segment {
        var inside: Set<EventID> = []
        var outside: [EventID: EventHash] = [:]
        var named: [EventID: [EventID: EventHash]] = [:]
        for event in events {
            named[event.id] = disputed[event.id]
            for parent in event.event.parents where !inside.contains(parent) && named[event.id]?[parent] == nil {
                outside[parent] = hash(of: parent) ?? awaited[parent]
            }
            inside.insert(event.id)
        }
        return Segment(events: events, outside: outside, disputed: named)
    }

    /// Checks, before anything is kept, that the parents of new events are what the events' hashes were computed from.
    ///
    /// - Parameter mayDiffer: whether another event than the one held may be a child's parent, said for the parent's log; where the segment
    ///   itself says that it is, it always may.
    func checkParents(
        of events: some Sequence<HashedEvent>, in segment: Segment, mayDiffer: (LogID) -> Bool = { _ in false }
    ) throws(Problem) {
        for event in events {
            if let named = awaited[event.id], named != event.hash {
                throw Problem(.badParents, "Another event names \(event.id) as parent with another hash.")
            }
            for parent in event.event.parents {
                guard let named = segment.hash(of: parent, namedBy: event.id), let held = self.event(parent) else { continue }
                guard held.hash == named else {
                    if segment.disputed[event.id]?[parent] != nil || mayDiffer(parent.log) { continue }
                    throw PushVerdict.parentDiffers(event.id, parent)
                }
                guard held.event.stream == event.event.stream else {
                    throw Problem(.badParents, "\(event.id) names \(parent), which belongs to another stream.")
                }
            }
        }
    }

    /// Adds what is not held yet; gives it back.
    ///
    /// - Throws: `fork` as a problem where another event is held under one id; nothing is added then.
    mutating func addNew(of segment: Segment) throws(Problem) -> [HashedEvent] {
        var fresh: [HashedEvent] = []
        for event in segment.events {
            if let held = hash(of: event.id) {
                guard held == event.hash else { throw SyncRefusal.fork(event.id).problem }
            } else {
                fresh.append(event)
            }
        }
        try checkParents(of: fresh, in: segment)
        for event in fresh { add(event, of: segment) }
        return fresh
    }

    /// Adds an event that the caller has checked.
    ///
    /// - Parameter segment: what it came in; nil for one that was recorded here.
    mutating func add(_ event: HashedEvent, of segment: Segment? = nil) {
        awaited[event.id] = nil
        for parent in event.event.parents {
            guard let named = segment?.hash(of: parent, namedBy: event.id) else { continue }
            let held = hash(of: parent)
            if held == nil, segment?.disputed[event.id]?[parent] == nil {
                awaited[parent] = named
            } else if held != named {
                disputed[event.id, default: [:]][parent] = named
            }
        }
        var shelf = shelves.removeValue(forKey: event.id.log) ?? Shelf()
        shelf.events.insert(event, at: shelf.place(of: event.id.sequence))
        // What came ahead of it is part of the whole now.
        while keepsTree(event.id.log), let next = shelf.next { shelf.tree.append(next.hash) }
        shelves[event.id.log] = shelf
    }
}
