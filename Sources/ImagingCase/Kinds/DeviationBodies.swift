public import EventLog

/// The technologist ran something else than the assigned protocol.
///
/// Source: DICOM PS3.3 C.4.14 (0040,0260) Performed Protocol Code Sequence.
public struct ProtocolDeviated: Payload {
    /// The assignment that was departed from.
    public var assigned: EventID?
    /// What differed.
    public var what: String
    /// Why.
    public var reason: String
    /// Who approved it, where somebody did.
    public var approvedBy: String

    /// Says the fields.
    public init(assigned: EventID? = nil, what: String = "", reason: String = "", approvedBy: String = "") {
        self.assigned = assigned
        self.what = what
        self.reason = reason
        self.approvedBy = approvedBy
    }

    /// No field said.
    public init() {
        self.init(assigned: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &assigned)
        visitor.text(2, &what)
        visitor.text(3, &reason)
        visitor.text(4, &approvedBy)
    }
}
