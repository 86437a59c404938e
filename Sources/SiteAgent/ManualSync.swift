import CurlHTTP
public import EventLog
public import ImagingCase
public import Problems
import Replication
public import SQLiteStore
import Wire

/// The manual sync command without a running agent: reconciles once and says what came of it.
public enum ManualSync {
    /// What a sync came to.
    public struct Outcome: Sendable {
        /// How the driver stood at the end.
        public let status: SyncStatus
        /// How far the hub confirmed the own log.
        public let confirmed: UInt64
        /// Events still waiting.
        public let pending: UInt64
        /// Conflicts open now that were not before.
        public let newConflicts: [ConflictPlace]
        /// The digest over all cases.
        public let digest: EventHash
    }

    /// Reconciles until both sides hold the same or the hub does not answer.
    ///
    /// - Parameter report: told the status and the own log's head whenever a number changed.
    /// - Throws: a fault of the own store; an unreachable hub is an outcome, not a fault.
    public static func run(
        folder: SiteFolder, store: SQLiteSiteStore, pushes: Bool = true, pulls: Bool = true,
        patience: HubClient.Patience = HubClient.Patience(),
        report: @escaping @Sendable (SyncStatus) -> Void
    ) async throws(Problem) -> Outcome {
        let before = Set(try store.file.conflicts(openOnly: true).map(\.id))
        try store.file.noteLateArrivals(by: Agent.wallClock)
        let http = try folder.client()
        defer { http.close() }
        let client = HubClient(folder: folder, http: http, now: Agent.wallClock, patience: patience)
        let driver = SyncDriver(
            folder: folder, store: store, client: client, mode: .once(pushes: pushes, pulls: pulls), now: Agent.wallClock,
            report: report)
        try await driver.run()
        let own = try store.ownLog()
        let shared = min(own.head, driver.current.shared)
        return Outcome(
            status: driver.current, confirmed: shared, pending: own.head - shared,
            newConflicts: try store.file.conflicts(openOnly: true).filter { !before.contains($0.id) },
            digest: try store.file.digest())
    }
}

extension HubClient.Failed {
    /// The failure as a problem, for a command's last lines.
    var problem: Problem {
        switch failure {
        case .unreachable(let problem), .temporary(let problem), .refusedForGood(let problem), .differs(let problem, _): problem
        case .gap(let expected): SyncRefusal.gap(expected: expected).problem
        case .ahead(let head): SyncRefusal.gap(expected: head + 1).problem
        case .generation(let generation): SyncRefusal.generation(generation).problem
        }
    }
}
