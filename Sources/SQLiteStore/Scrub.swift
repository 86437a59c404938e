public import EventLog
import GRDB
public import Problems
public import Replication

/// What a look at a stretch of rows found.
public struct ScrubResult: Sendable {
    /// Events whose rows are not what was recorded.
    public let damaged: [EventID]
    /// How many rows were looked at.
    public let count: Int
    /// Where the next look begins; nil at the end.
    public let next: Int64?
}

/// Where a walk through all rows is: some rows a round, then a rest. Pure.
public struct ScrubWalk: Sendable {
    /// How many rows are looked at in a round: some milliseconds of work.
    public static let rowsMax = 500
    /// How long rows are left alone after the last was looked at, in milliseconds.
    public static let restMilliseconds: Int64 = 60 * 60 * 1000

    private var place: Int64 = -1
    private var rested: Instant

    /// A walk that begins at once.
    public init(now: Instant) { rested = now }

    /// After which place the next round looks; nil while the walk rests.
    public func next(now: Instant) -> Int64? { now >= rested ? place : nil }

    /// Notes what a round has come to.
    public mutating func looked(_ result: ScrubResult, now: Instant) {
        place = result.next ?? -1
        if result.next == nil { rested = now.advanced(byMilliseconds: Self.restMilliseconds) }
    }
}

extension StoreFile {
    /// Recomputes the hashes of rows after a place. SQLite keeps no checksum of a page, so that a flipped bit is found by nothing else.
    ///
    /// - Throws: a fault of the file itself, where not even its rows can be read.
    public func scrub(after place: Int64, limit: Int) throws(Problem) -> ScrubResult {
        try database.read { db in
            let snapshot = try StoreSnapshot(db, dictionaries)
            let rows = try RawStatement(db, "SELECT position, record FROM event WHERE position>?1 ORDER BY position LIMIT ?2")
            rows.bind(1, place)
            rows.bind(2, limit)
            var (damaged, count, last): ([EventID], Int, Int64) = ([], 0, place)
            var scratch: [UInt8] = []
            while try rows.step() {
                last = rows.integer(0)
                count += 1
                let position = Position(bits: last)
                guard position.log < snapshot.dictionaries.logs.count else { throw EventRecord.damaged(position) }
                guard !snapshot.isReadable(rows.bytes(1), at: position, &scratch) else { continue }
                damaged.append(EventID(log: snapshot.dictionaries.logs[position.log], sequence: position.sequence))
            }
            return ScrubResult(damaged: damaged, count: count, next: count < limit ? nil : last)
        }
    }

    /// Every event whose row is not what was recorded.
    public func scrubAll() throws(Problem) -> [EventID] {
        var damaged: [EventID] = []
        var place: Int64? = -1
        while let from = place {
            let result = try scrub(after: from, limit: 4096)
            damaged += result.damaged
            place = result.next
        }
        return damaged
    }

    /// Puts whole events in the place of damaged rows: only the event that was recorded there, known by what is left of its row.
    ///
    /// - Returns: the events that were put right.
    public func repair(with segment: Segment) throws(Problem) -> [EventID] {
        do { return try write { try $0.repair(with: segment) } } catch { throw SQLiteSiteStore.problem(error) }
    }
}

extension StoreSnapshot {
    /// Whether a row gives an event with the hash that stands before it.
    ///
    /// - Throws: what makes the row, or one that it names, no row at all.
    func isWhole(_ record: UnsafeRawBufferPointer, at position: Position, _ scratch: inout [UInt8]) throws -> Bool {
        var reading = SegmentReading(db, dictionaries)
        try reading.append(record, at: position)
        let segment = try reading.segment()
        guard let event = segment.events.first else { return false }
        let parents = event.event.parents.compactMap { segment.hash(of: $0, namedBy: event.id) }
        return parents.count == event.event.parents.count
            && CanonicalEvent.hash(event.event, parentHashes: parents, scratch: &scratch) == event.hash
    }

    /// As `isWhole`, where a row that cannot even be read is damaged.
    fileprivate func isReadable(_ record: UnsafeRawBufferPointer, at position: Position, _ scratch: inout [UInt8]) -> Bool {
        (try? isWhole(record, at: position, &scratch)) ?? false  // why it cannot be read does not matter here
    }

    /// Events of some that are held and whole, and that a site may have: its own, and those of histories that it takes part in.
    func events(_ ids: [EventID], for site: SiteID?) throws -> Segment {
        var positions: [Position] = []
        var scratch: [UInt8] = []
        for id in ids.sorted() {
            guard let log = dictionaries.index(of: id.log), id.sequence <= Position.sequenceMax else { continue }
            let position = Position(log: log, sequence: id.sequence)
            let row = try RawStatement(db, "SELECT record FROM event WHERE position=?1")
            row.bind(1, position.bits)
            guard try row.step(), isReadable(row.bytes(0), at: position, &scratch) else { continue }
            guard try site.map({ try mayHave($0, id, stream: EventRecord.stream(row.bytes(0))) }) ?? true else { continue }
            positions.append(position)
        }
        return try segment(at: positions)
    }

    private func mayHave(_ site: SiteID, _ id: EventID, stream: Int) throws -> Bool {
        guard id.log.site != site else { return true }
        let row = try RawStatement(db, "SELECT idx, all_cases FROM site WHERE id=?1")
        row.bind(1, site.text)
        guard try row.step() else { return false }
        guard row.integer(1) == 0 else { return true }
        let members = try RawStatement(db, "SELECT members FROM stream WHERE idx=?1")
        members.bind(1, stream)
        guard try members.step() else { return false }
        return try PositionList.read(members.bytes(0)).contains { $0.bits == row.integer(0) }
    }
}

extension StoreFile {
    /// Events of some that are held and whole; for a site only those that it may have.
    public func wholeEvents(_ ids: [EventID], for site: SiteID? = nil) throws(Problem) -> Segment {
        try snapshot { try $0.events(ids, for: site) }
    }
}

extension StoreWriter {
    /// See `StoreFile.repair`.
    func repair(with segment: Segment) throws -> [EventID] {
        var mended: [EventID] = []
        var streams: [StreamID] = []
        for event in segment.events where try mend(event) {
            mended.append(event.id)
            streams.append(event.event.stream)
        }
        guard !mended.isEmpty else { return [] }
        // What was folded from a damaged row is folded anew.
        forgetStreams()
        for stream in Set(streams).sorted() {
            guard let record = try? self.stream(stream) else { continue }  // another of its rows is damaged still: its turn comes
            record.unfold()
            touch(record)
        }
        return mended
    }

    private func mend(_ event: HashedEvent) throws -> Bool {
        guard let position = position(of: event.id), let kind = dictionaries.index(of: event.event.kind),
            let actor = dictionaries.index(of: event.event.actor), let stream = try streamIndex(event.event.stream)
        else { return false }
        var parents: [Position] = []
        for parent in event.event.parents {
            guard let log = dictionaries.index(of: parent.log) else { return false }
            parents.append(Position(log: log, sequence: parent.sequence))
        }
        var whole: [UInt8] = []
        EventRecord.append(event, position: position, stream: stream, kind: kind, actor: actor, parents: parents, to: &whole)
        statements.selectEvent.bind(1, position.bits)
        guard try statements.selectEvent.step() else { return false }
        let held = statements.selectEvent.array(0)
        statements.selectEvent.reset()
        // The hash before the content or the content after it must be left: both together name one event.
        guard held != whole, held.prefix(32) == whole.prefix(32) || held.dropFirst(32) == whole.dropFirst(32) else {
            return false
        }
        let update = try RawStatement(db, "UPDATE event SET record=?1 WHERE position=?2")
        update.bind(1, whole)
        update.bind(2, position.bits)
        try update.run()
        return true
    }

    private func streamIndex(_ id: StreamID) throws -> Int? {
        let select = try RawStatement(db, "SELECT idx FROM stream_id WHERE kind=?1 AND high=?2 AND low=?3")
        select.bind(id)
        guard try select.step() else { return nil }
        return Int(select.integer(0))
    }
}
