public import EventLog
public import Problems
import Replication
public import SQLiteStore
import Synchronization
import Wire

/// Performs what the sync session decides: calls the hub, reads and writes the store, and tells the session what came of it.
///
/// Makes no decision of its own but two of transport: pages while there is a backlog, the held-open stream once there is none, and
/// long polls where a stream is cut again and again (a proxy that buffers).
public final class SyncDriver: Sendable {
    /// How long to go on.
    public enum Mode: Sendable, Equatable {
        /// Until the task is cancelled.
        case live
        /// Until both sides hold the same, or the hub does not answer.
        case once(pushes: Bool, pulls: Bool)
    }

    enum Mail: Sendable {
        case input(SyncSession.Input)
        case caughtUp
        case ended
    }

    let store: SQLiteSiteStore
    let client: HubClient
    let folder: SiteFolder
    let now: @Sendable () -> Instant
    private let mode: Mode
    private let status = Mutex(SyncStatus())
    private let mailbox: AsyncStream<Mail>.Continuation
    private let mail: AsyncStream<Mail>
    private let pushLane: PushLane
    private let confirmed = Mutex<UInt64?>(nil)
    let report: @Sendable (SyncStatus) -> Void

    /// Drives a site's reconciliation.
    ///
    /// - Parameter report: called when a number of the status changed; must be quick.
    public init(
        folder: SiteFolder, store: SQLiteSiteStore, client: HubClient, mode: Mode, now: @escaping @Sendable () -> Instant,
        report: @escaping @Sendable (SyncStatus) -> Void = { _ in }
    ) {
        self.folder = folder
        self.store = store
        self.client = client
        self.mode = mode
        self.now = now
        self.report = report
        pushLane = PushLane(store: store, folder: folder)
        (mail, mailbox) = AsyncStream.makeStream(of: Mail.self)
    }

    /// How it stands.
    public var current: SyncStatus { status.withLock { $0 } }

    /// Tries at once instead of waiting for the next try.
    public func hurry() { tell(.hurry) }

    /// Tells the session that the own log grew.
    public func appended(_ note: CommitNote) {
        let log = store.log
        for head in note.heads where head.log == log { tell(.appended(head: head.sequence, hash: head.hash)) }
    }

    func tell(_ input: SyncSession.Input) { mailbox.yield(.input(input)) }

    func update(_ change: (inout SyncStatus) -> Void) {
        let next = status.withLock { status in
            change(&status)
            return status
        }
        report(next)
    }

    /// Runs until the mode's end.
    ///
    /// - Throws: a fault of the own store: nothing else ends a live run but cancellation.
    public func run() async throws(Problem) {
        let own = try store.ownLog()
        var pushes = true
        var pulls = true
        if case .once(let push, let pull) = mode { (pushes, pulls) = (push, pull) }
        let shared = try store.shared()
        update { $0.shared = shared }
        var session = SyncSession(
            log: own.log, head: own.head, headHash: own.hash, seed: UInt64.random(in: .min ... .max), pushes: pushes, pulls: pulls
        )
        tell(.wake)
        var isCaughtUp = !pulls
        var mayHaveOpenedPast = false
        await withDiscardingTaskGroup { group in
            group.addTask { await self.flushConfirmations() }
            for await mail in mail {
                var input: SyncSession.Input?
                switch mail {
                case .input(let said): input = said
                case .caughtUp: isCaughtUp = true
                case .ended: break
                }
                if let input {
                    if case .pageStored = input, mode == .live { isCaughtUp = false }
                    if case .pushed = input, mode != .live { mayHaveOpenedPast = pulls }
                    for effect in session.step(input, now: now()) { perform(effect, &session, in: &group) }
                }
                // What was pushed makes this site take part in its cases, and their past comes into its feed then: a feed that was
                // read before that says nothing of it.
                if mayHaveOpenedPast, isCaughtUp, session.isDrained {
                    (mayHaveOpenedPast, isCaughtUp) = (false, false)
                    group.addTask { await self.feed(isLive: false) }
                }
                let isDone = session.isReachable && isCaughtUp && (session.isDrained || !pushes)
                update { status in
                    status.isReachable = session.isReachable
                    status.isInStep = isDone
                }
                if mode != .live, isDone || current.problem != nil { break }
                if Task.isCancelled { break }
            }
            group.cancelAll()
        }
        await flushOnce()
    }

    /// Ends a live run.
    public func stop() { mailbox.finish() }

    private func perform(_ effect: SyncSession.Effect, _ session: inout SyncSession, in group: inout DiscardingTaskGroup) {
        switch effect {
        case .hello: group.addTask { await self.hello() }
        case .push(let first): group.addTask { await self.push(from: first) }
        case .openFeed: group.addTask { await self.feed(isLive: self.mode == .live) }
        case .resetCursor(let generation):
            do { try store.reset(to: generation) } catch { fault(error) }
        case .recover(let log, let hubHead): recover(log, hubHead, &session)
        case .confirm(let sequence):
            confirmed.withLock { $0 = sequence }
            update { $0.shared = sequence }
        case .wakeAt(let moment):
            update { $0.nextTry = moment }
            let wait = max(1, moment.milliseconds - now().milliseconds)
            group.addTask {
                try? await Task.sleep(for: .milliseconds(wait))  // cancelled with the run
                self.tell(.wake)
            }
        case .stop(let problem):
            update {
                $0.problem = problem
                $0.isStopped = true
            }
        }
    }

    private func recover(_ log: LogID, _ hubHead: UInt64, _ session: inout SyncSession) {
        // This store lost its tail. It goes on under a new incarnation; the next hello sees what the hub holds of the old one and
        // fetches it.
        do {
            let next = try store.reincarnate(drawn: UInt64.random(in: .min ... .max))
            session.recovered(log: next, head: 0, headHash: .zero)
            tell(.wake)
        } catch { fault(error) }
    }

    func fault(_ problem: Problem) {
        update {
            $0.problem = problem
            $0.isStopped = true
        }
    }

    func failed(_ lane: SyncSession.Lane, _ failed: HubClient.Failed) {
        update { status in
            switch failed.failure {
            case .unreachable(let problem), .temporary(let problem), .refusedForGood(let problem): status.problem = problem
            case .gap, .generation: break
            }
        }
        tell(.failed(lane, failed.failure, retryAfterMilliseconds: failed.retryAfterMilliseconds))
    }

    func caughtUp() { mailbox.yield(.caughtUp) }

    // MARK: - Confirmations

    /// How far the hub holds the log is known again at each hello; it is written down at most four times a second.
    private func flushConfirmations() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))  // cancelled with the run
            await flushOnce()
        }
    }

    private func flushOnce() async {
        let sequence = confirmed.withLock { value in
            defer { value = nil }
            return value
        }
        guard let sequence else { return }
        do { try await store.confirmAsync(through: sequence) } catch { fault(error) }
    }

    // MARK: - Hello and push

    private func hello() async {
        do {
            let own = store.log
            let logs = try await store.file.offload { [store] () throws(Problem) in
                try store.logs().filter { $0.log.site == own.site && $0.log != own } + [try store.ownLog()]
            }
            let hello = HelloRequest(
                wireVersion: Version.wire, logs: logs.map { HelloRequest.Log(log: $0.log, head: $0.head, hash: $0.hash) },
                cursor: try store.cursor())
            let began = now()
            let exchange: HubClient.Exchange<HelloAnswer>
            do { exchange = try await client.hello(hello) } catch { return failed(.hello, error) }
            let answer = exchange.value
            let middle = (began.milliseconds + now().milliseconds) / 2
            update { status in
                status.problem = nil
                status.generation = answer.generation
                status.feedHead = answer.feedHead
                status.clockOffsetMilliseconds = answer.hubTime.milliseconds - middle
                status.lastContact = now()
                status.nextTry = nil
                status.bytesSent += exchange.sent
                status.bytesReceived += exchange.received
            }
            for held in answer.logs where held.log != own {
                let mine = logs.first { $0.log == held.log }?.head ?? 0
                if held.head > mine { try await fetch(held.log, from: mine + 1, through: held.head) }
            }
            tell(.greeted(answer))
        } catch let problem as Problem {
            fault(problem)
        } catch {
            failed(
                .hello,
                (error as? HubClient.Failed)
                    ?? .init(failure: .temporary(.init(.internalError, "\(error)")), retryAfterMilliseconds: nil))
        }
    }

    /// Brings back own events of an earlier incarnation that this store lost.
    private func fetch(_ log: LogID, from first: UInt64, through last: UInt64) async throws {
        var next = first
        while next <= last {
            let exchange = try await client.fetch(log, from: next)
            let segment = try await store.file.offloadCoding { zstd throws(Problem) in
                try SegmentCoding.decode(exchange.value, using: zstd)
            }
            guard let end = segment.events.last, end.id.log == log, end.id.sequence >= next else {
                throw Problem(.malformed, "The hub answered other events than were asked for.")
            }
            try await store.file.offload { [store] () throws(Problem) in try store.restore(segment) }
            next = end.id.sequence + 1
            update { $0.pulled += UInt64(segment.events.count) }
        }
    }

    private func push(from first: UInt64) async {
        do {
            let log = store.log
            var prepared = try await pushLane.prepare(log, from: first)
            var answer: PushAnswer?
            while let current = prepared {
                // The next part is read and packed while this one is on its way.
                async let following = current.isFull ? pushLane.prepare(log, from: current.last + 1) : nil
                do {
                    let exchange = try await client.push(
                        current.bytes, log: log, first: current.first, checkpoint: current.checkpoint)
                    answer = exchange.value
                    confirmed.withLock { $0 = exchange.value.head }
                    update { status in
                        status.problem = nil
                        status.pushed += current.last - current.first + 1
                        status.shared = exchange.value.head
                        status.lastContact = now()
                        status.bytesSent += exchange.sent
                        status.bytesReceived += exchange.received
                    }
                    prepared = exchange.value.head == current.last ? try await following : nil
                } catch let error as HubClient.Failed {
                    pushLane.forget()
                    return failed(.push, error)
                }
            }
            if let answer {
                tell(.pushed(answer))
            } else {
                tell(.failed(.push, .gap(expected: first), retryAfterMilliseconds: nil))
            }
        } catch {
            fault((error as? Problem) ?? Problem(.internalError, "\(error)"))
        }
    }
}
