public import EventLog
import GRDB
public import Problems
public import Replication

/// How far a hub holds a log without gaps. Beyond it there may be events that other sites gave back before the log's own site did.
extension StoreWriter {
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

extension SQLiteHubStore {
    /// Every log's coverage, in order of id.
    public func coverage() throws(Problem) -> [LogCoverage] {
        try file.readLogs().filter { $0.held > 0 }.map {
            LogCoverage(log: $0.log, whole: $0.tree.size, held: $0.held, highest: $0.head, checkpoint: $0.checkpoint)
        }
    }

    /// Which of some events are not held.
    public func missing(_ ids: [EventID]) throws(Problem) -> [EventID] {
        try file.snapshot { snapshot in
            var missing: [EventID] = []
            for id in ids where try snapshot.hash(of: id) == nil { missing.append(id) }
            return missing
        }
    }

    /// Stores events that this hub gave out before it lost its store, wherever they stand in their logs; those held are passed over.
    ///
    /// The caller has verified that this hub signed for them.
    /// - Throws: `fork` where another event is held under one id: both are kept as evidence and the log is set under quarantine.
    /// - Returns: how many were new.
    public func salvage(_ segment: Segment) async throws(Problem) -> Int {
        try file.requireSpace(for: .replication)
        do {
            return try await file.writeAsync { writer in
                _ = try Acceptance.fresh(of: segment.events, note: "", writer)
                return try writer.checkedAdd(segment)
            }
        } catch { throw SQLiteHubStore.refusal(error).problem }
    }
}
