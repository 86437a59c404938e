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
        report: @escaping @Sendable (SyncStatus) -> Void
    ) async throws(Problem) -> Outcome {
        let before = Set(try store.file.conflicts(openOnly: true).map(\.id))
        let http = HTTPClient(tls: TLSPolicy(authorityFile: folder.authorityFile))
        defer { http.close() }
        let client = HubClient(folder: folder, http: http, now: Agent.wallClock)
        let driver = SyncDriver(
            folder: folder, store: store, client: client, mode: .once(pushes: pushes, pulls: pulls), now: Agent.wallClock,
            report: report)
        try await driver.run()
        let own = try store.ownLog()
        let shared = min(own.head, max(try store.shared(), driver.current.shared))
        return Outcome(
            status: driver.current, confirmed: shared, pending: own.head - shared,
            newConflicts: try store.file.conflicts(openOnly: true).filter { !before.contains($0.id) },
            digest: try store.file.digest())
    }

    /// What a sync would do.
    public struct Preview: Sendable {
        /// Own events that would go.
        public let goes: [HashedEvent]
        /// How many events would come.
        public let comes: Int
        /// Whether more would come than were looked at.
        public let isPartial: Bool
        /// Conflicts that would open, with their case.
        public let opens: [(stream: StreamID, conflict: Conflict)]
    }

    /// The most events of each side that a preview looks at.
    public static let previewEventsMax = 50_000

    /// Asks the hub what is there and folds it beside what is here, in memory; nothing is stored or sent.
    public static func preview(folder: SiteFolder, store: SQLiteSiteStore) async throws(Problem) -> Preview {
        let http = HTTPClient(tls: TLSPolicy(authorityFile: folder.authorityFile))
        defer { http.close() }
        let client = HubClient(folder: folder, http: http, now: Agent.wallClock)
        let own = try store.ownLog()
        let hello = HelloRequest(
            wireVersion: Version.wire, logs: [HelloRequest.Log(log: own.log, head: own.head, hash: own.hash)],
            cursor: try store.cursor())
        do {
            let answer = try await client.hello(hello).value
            let shared = answer.logs.first { $0.log == own.log }?.head ?? 0
            var cursor = answer.cursorIsGood ? try store.cursor() : nil
            var come: [HashedEvent] = []
            var isPartial = true
            let zstd = Zstd()
            while come.count < previewEventsMax {
                let frames = try await client.page(after: cursor, waitSeconds: 0).value
                for frame in frames where !frame.segment.isEmpty {
                    for event in try SegmentCoding.decode(frame.segment, using: zstd).events
                    where try store.hash(of: event.id) == nil { come.append(event) }
                }
                cursor = frames.last { $0.cursor != nil }?.cursor ?? cursor
                if frames.contains(where: \.isCaughtUp) || frames.isEmpty {
                    isPartial = false
                    break
                }
            }
            var goes: [HashedEvent] = []
            while goes.count < previewEventsMax, shared + UInt64(goes.count) < own.head {
                let part = try store.segment(
                    of: own.log, from: shared + UInt64(goes.count) + 1, eventsMax: 4096, bytesMax: 4 << 20
                ).events
                if part.isEmpty { break }
                goes += part
            }
            return Preview(goes: goes, comes: come.count, isPartial: isPartial, opens: try opening(come, store))
        } catch let error as HubClient.Failed {
            throw error.problem
        } catch {
            throw (error as? Problem) ?? Problem(.internalError, "\(error)")
        }
    }

    private static func opening(_ come: [HashedEvent], _ store: SQLiteSiteStore) throws(Problem) -> [(StreamID, Conflict)] {
        var byCase: [StreamID: [CaseFact]] = [:]
        for event in come where event.event.stream.kind == .imagingCase {
            let body = PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload)
            byCase[event.event.stream, default: []].append(CaseFact(event, body))
        }
        var opens: [(StreamID, Conflict)] = []
        for stream in byCase.keys.sorted() {
            let here = try store.file.facts(of: stream)
            let before = Set(CaseFold.fold(stream, here).openConflicts.map(\.id))
            let after = CaseFold.fold(stream, here + (byCase[stream] ?? []))
            for conflict in after.openConflicts where !before.contains(conflict.id) { opens.append((stream, conflict)) }
        }
        return opens
    }
}

extension HubClient.Failed {
    /// The failure as a problem, for a command's last lines.
    var problem: Problem {
        switch failure {
        case .unreachable(let problem), .temporary(let problem), .refusedForGood(let problem): problem
        case .gap(let expected): SyncRefusal.gap(expected: expected).problem
        case .generation(let generation): SyncRefusal.generation(generation).problem
        }
    }
}
