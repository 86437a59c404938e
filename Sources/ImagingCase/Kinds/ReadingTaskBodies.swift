public import EventLog

/// A reading is asked for.
///
/// Source: DICOM PS3.16 110005 Interpretation, FHIR Task requested.
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
/// Source: FHIR Task rejected.
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
/// Source: House rule.
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
/// Source: House rule.
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
