import Dispatch
import GRDB
import Problems
import Synchronization

/// Gathers what many callers want to write while a commit is running, and commits it together: one sync for all of them.
///
/// No window is waited for: a single caller pays one commit, a crowd shares one. Each caller is answered after the commit.
final class GroupCommit: Sendable {
    /// The most jobs of one transaction.
    static let jobsMax = 1024

    struct Job: Sendable {
        /// Runs inside the transaction; throws only for faults of the store, which fail the whole group.
        let run: @Sendable (StoreWriter) throws -> Void
        /// Runs after the commit, with the fault when it failed.
        let finish: @Sendable (Problem?) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var isRunning = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "filmjacket.store.commit", qos: .userInitiated)
    private let commit: @Sendable ([Job]) -> Void

    init(commit: @escaping @Sendable ([Job]) -> Void) { self.commit = commit }

    func submit(_ job: Job) {
        let starts = state.withLock { state in
            state.jobs.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { queue.async { self.drain() } }
    }

    private func drain() {
        while true {
            let jobs: [Job] = state.withLock { state in
                let next = Array(state.jobs.prefix(Self.jobsMax))
                state.jobs.removeFirst(next.count)
                if next.isEmpty { state.isRunning = false }
                return next
            }
            guard !jobs.isEmpty else { return }
            commit(jobs)
        }
    }
}
