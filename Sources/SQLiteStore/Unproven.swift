public import EventLog
import GRDB
public import Problems

/// How many events of another site's log a site was given that were not shown yet to be in a log that their own site signed.
///
/// The hub alone says what another site recorded until then; once it is shown, nobody else can have made it up.
public struct Unproven: Sendable {
    /// The log.
    public let log: LogID
    /// How many of its events wait.
    public let count: Int
}

extension StoreWriter {
    /// Notes that an event of another site came; what a hub says itself its own seal vouches for.
    func noteUnproven(_ position: Position, of site: SiteID) throws {
        guard site.text != "hub" else { return }
        let insert = try RawStatement(db, "INSERT OR IGNORE INTO unproven(position, noted) VALUES(?1, ?2)", isCached: true)
        insert.bind(1, position.bits)
        insert.bind(2, clock?().milliseconds ?? 0)
        try insert.run()
    }
}

extension SQLiteSiteStore {
    private static func key(_ log: LogID) -> String { "proven/\(log)" }

    /// The logs of which events wait to be shown, in order of id.
    public func unproven() throws(Problem) -> [Unproven] {
        try file.snapshot { snapshot in
            let select = try RawStatement(
                snapshot.db, "SELECT position>>?1, count(*) FROM unproven GROUP BY position>>?1", isCached: true)
            select.bind(1, Position.sequenceBits)
            var found: [Unproven] = []
            while try select.step() {
                let log = Int(select.integer(0))
                guard log < snapshot.dictionaries.logs.count else { continue }
                found.append(Unproven(log: snapshot.dictionaries.logs[log], count: Int(select.integer(1))))
            }
            return found.sorted { $0.log < $1.log }
        }
    }

    /// Since when the longest of those events of a log waits that lie beyond a sequence; nil for none.
    public func unprovenSince(of log: LogID, beyond sequence: UInt64) throws(Problem) -> Instant? {
        try file.snapshot { snapshot in
            guard let index = snapshot.dictionaries.index(of: log) else { return nil }
            let select = try RawStatement(
                snapshot.db, "SELECT min(noted) FROM unproven WHERE position>?1 AND position<?2", isCached: true)
            select.bind(1, Position(log: index, sequence: sequence).bits)
            select.bind(2, Position(log: index + 1, sequence: 0).bits)
            defer { select.reset() }
            guard try select.step(), !select.isNull(0) else { return nil }
            return Instant(milliseconds: select.integer(0))
        }
    }

    /// Whether every event of a log up to the highest one that is held is held.
    public func holdsWhole(_ log: LogID) throws(Problem) -> Bool {
        try file.readLogs().contains { $0.log == log && $0.held == $0.head }
    }

    /// Events of a log that wait, after one sequence and up to another, the lowest first.
    public func unproven(of log: LogID, after first: UInt64 = 0, through sequence: UInt64, limit: Int) throws(Problem) -> [(
        id: EventID, hash: EventHash
    )] {
        try hashes(
            "SELECT e.position, e.record FROM unproven u JOIN event e ON e.position=u.position WHERE u.position>?1 AND u.position<=?2",
            of: log, after: first, through: sequence, limit: limit)
    }

    /// Events of a log that are held, after one sequence and up to another, the lowest first.
    public func held(
        of log: LogID, after first: UInt64, through last: UInt64, limit: Int
    ) throws(Problem) -> [(id: EventID, hash: EventHash)] {
        try hashes(
            "SELECT e.position, e.record FROM event e WHERE e.position>?1 AND e.position<=?2", of: log, after: first,
            through: last,
            limit: limit)
    }

    private func hashes(
        _ sql: String, of log: LogID, after first: UInt64, through last: UInt64, limit: Int
    ) throws(Problem) -> [(id: EventID, hash: EventHash)] {
        try file.snapshot { snapshot in
            guard let index = snapshot.dictionaries.index(of: log) else { return [] }
            let select = try RawStatement(snapshot.db, sql + " ORDER BY e.position LIMIT ?3", isCached: true)
            select.bind(1, Position(log: index, sequence: first).bits)
            select.bind(2, Position(log: index, sequence: min(last, Position.sequenceMax)).bits)
            select.bind(3, limit)
            var found: [(EventID, EventHash)] = []
            while try select.step() {
                let id = EventID(log: log, sequence: Position(bits: select.integer(0)).sequence)
                found.append((id, try EventRecord.hash(select.bytes(1))))
            }
            return found
        }
    }

    /// The tree over the first events of a log up to which all are held and were shown; the empty one where nothing was.
    public func provenTree(of log: LogID) throws(Problem) -> MerkleFrontier {
        try file.meta(Self.key(log)).flatMap(StoreTables.tree) ?? MerkleFrontier()
    }

    /// Notes that all events of a log up to a tree's size were shown.
    public func proved(_ log: LogID, _ tree: MerkleFrontier) throws(Problem) {
        do {
            try file.write { writer in
                guard let index = writer.dictionaries.index(of: log) else { return }
                try SiteMeta.set(Self.key(log), StoreTables.treeBytes(tree), writer)
                let delete = try RawStatement(
                    writer.db, "DELETE FROM unproven WHERE position>?1 AND position<=?2", isCached: true)
                delete.bind(1, Position(log: index, sequence: 0).bits)
                delete.bind(2, Position(log: index, sequence: tree.size).bits)
                try delete.run()
            }
        } catch { throw Self.problem(error) }
    }

    /// Notes that some events were shown.
    public func proved(_ ids: [EventID]) throws(Problem) {
        guard !ids.isEmpty else { return }
        do {
            try file.write { writer in
                let delete = try RawStatement(writer.db, "DELETE FROM unproven WHERE position=?1", isCached: true)
                for id in ids {
                    guard let position = writer.position(of: id) else { continue }
                    delete.bind(1, position.bits)
                    try delete.run()
                }
            }
        } catch { throw Self.problem(error) }
    }
}
