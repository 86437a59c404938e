public import EventLog

/// The protocol that the technologist shall run.
///
/// Source: DICOM (0040,0008).
public struct ProtocolAssigned: Payload {
    /// Protocol name.
    public var name: String
    /// Contrast plan, or none.
    public var contrast: String
    /// Instructions to the technologist.
    public var instructions: String
    /// Until when it may be run.
    public var validUntil: Instant?

    /// Says the fields.
    public init(name: String = "", contrast: String = "", instructions: String = "", validUntil: Instant? = nil) {
        self.name = name
        self.contrast = contrast
        self.instructions = instructions
        self.validUntil = validUntil
    }

    /// No field said.
    public init() {
        self.init(name: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &name)
        visitor.text(2, &contrast)
        visitor.text(3, &instructions)
        visitor.instant(4, &validUntil)
    }
}

/// A protocol version taken back.
public struct ProtocolWithdrawn: Payload {
    /// The assignment.
    public var which: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(which: EventID? = nil, reason: String = "") {
        self.which = which
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(which: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &which)
        visitor.text(2, &reason)
    }
}
