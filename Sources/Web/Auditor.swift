public import Audit
public import EventLog
import ImagingCase
public import Problems
import Synchronization

/// Turns what was asked and what came of it into records of a node's audit.
public struct Auditor: Sendable {
    /// The node's audit.
    public let log: AuditLog
    /// The node's name: its site, or `hub`.
    let node: String
    /// Through which door is asked where the caller's address is not known: `socket`, `console`, `http`.
    let door: String
    let now: @Sendable () -> Instant
    private let intrusions: IntrusionBudget

    /// Keeps a node's audit.
    public init(log: AuditLog, node: String, door: String, now: @escaping @Sendable () -> Instant) {
        self.log = log
        self.node = node
        self.door = door
        self.now = now
        intrusions = IntrusionBudget()
    }

    /// How something ended.
    struct Ending {
        var outcome = AuditOutcome.success
        var problem: String?

        /// It was done.
        static let good = Ending()

        /// Ends with a problem.
        init(code: ProblemCode) {
            problem = code.rawValue
            outcome =
                switch code {
                case .notPermitted, .permissions, .badSignature, .siteMismatch, .siteUnknown, .siteRevoked, .siteRetired,
                    .siteQuarantined,
                    .replayed, .joinCodeRefused, .clockImplausible, .clientCertificate:
                    .seriousFailure
                case .internalError, .ioFailed, .integrityFailed, .diskFull, .storeNotWritable, .fork: .majorFailure
                default: .minorFailure
                }
        }

        init() {}

        /// Ends with whatever stopped it.
        init(_ error: any Error) {
            if let problem = error as? Problem { self.init(code: problem.code) } else { self.init(code: .internalError) }
        }

        /// Ends as an answer says.
        init(_ answer: DeskAnswer) {
            let beginning = "{\"error\":{\"code\":\""
            guard answer.json.hasPrefix(beginning) else {
                self.init()
                // Some answers say in their rows what was refused; 3 is done with something left to decide.
                if answer.exit != 0, answer.exit != 3 { outcome = .minorFailure }
                return
            }
            let word = String(answer.json.dropFirst(beginning.count).prefix { $0 != "\"" })
            self.init(code: ProblemCode(rawValue: word) ?? .internalError)
        }
    }

    /// Keeps a record; durable when it returns, apart from what is only noted.
    func keep(_ rule: AuditRule, _ found: AuditTrail.Found, _ ending: Ending) async throws(Problem) {
        let record = record(rule, found, ending)
        if rule.timing == .noted { try log.note(record) } else { try await log.append(record) }
    }

    /// Answers when the record of it is durable; problems are answers too.
    func answer(_ rule: AuditRule, _ trail: AuditTrail, _ body: () async -> DeskAnswer) async -> DeskAnswer {
        do throws(Problem) {
            return try await keeping(rule, trail) {
                let answer = await body()
                return (answer, answer)
            }
        } catch { return DeskAnswer(problem: error) }
    }

    /// Does something, and keeps the record of it before anything of it is told.
    ///
    /// - Parameter body: gives what came of it, and that as an answer.
    private func keeping<T>(
        _ rule: AuditRule, _ trail: AuditTrail, _ body: () async -> (T, DeskAnswer)
    ) async throws(Problem) -> T {
        // Asked before anything is done: what cannot be kept is not begun.
        try await log.ready()
        if rule.timing == .before { try await keep(rule, trail.found, .good) }
        let (value, answer) = await AuditTrail.$current.withValue(trail) { await body() }
        let (found, ending) = (trail.found, Ending(answer))
        let isKept = (rule.timing == .before || found.isNothing) && ending.outcome == .success
        if !isKept { try await keepDone(rule, found, ending) }
        return value
    }

    /// Keeps a record of what is over.
    ///
    /// - Throws: `AUDIT_UNAVAILABLE`; of what changed something it says that it was done, so that nobody does it twice.
    func keepDone(_ rule: AuditRule, _ found: AuditTrail.Found, _ ending: Ending) async throws(Problem) {
        do throws(Problem) { try await keep(rule, found, ending) } catch {
            guard rule.action != .read, ending.outcome == .success else { throw error }
            throw Problem(
                .auditUnavailable, "It was done, and its record cannot be kept. \(error.message)",
                remedy: "Look before asking again. \(error.remedy)")
        }
    }

    /// Takes what another system brings in over a door of its own; its record is durable when this returns.
    ///
    /// - Parameters:
    ///   - call: the door's name, such as `mllp`.
    ///   - body: gives what came of it, and that as an answer.
    /// - Throws: `AUDIT_UNAVAILABLE`: nothing was taken, or it was and nobody may be told so, who then brings the same again.
    public func importing<T>(
        _ call: String, from sender: String, _ body: () async -> (T, DeskAnswer)
    ) async throws(Problem) -> T {
        let trail = AuditTrail()
        trail.asks(sender, Role.system.rawValue)
        return try await keeping(AuditRule(.import, .create, call), trail, body)
    }

    /// Keeps that something of a case went to another system; durable when this returns.
    ///
    /// - Parameters:
    ///   - call: how it went, such as `notify hl7`.
    ///   - receiver: who took it.
    /// - Throws: `AUDIT_UNAVAILABLE`: it went, and whoever sent it has to say so again.
    public func exported(_ call: String, to receiver: String, of stream: StreamID) async throws(Problem) {
        let trail = AuditTrail()
        trail.asks(receiver, Role.system.rawValue)
        trail.finds(stream)
        try await keep(AuditRule(.export, .read, call), trail.found, .good)
    }

    /// Notes that somebody tried a door at which he is not expected.
    ///
    /// - Throws: `AUDIT_UNAVAILABLE`.
    public func noteStranger(_ call: String, from address: String) throws(Problem) {
        let trail = AuditTrail()
        trail.asks(Caller(assurance: .machine, address: address, purpose: .operations))
        try noteIntrusion(AuditRule(.securityAlert, .execute, call), trail.found, Ending(code: .notPermitted))
    }

    /// Notes that a site could not show who it is. A flood of them is kept as numbers: the disk is not the intruder's to fill.
    func noteIntrusion(_ rule: AuditRule, _ found: AuditTrail.Found, _ ending: Ending) throws(Problem) {
        guard let before = intrusions.take(at: now()) else { return }
        var record = record(rule, found, ending)
        if before > 0 { record.count = before }
        try log.note(record)
    }

    private func record(_ rule: AuditRule, _ found: AuditTrail.Found, _ ending: Ending) -> AuditRecord {
        var objects = AuditObjects(
            stream: found.stream?.description, event: found.event?.description, conflict: found.conflict)
        var query = rule.query
        if let named = rule.named, objects.stream == nil, objects.conflict == nil {
            if let stream = StreamID(named) { objects.stream = stream.description } else { query.insert(("named", named), at: 0) }
        }
        var asked = rule
        asked.query = query
        let isPerson = rule.code == .procedureRecord && found.stream?.kind == .person
        let (actor, other) = actor(found)
        let caller = found.caller ?? Caller.current
        return AuditRecord(
            at: now(), code: isPerson ? .patientRecord : rule.code, action: rule.action, outcome: ending.outcome,
            purpose: caller?.purpose.rawValue ?? (found.site == nil ? "TREAT" : "HOPERAT"), actor: actor,
            onBehalfOf: other,
            address: caller?.address ?? door, call: rule.call, objects: objects, query: asked.text(cloak: log.cloak),
            count: found.count, problem: ending.problem)
    }

    /// Who acts, and for whom where the one who signed in named another.
    private func actor(_ found: AuditTrail.Found) -> (AuditActor, String?) {
        if let site = found.site {
            return (AuditActor(person: site.text, role: "site", assurance: .machine, site: node), nil)
        }
        guard let caller = found.caller ?? Caller.current, caller.person != nil else {
            return (AuditActor(person: found.person, role: found.role, site: node), nil)
        }
        let other = found.person == caller.person ? nil : found.person
        return (
            AuditActor(
                person: caller.person, role: caller.role, assurance: caller.assurance, site: node, session: caller.session), other
        )
    }
}

/// How many failed proofs of identity are written one by one.
final class IntrusionBudget: Sendable {
    /// In a minute.
    static let recordsMax = 60
    private static let windowMilliseconds: Int64 = 60_000

    private struct State {
        var began = Instant(milliseconds: .min)
        var count = 0
        var passed = 0
    }

    private let state = Mutex(State())

    /// Takes one; the number of those that were passed over before it, or nil where it is to be passed over too.
    func take(at now: Instant) -> Int? {
        state.withLock { state in
            if now.milliseconds >= state.began.advanced(byMilliseconds: Self.windowMilliseconds).milliseconds || now < state.began
            {
                state.began = now
                state.count = 0
            }
            state.count += 1
            guard state.count <= Self.recordsMax else {
                state.passed += 1
                return nil
            }
            defer { state.passed = 0 }
            return state.passed
        }
    }
}
