public import EventLog

/// What happens to an order beside its placement: holds, a request to cancel, replacement.
///
/// Source: HL7 v2.5.1 table 0119 (ORC-1), FHIR R4 ServiceRequest.status.
public enum OrderingEvent: Hashable, Sendable {
    /// The order waits; nobody proceeds until it is released.
    case held(OrderHeld)
    /// The order goes on.
    case holdReleased(OrderHoldReleased)
    /// Somebody asks to cancel; the state of the order answers.
    case cancelRequested(OrderCancelRequested)
    /// Another order stands in place of this one.
    case replaced(OrderReplaced)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .held: .orderHeld
        case .holdReleased: .orderHoldReleased
        case .cancelRequested: .orderCancelRequested
        case .replaced: .orderReplaced
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .orderHeld, .orderHoldReleased, .orderCancelRequested, .orderReplaced,
    ]
}

extension EventKind {
    /// The order waits; nobody proceeds until it is released.
    public static let orderHeld = EventKind("order.held")
    /// The order goes on.
    public static let orderHoldReleased = EventKind("order.holdReleased")
    /// Somebody asks to cancel; the state of the order answers.
    public static let orderCancelRequested = EventKind("order.cancelRequested")
    /// Another order stands in place of this one.
    public static let orderReplaced = EventKind("order.replaced")
}
