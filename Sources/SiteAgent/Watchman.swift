import EventLog
import Problems
import SQLiteStore
import ServiceLifecycle
import Wire

/// Notices that events wait while the hub answers, and nothing goes: the one state in which nobody is told by an outage. Pure.
struct StallWatch: Sendable {
    /// How long nothing may go while something waits and the hub answers, in milliseconds.
    static let patienceMilliseconds: Int64 = 5 * 60 * 1000
    private var shared: UInt64 = 0
    private var movedAt: Instant?

    /// Looks once; gives for how many milliseconds nothing has gone, where that is too long.
    mutating func look(pending: UInt64, shared: UInt64, isReachable: Bool, now: Instant) -> Int64? {
        guard pending > 0, isReachable, shared == self.shared, let movedAt else {
            self.shared = shared
            movedAt = now
            return nil
        }
        let still = now.milliseconds - movedAt.milliseconds
        return still >= Self.patienceMilliseconds ? still : nil
    }
}

/// Looks after a running agent: a stall is said and broken, rows are looked at for damage, and a canary is sent from time to time.
struct Watchman: Service {
    /// How often it looks.
    static let round = Duration.seconds(1)

    let desk: SiteDesk
    let driver: SyncDriver
    let client: HubClient
    let now: @Sendable () -> Instant
    /// How many seconds lie between two canaries; 0 for none.
    let canarySeconds: Int64

    func run() async throws {
        var stall = StallWatch()
        var walk = ScrubWalk(now: now())
        var sung = now()
        var seen: UInt64 = 0
        var looked = now()
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            // Cut short by the end of the process.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.round) }
            do throws(Problem) {
                try await watch(&stall)
                if let place = walk.next(now: now()) { walk.looked(try await scrub(after: place), now: now()) }
                if canarySeconds > 0, now().milliseconds - sung.milliseconds >= canarySeconds * 1000 {
                    sung = now()
                    _ = try await desk.recorder.sing()
                }
            } catch {
                // Said by doctor and status already, or full; the next round tries again.
                continue
            }
            let exchanged = driver.current.pushed + driver.current.pulled
            if exchanged != seen, now().milliseconds - looked.milliseconds >= 60_000, driver.current.isReachable {
                (seen, looked) = (exchanged, now())
                await driver.refreshRoster()
            }
        }
    }

    private func watch(_ stall: inout StallWatch) async throws(Problem) {
        let queue = try desk.queue()
        let status = driver.current
        let still = stall.look(pending: queue.pending, shared: queue.shared, isReachable: status.isReachable, now: now())
        guard still != nil else { return }
        await driver.keep(
            .stalled, "\(queue.log) stands still at \(queue.shared) though the hub answers.")
        driver.hurry()
        stall = StallWatch()
    }

    private func scrub(after place: Int64) async throws(Problem) -> ScrubResult {
        let store = desk.store
        let result = try await store.file.offload { () throws(Problem) in
            try store.file.scrub(after: place, limit: ScrubWalk.rowsMax)
        }
        guard !result.damaged.isEmpty else { return result }
        for id in result.damaged { await driver.keep(.integrityFailed, "The event \(id) is damaged in this store.") }
        do { _ = try await SiteRepair(store: store, client: client, now: now).repair(result.damaged) } catch {
            // Without the hub nothing can be put right now; the walk comes back here, and looks at the other rows meanwhile.
        }
        return result
    }
}
