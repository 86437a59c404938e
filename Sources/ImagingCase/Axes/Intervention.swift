public import EventLog

/// One time-out of the team.
public struct InterventionTimeOut: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who recorded it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// What it came to.
    public let result: TimeOutResult
    /// Each check.
    public let checks: [ScreeningItem]
    /// Who took part.
    public let participants: [String]
}

/// One step as it was done.
public struct InterventionStep: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who recorded it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// What was done, with device, guidance, specimen and blood loss.
    public let said: IRStepRecorded
}

/// Something that went wrong.
public struct InterventionComplication: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who recorded it.
    public let by: String
    /// SIR severity, 1 mild to 5 death.
    public let severity: Int
    /// What happened.
    public let what: String
    /// What was done.
    public let action: String
}

/// One look at the person after the procedure.
public struct InterventionRecovery: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who recorded it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// Pain, vital signs, discharge and follow-up.
    public let said: IRRecoveryRecorded
}

/// A dose of the procedure at whose height somebody must look.
public struct InterventionAlert: Hashable, Sendable {
    /// What is high; its word is what an acknowledgement names.
    public let quantity: DoseQuantity
    /// How high, in the quantity's unit.
    public let value: Double
    /// From which height somebody must look.
    public let level: Double
    /// The event that says it.
    public let event: EventID
    /// Who took note of it, having seen it; nil while nobody has.
    public let acknowledgedBy: EventID?
}

/// What an assurance of safety missed: it stays, and somebody must look into it.
public struct InterventionSafetyEvent: Hashable, Sendable {
    /// What kind.
    public enum Kind: String, Sendable {
        /// Nobody recorded a time-out.
        case noTimeOut
        /// A time-out was recorded apart from the start: nobody can say that it was before.
        case timeOutApart
        /// The only time-out was recorded in sight of the start.
        case timeOutAfterStart
        /// It began although the time-out found a mismatch.
        case timeOutMismatch
        /// It began although consent was refused or withdrawn.
        case withoutConsent
        /// MRI was used without an MRI screen.
        case mriUnscreened
        /// MRI was used although an MRI screen stood against it, or one made apart does.
        case mriContraindicated
    }

    /// What kind.
    public let kind: Kind
    /// The step, or the end where no step is known.
    public let event: EventID
    /// The event that it is against; nil where something is missing.
    public let against: EventID?
}

/// What an intervention is at.
public struct InterventionState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        /// Something is recorded, but nobody found the person fit.
        case requested
        case assessed
        case consented
        case timedOut
        case inProgress
        case completed
        case aborted
        case recovery
        case discharged
        case followedUp
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// The assessment that stands: of such as were made apart one that finds the person unfit.
    public internal(set) var assessment: IRAssessed?
    /// The event of the assessment.
    public internal(set) var assessedBy: EventID?
    /// The consent to a procedure that stands; unspecified where none was recorded.
    public internal(set) var consent: ConsentDecision = .unspecified
    /// Time-outs, in causal order.
    public internal(set) var timeOuts: [InterventionTimeOut] = []
    /// Whether the latest time-outs all confirm.
    public internal(set) var isConfirmed = false
    /// Steps, in causal order.
    public internal(set) var steps: [InterventionStep] = []
    /// Blood loss of all steps in millilitres, to 0.1.
    public internal(set) var bloodLossMillilitres = 0.0
    /// Complications, in causal order.
    public internal(set) var complications: [InterventionComplication] = []
    /// The event that ended it; nil before.
    public internal(set) var endedBy: EventID?
    /// How it ended, where it was completed.
    public internal(set) var completion: IRCompleted?
    /// Why it was broken off, where it was.
    public internal(set) var abortReason = ""
    /// The greatest air kerma at the reference point that was said, in mGy.
    public internal(set) var referencePointMilligray = 0.0
    /// The longest fluoroscopy that was said, in seconds.
    public internal(set) var fluoroscopySeconds = 0.0
    /// Doses at whose height somebody must look.
    public internal(set) var alerts: [InterventionAlert] = []
    /// Recovery, in causal order.
    public internal(set) var recovery: [InterventionRecovery] = []
    /// What an assurance of safety missed.
    public internal(set) var safetyEvents: [InterventionSafetyEvent] = []
    /// The MRI screen's level.
    public internal(set) var mri = ScreenLevel.unscreened
    /// Whether the MRI screen bars the use of MRI.
    public internal(set) var isMRIBlocked = false
    /// Whether the pregnancy screen bars radiation.
    public internal(set) var isPregnancyBlocked = false
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Whether the procedure has begun or ended.
    public var hasBegun: Bool { !steps.isEmpty || endedBy != nil }
    /// Unique device identifiers, each once, in the order of the steps.
    public var devices: [String] { Self.once(steps.map(\.said.deviceIdentifier)) }
    /// Specimens, in the order of the steps.
    public var specimens: [String] { steps.map(\.said.specimen).filter { !$0.isEmpty } }
    /// The worst SIR severity, 1 to 5; 0 without a complication.
    public var worstSeverity: Int { complications.map(\.severity).filter((1...5).contains).max() ?? 0 }
    /// When the person was discharged, as asserted last.
    public var discharged: Instant? { recovery.last { $0.said.discharged != nil }?.said.discharged }
    /// When the person is to be seen again, as asserted last.
    public var followUp: Instant? { recovery.last { $0.said.followUp != nil }?.said.followUp }

    /// Whether the follow-up is overdue at a moment that whoever looks passes in.
    public func isFollowUpOverdue(at now: Instant) -> Bool {
        guard status != .followedUp, let followUp else { return false }
        return now > followUp
    }

    private static func once(_ texts: [String]) -> [String] {
        var all: [String] = []
        for text in texts where !text.isEmpty && !all.contains(text) { all.append(text) }
        return all
    }
}

/// Treatment under image guidance. What was done stands; a time-out counts for what is begun by those who had seen it.
///
/// Source: WHO Surgical Safety Checklist 2009; SIR reporting standards and adverse event classification; house rule for
/// conflict 52.
public enum InterventionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "intervention" }

    /// What it looks at: the procedure, the consent to it, the screens that bar MRI and radiation, and who took note of a dose.
    public static var concern: Concerns { [.intervention, .consent, .safety, .dose] }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> InterventionState {
        var state = InterventionState()
        var facts = InterventionFacts(history)
        guard !facts.isEmpty else { return state }
        facts.list(&state)
        facts.judgeSafety(of: stream, &state, &conflicts)
        facts.judgeDose(&state)
        state.status = facts.status(state)
        state.oddities = facts.oddities
        return state
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: InterventionState) -> Bool { state.status == .none }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: InterventionState) -> [Anomaly] { state.oddities }

    /// Says which events made the state.
    public static func explain(_ state: InterventionState, _ history: CaseHistory) -> [Explanation] {
        guard !isSilent(state) else { return [] }
        let (rule, events): (String, [EventID]) =
            switch state.status {
            case .none, .requested: ("Nobody has found the person fit for the procedure.", state.assessedBy.map { [$0] } ?? [])
            case .assessed: ("Assessed as fit; consent to the procedure does not stand.", state.assessedBy.map { [$0] } ?? [])
            case .consented: ("Consent stands; no confirming time-out does.", state.assessedBy.map { [$0] } ?? [])
            case .timedOut: ("The latest time-outs confirm, and no step was done.", state.timeOuts.map(\.event))
            case .inProgress: ("A step was done: what was done stands, whatever was said meanwhile.", state.steps.map(\.event))
            case .completed, .aborted: ("Whoever ended it says so.", state.endedBy.map { [$0] } ?? [])
            case .recovery, .discharged, .followedUp:
                ("The latest of recovery, discharge and follow-up that was recorded.", state.recovery.map(\.event))
            }
        return [Explanation(axis: label, state: state.status.rawValue, rule: rule, events: events)]
            + state.safetyEvents.map { event in
                Explanation(
                    axis: label, state: event.kind.rawValue,
                    rule: "A time-out, consent or screen counts for what is begun by those who had seen it.",
                    events: [event.event] + (event.against.map { [$0] } ?? []))
            }
    }
}
