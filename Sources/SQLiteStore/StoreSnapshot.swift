import EventLog
import GRDB
import Problems
import Replication

/// One state of the file as a reader sees it, with the dictionaries that name everything in it.
///
/// Law: what is read in one snapshot fits together; two snapshots may have commits between them.
struct StoreSnapshot {
    let db: GRDB.Database
    let dictionaries: Dictionaries

    /// Stands on a reader's transaction, which has no snapshot before it has read something; therefore the look comes first and the
    /// dictionaries after it.
    init(_ db: GRDB.Database, _ shared: SharedDictionaries) throws {
        let look = try RawStatement(db, "SELECT 1 FROM log LIMIT 1", isCached: true)
        _ = try look.step()
        look.reset()
        self.db = db
        dictionaries = shared.newest
    }

    /// Events of a log from a sequence on, with the hashes of parents outside.
    func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) throws -> Segment {
        guard let index = dictionaries.index(of: log), first <= Position.sequenceMax else {
            return Segment(events: [], outside: [:])
        }
        var reading = SegmentReading(db, dictionaries)
        let select = try RawStatement(
            db, "SELECT position, record FROM event WHERE position BETWEEN ?1 AND ?2 ORDER BY position LIMIT ?3",
            isCached: true)
        select.bind(1, Position(log: index, sequence: first).bits)
        select.bind(2, Position(log: index + 1, sequence: 0).bits - 1)
        select.bind(3, eventsMax)
        // A statement that is left in the middle would keep its connection at an old state of the file.
        defer { select.reset() }
        while try select.step() {
            let position = Position(bits: select.integer(0))
            guard reading.events.isEmpty || reading.bytes + select.bytes(1).count <= bytesMax else { break }
            try reading.append(select.bytes(1), at: position)
        }
        return try reading.segment()
    }

    /// Shows each row of a log in its order, which is valid until the next.
    func eachRow(of log: LogID, _ body: (Position, UnsafeRawBufferPointer) throws -> Void) throws {
        guard let index = dictionaries.index(of: log) else { return }
        let select = try RawStatement(db, "SELECT position, record FROM event WHERE position BETWEEN ?1 AND ?2 ORDER BY position")
        select.bind(1, Position(log: index, sequence: 0).bits)
        select.bind(2, Position(log: index + 1, sequence: 0).bits - 1)
        while try select.step() { try body(Position(bits: select.integer(0)), select.bytes(1)) }
    }

    /// Events at places, in the order given.
    func segment(at positions: [Position]) throws -> Segment {
        var reading = SegmentReading(db, dictionaries)
        try reading.append(positions)
        return try reading.segment()
    }

    /// The hash of a held event.
    func hash(of id: EventID) throws -> EventHash? {
        guard let log = dictionaries.index(of: id.log), id.sequence <= Position.sequenceMax else { return nil }
        let select = try RawStatement(db, "SELECT record FROM event WHERE position=?1", isCached: true)
        select.bind(1, Position(log: log, sequence: id.sequence).bits)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return try EventRecord.hash(select.bytes(0))
    }

    /// Every log held, in order of id.
    func logs() throws -> [LogEntry] { try StoreTables.dictionaries(db).1.sorted { $0.log < $1.log } }

    /// The events of a stream, in order of arrival.
    func events(of stream: StreamID) throws -> [HashedEvent] {
        let select = try RawStatement(
            db, "SELECT s.events FROM stream_id i JOIN stream s ON s.idx=i.idx WHERE i.kind=?1 AND i.high=?2 AND i.low=?3",
            isCached: true)
        select.bind(stream)
        guard try select.step() else { return [] }
        let positions = try PositionList.read(select.bytes(0))
        select.reset()
        var reading = SegmentReading(db, dictionaries)
        try reading.append(positions)
        return reading.events
    }

    /// Digest of each case, in order of case.
    func caseDigests() throws -> [(stream: StreamID, digest: EventHash)] {
        let select = try RawStatement(db, "SELECT kind, high, low, digest FROM stream WHERE digest IS NOT NULL")
        var rows: [(stream: StreamID, digest: EventHash)] = []
        while try select.step() {
            guard let kind = StreamKind(rawValue: UInt8(truncatingIfNeeded: select.integer(0))) else {
                throw Problem(.integrityFailed, "The row of a stream is damaged.")
            }
            let stream = StreamID(
                kind: kind, high: UInt64(bitPattern: select.integer(1)), low: UInt64(bitPattern: select.integer(2)))
            rows.append((stream, try EventRecord.hash(select.bytes(3))))
        }
        return rows.sorted { $0.stream < $1.stream }
    }

    /// What SQLite finds wrong with the file's pages; nil for nothing.
    func structureFault() throws -> String? {
        let found = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
        return found == "ok" ? nil : found
    }

    /// What all cases come to.
    func sum() throws -> StateSum { try StoreTables.sum(db) }
}

extension StoreFile {
    /// Reads one state of the file: the last commit's.
    func snapshot<T>(_ body: (StoreSnapshot) throws -> T) throws(Problem) -> T {
        try database.read { db in try body(StoreSnapshot(db, dictionaries)) }
    }
}
