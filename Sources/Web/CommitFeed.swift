import Synchronization

/// Tells whoever listens that a commit changed something; a listener that is slow is told once for many.
public final class CommitFeed: Sendable {
    private struct State {
        var listeners: [UInt64: AsyncStream<UInt64>.Continuation] = [:]
        var next: UInt64 = 0
        var count: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Nobody listens yet.
    public init() {}

    /// Says that something was committed.
    public func announce() {
        let (listeners, count) = state.withLock { state in
            state.count += 1
            return (Array(state.listeners.values), state.count)
        }
        for listener in listeners { listener.yield(count) }
    }

    /// A stream of the commits' numbers from now on.
    public var stream: @Sendable () -> AsyncStream<UInt64> {
        { [self] in
            AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
                let id = state.withLock { state in
                    state.next += 1
                    state.listeners[state.next] = continuation
                    return state.next
                }
                continuation.onTermination = { _ in self.state.withLock { _ = $0.listeners.removeValue(forKey: id) } }
            }
        }
    }
}
