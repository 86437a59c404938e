public import Crypto
public import EventLog
import GRDB
public import Problems
public import Replication
public import Wire

/// A stretch of the feed that a site holds, with the hub's signature over its end: what the site can give back.
public struct Stretch: Sendable {
    /// The numbering that it belongs to.
    public let generation: Generation
    /// How many entries of the feed come before it.
    public let first: UInt64
    /// The feed's digest before it.
    public let before: EventHash
    /// Rows and signature.
    public let seal: FeedSeal
    let positions: [Position]

    /// How many entries it has.
    public var count: Int { positions.count }
    /// The place after it.
    public var position: UInt64 { first + UInt64(positions.count) }
}

/// What a page came with, to be kept beside it.
public struct SealedPlace: Sendable {
    let seal: FeedSeal
    let hubKey: Curve25519.Signing.PublicKey

    /// Takes a page's seal and the key that must have made it.
    public init(seal: FeedSeal, hubKey: Curve25519.Signing.PublicKey) {
        self.seal = seal
        self.hubKey = hubKey
    }
}

/// Keeps the signed stretches of a site's feed. Small ones are joined: one signature over the end covers all before it.
enum StretchBook {
    /// How many entries joined stretches have at most.
    static let joinedMax = 256
    private static let digestKey = "feedDigest"

    /// A page's place, checked: the digest before and after it.
    struct Checked {
        let first: UInt64
        let before: EventHash
        let after: EventHash
    }

    /// Checks a page before anything of it is stored; `previous` is the cursor before it. Nil where this store did not see all that
    /// came before, so that nothing can be checked or kept.
    ///
    /// - Throws: `BAD_SIGNATURE` where the hub's signature does not fit what came.
    static func check(
        _ page: Segment, after previous: FeedCursor?, cursor: FeedCursor, _ place: SealedPlace, site: SiteID,
        _ writer: StoreWriter
    ) throws -> Checked? {
        let count = UInt64(page.events.count)
        guard cursor.position >= count else {
            throw Refused(error: Problem(.malformed, "The cursor lies before the page's events."))
        }
        let first = cursor.position - count
        guard let before = try digest(at: first, after: previous, cursor.generation, writer) else { return nil }
        guard let after = place.seal.digest(after: before, entries: page.events.map(\.hash)),
            FeedDigest.prefix(after) == cursor.digest,
            place.seal.isSigned(
                site: site, generation: cursor.generation, position: cursor.position, digest: after, by: place.hubKey)
        else {
            throw Refused(
                error: Problem(
                    .badSignature, "The hub's signature does not fit the page that came with it.",
                    remedy: "Look at what lies between this site and the hub; nothing of the page was stored."))
        }
        return Checked(first: first, before: before, after: after)
    }

    /// Keeps a page that was checked and stored.
    static func keep(_ page: Segment, _ place: Checked, _ seal: FeedSeal, cursor: FeedCursor, _ writer: StoreWriter) throws {
        try SiteMeta.set(digestKey, place.after.bytes + bytes(cursor.position), writer)
        try keep(page, first: place.first, before: place.before, seal, cursor.generation, writer)
    }

    /// The digest before a page; nil where this store did not see all that came before.
    private static func digest(
        at first: UInt64, after previous: FeedCursor?, _ generation: Generation, _ writer: StoreWriter
    ) throws -> EventHash? {
        guard first > 0 else { return .zero }
        guard previous?.generation == generation, previous?.position == first, let held = try SiteMeta.get(digestKey, writer),
            held.count == 40, Array(held[32...]) == bytes(first)
        else { return nil }
        return EventHash(bytes: held[..<32])
    }

    private static func bytes(_ position: UInt64) -> [UInt8] { withUnsafeBytes(of: position.bigEndian) { Array($0) } }

    private static func keep(
        _ page: Segment, first: UInt64, before: EventHash, _ seal: FeedSeal, _ generation: Generation, _ writer: StoreWriter
    ) throws {
        var stretch = (
            first: first, before: before, rows: seal.rows, positions: page.events.compactMap { writer.position(of: $0.id) }
        )
        if page.events.count < joinedMax, let last = try last(of: generation, writer), last.position == first,
            last.count + page.events.count <= joinedMax
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

    private static func last(of generation: Generation, _ writer: StoreWriter) throws -> Stretch? {
        let select = try RawStatement(
            writer.db,
            """
            SELECT generation, first, before, rows, entries, signature FROM stretch WHERE generation=?1 ORDER BY first DESC LIMIT 1
            """, isCached: true)
        select.bind(1, generation.bits)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return try stretch(select)
    }

    static func stretch(_ row: RawStatement) throws -> Stretch {
        guard let before = EventHash(bytes: row.array(2)) else {
            throw Problem(.integrityFailed, "The row of a stretch of the feed is damaged.")
        }
        return Stretch(
            generation: Generation(bits: UInt64(bitPattern: row.integer(0))), first: UInt64(row.integer(1)), before: before,
            seal: FeedSeal(rows: try PositionList.read(row.bytes(3)).map { Int($0.bits) }, signature: row.array(5)),
            positions: try PositionList.read(row.bytes(4)))
    }
}

extension SQLiteSiteStore {
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
            var found: [Stretch] = []
            while try select.step() { found.append(try StretchBook.stretch(select)) }
            return found
        }
    }

    /// The events of a stretch, by id.
    public func ids(of stretch: Stretch) throws(Problem) -> [EventID] {
        let logs = file.dictionaries.newest.logs
        return stretch.positions.filter { $0.log < logs.count }.map { EventID(log: logs[$0.log], sequence: $0.sequence) }
    }

    /// The events of a stretch, in the feed's order.
    public func segment(of stretch: Stretch) throws(Problem) -> Segment { try file.readSegment(at: stretch.positions) }

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

    /// As `storeAsync` without a seal, keeping the hub's signature beside the page.
    public func storeAsync(_ page: Segment, cursor: FeedCursor, sealed place: SealedPlace?) async throws(Problem) -> Int {
        guard let place else { return try await storeAsync(page, cursor: cursor) }
        try file.requireSpace(for: .replication)
        let site = site
        do {
            return try await file.writeAsync { writer in
                let previous = try SiteMeta.get("cursor", writer).flatMap { FeedCursor(String(decoding: $0, as: UTF8.self)) }
                let checked = try StretchBook.check(
                    page, after: previous, cursor: cursor, place, site: site, writer)
                let count = try SiteMeta.store(page, cursor: cursor, writer)
                if let checked { try StretchBook.keep(page, checked, place.seal, cursor: cursor, writer) }
                return count
            }
        } catch { throw Self.problem(error) }
    }
}
