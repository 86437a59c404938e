public import EventLog

/// What differed from what was assigned.
///
/// Source: DICOM (0040,0260), house rule.
public enum DeviationEvent: Hashable, Sendable {
    /// The technologist ran something else than the assigned protocol.
    case protocolDeviated(ProtocolDeviated)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .protocolDeviated: .protocolDeviated
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .protocolDeviated
    ]
}

extension EventKind {
    /// The technologist ran something else than the assigned protocol.
    public static let protocolDeviated = EventKind("protocol.deviated")
}
