public import EventLog

/// Images on their way to a destination.
///
/// Source: DICOM PS3.4 J (Storage Commitment), house rule.
public enum TransferEvent: Hashable, Sendable {
    /// A transfer to a destination began.
    case started(TransferStarted)
    /// Part of it has arrived.
    case progressed(TransferProgressed)
    /// All of it has arrived; verified says how many were compared there.
    case completed(TransferCompleted)
    /// The transfer did not succeed; it is tried again or a person acts.
    case failed(TransferFailed)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .started: .transferStarted
        case .progressed: .transferProgressed
        case .completed: .transferCompleted
        case .failed: .transferFailed
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .transferStarted, .transferProgressed, .transferCompleted, .transferFailed,
    ]
}

extension EventKind {
    /// A transfer to a destination began.
    public static let transferStarted = EventKind("transfer.started")
    /// Part of it has arrived.
    public static let transferProgressed = EventKind("transfer.progressed")
    /// All of it has arrived; verified says how many were compared there.
    public static let transferCompleted = EventKind("transfer.completed")
    /// The transfer did not succeed; it is tried again or a person acts.
    public static let transferFailed = EventKind("transfer.failed")
}
