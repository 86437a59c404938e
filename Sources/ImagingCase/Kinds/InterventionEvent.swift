public import EventLog

/// Treatment under image guidance, as it was done.
///
/// Source: SIR reporting standards, WHO Surgical Safety Checklist.
public enum InterventionEvent: Hashable, Sendable {
    /// The person was assessed before.
    case assessed(IRAssessed)
    /// The team stopped and checked.
    case timeOutDone(IRTimeOutDone)
    /// A step was done.
    case stepRecorded(IRStepRecorded)
    /// Something went wrong.
    case complicationRecorded(IRComplicationRecorded)
    /// The procedure ended.
    case completed(IRCompleted)
    /// The procedure was broken off.
    case aborted(IRAborted)
    /// How the person recovers, until discharge and follow-up.
    case recoveryRecorded(IRRecoveryRecorded)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .assessed: .irAssessed
        case .timeOutDone: .irTimeOutDone
        case .stepRecorded: .irStepRecorded
        case .complicationRecorded: .irComplicationRecorded
        case .completed: .irCompleted
        case .aborted: .irAborted
        case .recoveryRecorded: .irRecoveryRecorded
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .irAssessed, .irTimeOutDone, .irStepRecorded, .irComplicationRecorded, .irCompleted, .irAborted, .irRecoveryRecorded,
    ]
}

extension EventKind {
    /// The person was assessed before.
    public static let irAssessed = EventKind("ir.assessed")
    /// The team stopped and checked.
    public static let irTimeOutDone = EventKind("ir.timeOutDone")
    /// A step was done.
    public static let irStepRecorded = EventKind("ir.stepRecorded")
    /// Something went wrong.
    public static let irComplicationRecorded = EventKind("ir.complicationRecorded")
    /// The procedure ended.
    public static let irCompleted = EventKind("ir.completed")
    /// The procedure was broken off.
    public static let irAborted = EventKind("ir.aborted")
    /// How the person recovers, until discharge and follow-up.
    public static let irRecoveryRecorded = EventKind("ir.recoveryRecorded")
}
