public import EventLog

/// A reading is asked for.
///
/// A part of a study that another reader reads is a request of its own; a part without a named reader waits until one is named.
///
/// Source: DICOM PS3.4 CC.2.5 (UPS N-CREATE, SCHEDULED) with the workitem code 110005 Interpretation; FHIR R4 Task requested (owner,
/// restriction.period).
public struct ReadingRequested: Payload {
    /// What kind.
    public var kind: ReadingKind
    /// Group or site that shall read.
    public var group: String
    /// The reader, when one is assigned.
    public var reader: String
    /// When it is due.
    public var due: Instant?
    /// Which part, when it is one of several.
    public var part: String
    /// The licence or jurisdiction that the reader needs.
    public var licence: String

    /// Says the fields.
    public init(
        kind: ReadingKind = .unspecified, group: String = "", reader: String = "", due: Instant? = nil, part: String = "",
        licence: String = ""
    ) {
        self.kind = kind
        self.group = group
        self.reader = reader
        self.due = due
        self.part = part
        self.licence = licence
    }

    /// No field said.
    public init() {
        self.init(kind: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &kind)
        visitor.text(2, &group)
        visitor.text(3, &reader)
        visitor.instant(4, &due)
        visitor.text(5, &part)
        visitor.text(6, &licence)
    }
}

/// A reader cannot take it.
///
/// Source: FHIR R4 Task rejected (statusReason); DICOM PS3.4 CC.2.2 (UPS Request Cancel, reason (0074,1238)).
public struct ReadingDeclined: Payload {
    /// Why: unqualified, conflict of interest, images inadequate, shift end.
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

/// The reading is offered to another reader.
///
/// The holder holds on until it is accepted.
///
/// Source: house rule; DICOM UPS has no way back to SCHEDULED, so that outside it is a cancelled workitem and its successor.
public struct ReadingTransferred: Payload {
    /// To whom.
    public var to: String
    /// Why.
    public var reason: String
    /// Whether a draft is handed on.
    public var withDraft: Bool

    /// Says the fields.
    public init(to: String = "", reason: String = "", withDraft: Bool = false) {
        self.to = to
        self.reason = reason
        self.withDraft = withDraft
    }

    /// No field said.
    public init() {
        self.init(to: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &to)
        visitor.text(2, &reason)
        visitor.flag(3, &withDraft)
    }
}

/// The reader takes over.
///
/// Source: house rule; FHIR R4 Task accepted (owner, restriction.period as the lease).
public struct ReadingTransferAccepted: Payload {
    /// The transfer.
    public var transfer: EventID?
    /// When the lease ends unless renewed.
    public var leaseUntil: Instant?

    /// Says the fields.
    public init(transfer: EventID? = nil, leaseUntil: Instant? = nil) {
        self.transfer = transfer
        self.leaseUntil = leaseUntil
    }

    /// No field said.
    public init() {
        self.init(transfer: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &transfer)
        visitor.instant(2, &leaseUntil)
    }
}
