/// Wakes one loop that waits: rung often, heard once.
final class Bell: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Wakes the loop, now or when it waits next.
    func ring() { continuation.yield() }

    /// Waits until it rings, or for a time; returns at once when the task is cancelled. One loop waits at a time.
    func wait(atMost duration: Duration) async {
        let ringing = continuation
        // Ends by itself or is cancelled below; nobody waits for it.
        let timer = Task {
            try await Task.sleep(for: duration)
            ringing.yield()
        }
        defer { timer.cancel() }
        var iterator = stream.makeAsyncIterator()
        _ = await iterator.next()
    }
}
