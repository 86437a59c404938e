import Crypto
import EventLog
import ImagingCase
import Problems
import Replication
import Wire

/// One site's machine in a rehearsal: the product's session and store; what the driver does with sockets and tasks is done here in
/// virtual time, call by call.
final class SimulatedSite {
    let node: Node
    let site: SiteID
    let key: Curve25519.Signing.PrivateKey
    let machine: any SiteMachine
    unowned let world: World
    var store: (any StretchStore)?
    var session: SyncSession
    var mirror: Mirror
    var dice: Dice
    var signing = SigningClock()
    let zstd = Zstd()
    /// Counts starts: what was under way before one is nobody's afterwards.
    private(set) var life = 0
    /// Why a person must act; nil while it goes on by itself.
    var stopped: Problem?
    /// Why the feed's next page cannot be stored; nil while it can.
    var feedRefusal: Problem?
    var isCopied = false
    var cut: Cut?
    var cutUntil: Int64 = 0
    var pausedUntil: Int64 = 0
    /// What its clock is off by, and where it stands still.
    var skew: Int64 = 0
    var frozenAt: Int64?
    private var clock = HybridClock()
    private var timers: Set<Int64> = []
    var confirmed: (log: LogID, sequence: UInt64)?
    /// Earlier own logs of which the hub gave back what does not fit, since the last hello.
    var contradicted: Set<LogID> = []
    /// How far the hub ever held own logs, for a planted bug.
    var remembered: [LogID: UInt64] = [:]
    var express: ExpressProgress
    /// Own logs of which the hub holds something else somewhere.
    var doubts = LogDoubts()
    /// After how many effects the process is killed; nil for never.
    var crashIn: Int?
    var losesPowerNext = false

    init(_ world: World, node: Node, site: SiteID, key: Curve25519.Signing.PrivateKey, machine: any SiteMachine) {
        self.world = world
        self.node = node
        self.site = site
        self.key = key
        self.machine = machine
        mirror = Mirror(bug: world.bug)
        express = ExpressProgress(backlogMin: world.swarm.aheadMin)
        dice = Dice(seed: world.swarm.seed, 100 + UInt64(node.number))
        session = SyncSession(
            log: LogID(site: site, incarnation: Incarnation(bits: 0)), head: 0, headHash: .zero, seed: 0)
    }

    var isUp: Bool { store != nil }

    /// What its own clock shows.
    var clockNow: Instant { Instant(milliseconds: (frozenAt ?? world.now) + skew) }

    func note(_ what: @autoclosure () -> String) { world.note("\(node)", what()) }

    // MARK: - Life and death

    func start() {
        life += 1
        timers = []
        do {
            let opened = try machine.open(drawn: dice.bits())
            mirror = try Mirror(of: opened, bug: world.bug)
            store = opened
            let own = try opened.ownLog()
            clock = HybridClock(after: HybridTime(bits: 0))
            session = SyncSession(log: own.log, head: own.head, headHash: own.hash, seed: dice.bits())
            express = ExpressProgress(backlogMin: world.swarm.aheadMin)
            doubts = LogDoubts()
            stopped = nil
            world.tell(.reopened(node, mirror.marks))
            note("starts on \(own.log) at \(own.head)")
            step(.wake)
            greetAgain()
        } catch {
            note("does not start: \((error as? Problem)?.code.rawValue ?? "\(error)")")
            die(downFor: 2_000, losesPower: false)
        }
    }

    /// The process is gone, for a while.
    func die(downFor milliseconds: Int64, losesPower: Bool, before: (() -> Void)? = nil) {
        life += 1
        store = nil
        if machine.stop(&dice, losesPower: losesPower || losesPowerNext) { world.hit(.unsyncedLoss) }
        losesPowerNext = false
        crashIn = nil
        note("dies")
        let now = life
        world.at(world.now + milliseconds) { [unowned self] in
            guard life == now, !isUp else { return }
            before?()
            start()
        }
    }

    /// Runs something of this life when a machine that stands still goes on.
    func later(_ milliseconds: Int64, _ action: @escaping () -> Void) {
        let now = life
        world.at(world.now + milliseconds) { [unowned self] in inLife(now, action) }
    }

    func inLife(_ now: Int, _ action: @escaping () -> Void) {
        guard life == now, isUp else { return }
        guard world.now >= pausedUntil else {
            world.at(pausedUntil) { [unowned self] in inLife(now, action) }
            return
        }
        action()
    }

    /// A fault of the own store ends the process; anything else from there is the lane's.
    func fault(_ problem: Problem, lane: SyncSession.Lane?) {
        if lane == .feed { feedRefusal = problem }
        switch problem.code {
        case .ioFailed, .integrityFailed: die(downFor: 1_000, losesPower: dice.chance(perMille: 500))
        default:
            guard let lane else { return }
            let wait = problem.code == .diskFull ? problem.code.row.retryAfterSeconds.map { Int64($0) * 1000 } : nil
            step(.failed(lane, .temporary(problem), retryAfterMilliseconds: wait))
        }
    }

    private func greetAgain() {
        guard world.bug != .losesTimers else { return }
        later(SyncSession.greetAgainMilliseconds) { [unowned self] in
            step(.greetAgain)
            greetAgain()
        }
    }

    // MARK: - The session

    func step(_ input: SyncSession.Input) {
        guard isUp else { return }
        let now = life
        for effect in session.step(input, now: clockNow) {
            guard life == now else { return }
            perform(effect)
            if world.dies(at: self) { return }
        }
    }

    private func perform(_ effect: SyncSession.Effect) {
        guard let store else { return }
        do throws(Problem) {
            switch effect {
            case .hello: hello()
            case .push(let first): push(from: first)
            case .openFeed: page(waitMilliseconds: 0)
            case .resetCursor(let generation):
                if world.bug != .ignoresNewGeneration { try store.reset(to: generation) }
            case .recover:
                do throws(Problem) { try recover(store) } catch {
                    guard error.code == .diskFull else { throw error }
                    later(1) { [unowned self] in step(.recoveryFailed(retryAfterMilliseconds: nil)) }
                }
            case .confirm(let sequence): confirm(session.log, through: sequence)
            case .wakeAt(let moment): sleep(until: moment)
            case .stop(let problem):
                stopped = problem
                note("stops: \(problem.code.rawValue)")
            }
        } catch { fault(error, lane: nil) }
    }

    private func recover(_ store: any SiteStore) throws(Problem) {
        guard world.bug != .keepsIncarnationOnRecovery else {
            let own = try store.ownLog()
            session.recovered(log: own.log, head: own.head, headHash: own.hash)
            return later(1_000) { [unowned self] in step(.wake) }
        }
        let log = try store.reincarnate(drawn: dice.bits())
        confirmed = nil
        note("goes on as \(log)")
        session.recovered(log: log, head: 0, headHash: .zero)
        later(1) { [unowned self] in step(.wake) }
    }

    /// Written down a little later, as a crash may lose it.
    func confirm(_ log: LogID, through sequence: UInt64) {
        confirmed = (log, sequence)
        remembered[log] = max(remembered[log] ?? 0, sequence)
        world.tell(.acknowledged(node, log, through: sequence))
        later(250) { [unowned self] in
            guard let store, let (log, sequence) = confirmed, log == session.log else { return }
            confirmed = nil
            do throws(Problem) { try store.confirm(through: sequence) } catch { fault(error, lane: nil) }
        }
    }

    private func sleep(until moment: Instant) {
        guard world.bug != .losesTimers || dice.chance(perMille: 700) else { return }
        guard timers.insert(moment.milliseconds).inserted else { return }
        later(max(1, moment.milliseconds - clockNow.milliseconds)) { [unowned self] in
            timers.remove(moment.milliseconds)
            step(.wake)
        }
    }

    // MARK: - Recording

    /// Records what people say next about a case, or an event of a kind that nobody knows.
    func record(_ place: Int, stream: StreamID, number: Int, routing: SiteID? = nil, isUnknown: Bool = false) {
        guard isUp, world.now >= pausedUntil else { return }
        var own = Dice(seed: world.swarm.seed, 10_000 + UInt64(place))
        let state = mirror.state(of: stream)
        var (event, author) = Workload.next(in: state, number: number, at: clockNow, &own)
        if let routing {
            (event, author) = (.caseRouted(CaseRouted(site: routing.text)), Author(person: "lee", role: .technologist))
        }
        let kind = isUnknown ? EventKind("future.thing\(own.below(3))") : event.kind
        let payload = isUnknown ? (0..<own.below(60)).map { _ in UInt8(own.below(256)) } : PayloadCoding.payload(of: event)
        let draft = EventDraft(
            stream: stream, kind: kind, occurredAt: OccurredAt(clockNow),
            actor: Actor(person: author.person, role: author.role.rawValue, site: site, assurance: .local), source: .page,
            sourceKey: "entry-\(place)", payload: payload)
        append(draft, heads: mirror.heads(of: state))
    }

    private func append(_ draft: EventDraft, heads: [(id: EventID, hash: EventHash)]) {
        guard let store else { return }
        do {
            let own = try store.ownLog()
            let id = EventID(log: own.log, sequence: own.head + 1)
            let event = try draft.event(id: id, recordedAt: clock.reading(at: clockNow), heads: heads)
            var maybe = Mirror(bug: nil)
            let mark = maybe.add([event])[0]
            do throws(Problem) {
                try store.append([event])
                mirror.add([event])
                note("records \(id) \(draft.kind)")
                world.tell(.recorded(node, mark, isHeld: try store.hash(of: id) == event.hash))
                step(.appended(head: id.sequence, hash: event.hash))
            } catch {
                let problem = error
                note("records nothing: \(problem.code.rawValue)")
                guard problem.code != .diskFull else { return }
                world.tell(.unsure(node, mark))
                fault(problem, lane: nil)
                if world.bug == .retriesUnderNewID { retry(draft) }
            }
        } catch { note("cannot record: \(error)") }
    }

    private func retry(_ draft: EventDraft) {
        world.at(world.now + 5_000) { [unowned self] in
            guard isUp else { return retry(draft) }
            append(draft, heads: mirror.heads(of: mirror.state(of: draft.stream)))
        }
    }
}
