import EventLog
import Problems
import Replication
import SQLiteStore
import Wire

/// Shows of events that came from other sites that those sites signed for them, by the signed heads of their logs and not by the hub's word.
///
/// A log that is held whole is shown by its root, without asking anybody. Of others the hub is asked for the path from each event to the
/// root, which it cannot make up. Bounded a round; what is left has its turn at the next.
struct OriginCheck {
    /// How many paths are asked for in a round, and of one log.
    static let (pathsMax, pathsOfLogMax) = (256, 64)
    /// How many events of a whole log are looked at at once.
    static let eventsMax = 4096
    /// How long an event may wait for a head that its site signed before that is said, in milliseconds.
    static let patienceMilliseconds: Int64 = 3_600_000

    let store: SQLiteSiteStore
    /// After which event of each log the asking goes on, kept from round to round: what cannot be shown holds up nothing behind it.
    var asked: [LogID: UInt64] = [:]
    /// Asks for the path from an event, counted from 1, to the root of a log of some size.
    let path: (LogID, _ sequence: UInt64, _ size: UInt64) async throws -> [EventHash]

    /// What is wrong, for people; nothing where all that could be shown was.
    ///
    /// - Parameter heads: states of logs that their own sites signed.
    mutating func run(_ heads: [SignedCheckpoint], now: Instant) async throws -> [String] {
        let waiting = try await offload { store throws(Problem) in try store.unproven() }
        var findings: [String] = []
        var paths = 0
        for log in waiting.map(\.log) {
            let head = heads.first { $0.checkpoint.log == log }?.checkpoint
            var isRefused = false
            if let head, try await !showWhole(head), paths < Self.pathsMax {
                let found = try await showEach(head, &paths)
                findings += found.false.map {
                    "\($0) is not in the log that its site signed (\(head.size) events): somebody else made it up."
                }
                isRefused = found.isRefused
            }
            // What lies beyond the head its site has not signed yet, as far as the hub shows.
            let edge = isRefused ? 0 : head?.size ?? 0
            let since = try await offload { store throws(Problem) in try store.unprovenSince(of: log, beyond: edge) }
            guard let since, now.milliseconds - since.milliseconds > Self.patienceMilliseconds else { continue }
            findings.append("Events of \(log) came over an hour ago, and the hub does not show that its site signed them.")
        }
        return findings
    }

    /// Shows a log that is held whole up to a head; false where it is not, or where its root is another.
    private func showWhole(_ head: Checkpoint) async throws(Problem) -> Bool {
        guard try await offload({ store throws(Problem) in try store.holdsWhole(head.log) }) else { return false }
        var tree = try await offload { store throws(Problem) in try store.provenTree(of: head.log) }
        while tree.size < head.size {
            let first = tree.size
            let events = try await offload { store throws(Problem) in
                try store.held(of: head.log, after: first, through: head.size, limit: Self.eventsMax)
            }
            guard let last = events.last, last.id.sequence == first + UInt64(events.count) else { return false }
            for event in events { tree.append(event.hash) }
        }
        guard tree.size == head.size, tree.root == head.root else { return false }
        let whole = tree
        try await offload { store throws(Problem) in try store.proved(head.log, whole) }
        return true
    }

    /// Asks for the path of each event that waits; gives those that are not in the log, and whether the hub gave no path.
    private mutating func showEach(_ head: Checkpoint, _ paths: inout Int) async throws -> (false: [EventID], isRefused: Bool) {
        let limit = min(Self.pathsOfLogMax, Self.pathsMax - paths)
        let last = asked[head.log] ?? 0
        let waiting = try await offload { store throws(Problem) in
            let next = try store.unproven(of: head.log, after: last, through: head.size, limit: limit)
            // At the end it begins again: what came later may stand before, and what was not shown is asked for once more.
            return next
                + (try store.unproven(of: head.log, through: min(last, head.size), limit: limit - next.count))
        }
        var (shown, made, isRefused): ([EventID], [EventID], Bool) = ([], [], false)
        for event in waiting where !isRefused {
            paths += 1
            asked[head.log] = event.id.sequence
            do {
                let nodes = try await path(head.log, event.id.sequence, head.size)
                let isIn = MerkleVerifier.isIncluded(
                    event.hash, leaf: event.id.sequence - 1, size: head.size, path: nodes, root: head.root)
                if isIn { shown.append(event.id) } else { made.append(event.id) }
            } catch let error as HubClient.Failed {
                if case .unreachable = error.failure { throw error }
                isRefused = true
            }
        }
        let proved = shown
        try await offload { store throws(Problem) in try store.proved(proved) }
        return (made, isRefused)
    }

    private func offload<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteSiteStore) throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let store = store
        return try await store.file.offload { () throws(Problem) in try body(store) }
    }
}
