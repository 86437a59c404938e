public import Problems
import Dispatch

/// Lets at most so many password hashings run at a time: each takes 128 MiB, and who guesses shall not take the node's memory.
public actor HashingGate {
    private let width: Int
    private let waitingMax: Int
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// How many hashings were done, and what the last one cost: whoever is refused costs as much as whoever is not.
    private(set) var done = 0
    private(set) var lastCost: ScryptCost?
    /// How many run or wait.
    var held: Int { running + waiting.count }
    private static let queue = DispatchQueue(label: "filmjacket.hashing", attributes: .concurrent)

    /// A gate of a width; whoever comes when so many wait already is asked to come later.
    public init(width: Int = 2, waitingMax: Int = 32) {
        self.width = width
        self.waitingMax = waitingMax
    }

    /// Does something costly off the threads that serve.
    ///
    /// - Throws: `TOO_MANY_REQUESTS` when too many wait, and what the body throws.
    public func run<Value: Sendable>(
        costing cost: ScryptCost, _ body: @escaping @Sendable () throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        if running < width {
            running += 1
        } else {
            guard waiting.count < waitingMax else {
                throw Problem(.tooManyRequests, "Too many people sign in at this moment.", retryAfterSeconds: 5)
            }
            // Whoever leaves hands over the place, so that the count stays.
            await withCheckedContinuation { waiting.append($0) }
        }
        done += 1
        lastCost = cost
        defer { leave() }
        let outcome: Result<Value, Problem> = await withCheckedContinuation { done in
            Self.queue.async { done.resume(returning: Result(catching: body)) }
        }
        return try outcome.get()
    }

    private func leave() {
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }
}
