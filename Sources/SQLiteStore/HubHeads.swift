public import EventLog
import GRDB
public import Problems
public import Replication
public import Wire

/// How far a hub holds a log without gaps. Beyond it there may be events that other sites gave back before the log's own site did.
extension StoreWriter {
    /// Whether two histories of a log were seen. An event of another log may then rest on another event of it than the one held: its author
    /// saw the other history, and is not to blame.
    func isQuarantined(_ log: LogID) -> Bool { dictionaries.index(of: log).map { logs[$0].isQuarantined } ?? false }

    /// The gap-free end of a log: where its tree ends.
    func wholeHead(_ log: Int) throws -> (head: UInt64, hash: EventHash) {
        let entry = logs[log]
        guard entry.tree.size < entry.head else { return (entry.head, entry.hash) }
        guard entry.tree.size > 0 else { return (0, .zero) }
        guard let hash = try hash(of: EventID(log: entry.log, sequence: entry.tree.size)) else {
            throw Problem(.integrityFailed, "The log \(entry.log) has a hole below its tree's size.")
        }
        return (entry.tree.size, hash)
    }
}

extension StoreSnapshot {
    /// A log's state up to its gap-free end.
    func wholeState(_ entry: LogEntry) throws -> LogState {
        guard entry.tree.size < entry.head else { return entry.state }
        let hash = entry.tree.size == 0 ? nil : try hash(of: EventID(log: entry.log, sequence: entry.tree.size))
        return LogState(log: entry.log, head: entry.tree.size, hash: hash ?? .zero, tree: entry.tree, highest: entry.head)
    }
}

/// How far a hub's copy of one log is.
public struct LogCoverage: Sendable {
    /// The log.
    public let log: LogID
    /// The gap-free end.
    public let whole: UInt64
    /// How many events are held, those beyond the gap-free end included.
    public let held: UInt64
    /// The highest sequence held.
    public let highest: UInt64
    /// The newest state that the log's site signed and that was verified; empty for none.
    public let checkpoint: String
}

extension SQLiteHubStore: SalvageStore {
    /// Every log's coverage, in order of id.
    public func coverage() throws(Problem) -> [LogCoverage] {
        try file.readLogs().filter { $0.held > 0 }.map {
            LogCoverage(log: $0.log, whole: $0.tree.size, held: $0.held, highest: $0.head, checkpoint: $0.checkpoint)
        }
    }

    /// The hashes of some events; nil for each that is not held.
    public func hashes(of ids: [EventID]) throws(Problem) -> [EventHash?] {
        try file.snapshot { snapshot in try ids.map { try snapshot.hash(of: $0) } }
    }

    /// Stores events that this hub gave out before it lost its store, wherever they stand in their logs; those held are passed over.
    ///
    /// The caller has verified that this hub signed for them.
    /// - Returns: how many were new.
    @discardableResult
    public func salvage(_ segment: Segment) throws(Problem) -> Int {
        try file.requireSpace(for: .replication)
        do { return try file.write { try Acceptance.salvage(segment, $0) } } catch { throw Self.refusal(error).problem }
    }

    /// As `salvage`, suspending instead of blocking.
    public func salvageAsync(_ segment: Segment) async throws(Problem) -> Int {
        try file.requireSpace(for: .replication)
        do { return try await file.writeAsync { try Acceptance.salvage(segment, $0) } } catch {
            throw Self.refusal(error).problem
        }
    }
}

extension Acceptance {
    /// Stores what is not held; where another event is held under one id, both stay as evidence, and what rests on the one that is not held
    /// is passed over, if it is of that log itself.
    static func salvage(_ segment: Segment, _ writer: StoreWriter) throws -> Int {
        let segment = segment.spelledOut
        var standings: [LogID: LogStanding] = [:]
        var count = 0
        for event in segment.events {
            if let held = try writer.hash(of: event.id) {
                if held != event.hash { try keepEvidence(event, note: "", writer) }
                continue
            }
            let isInnocent = !writer.isQuarantined(event.id.log)
            do {
                try writer.checkParents(of: [event], in: segment) { isInnocent && writer.isQuarantined($0) }
            } catch let problem as Problem
                where problem.code == .badParents
            {
                continue  // a child of another history than the one held
            }
            // What was given out before its site was revoked from before it came does not count when it comes back.
            let standing = try standings[event.id.log] ?? writer.standing(event.id.log, false)
            standings[event.id.log] = standing
            try writer.add(
                event, of: segment,
                objection: Admission.objection(to: event.event) ?? standing.objection(to: event.id.sequence))
            count += 1
        }
        return count
    }
}
