public import EventLog

/// Answers to dose alerts.
///
/// Source: House rule (clinical catalogue, alert levels).
public enum DoseAlertEvent: Hashable, Sendable {
    /// Somebody took note of a dose above an alert level and says what follows.
    case acknowledged(DoseAlertAcknowledged)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .acknowledged: .doseAlertAcknowledged
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .doseAlertAcknowledged
    ]
}

extension EventKind {
    /// Somebody took note of a dose above an alert level and says what follows.
    public static let doseAlertAcknowledged = EventKind("dose.alertAcknowledged")
}
