public import EventLog

/// Somebody was called and not reached; the clock goes on.
///
/// Source: ACR Practice Parameter for Communication (documentation of attempts); FHIR R4 Communication.status not-done (statusReason).
public struct CriticalResultAttempted: Payload {
    /// The critical result; empty means the only open one.
    public var raised: EventID?
    /// Who was called.
    public var to: String
    /// By which medium.
    public var medium: String
    /// What came of it.
    public var outcome: AttemptOutcome

    /// Says the fields.
    public init(raised: EventID? = nil, to: String = "", medium: String = "", outcome: AttemptOutcome = .unspecified) {
        self.raised = raised
        self.to = to
        self.medium = medium
        self.outcome = outcome
    }

    /// No field said.
    public init() {
        self.init(raised: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &raised)
        visitor.text(2, &to)
        visitor.text(3, &medium)
        visitor.choice(4, &outcome)
    }
}
