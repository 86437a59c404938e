public import EventLog

/// The order waits; nobody proceeds until it is released.
///
/// Source: HL7 v2.5.1 table 0119 HD (ORC-1), ORC-16; FHIR R4 ServiceRequest.status on-hold, .statusReason.
public struct OrderHeld: Payload {
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(reason: String = "") {
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(reason: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &reason)
    }
}

/// The order goes on. It ends only holds that its author had seen: made apart from a hold, the hold stands.
///
/// Source: HL7 v2.5.1 table 0119 RL (ORC-1); FHIR R4 ServiceRequest.status active.
public struct OrderHoldReleased: Payload {
    /// The hold; empty means every one that the author had seen.
    public var hold: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(hold: EventID? = nil, reason: String = "") {
        self.hold = hold
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(hold: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &hold)
        visitor.text(2, &reason)
    }
}

/// Somebody asks to cancel, and the state of the order answers: done as requested (CR, DR) or unable (UC, UD).
///
/// Source: HL7 v2.5.1 table 0119 CA, DC (ORC-1), ORC-16; FHIR R4 ServiceRequest.status revoked.
public struct OrderCancelRequested: Payload {
    /// Why.
    public var reason: String
    /// Whether an examination that has begun shall be stopped (DC) and not only one that has not (CA).
    public var stopsWhenBegun: Bool

    /// Says the fields.
    public init(reason: String = "", stopsWhenBegun: Bool = false) {
        self.reason = reason
        self.stopsWhenBegun = stopsWhenBegun
    }

    /// No field said.
    public init() {
        self.init(reason: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &reason)
        visitor.flag(2, &stopsWhenBegun)
    }
}

/// Another order stands in place of this one.
///
/// Source: HL7 v2.5.1 table 0119 RP, RO, RU (ORC-1); FHIR R4 ServiceRequest.replaces.
public struct OrderReplaced: Payload {
    /// The order that replaces this one: its placer number or accession.
    public var by: IssuedIdentifier?
    /// The case of the replacing order, where it is known here.
    public var byCase: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(by: IssuedIdentifier? = nil, byCase: String = "", reason: String = "") {
        self.by = by
        self.byCase = byCase
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(by: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &by)
        visitor.text(2, &byCase)
        visitor.text(3, &reason)
    }
}
