public import EventLog

/// A draft exists; its text stays where it is written.
///
/// It shows that a reader is at work, and that his words are not lost when another claims the study.
///
/// Source: house rule.
public struct ReportDraftNoted: Payload {
    /// SHA-256 of the draft, in hexadecimal.
    public var digest: String

    /// Says the fields.
    public init(digest: String = "") {
        self.digest = digest
    }

    /// No field said.
    public init() {
        self.init(digest: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &digest)
    }
}

/// A report reached a recipient's system.
///
/// Delivered is not seen: a system that acknowledges speaks for itself and for nobody who reads it.
///
/// Source: HL7 v2.5.1 2.9.2 (MSA-1 AA, MSA-2 is the receipt); FHIR R4 Communication.received and .recipient.
public struct ReportDelivered: Payload {
    /// The report.
    public var report: EventID?
    /// Recipient or system.
    public var recipient: String
    /// By which channel.
    public var channel: String
    /// The acknowledgement's id.
    public var receipt: String

    /// Says the fields.
    public init(report: EventID? = nil, recipient: String = "", channel: String = "", receipt: String = "") {
        self.report = report
        self.recipient = recipient
        self.channel = channel
        self.receipt = receipt
    }

    /// No field said.
    public init() {
        self.init(report: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &report)
        visitor.text(2, &recipient)
        visitor.text(3, &channel)
        visitor.text(4, &receipt)
    }
}

/// A person opened a report.
///
/// Source: house rule; FHIR R4 AuditEvent (action R on the DiagnosticReport).
public struct ReportViewed: Payload {
    /// The report.
    public var report: EventID?

    /// Says the fields.
    public init(report: EventID? = nil) {
        self.report = report
    }

    /// No field said.
    public init() {
        self.init(report: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &report)
    }
}
