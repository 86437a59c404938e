import Problems
import Synchronization

/// Lets at most so many large pushes be unpacked and stored at once: a megabyte becomes up to eight, and as many events in memory.
final class Unpacking: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let width: Int
    private let waitingMax: Int
    private let state = Mutex(State())

    init(width: Int, waitingMax: Int) {
        self.width = width
        self.waitingMax = waitingMax
    }

    var running: Int { state.withLock { $0.running } }
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Does something when there is room.
    ///
    /// - Throws: `TOO_MANY_REQUESTS` where too many wait already, and what the body throws.
    func run<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws(Problem) {
        let mayRun = await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                guard state.running >= width else {
                    state.running += 1
                    return true
                }
                guard state.waiting.count < waitingMax else { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
        guard mayRun else {
            throw Problem(.tooManyRequests, "More large pushes wait to be unpacked than this hub holds.", retryAfterSeconds: 2)
        }
    }

    private func leave() {
        // Whoever leaves hands his place to the first that waits, so that the number stays.
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.running -= 1
            return nil
        }
        next?.resume(returning: true)
    }
}
