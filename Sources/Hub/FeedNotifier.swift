import EventLog
import Synchronization

/// Wakes whoever waits for a site's feed to grow. A wait names the version it has seen, so that nothing falls between looking and
/// waiting.
final class FeedNotifier: Sendable {
    private struct State {
        var versions: [SiteID: UInt64] = [:]
        var waiters: [SiteID: [UInt64: CheckedContinuation<Void, Never>]] = [:]
        var next: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// What a look at the feed that begins now will have seen.
    func version(of site: SiteID) -> UInt64 { state.withLock { $0.versions[site] ?? 0 } }

    /// Says that feeds grew.
    func grew(_ sites: [SiteID]) {
        let woken = state.withLock { state in
            var woken: [CheckedContinuation<Void, Never>] = []
            for site in sites {
                state.versions[site, default: 0] += 1
                woken += (state.waiters.removeValue(forKey: site) ?? [:]).values
            }
            return woken
        }
        for continuation in woken { continuation.resume() }
    }

    /// Ends all waits: the server stops.
    func close() {
        let woken = state.withLock { state in
            state.isClosed = true
            let all = state.waiters.values.flatMap(\.values)
            state.waiters = [:]
            return all
        }
        for continuation in woken { continuation.resume() }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Waits until the feed's version is another than the one seen, or the time is over, or the server stops.
    func wait(for site: SiteID, since seen: UInt64, atMost duration: Duration) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = Task {  // awaited below: it ends with the wait
            try? await Task.sleep(for: duration)  // a cancelled sleep means that the wait ended first
            if !Task.isCancelled { self.wake(site, id) }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isOver = state.withLock { state in
                    guard !state.isClosed, (state.versions[site] ?? 0) == seen, !Task.isCancelled else { return true }
                    state.waiters[site, default: [:]][id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake(site, id)
        }
        timer.cancel()
        await timer.value
    }

    private func wake(_ site: SiteID, _ id: UInt64) {
        let continuation = state.withLock { $0.waiters[site]?.removeValue(forKey: id) }
        continuation?.resume()
    }
}
