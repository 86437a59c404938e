public import EventLog

/// What passes between technologist and radiologist beside the instruction itself.
///
/// Source: FHIR R4 Communication, Task.
public enum DialogueEvent: Hashable, Sendable {
    /// The instruction is on a screen at the site.
    case delivered(InstructionDelivered)
    /// The technologist will do it.
    case accepted(InstructionAccepted)
    /// It cannot be done any more.
    case impossible(InstructionImpossible)
    /// Somebody asks.
    case asked(QuestionAsked)
    /// Somebody answers.
    case answered(QuestionAnswered)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .delivered: .instructionDelivered
        case .accepted: .instructionAccepted
        case .impossible: .instructionImpossible
        case .asked: .questionAsked
        case .answered: .questionAnswered
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .instructionDelivered, .instructionAccepted, .instructionImpossible, .questionAsked, .questionAnswered,
    ]
}

extension EventKind {
    /// The instruction is on a screen at the site.
    public static let instructionDelivered = EventKind("instruction.delivered")
    /// The technologist will do it.
    public static let instructionAccepted = EventKind("instruction.accepted")
    /// It cannot be done any more.
    public static let instructionImpossible = EventKind("instruction.impossible")
    /// Somebody asks.
    public static let questionAsked = EventKind("question.asked")
    /// Somebody answers.
    public static let questionAnswered = EventKind("question.answered")
}
