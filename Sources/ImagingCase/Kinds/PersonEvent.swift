public import EventLog

/// What is known of which identifiers are one person.
///
/// Source: HL7 v2.5.1 A40, A47, A24, A37.
public enum PersonEvent: Hashable, Sendable {
    /// Two identifiers are one person.
    case merged(PersonMerged)
    /// The person has another identifier.
    case identifierChanged(PersonIdentifierChanged)
    /// They are two persons after all.
    case unmerged(PersonUnmerged)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .merged: .personMerged
        case .identifierChanged: .personIdentifierChanged
        case .unmerged: .personUnmerged
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .personMerged, .personIdentifierChanged, .personUnmerged,
    ]
}

extension EventKind {
    /// Two identifiers are one person.
    public static let personMerged = EventKind("person.merged")
    /// The person has another identifier.
    public static let personIdentifierChanged = EventKind("person.identifierChanged")
    /// They are two persons after all.
    public static let personUnmerged = EventKind("person.unmerged")
}
