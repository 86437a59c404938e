public import EventLog

/// The reading as a task that is asked for, offered and handed on.
///
/// Source: DICOM PS3.4 CC (UPS), FHIR R4 Task.
public enum ReadingTaskEvent: Hashable, Sendable {
    /// A reading is asked for.
    case requested(ReadingRequested)
    /// A reader cannot take it.
    case declined(ReadingDeclined)
    /// The reading is offered to another reader.
    case transferred(ReadingTransferred)
    /// The reader takes over.
    case transferAccepted(ReadingTransferAccepted)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .requested: .readingRequested
        case .declined: .readingDeclined
        case .transferred: .readingTransferred
        case .transferAccepted: .readingTransferAccepted
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .readingRequested, .readingDeclined, .readingTransferred, .readingTransferAccepted,
    ]
}

extension EventKind {
    /// A reading is asked for.
    public static let readingRequested = EventKind("reading.requested")
    /// A reader cannot take it.
    public static let readingDeclined = EventKind("reading.declined")
    /// The reading is offered to another reader.
    public static let readingTransferred = EventKind("reading.transferred")
    /// The reader takes over.
    public static let readingTransferAccepted = EventKind("reading.transferAccepted")
}
