import Synchronization

/// One request on its way to the client's thread, with whoever waits for its outcome.
struct Submission: Sendable {
    let id: UInt64
    let request: HTTPClientRequest
    let settings: ClientSettings
    let sink: StreamSink?
    let continuation: CheckedContinuation<Transfer.Outcome, Never>
}

/// What other threads tell the client's thread.
enum Letter: Sendable {
    case submit(Submission)
    case cancel(UInt64)
}

/// The only door between callers and the client's thread: letters in order, and one wake per batch of them.
final class Mailbox: Sendable {
    private struct State {
        var letters: [Letter] = []
        var isClosing = false
        var hasEnded = false
        var multi: MultiHandle?
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// A mailbox whose reader sleeps on that handle; closed from the start where there is none.
    init(_ multi: MultiHandle?) {
        state = Mutex(State(isClosing: multi == nil, hasEnded: multi == nil, multi: multi))
    }

    /// Leaves a letter; false when the client is closed and nobody will read it.
    func post(_ letter: Letter) -> Bool {
        state.withLock { state in
            guard !state.isClosing else { return false }
            state.letters.append(letter)
            if state.letters.count == 1 {
                state.multi?.wake()
            }
            return true
        }
    }

    /// Asks the reader to end; letters from now on are refused.
    func close() {
        state.withLock { state in
            state.isClosing = true
            state.multi?.wake()
        }
    }

    /// Takes all letters, and whether the reader shall end.
    func collect() -> (letters: [Letter], isClosing: Bool) {
        state.withLock { state in
            let letters = state.letters
            state.letters.removeAll(keepingCapacity: true)
            return (letters, state.isClosing)
        }
    }

    /// Says that the reader has ended: nobody wakes it from now on.
    func end() {
        let waiting = state.withLock { state in
            state.isClosing = true
            state.hasEnded = true
            state.multi = nil
            defer { state.waitingForEnd.removeAll() }
            return state.waitingForEnd
        }
        for continuation in waiting {
            continuation.resume()
        }
    }

    /// Returns once the reader has ended.
    func ended() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded {
                    state.waitingForEnd.append(continuation)
                }
                return state.hasEnded
            }
            if hasEnded {
                continuation.resume()
            }
        }
    }
}
