public import EventLog

/// Two readings that differ, until the difference is told and settled.
///
/// Source: ACR RADPEER, house rule.
public enum DiscrepancyEvent: Hashable, Sendable {
    /// Two reports differ.
    case recorded(DiscrepancyRecorded)
    /// The treating clinician was told.
    case communicated(DiscrepancyCommunicated)
    /// The difference is settled.
    case resolved(DiscrepancyResolved)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .recorded: .discrepancyRecorded
        case .communicated: .discrepancyCommunicated
        case .resolved: .discrepancyResolved
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .discrepancyRecorded, .discrepancyCommunicated, .discrepancyResolved,
    ]
}

extension EventKind {
    /// Two reports differ.
    public static let discrepancyRecorded = EventKind("discrepancy.recorded")
    /// The treating clinician was told.
    public static let discrepancyCommunicated = EventKind("discrepancy.communicated")
    /// The difference is settled.
    public static let discrepancyResolved = EventKind("discrepancy.resolved")
}
