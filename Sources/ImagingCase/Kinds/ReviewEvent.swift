public import EventLog

/// Peer review, in a file of its own that only reviewers see.
///
/// Source: ACR RADPEER.
public enum ReviewEvent: Hashable, Sendable {
    /// A report is to be reviewed.
    case assigned(ReviewAssigned)
    /// The reviewer's score.
    case scored(ReviewScored)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .assigned: .reviewAssigned
        case .scored: .reviewScored
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .reviewAssigned, .reviewScored,
    ]
}

extension EventKind {
    /// A report is to be reviewed.
    public static let reviewAssigned = EventKind("review.assigned")
    /// The reviewer's score.
    public static let reviewScored = EventKind("review.scored")
}
