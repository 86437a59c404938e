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
        case grew(LogID, head: UInt64, hash: EventHash)
        case caughtUp
        case ended
    }

    let store: SQLiteSiteStore
    let client: HubClient
    let folder: SiteFolder
    let now: @Sendable () -> Instant
    private let mode: Mode
    /// Whether own events go out at all.
    var pushes: Bool { mode == .live || mode == .once(pushes: true, pulls: true) || mode == .once(pushes: true, pulls: false) }
    private let status = Mutex(SyncStatus())
    private let mailbox: AsyncStream<Mail>.Continuation
    private let mail: AsyncStream<Mail>
    let pushLane: PushLane
    /// Moments that somebody sleeps until.
    private let wakes = Mutex<Set<Int64>>([])
    private let confirmed = Mutex<(log: LogID, sequence: UInt64)?>(nil)
    /// The place in the feed at which the hub's last greeting said that nothing more is there.
    let feedEnd = Mutex<FeedCursor?>(nil)
    let report: @Sendable (SyncStatus) -> Void
    let express = Mutex(ExpressProgress())
    /// Own logs of which the hub holds something else somewhere.
    let doubts = Mutex(LogDoubts())
    /// How many of this site's events are known to be set aside.
    let asideKnown = Mutex<Int?>(nil)
    /// How far it was asked where events of each log come from.
    let originsAsked = Mutex<[LogID: UInt64]>([:])
    /// When the hub was last asked for its next TLS key.
    let trustRefreshed = Mutex<Instant?>(nil)
    /// The numbering under which the hub last refused to take something back, and when.
    let refusedBack = Mutex<(generation: Generation, at: Instant)?>(nil)
    /// What tells the registry's copy that is kept from the hub's.
    let rosterDigest: Mutex<String?>

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
        rosterDigest = Mutex(folder.roster()?.digest)
        (mail, mailbox) = AsyncStream.makeStream(of: Mail.self)
    }

    /// How it stands.
    public var current: SyncStatus { status.withLock { $0 } }

    /// Tries at once instead of waiting for the next try.
    public func hurry() { tell(.hurry) }

    /// Tells the session that the own log grew.
    public func appended(_ note: CommitNote) {
        for head in note.heads where head.log == store.log {
            grew(head.log, head: head.sequence, hash: head.hash)
        }
    }

    /// Tells the session that a log grew.
    func grew(_ log: LogID, head: UInt64, hash: EventHash) { mailbox.yield(.grew(log, head: head, hash: hash)) }

    func tell(_ input: SyncSession.Input) { mailbox.yield(.input(input)) }

    func update(_ change: (inout SyncStatus) -> Void) {
        let next = status.withLock { status in
            change(&status)
            return status
        }
        report(next)
    }

    /// Counts an exchange with the hub that went well.
    func note<Value>(_ exchange: HubClient.Exchange<Value>, _ change: (inout SyncStatus) -> Void = { _ in }) {
        update { status in
            status.lastContact = now()
            status.bytesSent += exchange.sent
            status.bytesReceived += exchange.received
            change(&status)
        }
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
            if mode == .live {
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .milliseconds(SyncSession.greetAgainMilliseconds))  // cancelled with the run
                        if !Task.isCancelled { self.tell(.greetAgain) }
                    }
                }
            }
            for await mail in mail {
                var input: SyncSession.Input?
                switch mail {
                case .input(let said): input = said
                // A number of an earlier incarnation says nothing of the log that is written now.
                case .grew(let log, let head, let hash): input = log == session.log ? .appended(head: head, hash: hash) : nil
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
                if mode != .live, isDone || isOver(isDrained: session.isDrained || !pushes, isCaughtUp: isCaughtUp) { break }
                if Task.isCancelled { break }
            }
            group.cancelAll()
        }
        await flushOnce()
        // What was exchanged moved the heads: the newest are kept, so that the hub cannot go behind them unseen.
        if mode != .live, current.problem == nil, current.pushed + current.pulled > 0 { await refreshRoster() }
    }

    /// Whether a run that reconciles once ends without being in step: what one lane cannot do keeps the other from nothing.
    private func isOver(isDrained: Bool, isCaughtUp: Bool) -> Bool {
        let status = current
        guard status.fault == nil, status.problems[.hello] == nil else { return true }
        let sends = !isDrained && status.problems[.push] == nil
        let receives = !isCaughtUp && status.problems[.feed] == nil
        return status.problem != nil && !sends && !receives
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
            confirm(session.log, through: sequence)
        case .wakeAt(let moment):
            update { $0.nextTry = moment }
            // The session names the moment again at each step; one sleeper for it is enough.
            guard wakes.withLock({ $0.insert(moment.milliseconds).inserted }) else { return }
            let wait = max(1, moment.milliseconds - now().milliseconds)
            group.addTask {
                try? await Task.sleep(for: .milliseconds(wait))  // cancelled with the run
                _ = self.wakes.withLock { $0.remove(moment.milliseconds) }
                self.tell(.wake)
            }
        case .stop(let problem):
            fault(problem)
        }
    }

    func confirm(_ log: LogID, through sequence: UInt64) {
        confirmed.withLock { $0 = (log, sequence) }
        update { $0.shared = sequence }
    }

    private func recover(_ log: LogID, _ hubHead: UInt64, _ session: inout SyncSession) {
        // This store lost its tail. It goes on under a new incarnation; the next hello sees what the hub holds of the old one and
        // fetches it.
        do {
            let next = try store.reincarnate(drawn: UInt64.random(in: .min ... .max))
            confirmed.withLock { $0 = nil }
            update { $0.shared = 0 }
            session.recovered(log: next, head: 0, headHash: .zero)
            tell(.wake)
        } catch {
            fault(error)
            // A full disk among them: it ends when somebody frees space.
            tell(.recoveryFailed(retryAfterMilliseconds: error.code.row.retryAfterSeconds.map { Int64($0) * 1000 }))
        }
    }

    /// A fault of the own store stops the run until a person acts; a full disk does not, because it ends when somebody frees space.
    func fault(_ problem: Problem) {
        guard problem.code != .diskFull else { return update { $0.problems[.hello] = problem } }
        update {
            $0.fault = problem
            $0.isStopped = true
        }
    }

    func failed(_ lane: SyncSession.Lane, _ failed: HubClient.Failed) {
        // The end of a run cuts what is under way: no fault of the hub.
        guard !Task.isCancelled else { return }
        switch failed.failure {
        case .unreachable(let problem), .temporary(let problem), .refusedForGood(let problem):
            update { $0.problems[lane] = problem }
        case .gap(let expected):
            // The same gap again: nothing went, and the session waits.
            if expected - 1 == current.shared { update { $0.problems[lane] = failed.problem } }
            let known = expected - 1
            let before = current.shared
            // Awaited by nobody: a notice that is kept or not changes no step.
            Task { await alarmIfRewound(to: known, known: before) }
        case .generation, .ahead, .differs: break
        }
        tell(.failed(lane, failed.failure, retryAfterMilliseconds: failed.retryAfterMilliseconds))
    }

    /// What is not the hub's own refusal: a fault of this store stops the run, anything else came from the other end and passes.
    func failed(_ lane: SyncSession.Lane, other error: any Error) async {
        let problem = (error as? Problem) ?? Problem(.internalError, "\(error)")
        switch problem.code {
        case .ioFailed, .integrityFailed: fault(problem)
        case .fork:
            // Which of the two is true only people can find out: said until somebody knows of it. Sending goes on.
            await keep(.fork, problem.message)
            failed(lane, HubClient.Failed(failure: .temporary(problem), retryAfterMilliseconds: nil))
        default:
            // A full disk among them: it ends when somebody frees space, recording and sending go on meanwhile.
            let wait = problem.code == .diskFull ? problem.code.row.retryAfterSeconds.map { Int64($0) * 1000 } : nil
            failed(lane, HubClient.Failed(failure: .temporary(problem), retryAfterMilliseconds: wait))
        }
    }

    /// A hub that holds less of the log than it confirmed before was restored or wiped: said aloud, and sent again.
    func alarmIfRewound(to head: UInt64, known before: UInt64) async {
        guard head < before else { return }
        let message = "The hub held \(before) events of this site's log and now holds \(head)."
        update {
            $0.alarm = Problem(
                .hubRewound, message, facts: [.init("confirmed", "\(before)"), .init("held", "\(head)")])
        }
        await keep(.hubRewound, message)
    }

    func caughtUp() {
        tell(.caughtUp)
        mailbox.yield(.caughtUp)
    }

    // MARK: - Confirmations

    /// How far the hub holds the log is known again at each hello; it is written down at most four times a second.
    private func flushConfirmations() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))  // cancelled with the run
            await flushOnce()
        }
    }

    private func flushOnce() async {
        let reached = confirmed.withLock { value in
            defer { value = nil }
            return value
        }
        // A number of an earlier incarnation says nothing of the log that is written now.
        guard let (log, sequence) = reached, log == store.log else { return }
        do { try await store.confirmAsync(through: sequence) } catch {
            confirmed.withLock { $0 = $0 ?? (log, sequence) }
            fault(error)
        }
    }
}
