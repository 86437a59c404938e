import EventLog
import Logging
import Problems
import SQLiteStore
import ServiceLifecycle
import Synchronization
import Wire

/// Looks at a running hub's rows for damage, some at a time: what is damaged is said, and asked of the sites at their next hello.
struct HubScrub: Service {
    /// How often it looks.
    static let round = Duration.seconds(1)

    let core: HubCore
    let now: @Sendable () -> Instant
    let logger: Logger

    func run() async throws {
        var walk = ScrubWalk(now: now())
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            // Cut short by the end of the process.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.round) }
            guard let place = walk.next(now: now()) else { continue }
            do throws(Problem) { walk.looked(try await look(after: place), now: now()) } catch {
                // Nothing is lost by waiting: the same rows are looked at in the next round.
                logger.error("rows cannot be looked at", metadata: ["why": "\(error.message)"])
            }
        }
    }

    private func look(after place: Int64) async throws(Problem) -> ScrubResult {
        let (core, seen) = (core, now())
        return try await core.store.file.offload { () throws(Problem) in
            let result = try core.store.file.scrub(after: place, limit: ScrubWalk.rowsMax)
            for id in result.damaged where !core.wanted.withLock({ $0.contains(id) }) {
                try core.store.file.keep(
                    Notice(seen: seen, code: .integrityFailed, message: "The event \(id) is damaged in this store."))
                // Last: where the notice cannot be kept the row is met again.
                core.wanted.withLock { _ = $0.insert(id) }
            }
            return result
        }
    }
}
