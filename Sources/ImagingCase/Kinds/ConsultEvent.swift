public import EventLog

/// A referrer asks a radiologist for advice.
///
/// Source: LOINC 11487-6, FHIR R4 Communication.
public enum ConsultEvent: Hashable, Sendable {
    /// Advice is asked for.
    case requested(ConsultRequested)
    /// Somebody will answer.
    case taken(ConsultTaken)
    /// The advice.
    case answered(ConsultAnswered)
    /// The asker has what he needs.
    case closed(ConsultClosed)
    /// A tumour board or other conference spoke of the case.
    case conferenceRecorded(ConferenceRecorded)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .requested: .consultRequested
        case .taken: .consultTaken
        case .answered: .consultAnswered
        case .closed: .consultClosed
        case .conferenceRecorded: .conferenceRecorded
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .consultRequested, .consultTaken, .consultAnswered, .consultClosed, .conferenceRecorded,
    ]
}

extension EventKind {
    /// Advice is asked for.
    public static let consultRequested = EventKind("consult.requested")
    /// Somebody will answer.
    public static let consultTaken = EventKind("consult.taken")
    /// The advice.
    public static let consultAnswered = EventKind("consult.answered")
    /// The asker has what he needs.
    public static let consultClosed = EventKind("consult.closed")
    /// A tumour board or other conference spoke of the case.
    public static let conferenceRecorded = EventKind("conference.recorded")
}
