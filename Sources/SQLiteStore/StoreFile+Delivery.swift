public import EventLog
import GRDB
public import Problems

/// The way of messages to their targets: the order within a history is kept, and no history waits for another.
extension StoreFile {
    private static let columns =
        "m.idx, m.target, s.kind, s.high, s.low, m.key, m.subject, m.body, m.made, m.state, m.attempts, m.due, m.reason, m.ordinal"

    /// The first message of each history that is still to go to a target and may be tried now, in the order in which they were made.
    public func dueMessages(for target: String, now: Instant, limit: Int) throws(Problem) -> [OutboundMessage] {
        try messages(
            """
            SELECT \(Self.columns) FROM outbound_message m JOIN stream s ON s.idx=m.stream WHERE m.idx IN \
            (SELECT min(idx) FROM outbound_message WHERE target=?1 AND state<2 GROUP BY stream) \
            AND m.state=0 AND m.due<=?2 ORDER BY m.idx LIMIT ?3
            """
        ) {
            $0.bind(1, target)
            $0.bind(2, now.milliseconds)
            $0.bind(3, limit)
        }
    }

    /// When the next message of a target may be tried; nil where none waits.
    public func nextDue(for target: String) throws(Problem) -> Instant? {
        try database.read { db in
            let row = try RawStatement(
                db,
                """
                SELECT min(due) FROM outbound_message WHERE state=0 AND idx IN \
                (SELECT min(idx) FROM outbound_message WHERE target=?1 AND state<2 GROUP BY stream)
                """, isCached: true)
            row.bind(1, target)
            defer { row.reset() }
            guard try row.step(), !row.isNull(0) else { return nil }
            return Instant(milliseconds: row.integer(0))
        }
    }

    /// Messages that are not there yet, oldest first: of one target or of all.
    public func openMessages(for target: String?, limit: Int) throws(Problem) -> [OutboundMessage] {
        try messages(
            """
            SELECT \(Self.columns) FROM outbound_message m JOIN stream s ON s.idx=m.stream \
            WHERE m.state<2 AND (?1 IS NULL OR m.target=?1) ORDER BY m.idx LIMIT ?2
            """
        ) {
            if let target { $0.bind(1, target) } else { $0.bindNull(1) }
            $0.bind(2, limit)
        }
    }

    /// Histories of which something is held back from a target, with the reason.
    public func heldBack(for target: String, limit: Int) throws(Problem) -> [(stream: StreamID, reason: String)] {
        try database.read { db in
            let rows = try RawStatement(
                db,
                """
                SELECT s.kind, s.high, s.low, t.meaning FROM outbound_told t JOIN stream s ON s.idx=t.stream \
                WHERE t.target=?1 AND t.subject='\(OutboundSubject.held)' ORDER BY t.stream LIMIT ?2
                """)
            rows.bind(1, target)
            rows.bind(2, limit)
            var held: [(stream: StreamID, reason: String)] = []
            while try rows.step() {
                if let stream = rows.streamID { held.append((stream, rows.text(3))) }
            }
            return held
        }
    }

    /// How much of a target's messages is where.
    public func outboundCounts(for target: String) throws(Problem) -> OutboundCounts {
        try database.read { db in
            var counts = OutboundCounts()
            let rows = try RawStatement(
                db,
                "SELECT state, count(*), min(made) FROM outbound_message WHERE target=?1 AND state<2 GROUP BY state",
                isCached: true)
            rows.bind(1, target)
            while try rows.step() {
                if rows.integer(0) == 0 { counts.waiting = Int(rows.integer(1)) } else { counts.parked = Int(rows.integer(1)) }
                let made = Instant(milliseconds: rows.integer(2))
                counts.oldest = min(counts.oldest ?? made, made)
            }
            rows.reset()
            counts.changes = try Self.count("outbound_change WHERE target=?1", target, db)
            counts.held = try Self.count("outbound_told WHERE target=?1 AND subject='\(OutboundSubject.held)'", target, db)
            return counts
        }
    }

    private static func count(_ what: String, _ target: String, _ db: GRDB.Database) throws -> Int {
        let row = try RawStatement(db, "SELECT count(*) FROM \(what)", isCached: true)
        row.bind(1, target)
        defer { row.reset() }
        return try row.step() ? Int(row.integer(0)) : 0
    }

    /// Notes what became of a try. A message that was taken or dropped meanwhile stays so.
    ///
    /// - Throws: a fault of the store; the message is as it was then.
    public func note(
        _ message: OutboundMessage, _ state: OutboundMessage.State, reason: String, due: Instant = Instant(milliseconds: 0)
    ) async throws(Problem) {
        do {
            try await writeAsync { writer in
                let update = try RawStatement(
                    writer.db,
                    "UPDATE outbound_message SET state=?1, attempts=attempts+1, due=?2, reason=?3 WHERE idx=?4 AND state<2",
                    isCached: true)
                update.bind(1, state.rawValue)
                update.bind(2, due.milliseconds)
                update.bind(3, reason)
                update.bind(4, message.number)
                try update.run()
                guard state == .sent else { return }
                let trim = try RawStatement(
                    writer.db,
                    "DELETE FROM outbound_message WHERE idx IN (SELECT idx FROM outbound_message WHERE state>1 AND made<?1 LIMIT 8)",
                    isCached: true)
                trim.bind(1, message.made.milliseconds - OutboundLimits.keptMilliseconds)
                try trim.run()
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }

    /// Lets messages of a target go once more, as they were: those that were taken since a moment, or those that are parked.
    ///
    /// - Returns: how many.
    public func sendAgain(_ target: String, takenSince moment: Instant?) async throws(Problem) -> Int {
        try await change(target, moment == nil ? "state=1" : "state=2 AND made>=?2", to: .waiting, reason: "", moment)
    }

    /// Decides that a message which waits or is parked is not to go.
    ///
    /// - Returns: whether there was one.
    public func drop(_ target: String, number: Int64, reason: String) async throws(Problem) -> Bool {
        try await change(
            target, "state<2 AND idx=?2", to: .dropped, reason: reason, Instant(milliseconds: number)) > 0
    }

    private func change(
        _ target: String, _ which: String, to state: OutboundMessage.State, reason: String, _ bound: Instant?
    ) async throws(Problem) -> Int {
        do {
            return try await writeAsync { writer in
                try Self.requireTarget(target, writer)
                let update = try RawStatement(
                    writer.db,
                    "UPDATE outbound_message SET state=?3, due=0, reason=?4 WHERE target=?1 AND \(which) AND ?2=?2")
                update.bind(1, target)
                update.bind(2, bound?.milliseconds ?? 0)
                update.bind(3, state.rawValue)
                update.bind(4, reason)
                try update.run()
                return writer.db.changesCount
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }

    private func messages(_ sql: String, _ bind: (RawStatement) -> Void) throws(Problem) -> [OutboundMessage] {
        try database.read { db in
            let rows = try RawStatement(db, sql, isCached: true)
            bind(rows)
            defer { rows.reset() }
            var messages: [OutboundMessage] = []
            while try rows.step() {
                guard let stream = Self.stream(rows, from: 2), let state = OutboundMessage.State(rawValue: rows.integer(9)) else {
                    throw Problem(.integrityFailed, "The row of a message is damaged.")
                }
                messages.append(
                    OutboundMessage(
                        number: rows.integer(0), target: rows.text(1), ordinal: rows.integer(13), stream: stream,
                        key: rows.text(5), subject: rows.text(6),
                        body: rows.array(7), made: Instant(milliseconds: rows.integer(8)), state: state,
                        attempts: Int(rows.integer(10)), due: Instant(milliseconds: rows.integer(11)), reason: rows.text(12)))
            }
            return messages
        }
    }

    private static func stream(_ rows: RawStatement, from column: CInt) -> StreamID? {
        StreamKind(rawValue: UInt8(truncatingIfNeeded: rows.integer(column))).map {
            StreamID(
                kind: $0, high: UInt64(bitPattern: rows.integer(column + 1)), low: UInt64(bitPattern: rows.integer(column + 2)))
        }
    }
}

/// Subjects with a meaning of their own.
public enum OutboundSubject {
    /// Why something of a history is held back.
    public static let held = "held"
}
