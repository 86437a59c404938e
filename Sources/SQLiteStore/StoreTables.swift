import EventLog
import GRDB
import Problems
import Replication

/// A log as its row holds it.
struct LogEntry {
    let log: LogID
    var head: UInt64 = 0
    /// How many of its events are held; a site holds only what it is entitled to of other sites' logs.
    var held: UInt64 = 0
    var hash = EventHash.zero
    /// Kept where the log is held whole: at the hub for all, at a site for its own.
    var tree = MerkleFrontier()
    var shared: UInt64 = 0
    var isQuarantined = false
    var checkpoint = ""
    var received: Int64 = 0

    var state: LogState { LogState(log: log, head: head, hash: hash, tree: tree) }
}

/// A site as the hub's row holds it, as far as feeds need it.
struct FeedSite {
    let index: Int
    let site: SiteID
    var hasAllCases: Bool
    var feedHead: UInt64
    var feedDigest: EventHash
}

/// Reads the small tables whole: they are what the writer keeps in memory.
enum StoreTables {
    static func dictionaries(_ db: GRDB.Database) throws -> (Dictionaries, [LogEntry]) {
        var dictionaries = Dictionaries()
        var entries: [LogEntry] = []
        let logs = try RawStatement(
            db,
            "SELECT site, incarnation, head, held, hash, tree, shared, quarantined, checkpoint, received FROM log ORDER BY idx")
        while try logs.step() {
            guard let site = SiteID(logs.text(0)), let hash = EventHash(bytes: logs.array(4)),
                let tree = tree(logs.array(5))
            else { throw Problem(.integrityFailed, "The row of a log is damaged.") }
            let log = LogID(site: site, incarnation: Incarnation(bits: UInt64(bitPattern: logs.integer(1))))
            dictionaries.append(log)
            entries.append(
                LogEntry(
                    log: log, head: UInt64(logs.integer(2)), held: UInt64(logs.integer(3)), hash: hash, tree: tree,
                    shared: UInt64(logs.integer(6)), isQuarantined: logs.integer(7) != 0, checkpoint: logs.text(8),
                    received: logs.integer(9)))
        }
        let names = try RawStatement(db, "SELECT text FROM name ORDER BY idx")
        while try names.step() { dictionaries.append(EventKind(names.text(0))) }
        let actors = try RawStatement(db, "SELECT person, role, site, assurance FROM actor ORDER BY idx")
        while try actors.step() {
            guard let site = SiteID(actors.text(2)),
                let assurance = Assurance(rawValue: UInt8(truncatingIfNeeded: actors.integer(3)))
            else { throw Problem(.integrityFailed, "The row of an actor is damaged.") }
            dictionaries.append(Actor(person: actors.text(0), role: actors.text(1), site: site, assurance: assurance))
        }
        return (dictionaries, entries)
    }

    static func sites(_ db: GRDB.Database) throws -> [FeedSite] {
        let rows = try RawStatement(db, "SELECT idx, id, all_cases, feed_head, feed_digest FROM site ORDER BY idx")
        var sites: [FeedSite] = []
        while try rows.step() {
            guard let site = SiteID(rows.text(1)), let digest = EventHash(bytes: rows.array(4)) else {
                throw Problem(.integrityFailed, "The row of a site is damaged.")
            }
            sites.append(
                FeedSite(
                    index: Int(rows.integer(0)), site: site, hasAllCases: rows.integer(2) != 0,
                    feedHead: UInt64(rows.integer(3)), feedDigest: digest))
        }
        return sites
    }

    /// Hashes of parents that are named but not held yet.
    static func parentHashes(_ db: GRDB.Database) throws -> [Position: EventHash] {
        let rows = try RawStatement(db, "SELECT position, hash FROM parent_hash")
        var hashes: [Position: EventHash] = [:]
        while try rows.step() { hashes[Position(bits: rows.integer(0))] = EventHash(bytes: rows.array(1)) }
        return hashes
    }

    /// What all cases come to; that of no case in a new file.
    static func sum(_ db: GRDB.Database) throws -> StateSum {
        let row = try RawStatement(db, "SELECT value FROM meta WHERE key=?1")
        row.bind(1, StateSum.key)
        guard try row.step() else { return StateSum() }
        guard let sum = StateSum(bytes: row.array(0)) else {
            throw Problem(.integrityFailed, "The row of what all cases come to is damaged.")
        }
        return sum
    }

    static func treeBytes(_ tree: MerkleFrontier) -> [UInt8] {
        var out: [UInt8] = []
        withUnsafeBytes(of: tree.size.bigEndian) { out.append(contentsOf: $0) }
        for peak in tree.peaks { peak.append(to: &out) }
        return out
    }

    static func tree(_ bytes: [UInt8]) -> MerkleFrontier? {
        guard bytes.count >= 8, (bytes.count - 8) % 32 == 0 else { return nil }
        let size = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        let peaks = stride(from: 8, to: bytes.count, by: 32).compactMap { EventHash(bytes: bytes[$0..<$0 + 32]) }
        return MerkleFrontier(size: size, peaks: peaks)
    }
}
