import EventLog
import GRDB
public import Problems
public import Replication
public import Wire

/// Keeps the signed stretches of a site's feed. Small ones are joined: one signature over the end covers all before it.
enum StretchBook {
    private static let digestKey = "feedDigest"

    /// A stretch by its places.
    private struct Row {
        let generation: Generation
        let first: UInt64
        let before: EventHash
        let seal: FeedSeal
        let positions: [Position]
    }

    /// Checks a page before anything of it is stored; `previous` is the cursor before it.
    ///
    /// - Throws: `BAD_SIGNATURE` where the hub's signature does not fit what came.
    private static func check(
        _ page: Segment, after previous: FeedCursor?, cursor: FeedCursor, _ place: SealedPlace, site: SiteID,
        _ writer: StoreWriter
    ) throws -> SealedPlace.Checked? {
        var known: (digest: EventHash, position: UInt64)?
        if let held = try SiteMeta.get(digestKey, writer), held.count == 40, let digest = EventHash(bytes: held[..<32]) {
            known = (digest, held[32...].reduce(0) { $0 << 8 | UInt64($1) })
        }
        do { return try place.check(page, after: previous, cursor: cursor, known: known, site: site) } catch {
            throw Refused(error: error)
        }
    }

    /// Stores a page whose place holds, and its place with it.
    static func store(
        _ page: Segment, cursor: FeedCursor, _ place: SealedPlace, site: SiteID, _ writer: StoreWriter
    ) throws -> Int {
        let previous = try SiteMeta.get("cursor", writer).flatMap { FeedCursor(String(decoding: $0, as: UTF8.self)) }
        let checked = try check(page, after: previous, cursor: cursor, place, site: site, writer)
        let count = try SiteMeta.store(page, cursor: cursor, writer)
        if let checked { try keep(page, checked, place.seal, cursor: cursor, writer) }
        return count
    }

    private static func keep(
        _ page: Segment, _ place: SealedPlace.Checked, _ seal: FeedSeal, cursor: FeedCursor, _ writer: StoreWriter
    ) throws {
        try SiteMeta.set(digestKey, place.after.bytes + bytes(cursor.position), writer)
        try keep(page, first: place.first, before: place.before, seal, cursor.generation, writer)
    }

    private static func bytes(_ position: UInt64) -> [UInt8] { withUnsafeBytes(of: position.bigEndian) { Array($0) } }

    private static func keep(
        _ page: Segment, first: UInt64, before: EventHash, _ seal: FeedSeal, _ generation: Generation, _ writer: StoreWriter
    ) throws {
        var stretch = (
            first: first, before: before, rows: seal.rows, positions: page.events.compactMap { writer.position(of: $0.id) }
        )
        if let last = try last(of: generation, writer), last.first + UInt64(last.positions.count) == first,
            Stretch.joins(page, after: last.positions.count)
        {
            stretch = (last.first, last.before, last.seal.rows + seal.rows, last.positions + stretch.positions)
        }
        let insert = try RawStatement(
            writer.db,
            "INSERT OR REPLACE INTO stretch(generation, first, before, rows, entries, signature) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
            isCached: true)
        insert.bind(1, generation.bits)
        insert.bind(2, stretch.first)
        insert.bind(3, stretch.before)
        insert.bind(4, PositionList.bytes(stretch.rows.map { Position(bits: Int64($0)) }))
        insert.bind(5, PositionList.bytes(stretch.positions))
        insert.bind(6, seal.signature)
        try insert.run()
    }

    private static func last(of generation: Generation, _ writer: StoreWriter) throws -> Row? {
        let select = try RawStatement(
            writer.db,
            """
            SELECT generation, first, before, rows, entries, signature FROM stretch WHERE generation=?1 ORDER BY first DESC LIMIT 1
            """, isCached: true)
        select.bind(1, generation.bits)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return try row(select)
    }

    static func stretch(_ select: RawStatement, _ logs: [LogID]) throws -> Stretch {
        let row = try row(select)
        return Stretch(
            generation: row.generation, first: row.first, before: row.before, seal: row.seal,
            ids: try row.positions.map { position in
                guard position.log < logs.count else { throw EventRecord.damaged(nil) }
                return EventID(log: logs[position.log], sequence: position.sequence)
            })
    }

    private static func row(_ row: RawStatement) throws -> Row {
        guard let before = EventHash(bytes: row.array(2)) else {
            throw Problem(.integrityFailed, "The row of a stretch of the feed is damaged.")
        }
        return Row(
            generation: Generation(bits: UInt64(bitPattern: row.integer(0))), first: UInt64(row.integer(1)), before: before,
            seal: FeedSeal(rows: try PositionList.read(row.bytes(3)).map { Int($0.bits) }, signature: row.array(5)),
            positions: try PositionList.read(row.bytes(4)))
    }
}

extension SQLiteSiteStore: StretchStore {
    /// Stretches that the hub gave out under other numberings than one, in order; at most a count, after the last of an earlier call.
    public func stretches(notOf generation: Generation, after last: Stretch?, limit: Int) throws(Problem) -> [Stretch] {
        try file.database.read { db in
            let select = try RawStatement(
                db,
                """
                SELECT generation, first, before, rows, entries, signature FROM stretch \
                WHERE generation<>?1 AND (generation, first)>(?2, ?3) ORDER BY generation, first LIMIT ?4
                """, isCached: true)
            select.bind(1, generation.bits)
            select.bind(2, last.map { Int64(bitPattern: $0.generation.bits) } ?? Int64.min)
            select.bind(3, last.map { Int64($0.first) } ?? -1)
            select.bind(4, limit)
            defer { select.reset() }
            let logs = try StoreSnapshot(db, file.dictionaries).dictionaries.logs
            var found: [Stretch] = []
            while try select.step() { found.append(try StretchBook.stretch(select, logs)) }
            return found
        }
    }

    /// The events of a stretch, in the feed's order.
    public func segment(of stretch: Stretch) throws(Problem) -> Segment {
        let dictionaries = file.dictionaries.newest
        return try file.readSegment(
            at: stretch.ids.compactMap { id in
                dictionaries.index(of: id.log).map { Position(log: $0, sequence: id.sequence) }
            })
    }

    /// Forgets what was given out under other numberings than one: the hub has it again.
    public func forgetStretches(notOf generation: Generation) throws(Problem) {
        do {
            try file.write { writer in
                let delete = try RawStatement(writer.db, "DELETE FROM stretch WHERE generation<>?1", isCached: true)
                delete.bind(1, generation.bits)
                try delete.run()
            }
        } catch { throw Self.problem(error) }
    }

    /// Stores a page and the cursor after it in one commit, keeping the hub's signature beside it.
    @discardableResult
    public func store(_ page: Segment, cursor: FeedCursor, sealed place: SealedPlace?) throws(Problem) -> Int {
        guard let place else { return try store(page, cursor: cursor) }
        try file.requireSpace(for: .replication)
        let site = site
        do {
            return try file.write { try StretchBook.store(page, cursor: cursor, place, site: site, $0) }
        } catch { throw Self.problem(error) }
    }

    /// As `store`, suspending instead of blocking.
    public func storeAsync(_ page: Segment, cursor: FeedCursor, sealed place: SealedPlace?) async throws(Problem) -> Int {
        guard let place else { return try await storeAsync(page, cursor: cursor) }
        try file.requireSpace(for: .replication)
        let site = site
        do {
            return try await file.writeAsync { try StretchBook.store(page, cursor: cursor, place, site: site, $0) }
        } catch { throw Self.problem(error) }
    }
}
