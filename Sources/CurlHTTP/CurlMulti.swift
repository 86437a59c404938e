import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Owner of a libcurl multi handle: connections, and the sleep that a wake ends.
///
/// `@unchecked Sendable` because other threads only call `wake`, the one function that libcurl allows from any thread, and
/// only while the mailbox holds a reference; everything else is called on the client's thread.
@safe
final class MultiHandle: @unchecked Sendable {  // because other threads only call `wake`, see above
    let multi: UnsafeMutableRawPointer

    init?() {
        guard Self.isLibraryReady, let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = multi
        unsafe filmjacket_multi_set_long(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING)
    }

    deinit {
        unsafe curl_multi_cleanup(multi)
    }

    func wake() {
        unsafe curl_multi_wakeup(multi)
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// The one thread of a client: it starts, moves and ends all transfers, and sleeps while there is nothing to do.
final class CurlMulti {
    /// Without a deadline of ours, libcurl's own timers and wakes end the sleep.
    private static let longestSleep = Duration.seconds(60)

    private let multi: MultiHandle
    private let mailbox: Mailbox
    private var transfers: [UInt64: Transfer] = [:]
    private var waiting: [UInt64: CheckedContinuation<Transfer.Outcome, Never>] = [:]

    private init(_ multi: MultiHandle, _ mailbox: Mailbox) {
        self.multi = multi
        self.mailbox = mailbox
    }

    /// Starts a client's thread and answers its mailbox, which is closed when the machine has no room for one.
    static func start() -> Mailbox {
        let multi = MultiHandle()
        let mailbox = Mailbox(multi)
        guard let multi else { return mailbox }
        let thread = Thread { CurlMulti(multi, mailbox).run() }
        if !thread.start() {
            mailbox.end()
        }
        return mailbox
    }

    private func run() {
        var isClosing = false
        while !isClosing {
            let post = mailbox.collect()
            isClosing = post.isClosing
            for letter in post.letters {
                obey(letter)
            }
            guard !isClosing else { break }
            move()
            endSilent()
            var count: Int32 = 0
            unsafe curl_multi_poll(multi.multi, nil, 0, sleepMilliseconds(), &count)
        }
        for id in transfers.keys.sorted() {
            end(id, .failure(.cancelled))
        }
        mailbox.end()
    }

    private func obey(_ letter: Letter) {
        switch letter {
        case .submit(let submission): begin(submission)
        case .cancel(let id): end(id, .failure(.cancelled))
        }
    }

    private func begin(_ submission: Submission) {
        do throws(TransportError) {
            let transfer = try Transfer(submission)
            guard unsafe transfer.handle.start(on: multi.multi) else { throw .other(code: Int32(CURLE_OUT_OF_MEMORY.rawValue)) }
            transfers[transfer.id] = transfer
            waiting[transfer.id] = submission.continuation
        } catch {
            submission.continuation.resume(returning: .failure(error))
        }
    }

    /// Lets every transfer do what it can without waiting, and hands over those that are done.
    private func move() {
        var running: Int32 = 0
        let code = unsafe curl_multi_perform(multi.multi, &running)
        guard code == CURLM_OK else {
            for id in transfers.keys.sorted() {
                end(id, .failure(.other(code: code.rawValue)))
            }
            return
        }
        var remaining: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi.multi, &remaining) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else { continue }
            let code = unsafe filmjacket_outcome(message)
            var context: UnsafeMutableRawPointer?
            unsafe filmjacket_get_pointer(easy, CURLINFO_PRIVATE, &context)
            guard let context = unsafe context else { continue }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            end(transfer.id, transfer.outcome(of: code))
        }
    }

    /// Ends what was silent for too long.
    private func endSilent() {
        let now = ContinuousClock.now
        for (id, transfer) in transfers.sorted(by: { $0.key < $1.key }) {
            if let silenceMax = transfer.limits.silenceMax, transfer.lastHeard + silenceMax <= now {
                end(id, .failure(.timeout))
            }
        }
    }

    private func end(_ id: UInt64, _ outcome: Transfer.Outcome) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        unsafe transfer.handle.leave(multi.multi)
        waiting.removeValue(forKey: id)?.resume(returning: outcome)
    }

    /// Until the next silence may be too long; libcurl shortens it to its own next timer.
    private func sleepMilliseconds() -> Int32 {
        let now = ContinuousClock.now
        let ends = transfers.values.compactMap { transfer in transfer.limits.silenceMax.map { transfer.lastHeard + $0 } }
        let sleep = ends.min().map { min(now.duration(to: $0), Self.longestSleep) } ?? Self.longestSleep
        return Int32(max(sleep.millisecondsRoundedUp, 0))
    }
}

/// A detached thread of the operating system that takes no signals: those are for the process's main thread, and a write to
/// a closed connection must not raise SIGPIPE here.
private final class Thread: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    /// Starts it; false when the system has no room for one.
    func start() -> Bool {
        let context = unsafe Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                var signals = sigset_t()
                unsafe sigfillset(&signals)
                unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
                unsafe Unmanaged<Thread>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            unsafe context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
