public import EventLog
public import Problems

/// The agent's end of reconciliation as a pure state machine: what happened goes in, what to do next comes out.
///
/// Two lanes run side by side once the hub has greeted: one pushes the own log from the hub's head on (the hub's head decides,
/// never a memory of what was sent), one pulls the feed. Each lane has one thing in flight and its own back-off.
/// Law: effects are performed in order; a page is durable before `.pageStored` is said; every effect is safe to perform twice.
public struct SyncSession: Sendable {
    /// The lanes.
    public enum Lane: Sendable, CaseIterable {
        case hello
        case push
        case feed
    }

    /// What happened.
    public enum Input: Sendable {
        /// Begin, or look again after a wait: also what a timer says.
        case wake
        /// The own log grew to this head.
        case appended(head: UInt64, hash: EventHash)
        /// The hub answered the hello.
        case greeted(HelloAnswer)
        /// The hub holds another event than this node at a sequence of the own log: the log has two histories.
        case diverged(at: UInt64)
        /// The hub holds the own log up to the answer's head.
        case pushed(PushAnswer)
        /// A page is stored and the cursor with it.
        case pageStored(FeedCursor)
        /// The feed was read to its end.
        case caughtUp
        /// The held-open feed ended without fault.
        case feedEnded
        /// A lane's request failed; `retryAfter` as the answer asked, in milliseconds.
        case failed(Lane, SyncFailure, retryAfterMilliseconds: Int64?)
        /// The recovery that was asked for could not be made now, for want of room: it is tried again after a wait.
        case recoveryFailed(retryAfterMilliseconds: Int64?)
        /// Time went by since the last greeting: the hub may have lost something unseen, and what an earlier life of this node had sent
        /// may have arrived since.
        case greetAgain
        /// Somebody asked to try at once.
        case hurry
    }

    /// What to do.
    public enum Effect: Equatable, Sendable {
        /// Say hello.
        case hello
        /// Push the own log from a sequence on, as much as fits one segment.
        case push(from: UInt64)
        /// Open the feed after the stored cursor.
        case openFeed
        /// Forget the cursor: the hub numbers anew.
        case resetCursor(Generation)
        /// The hub holds more of the own log than this node, or something else: this node was restored. Fetch what is lost and go
        /// on under a new incarnation.
        case recover(log: LogID, hubHead: UInt64)
        /// Note how far the hub holds the own log.
        case confirm(through: UInt64)
        /// Wake the machine at a moment.
        case wakeAt(Instant)
        /// The hub refused for good; a person must act.
        case stop(Problem)
    }

    private enum State: Equatable, Sendable {
        case idle
        case inFlight
        case waiting(from: Instant, until: Instant)
    }

    /// What keeps every lane from beginning anything.
    private enum Halt: Equatable, Sendable {
        /// Until the log is named that a recovery opened.
        case recovering
        /// Until a person acts.
        case stopped
    }

    /// How long a request must have been under way for its failure to count as the first again, in milliseconds.
    private static let healthMilliseconds: Int64 = 30_000

    /// A stream that lives shorter than this was cut, in milliseconds.
    private static let shortMilliseconds: Int64 = 1_000

    /// How often a node that runs greets anew, in milliseconds. A hub that was restored behind a proxy which keeps connections shows it in
    /// nothing else to a site that has nothing to send. Longer than what was signed in an earlier life is taken, which is a minute on
    /// either side of the clocks.
    public static let greetAgainMilliseconds: Int64 = 150_000

    /// The own log.
    public private(set) var log: LogID
    /// The own log's head.
    public private(set) var head: UInt64
    /// How far the hub holds it; nil before the hub greeted.
    public private(set) var shared: UInt64?
    private var headHash: EventHash
    private var states: [State] = [.idle, .idle, .idle]
    private var backoffs: [Backoff] = [Backoff(), Backoff(), Backoff()]
    private var startedAt = [Instant](repeating: Instant(milliseconds: .max), count: 3)
    private var halt: Halt?
    private var pushedFrom: UInt64 = 0
    /// The own log's head when the hello went out: what its answer says was compared with that.
    private var helloHead: UInt64 = 0
    /// How far the hub was known to hold the own log then.
    private var helloShared: UInt64?
    private var isGreeted = false
    /// Whether the hub is greeted anew though it answers: nothing new begins meanwhile.
    private var isGreetedAnew = false
    /// Whether the push under way only shows the hub where the own log differs from what it holds.
    private var isDisputed = false
    private let pushes: Bool
    private let pulls: Bool
    private var generator: SplitMix64

    /// Starts a session.
    ///
    /// - Parameters:
    ///   - seed: of the jitter; the caller draws it.
    ///   - pushes: whether the push lane runs.
    ///   - pulls: whether the feed lane runs.
    public init(log: LogID, head: UInt64, headHash: EventHash, seed: UInt64, pushes: Bool = true, pulls: Bool = true) {
        self.log = log
        self.head = head
        self.headHash = headHash
        self.pushes = pushes
        self.pulls = pulls
        generator = SplitMix64(seed: seed)
    }

    /// Whether the hub answers.
    public var isReachable: Bool { isGreeted }

    /// Takes one happening and says what to do.
    public mutating func step(_ input: Input, now: Instant) -> [Effect] {
        var effects: [Effect] = []
        take(input, now, &effects)
        guard halt != .stopped else { return effects }
        release(now)
        if halt == nil { proceed(now, &effects) }
        for lane in Lane.allCases {
            if case .waiting(_, let until) = states[index(lane)] { effects.append(.wakeAt(until)) }
        }
        return effects
    }

    private mutating func take(_ input: Input, _ now: Instant, _ effects: inout [Effect]) {
        switch input {
        case .wake: break
        case .appended(let head, let hash):
            guard head > self.head else { break }
            self.head = head
            headHash = hash
        // A refusal for good holds, whatever was still under way and ends now.
        case _ where halt == .stopped: break
        case .hurry:
            for lane in Lane.allCases where isWaiting(lane) { set(lane, .idle) }
        case .greeted(let answer): greeted(answer, &effects)
        case .diverged(let sequence): diverged(sequence, now, &effects)
        case .pushed(let answer): pushed(answer, now, &effects)
        case .pageStored, .caughtUp: backoffs[index(.feed)].succeeded()
        case .feedEnded: feedEnded(now)
        case .greetAgain: isGreetedAnew = true
        case .recoveryFailed(let asked):
            guard halt == .recovering else { break }
            halt = nil
            isGreeted = false
            rest(.hello, asked, now)
        case .failed(let lane, let failure, let asked): failed(lane, failure, asked, now, &effects)
        }
    }

    private mutating func greeted(_ answer: HelloAnswer, _ effects: inout [Effect]) {
        set(.hello, .idle)
        // Only the hello went well: a hub that greets and then fails a lane is met by that lane's own back-off.
        backoffs[index(.hello)].succeeded()
        if answer.quarantined.contains(log) {
            stop(SyncRefusal.quarantined(log).problem, &effects)
            return
        }
        let held = answer.logs.first { $0.log == log }
        if let held {
            // The hub holds more than the hello compared, and something was recorded since: the next one compares the two.
            guard held.head <= helloHead || head == helloHead else { return }
            guard held.head <= head, held.head < head || held.hash == headHash || held.head == 0 else {
                // What was recorded since the hello went out may stand where the hub holds something else: compared by the next one.
                guard head == helloHead else { return }
                // The hub's head is above ours, or it holds another event at our head: this node lost its tail.
                recover(hubHead: held.head, &effects)
                return
            }
            guard held.highest <= head else {
                // It holds an event of this log that this node does not have: urgent ones went ahead before this node lost its tail.
                guard head == helloHead else { return }
                recover(hubHead: held.highest, &effects)
                return
            }
        }
        // What the hub confirmed while the hello was on its way, its answer need not know of; a hub that numbers anew forgot it.
        let isOlder = answer.cursorIsGood && shared != helloShared
        shared = isOlder ? max(shared ?? 0, held?.head ?? 0) : held?.head ?? 0
        effects.append(.confirm(through: shared ?? 0))
        if !answer.cursorIsGood { effects.append(.resetCursor(answer.generation)) }
        isGreeted = true
        isGreetedAnew = false
    }

    /// Shows the hub our event, so that it keeps both as evidence and everybody is told; it then refuses for good.
    private mutating func diverged(_ sequence: UInt64, _ now: Instant, _ effects: inout [Effect]) {
        guard pushes else { return stop(SyncRefusal.fork(EventID(log: log, sequence: sequence)).problem, &effects) }
        isDisputed = true
        isGreeted = false
        begin(.push, now)
        effects.append(.push(from: sequence))
    }

    private mutating func pushed(_ answer: PushAnswer, _ now: Instant, _ effects: inout [Effect]) {
        // An answer that nothing waits for speaks of a log that is no longer written.
        guard states[index(.push)] == .inFlight else { return }
        set(.push, .idle)
        if isDisputed {
            // It took what it said to hold otherwise: no word of it can be believed for now.
            isDisputed = false
            return rest(.hello, nil, now)
        }
        guard answer.head <= head else {
            recover(hubHead: answer.head, &effects)
            return
        }
        shared = answer.head
        effects.append(.confirm(through: answer.head))
        if answer.head >= pushedFrom {
            backoffs[index(.push)].succeeded()
        } else {
            // The hub took the push and holds none of it: asking again at once would never end.
            rest(.push, nil, now)
        }
    }

    /// A stream that ends is opened again at once; one that is cut as soon as it is open, by a proxy, is met by the back-off.
    private mutating func feedEnded(_ now: Instant) {
        let isShort = now < startedAt[index(.feed)].advanced(byMilliseconds: Self.shortMilliseconds)
        if isShort { rest(.feed, nil, now) } else { set(.feed, .idle) }
    }

    private mutating func recover(hubHead: UInt64, _ effects: inout [Effect]) {
        guard halt == nil else { return }
        halt = .recovering
        effects.append(.recover(log: log, hubHead: hubHead))
    }

    private mutating func rest(_ lane: Lane, _ asked: Int64?, _ now: Instant, isUnreachable: Bool = false) {
        let wait = backoffs[index(lane)].failed(using: &generator, askedMilliseconds: asked, isUnreachable: isUnreachable)
        set(lane, .waiting(from: now, until: now.advanced(byMilliseconds: wait)))
    }

    private mutating func failed(
        _ lane: Lane, _ failure: SyncFailure, _ asked: Int64?, _ now: Instant, _ effects: inout [Effect]
    ) {
        guard lane != .push || states[index(.push)] == .inFlight else { return }
        if lane == .push, isDisputed {
            isDisputed = false
            set(.hello, .idle)
        }
        if startedAt[index(lane)].advanced(byMilliseconds: Self.healthMilliseconds) <= now { backoffs[index(lane)].succeeded() }
        switch failure {
        case .refusedForGood(let problem):
            stop(problem, &effects)
            return
        case .gap(let expected) where lane == .push && expected > 0:
            // The receiver's head decides where a push starts: at once, unless the hub names one gap after the other.
            let isFirst = backoffs[index(.push)].failures == 0
            rest(.push, asked, now)
            if isFirst { set(.push, .idle) }
            guard expected <= head + 1 else { return recover(hubHead: expected - 1, &effects) }
            shared = expected - 1
            effects.append(.confirm(through: expected - 1))
            return
        case .generation, .unreachable, .ahead, .differs: isGreeted = false
        case .temporary, .gap: break
        }
        var isUnreachable = false
        if case .unreachable(let problem) = failure { isUnreachable = problem.code == .hubUnreachable }
        rest(lane, asked, now, isUnreachable: isUnreachable)
    }

    private mutating func stop(_ problem: Problem, _ effects: inout [Effect]) {
        halt = .stopped
        for lane in Lane.allCases { set(lane, .idle) }
        effects.append(.stop(problem))
    }

    private mutating func release(_ now: Instant) {
        for lane in Lane.allCases {
            guard case .waiting(let start, let until) = states[index(lane)] else { continue }
            // A clock that was set back would make the wait as long as it was set back.
            if until <= now || now < start { set(lane, .idle) }
        }
    }

    private mutating func proceed(_ now: Instant, _ effects: inout [Effect]) {
        guard isGreeted, !isGreetedAnew else {
            // One lane's wait holds back the hello as well: a hub that is down is asked once a wait, not once a lane.
            let rests = Lane.allCases.contains { isWaiting($0) }
            if states[index(.hello)] == .idle, !rests {
                begin(.hello, now)
                helloHead = head
                helloShared = shared
                effects.append(.hello)
            }
            return
        }
        if pushes, states[index(.push)] == .idle, let shared, shared < head {
            begin(.push, now)
            pushedFrom = shared + 1
            effects.append(.push(from: shared + 1))
        }
        if pulls, states[index(.feed)] == .idle {
            begin(.feed, now)
            effects.append(.openFeed)
        }
    }

    private func index(_ lane: Lane) -> Int {
        switch lane {
        case .hello: 0
        case .push: 1
        case .feed: 2
        }
    }

    private mutating func set(_ lane: Lane, _ state: State) { states[index(lane)] = state }

    private mutating func begin(_ lane: Lane, _ now: Instant) {
        set(lane, .inFlight)
        startedAt[index(lane)] = now
    }

    private func isWaiting(_ lane: Lane) -> Bool {
        if case .waiting = states[index(lane)] { true } else { false }
    }

    /// Whether nothing is left to push.
    public var isDrained: Bool { shared == head }

    /// Takes the log that a recovery opened.
    public mutating func recovered(log: LogID, head: UInt64, headHash: EventHash) {
        self.log = log
        self.head = head
        self.headHash = headHash
        shared = nil
        isGreeted = false
        isDisputed = false
        halt = nil
        // A feed that is open stays open: it does not depend on the own log.
        set(.hello, .idle)
        set(.push, .idle)
    }
}

/// How a request failed, as far as the next step depends on it.
public enum SyncFailure: Equatable, Sendable {
    /// Nobody answered, or something that is no hub.
    case unreachable(Problem)
    /// The hub asks to try again.
    case temporary(Problem)
    /// The hub expects another sequence.
    case gap(expected: UInt64)
    /// The hub holds more of the own log than was ever sent from here: the two must be compared.
    case ahead(head: UInt64)
    /// What the hub holds of a log, through a sequence, is not what was signed: the two must be compared event by event.
    case differs(Problem, held: UInt64)
    /// The hub numbers anew.
    case generation(Generation)
    /// The hub refuses and will go on refusing.
    case refusedForGood(Problem)
}

/// A small seeded generator, for jitter and for rehearsals that must repeat.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts from a seed.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
