import EventLog
import Synchronization

/// Wakes whoever waits for a site's feed to grow. A wait names the version it has seen, so that nothing falls between looking and
/// waiting.
final class FeedNotifier: Sendable {
    private struct Waiter {
        let continuation: CheckedContinuation<Void, Never>
        let until: ContinuousClock.Instant
    }

    private struct State {
        var versions: [SiteID: UInt64] = [:]
        var waiters: [SiteID: [UInt64: Waiter]] = [:]
        var next: UInt64 = 0
        var isClosed = false
        var isSwept = false

        /// Takes out those whose time is over.
        mutating func overdue(at now: ContinuousClock.Instant) -> [CheckedContinuation<Void, Never>] {
            var over: [CheckedContinuation<Void, Never>] = []
            for (site, waiting) in waiters {
                for (id, waiter) in waiting where waiter.until <= now {
                    over.append(waiter.continuation)
                    waiters[site]?[id] = nil
                }
                if waiters[site]?.isEmpty == true { waiters[site] = nil }
            }
            return over
        }
    }

    /// How late a wait may end. One sweep for all waits: a timer for each would cost more than the event that ends it early.
    private static let lateness = Duration.milliseconds(100)

    private let state = Mutex(State())

    /// What a look at the feed that begins now will have seen.
    func version(of site: SiteID) -> UInt64 { state.withLock { $0.versions[site] ?? 0 } }

    /// Says that feeds grew.
    func grew(_ sites: [SiteID]) {
        let woken = state.withLock { state in
            var woken: [CheckedContinuation<Void, Never>] = []
            for site in sites {
                state.versions[site, default: 0] += 1
                woken += (state.waiters.removeValue(forKey: site) ?? [:]).values.map(\.continuation)
            }
            return woken
        }
        for continuation in woken { continuation.resume() }
    }

    /// Ends all waits: the server stops.
    func close() {
        let woken = state.withLock { state in
            state.isClosed = true
            let all = state.waiters.values.flatMap(\.values).map(\.continuation)
            state.waiters = [:]
            return all
        }
        for continuation in woken { continuation.resume() }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Waits until the feed's version is another than the one seen, or the time is over, or the server stops.
    func wait(for site: SiteID, since seen: UInt64, atMost duration: Duration) async {
        let until = ContinuousClock.now.advanced(by: duration)
        let (id, starts) = state.withLock { state in
            state.next += 1
            defer { state.isSwept = true }
            return (state.next, !state.isSwept)
        }
        if starts { Task { await self.sweep() } }  // ends by itself when nobody waits
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isOver = state.withLock { state in
                    guard !state.isClosed, (state.versions[site] ?? 0) == seen, !Task.isCancelled else { return true }
                    state.waiters[site, default: [:]][id] = Waiter(continuation: continuation, until: until)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake(site, id)
        }
    }

    private func sweep() async {
        var isNeeded = true
        while isNeeded {
            try? await Task.sleep(for: Self.lateness)  // nobody cancels it
            let over = state.withLock { state in
                let over = state.overdue(at: .now)
                isNeeded = !state.waiters.isEmpty
                if !isNeeded { state.isSwept = false }
                return over
            }
            for continuation in over { continuation.resume() }
        }
    }

    private func wake(_ site: SiteID, _ id: UInt64) {
        let waiter = state.withLock { $0.waiters[site]?.removeValue(forKey: id) }
        waiter?.continuation.resume()
    }
}
