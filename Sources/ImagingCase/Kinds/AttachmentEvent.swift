public import EventLog

/// Documents by their hash.
///
/// Source: FHIR R4 DocumentReference.
public enum AttachmentEvent: Hashable, Sendable {
    /// A document is there.
    case added(AttachmentAdded)
    /// A document is not to be used.
    case withdrawn(AttachmentWithdrawn)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .added: .attachmentAdded
        case .withdrawn: .attachmentWithdrawn
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .attachmentAdded, .attachmentWithdrawn,
    ]
}

extension EventKind {
    /// A document is there.
    public static let attachmentAdded = EventKind("attachment.added")
    /// A document is not to be used.
    public static let attachmentWithdrawn = EventKind("attachment.withdrawn")
}
