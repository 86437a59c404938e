public import EventLog
import GRDB
public import Problems
public import Replication
import Wire

/// Events that keep their place in their log and count nowhere, by what the registry of sites says of the log: kept aside while a site is
/// suspended, let in when that ends, taken out again where the site was revoked from before they came.
///
/// However many there are, each transaction takes a bounded part of them, so that others go on meanwhile and a cut leaves no more to do
/// again than that part.
struct Settling {
    /// How many events one transaction lets in or takes out.
    static let batchMax = 500
    /// The log that is looked at.
    var log = 0
    /// The last place of it that is done.
    var after: Int64 = 0
    /// Events whose rows, or whose histories' rows, cannot be read: they stay as they are until they are repaired.
    var damaged = 0
    var isDone = false

    mutating func endLog() {
        log += 1
        after = 0
    }
}

extension StoreWriter {
    /// Makes a part of what is held as the registry says that the logs stand.
    func settle(_ settling: inout Settling, noted: Int64) throws {
        while settling.log < logs.count {
            let log = settling.log
            let standing = try standing(logs[log].log, false)
            settling.after = max(settling.after, Position(log: log, sequence: standing.asideBeyond ?? 0).bits)
            let count: Int
            if let beyond = standing.asideBeyond, let problem = standing.objection(to: .max) {
                guard logs[log].head > beyond else {
                    settling.endLog()
                    continue
                }
                count = try withdraw(log, problem, &settling, noted: noted)
            } else {
                // A site that may send nothing any more has nothing that waits to be let in.
                let own = isHub ? try? self.standing(logs[log].log, true) : nil  // refused: it stays as it is
                count = own == .admitted ? try admitHeld(log, &settling) : 0
            }
            if count < Settling.batchMax { settling.endLog() }
            if count > 0 { return }
        }
        settling.isDone = true
    }

    /// Lets in, in the order of the log, what came while its site was suspended; gives how many there were to let in.
    private func admitHeld(_ log: Int, _ settling: inout Settling) throws -> Int {
        let held = try places(
            "SELECT position FROM aside WHERE position>?1 AND position<=?2 AND code=?3 ORDER BY position LIMIT ?4", log, settling,
            ProblemCode.siteSuspended)
        let delete = try RawStatement(db, "DELETE FROM aside WHERE position=?1", isCached: true)
        for position in held {
            settling.after = position.bits
            try sparing(&settling) {
                let (record, bytes) = try place(of: position)
                let event = try event(at: position, stream: record.id)
                delete.bind(1, position.bits)
                try delete.run()
                try admit(event, position, record, bytes: bytes)
            }
        }
        return held.count
    }

    /// Takes out of every state what lies beyond a place of a log, for a reason; gives how many there were to take out.
    private func withdraw(_ log: Int, _ problem: Problem, _ settling: inout Settling, noted: Int64) throws -> Int {
        let found = try places(
            """
            SELECT e.position FROM event e LEFT JOIN aside a ON a.position=e.position WHERE e.position>?1 AND e.position<=?2 \
            AND (a.code IS NULL OR a.code=?3) ORDER BY e.position LIMIT ?4
            """, log, settling, ProblemCode.siteSuspended)
        let forget = try RawStatement(db, "DELETE FROM aside WHERE position=?1", isCached: true)
        for position in found {
            settling.after = position.bits
            try sparing(&settling) {
                let (record, bytes) = try place(of: position)
                forget.bind(1, position.bits)
                try forget.run()
                let waited = db.changesCount > 0
                let id = EventID(log: logs[log].log, sequence: position.sequence)
                try setAside(SetAsideEvent(id: id, code: problem.code, reason: problem.message), noted: noted)
                guard waited else { return }
                // It was given to nobody while it waited; children of it may be about all the same.
                record.lostFacts = true
                touch(record)
                if isHub { added.append((position, record, try event(at: position, stream: record.id).hash, bytes)) }
            }
        }
        return found.count
    }

    private func places(_ sql: String, _ log: Int, _ settling: Settling, _ code: ProblemCode) throws -> [Position] {
        let select = try RawStatement(db, sql, isCached: true)
        select.bind(1, settling.after)
        select.bind(2, Position(log: log, sequence: logs[log].head).bits)
        select.bind(3, code.rawValue)
        select.bind(4, Settling.batchMax)
        var found: [Position] = []
        while try select.step() { found.append(Position(bits: select.integer(0))) }
        return found
    }

    /// The stream of a stored event, and how large its row is.
    private func place(of position: Position) throws -> (StreamRecord, bytes: Int) {
        let event = statements.selectEvent
        event.bind(1, position.bits)
        guard try event.step() else { throw EventRecord.damaged(position) }
        defer { event.reset() }
        let index = try EventRecord.stream(event.bytes(0))
        let bytes = event.bytes(0).count
        event.reset()
        guard let record = try stream(SegmentReading.stream(index, db)) else { throw EventRecord.damaged(position) }
        return (record, bytes)
    }

    /// Passes over a damaged row: one must not keep all others, and the node, from being right.
    private func sparing(_ settling: inout Settling, _ body: () throws -> Void) throws {
        do { try body() } catch let problem as Problem where problem.code == .integrityFailed { settling.damaged += 1 }
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
        do { try write { $0.standing = standing } } catch { throw SQLiteSiteStore.problem(error) }
        try judgeAgain(noted: noted)
    }

    /// Makes what is held as the registry says now. What cannot be read stays as it is, and a notice says so.
    public func judgeAgain(noted: Instant) throws(Problem) {
        var settling = Settling()
        while !settling.isDone {
            let before = settling
            do {
                settling = try write { writer in
                    var next = before
                    try writer.settle(&next, noted: noted.milliseconds)
                    return next
                }
            } catch { throw SQLiteSiteStore.problem(error) }
        }
        guard settling.damaged > 0 else { return }
        try keep(
            Notice(
                seen: noted, code: .integrityFailed,
                message: "\(settling.damaged) events cannot be taken out or let in as the registry says: their rows are damaged.")
        )
    }
}
