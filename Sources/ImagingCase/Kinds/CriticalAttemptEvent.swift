public import EventLog

/// Attempts to tell somebody of a critical result.
///
/// Source: ACR Practice Parameter for Communication, house rule.
public enum CriticalAttemptEvent: Hashable, Sendable {
    /// Somebody was called and not reached; the clock goes on.
    case attempted(CriticalResultAttempted)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .attempted: .criticalResultAttempted
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .criticalResultAttempted
    ]
}

extension EventKind {
    /// Somebody was called and not reached; the clock goes on.
    public static let criticalResultAttempted = EventKind("criticalResult.attempted")
}
