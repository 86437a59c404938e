import Dispatch
public import EventLog
import GRDB
public import Problems
import Replication

extension StoreFile {
    /// Events of a log from a sequence on, with the hashes of parents outside.
    func readSegment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) throws(Problem) -> Segment {
        try snapshot { try $0.segment(of: log, from: first, eventsMax: eventsMax, bytesMax: bytesMax) }
    }

    /// Events at places, in the order given.
    func readSegment(at positions: [Position]) throws(Problem) -> Segment { try snapshot { try $0.segment(at: positions) } }

    /// The hash of a held event.
    func readHash(of id: EventID) throws(Problem) -> EventHash? { try snapshot { try $0.hash(of: id) } }

    /// How many events all logs hold.
    public func countOfEvents() throws(Problem) -> UInt64 { try readLogs().reduce(0) { $0 + $1.held } }

    /// Logs of which two histories came, in order of id.
    public func quarantinedLogs() throws(Problem) -> [LogID] { try readLogs().filter(\.isQuarantined).map(\.log) }

    /// Every log held, in order of id.
    func readLogs() throws(Problem) -> [LogEntry] { try snapshot { try $0.logs() } }

    /// The complete subtree of a log's tree at a level and index.
    func readSubtree(_ log: Int, _ level: Int, _ index: UInt64) throws -> EventHash {
        if level > 0, level % 8 == 0 {
            let tile: EventHash? = try database.read { db in
                let select = try RawStatement(db, "SELECT hash FROM tile WHERE log=?1 AND level=?2 AND idx=?3", isCached: true)
                select.bind(1, log)
                select.bind(2, level)
                select.bind(3, index)
                guard try select.step() else { return nil }
                defer { select.reset() }
                return EventHash(bytes: select.array(0))
            }
            if let tile { return tile }
        }
        if level == 0 {
            return MerkleHash.leaf(
                try database.read { db in
                    let select = try RawStatement(db, "SELECT record FROM event WHERE position=?1", isCached: true)
                    select.bind(1, Position(log: log, sequence: index + 1).bits)
                    guard try select.step() else { throw EventRecord.damaged(Position(log: log, sequence: index + 1)) }
                    defer { select.reset() }
                    return try EventRecord.hash(select.bytes(0))
                })
        }
        return MerkleHash.node(try readSubtree(log, level - 1, 2 * index), try readSubtree(log, level - 1, 2 * index + 1))
    }

    /// The right edge of a log's tree when it had a number of events; nil for a log never seen.
    public func treeEdge(of log: LogID, size: UInt64) throws(Problem) -> MerkleFrontier? {
        guard let index = dictionaries.index(of: log) else { return nil }
        var peaks: [EventHash] = []
        var start: UInt64 = 0
        do {
            for level in stride(from: 63, through: 0, by: -1) where size & (1 << UInt64(level)) != 0 {
                peaks.append(try readSubtree(index, level, start >> UInt64(level)))
                start += 1 << UInt64(level)
            }
        } catch { throw SQLiteSiteStore.problem(error) }
        return MerkleFrontier(size: size, peaks: peaks)
    }

    /// Reads off the caller's executor: file reads block.
    public func offload<T: Sendable>(_ body: @escaping @Sendable () throws(Problem) -> T) async throws(Problem) -> T {
        let result: Result<T, Problem> = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async {
                do throws(Problem) { continuation.resume(returning: .success(try body())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// A prover over a log; nil for a log never seen.
    public func prover(of log: LogID) -> MerkleProver? {
        guard let index = dictionaries.index(of: log) else { return nil }
        return MerkleProver { level, place in try self.readSubtree(index, level, place) }
    }
}

/// Rebuilds events of rows and gathers what a segment needs beside them.
struct SegmentReading {
    private let db: GRDB.Database
    private let dictionaries: Dictionaries
    private var streams: [Int: StreamID] = [:]
    private(set) var events: [HashedEvent] = []
    private(set) var bytes = 0

    /// - Parameter events: those that were read already.
    init(_ db: GRDB.Database, _ dictionaries: Dictionaries, events: [HashedEvent] = []) {
        self.db = db
        self.dictionaries = dictionaries
        self.events = events
    }

    /// Takes one row.
    mutating func append(_ record: UnsafeRawBufferPointer, at position: Position) throws {
        let index = try EventRecord.stream(record)
        let stream: StreamID
        if let known = streams[index] {
            stream = known
        } else {
            stream = try Self.stream(index, db)
            streams[index] = stream
        }
        bytes += record.count
        events.append(try EventRecord.event(record, at: position, in: dictionaries, of: stream))
    }

    /// Takes rows by their places; neighbours are read as one stretch.
    mutating func append(_ positions: [Position]) throws {
        events.reserveCapacity(positions.count)
        let select = try RawStatement(
            db, "SELECT position, record FROM event WHERE position BETWEEN ?1 AND ?2 ORDER BY position", isCached: true)
        defer { select.reset() }
        var start = 0
        while start < positions.count {
            var end = start
            while end + 1 < positions.count, positions[end + 1].bits == positions[end].bits + 1 { end += 1 }
            select.bind(1, positions[start].bits)
            select.bind(2, positions[end].bits)
            var count = 0
            while try select.step() {
                try append(select.bytes(1), at: Position(bits: select.integer(0)))
                count += 1
            }
            guard count == end - start + 1 else { throw EventRecord.damaged(positions[start]) }
            start = end + 1
        }
    }

    /// The events with the hashes of parents that are not among them.
    func segment() throws -> Segment {
        var outside: [EventID: EventHash] = [:]
        let disputed = try disputed()
        var inside: Set<EventID> = []
        inside.reserveCapacity(events.count)
        let select = try RawStatement(db, "SELECT record FROM event WHERE position=?1", isCached: true)
        defer { select.reset() }
        for event in events {
            let named = disputed[event.id]
            for parent in event.event.parents where !inside.contains(parent) && outside[parent] == nil && named?[parent] == nil {
                guard let log = dictionaries.index(of: parent.log) else { throw EventRecord.damaged(nil) }
                select.bind(1, Position(log: log, sequence: parent.sequence).bits)
                if try select.step() {
                    outside[parent] = try EventRecord.hash(select.bytes(0))
                    select.reset()
                } else {
                    outside[parent] = try awaited(Position(log: log, sequence: parent.sequence), of: event.id)
                }
            }
            inside.insert(event.id)
        }
        return Segment(events: events, outside: outside, disputed: disputed)
    }

    /// The parents that the events name with a hash of their own.
    private func disputed() throws -> [EventID: [EventID: EventHash]] {
        let any = try RawStatement(db, "SELECT 1 FROM disputed LIMIT 1", isCached: true)
        defer { any.reset() }
        guard try any.step() else { return [:] }
        let select = try RawStatement(db, "SELECT parent, hash FROM disputed WHERE child=?1", isCached: true)
        var found: [EventID: [EventID: EventHash]] = [:]
        for event in events where !event.event.parents.isEmpty {
            guard let log = dictionaries.index(of: event.id.log) else { throw EventRecord.damaged(nil) }
            select.bind(1, Position(log: log, sequence: event.id.sequence).bits)
            while try select.step() {
                let parent = Position(bits: select.integer(0))
                guard parent.log < dictionaries.logs.count, let hash = EventHash(bytes: select.array(1)) else {
                    throw EventRecord.damaged(parent)
                }
                found[event.id, default: [:]][EventID(log: dictionaries.logs[parent.log], sequence: parent.sequence)] = hash
            }
        }
        return found
    }

    /// The hash of a parent that is named and not held.
    private func awaited(_ position: Position, of child: EventID) throws -> EventHash {
        let select = try RawStatement(db, "SELECT hash FROM parent_hash WHERE position=?1", isCached: true)
        select.bind(1, position.bits)
        guard try select.step(), let hash = EventHash(bytes: select.array(0)) else {
            throw Problem(.integrityFailed, "\(child) is held without a parent and without its hash.")
        }
        select.reset()
        return hash
    }

    static func stream(_ index: Int, _ db: GRDB.Database) throws -> StreamID {
        let select = try RawStatement(db, "SELECT kind, high, low FROM stream WHERE idx=?1", isCached: true)
        select.bind(1, index)
        guard try select.step() else { throw Problem(.integrityFailed, "An event names a stream that the store does not have.") }
        defer { select.reset() }
        guard let kind = StreamKind(rawValue: UInt8(truncatingIfNeeded: select.integer(0))) else {
            throw Problem(.integrityFailed, "The row of a stream is damaged.")
        }
        return StreamID(
            kind: kind, high: UInt64(bitPattern: select.integer(1)), low: UInt64(bitPattern: select.integer(2)))
    }
}
