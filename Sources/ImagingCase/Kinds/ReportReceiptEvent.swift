public import EventLog

/// What is known of a report's way: a draft exists, it was delivered, it was read.
///
/// Source: FHIR R4 Communication.received, house rule.
public enum ReportReceiptEvent: Hashable, Sendable {
    /// A draft exists; its text stays where it is written.
    case draftNoted(ReportDraftNoted)
    /// A report reached a recipient's system.
    case delivered(ReportDelivered)
    /// A person opened a report.
    case viewed(ReportViewed)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .draftNoted: .reportDraftNoted
        case .delivered: .reportDelivered
        case .viewed: .reportViewed
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .reportDraftNoted, .reportDelivered, .reportViewed,
    ]
}

extension EventKind {
    /// A draft exists; its text stays where it is written.
    public static let reportDraftNoted = EventKind("report.draftNoted")
    /// A report reached a recipient's system.
    public static let reportDelivered = EventKind("report.delivered")
    /// A person opened a report.
    public static let reportViewed = EventKind("report.viewed")
}
