public import EventLog
import GRDB
public import Problems

/// What targets are to be told: made from histories that changed, kept until it was taken, in the order in which it was made.
extension StoreFile {
    /// Histories that changed for a target since somebody looked, at most as many as asked for; none while too much waits for it.
    public func outboundChanges(for target: String, limit: Int) throws(Problem) -> [OutboundChange] {
        try database.read { db in
            guard try Self.waiting(target, db) < OutboundLimits.waitingMax else { return [] }
            let rows = try RawStatement(
                db,
                """
                SELECT s.kind, s.high, s.low, c.stream, c.events FROM outbound_change c JOIN stream s ON s.idx=c.stream \
                WHERE c.target=?1 ORDER BY c.stream LIMIT ?2
                """, isCached: true)
            rows.bind(1, target)
            rows.bind(2, limit)
            defer { rows.reset() }
            var changes: [OutboundChange] = []
            while try rows.step() {
                guard let stream = rows.streamID else { continue }
                changes.append(OutboundChange(stream: stream, index: Int(rows.integer(3)), events: Int(rows.integer(4))))
            }
            return changes
        }
    }

    private static func waiting(_ target: String, _ db: GRDB.Database) throws -> Int {
        let count = try RawStatement(
            db, "SELECT count(*) FROM (SELECT 1 FROM outbound_message WHERE target=?1 AND state<2 LIMIT ?2)", isCached: true)
        count.bind(1, target)
        count.bind(2, OutboundLimits.waitingMax)
        defer { count.reset() }
        return try count.step() ? Int(count.integer(0)) : 0
    }

    /// What a target was told of a history, by subject. Under the empty subject stands how many of its events were there when the target
    /// was added.
    public func outboundTold(_ target: String, of change: OutboundChange) throws(Problem) -> [String: OutboundTold] {
        try database.read { db in
            let rows = try RawStatement(
                db, "SELECT subject, meaning, count FROM outbound_told WHERE target=?1 AND stream=?2", isCached: true)
            rows.bind(1, target)
            rows.bind(2, change.index)
            defer { rows.reset() }
            var told: [String: OutboundTold] = [:]
            while try rows.step() {
                told[rows.text(0)] = OutboundTold(meaning: rows.text(1), count: Int(rows.integer(2)))
            }
            return told
        }
    }

    /// Keeps messages together with what the target counts as told by them; a change is done with, unless its history changed again. One
    /// commit: a message is never made twice and never forgotten.
    ///
    /// - Parameter told: subjects of which something new was told, or with nil those to forget.
    /// - Throws: a fault of the store; nothing was changed then.
    public func keep(
        _ drafts: [OutboundDraft], told: [String: OutboundTold?], for target: String, of change: OutboundChange, now: Instant
    ) async throws(Problem) {
        do {
            try await writeAsync { writer in
                try Self.requireTarget(target, writer)
                try Self.insert(drafts, target, change, now, writer.db)
                try Self.write(told, target, change, writer.db)
                let delete = try RawStatement(
                    writer.db, "DELETE FROM outbound_change WHERE target=?1 AND stream=?2 AND events=?3", isCached: true)
                delete.bind(1, target)
                delete.bind(2, change.index)
                delete.bind(3, change.events)
                try delete.run()
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }

    private static func insert(
        _ drafts: [OutboundDraft], _ target: String, _ change: OutboundChange, _ now: Instant, _ db: GRDB.Database
    ) throws {
        let insert = try RawStatement(
            db,
            """
            INSERT OR IGNORE INTO outbound_message(target, stream, ordinal, key, subject, body, made, state, attempts, due, reason) \
            VALUES(?1, ?2, (SELECT made+1 FROM outbound_target WHERE name=?1), ?3, ?4, ?5, ?6, 0, 0, 0, '')
            """, isCached: true)
        let count = try RawStatement(db, "UPDATE outbound_target SET made=made+1 WHERE name=?1", isCached: true)
        for draft in drafts {
            insert.bind(1, target)
            insert.bind(2, change.index)
            insert.bind(3, draft.key)
            insert.bind(4, draft.subject)
            insert.bind(5, draft.body)
            insert.bind(6, now.milliseconds)
            try insert.run()
            guard db.changesCount > 0 else { continue }
            count.bind(1, target)
            try count.run()
        }
    }

    private static func write(
        _ told: [String: OutboundTold?], _ target: String, _ change: OutboundChange, _ db: GRDB.Database
    ) throws {
        let note = try RawStatement(
            db, "INSERT OR REPLACE INTO outbound_told(target, stream, subject, meaning, count) VALUES(?1, ?2, ?3, ?4, ?5)",
            isCached: true)
        let forget = try RawStatement(
            db, "DELETE FROM outbound_told WHERE target=?1 AND stream=?2 AND subject=?3", isCached: true)
        for (subject, said) in told {
            let statement = said == nil ? forget : note
            statement.bind(1, target)
            statement.bind(2, change.index)
            statement.bind(3, subject)
            if let said {
                statement.bind(4, said.meaning)
                statement.bind(5, said.count)
            }
            try statement.run()
        }
    }
}
