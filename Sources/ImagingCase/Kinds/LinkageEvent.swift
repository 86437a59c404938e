public import EventLog

/// Which case belongs to which order and person; every link can be undone.
///
/// Source: IHE RAD PIR, house rule.
public enum LinkageEvent: Hashable, Sendable {
    /// Two cases are one examination.
    case linked(CaseLinked)
    /// They are two after all.
    case unlinked(CaseUnlinked)
    /// The examination belongs to another person.
    case moved(CaseMoved)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .linked: .caseLinked
        case .unlinked: .caseUnlinked
        case .moved: .caseMoved
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .caseLinked, .caseUnlinked, .caseMoved,
    ]
}

extension EventKind {
    /// Two cases are one examination.
    public static let caseLinked = EventKind("case.linked")
    /// They are two after all.
    public static let caseUnlinked = EventKind("case.unlinked")
    /// The examination belongs to another person.
    public static let caseMoved = EventKind("case.moved")
}
