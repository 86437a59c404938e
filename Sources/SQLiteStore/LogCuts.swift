public import EventLog
import GRDB
public import Problems
public import Replication

/// Events that keep their place in their log and count nowhere, by what the registry of sites says of the log: kept aside while a site is
/// suspended, let in in order when that ends, taken out again where the site was revoked from before they came.
extension StoreWriter {
    /// Lets in, in the order of the log, what came while its site was suspended.
    func admitHeld(_ log: Int) throws {
        var held: [Position] = []
        let select = try RawStatement(
            db, "SELECT position FROM aside WHERE position>?1 AND position<=?2 AND code=?3 ORDER BY position", isCached: true)
        select.bind(1, Position(log: log, sequence: 0).bits)
        select.bind(2, Position(log: log, sequence: logs[log].head).bits)
        select.bind(3, ProblemCode.siteSuspended.rawValue)
        while try select.step() { held.append(Position(bits: select.integer(0))) }
        guard !held.isEmpty else { return }
        let delete = try RawStatement(db, "DELETE FROM aside WHERE position=?1", isCached: true)
        for position in held {
            delete.bind(1, position.bits)
            try delete.run()
            try admit(position)
        }
    }

    /// Puts a stored event into its stream and into the feeds, as if it came now.
    private func admit(_ position: Position) throws {
        let event = statements.selectEvent
        event.bind(1, position.bits)
        guard try event.step() else { throw EventRecord.damaged(position) }
        let index = try EventRecord.stream(event.bytes(0))
        let bytes = event.bytes(0).count
        event.reset()
        guard let record = try stream(SegmentReading.stream(index, db)) else { throw EventRecord.damaged(position) }
        admit(try self.event(at: position, stream: record.id), position, record, bytes: bytes)
    }

    /// Takes what lies beyond a sequence of a log out of every state, for a reason.
    func withdraw(_ log: Int, beyond sequence: UInt64, _ problem: Problem, noted: Int64) throws {
        guard logs[log].head > sequence else { return }
        let first = Position(log: log, sequence: sequence).bits
        let last = Position(log: log, sequence: logs[log].head).bits
        let rename = try RawStatement(
            db, "UPDATE aside SET code=?1, reason=?2 WHERE position>?3 AND position<=?4 AND code=?5", isCached: true)
        rename.bind(1, problem.code.rawValue)
        rename.bind(2, problem.message)
        rename.bind(3, first)
        rename.bind(4, last)
        rename.bind(5, ProblemCode.siteSuspended.rawValue)
        try rename.run()
        let select = try RawStatement(
            db,
            "SELECT position FROM event WHERE position>?1 AND position<=?2 AND position NOT IN (SELECT position FROM aside)",
            isCached: true)
        select.bind(1, first)
        select.bind(2, last)
        var found: [Position] = []
        while try select.step() { found.append(Position(bits: select.integer(0))) }
        for position in found {
            let id = EventID(log: logs[log].log, sequence: position.sequence)
            try setAside(SetAsideEvent(id: id, code: problem.code, reason: problem.message), noted: noted)
        }
    }

    /// Makes every log as the registry says that it stands.
    func judgeAll(noted: Int64) throws {
        for index in logs.indices {
            let log = logs[index].log
            let standing = try standing(log, false)
            if let beyond = standing.asideBeyond, let problem = standing.objection(to: .max) {
                try withdraw(index, beyond: beyond, problem, noted: noted)
            }
            guard isHub else { continue }
            // A site that may send nothing any more has nothing that waits to be let in.
            if let own = try? self.standing(log, true), own == .admitted { try admitHeld(index) }  // refused: it stays as it is
        }
    }

    // MARK: - When the hub got what

    /// How long a stretch of time is of which the hub remembers how far a log was, in milliseconds.
    static let receiptMilliseconds: Int64 = 10_000

    /// Notes how far a log is now; what it held before anything was noted is of no known time.
    func noteReceipt(_ log: Int, before: UInt64, head: UInt64, received: Instant) throws {
        try setReceipt(log, slot: 0, head: before, "DO NOTHING")
        try setReceipt(
            log, slot: received.milliseconds / Self.receiptMilliseconds, head: head, "DO UPDATE SET head=max(head, excluded.head)"
        )
    }

    private func setReceipt(_ log: Int, slot: Int64, head: UInt64, _ conflict: String) throws {
        let insert = try RawStatement(
            db, "INSERT INTO receipt(log, slot, head) VALUES(?1, ?2, ?3) ON CONFLICT(log, slot) \(conflict)", isCached: true)
        insert.bind(1, log)
        insert.bind(2, slot)
        insert.bind(3, head)
        try insert.run()
    }

    /// How far each log of a site counts when the site is revoked: up to what waits since it was suspended, and up to what the hub surely
    /// held at a moment. What came within the same ten seconds counts as later; what is of no known time as earlier.
    func cuts(of site: SiteID, since: Instant?) throws -> [LogID: UInt64] {
        var cuts: [LogID: UInt64] = [:]
        for index in logs.indices where logs[index].log.site == site {
            var cut = logs[index].head
            let held = try RawStatement(
                db, "SELECT min(position) FROM aside WHERE position>?1 AND position<=?2 AND code=?3", isCached: true)
            held.bind(1, Position(log: index, sequence: 0).bits)
            held.bind(2, Position(log: index, sequence: logs[index].head).bits)
            held.bind(3, ProblemCode.siteSuspended.rawValue)
            if try held.step(), !held.isNull(0) { cut = min(cut, Position(bits: held.integer(0)).sequence - 1) }
            held.reset()
            if let since, let known = try receipt(index, before: since) { cut = min(cut, known) }
            cuts[logs[index].log] = cut
        }
        return cuts
    }

    /// How far a log surely was before a moment; nil where nothing is known of when it came.
    private func receipt(_ log: Int, before moment: Instant) throws -> UInt64? {
        let any = try RawStatement(db, "SELECT 1 FROM receipt WHERE log=?1 LIMIT 1", isCached: true)
        any.bind(1, log)
        let isKnown = try any.step()
        any.reset()
        guard isKnown else { return nil }
        let select = try RawStatement(db, "SELECT max(head) FROM receipt WHERE log=?1 AND slot<?2", isCached: true)
        select.bind(1, log)
        select.bind(2, moment.milliseconds / Self.receiptMilliseconds)
        guard try select.step(), !select.isNull(0) else { return 0 }
        defer { select.reset() }
        return UInt64(select.integer(0))
    }
}

extension StoreFile {
    /// From now on asks, in the transaction that stores events, how far their log counts, and makes what is held so: takes out of every
    /// state what does not count, and lets in what waited.
    ///
    /// - Parameter standing: asked for a log, and whether its own site sends the events.
    public func judge(
        noted: Instant, by standing: @escaping @Sendable (LogID, Bool) throws(Problem) -> LogStanding
    ) throws(Problem) {
        do {
            try write { writer in
                writer.standing = standing
                try writer.judgeAll(noted: noted.milliseconds)
            }
        } catch { throw SQLiteSiteStore.problem(error) }
    }

    /// Makes what is held as the registry says now.
    public func judgeAgain(noted: Instant) throws(Problem) {
        do { try write { try $0.judgeAll(noted: noted.milliseconds) } } catch { throw SQLiteSiteStore.problem(error) }
    }

    /// How far each log of a site counts when the site is revoked from a moment on; from now on where none is given.
    public func cuts(of site: SiteID, since: Instant?) throws(Problem) -> [LogID: UInt64] {
        do { return try write { try $0.cuts(of: site, since: since) } } catch { throw SQLiteSiteStore.problem(error) }
    }
}
