public import EventLog
public import ImagingCase
public import Problems
import Wire

/// The only door through which this node's own events enter its log: looks at the case, asks the guard, fills in what was left out,
/// appends. Durable when it answers.
public struct EventRecorder: Sendable {
    private let file: StoreFile
    private let log: @Sendable () -> LogID
    private let draw: @Sendable () -> UInt64
    private let now: @Sendable () -> Instant

    /// Makes a door to a store's log.
    public init(
        file: StoreFile, log: @escaping @Sendable () -> LogID, draw: @escaping @Sendable () -> UInt64,
        now: @escaping @Sendable () -> Instant
    ) {
        self.file = file
        self.log = log
        self.draw = draw
        self.now = now
    }

    /// Records one intent.
    ///
    /// - Throws: `NOT_PERMITTED`, `ILLEGAL_NOW` or `BAD_INPUT` from the guard, `STALE_HEADS`, or a fault of the store. Nothing was
    ///   recorded then, except after `IO_FAILED`, where the outcome is unknown.
    public func record(_ intent: RecordIntent) async throws(Problem) -> Recorded {
        try file.requireSpace(for: .recording)
        let log = log()
        let drawn = (draw(), draw())
        let now = now()
        do {
            return try await file.writeAsync { writer in
                var session = try RecordingSession(writer: writer, log: log)
                do { return try Self.record(intent, in: &session, drawn: drawn, now: now) } catch {
                    // A refusal before the first write concerns nobody else of the group.
                    guard session.hasWritten else { throw Refused(error: error) }
                    throw error
                }
            }
        } catch { throw Self.problem(error) }
    }

    /// Records what the program itself says; no guard is asked, because nobody acts.
    func recordSystem(_ draft: @escaping @Sendable (SiteID, Instant) -> EventDraft) async throws(Problem) -> EventID {
        try file.requireSpace(for: .recording)
        let (log, now) = (log(), now())
        do {
            return try await file.writeAsync { writer in
                var session = try RecordingSession(writer: writer, log: log)
                return try session.append(draft(log.site, now), now: now).id
            }
        } catch { throw Self.problem(error) }
    }

    private static func record(
        _ intent: RecordIntent, in session: inout RecordingSession, drawn: (UInt64, UInt64), now: Instant
    ) throws -> Recorded {
        let key = intent.sourceKey
        if !key.isEmpty, let (id, stream) = try session.event(underSourceKey: key) {
            return Recorded(id: id, stream: stream, isRepeat: true)
        }
        let stream = try session.place(intent, drawn: drawn)
        let state = try session.state(of: stream)
        if let expected = intent.expectedHeads, expected.sorted() != state.heads {
            throw Problem(
                .staleHeads, "The case was changed since it was looked at.",
                facts: state.heads.map { .init("head", $0.description) })
        }
        let event = Authoring.completed(intent.event, in: state)
        try check(event, in: state, intent, now: now, around: session.surroundings(of: event, intent, in: stream))
        let actor = Actor(
            person: intent.author.person, role: intent.author.role.rawValue, site: session.site, assurance: intent.assurance)
        let draft = EventDraft(
            stream: stream, kind: event.kind, occurredAt: intent.occurredAt, actor: actor, source: intent.source, sourceKey: key,
            payload: PayloadCoding.payload(of: event))
        let recorded = try session.append(draft, now: now)
        return Recorded(id: recorded.id, stream: stream, isRepeat: false)
    }

    /// Asks the guard. What an interface tells has happened elsewhere, so that the state of the case cannot refuse it: it is kept and
    /// flagged like any other late arrival. Role and content are judged all the same.
    private static func check(
        _ event: CaseEvent, in state: CaseState, _ intent: RecordIntent, now: Instant, around: Surroundings
    ) throws {
        do {
            try Authoring.check(event, in: state, by: intent.author, now: now, around: around)
        } catch {
            let tellsOfElsewhere = intent.assurance == .machine && [.hl7, .orthanc].contains(intent.source)
            guard error.ground == .state, tellsOfElsewhere else { throw error }
        }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let refusal as AuthoringRefusal:
            let code: ProblemCode =
                switch refusal.ground {
                case .role: .notPermitted
                case .state: .illegalTransition
                case .content: .badInput
                }
            return Problem(code, refusal.reason, remedy: refusal.remedy)
        case let refusal as EventDraft.Refusal:
            return switch refusal {
            case .payloadTooLarge(let bytes):
                Problem(.eventTooLarge, "The body has \(bytes) bytes, at most \(EventLimits.payloadBytesMax) are taken.")
            case .textTooLong(let field, let bytes):
                Problem(.tooLarge, "\(field) has \(bytes) bytes, at most \(EventLimits.textBytesMax) are taken.")
            case .kindTooLong(let bytes):
                Problem(.tooLarge, "The kind's name has \(bytes) bytes, at most \(EventLimits.kindBytesMax) are taken.")
            case .emptyKind: Problem(.unknownKind, "The event has no kind.")
            case .tooManyHeads(let count):
                Problem(.illegalTransition, "The case has \(count) branches.", remedy: "Resolve its conflicts first.")
            }
        default: return Problem(.ioFailed, "The store failed: \(error).")
        }
    }
}
