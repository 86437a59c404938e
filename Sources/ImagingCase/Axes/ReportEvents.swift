public import EventLog

/// A preliminary reading for immediate use.
///
/// Source: HL7 table 0085 P.
public struct PreliminaryIssued: Payload {
    /// Findings.
    public var findings: String
    /// Impression.
    public var impression: String
    /// Digest of the content that was read.
    public var contentVersion: String

    /// Says the fields.
    public init(findings: String = "", impression: String = "", contentVersion: String = "") {
        self.findings = findings
        self.impression = impression
        self.contentVersion = contentVersion
    }

    /// No field said.
    public init() {
        self.init(findings: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &findings)
        visitor.text(2, &impression)
        visitor.text(3, &contentVersion)
    }
}

/// A signed final report.
///
/// Source: HL7 table 0085 F, DICOM (0040,A493) VERIFIED.
public struct FinalSigned: Payload {
    /// Findings.
    public var findings: String
    /// Impression.
    public var impression: String
    /// Digest of the content that was read.
    public var contentVersion: String
    /// Report events that the signer saw and replaces.
    public var supersedes: [EventID]

    /// Says the fields.
    public init(findings: String = "", impression: String = "", contentVersion: String = "", supersedes: [EventID] = []) {
        self.findings = findings
        self.impression = impression
        self.contentVersion = contentVersion
        self.supersedes = supersedes
    }

    /// No field said.
    public init() {
        self.init(findings: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &findings)
        visitor.text(2, &impression)
        visitor.text(3, &contentVersion)
        visitor.events(4, &supersedes)
    }
}

/// A signed addition to one exact version.
///
/// Source: HL7 v2.5.1 9.6.1 (MDM T06).
public struct AddendumSigned: Payload {
    /// The version it adds to.
    public var addendumTo: EventID?
    /// The addition.
    public var text: String

    /// Says the fields.
    public init(addendumTo: EventID? = nil, text: String = "") {
        self.addendumTo = addendumTo
        self.text = text
    }

    /// No field said.
    public init() {
        self.init(addendumTo: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &addendumTo)
        visitor.text(2, &text)
    }
}

/// A signed correction that replaces one exact version.
///
/// Source: HL7 table 0085 C.
public struct ReportCorrected: Payload {
    /// The version it replaces.
    public var replaces: EventID?
    /// Full findings.
    public var findings: String
    /// Full impression.
    public var impression: String
    /// What was wrong.
    public var reason: String
    /// Digest of the content that was read.
    public var contentVersion: String
    /// Whether care may have followed the error.
    public var clinicallySignificant: Bool

    /// Says the fields.
    public init(
        replaces: EventID? = nil, findings: String = "", impression: String = "", reason: String = "",
        contentVersion: String = "", clinicallySignificant: Bool = false
    ) {
        self.replaces = replaces
        self.findings = findings
        self.impression = impression
        self.reason = reason
        self.contentVersion = contentVersion
        self.clinicallySignificant = clinicallySignificant
    }

    /// No field said.
    public init() {
        self.init(replaces: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &replaces)
        visitor.text(2, &findings)
        visitor.text(3, &impression)
        visitor.text(4, &reason)
        visitor.text(5, &contentVersion)
        visitor.flag(6, &clinicallySignificant)
    }
}

/// A version withdrawn from use; the evidence stays.
///
/// Source: HL7 table 0085 W, D.
public struct ReportRetracted: Payload {
    /// The version.
    public var which: EventID?
    /// Why.
    public var reason: RetractionReason
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(which: EventID? = nil, reason: RetractionReason = .unspecified, note: String = "") {
        self.which = which
        self.reason = reason
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(which: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &which)
        visitor.choice(2, &reason)
        visitor.text(3, &note)
    }
}

/// Competing versions brought to one, with the reason.
public struct ReportReconciled: Payload {
    /// The versions compared.
    public var competing: [EventID]
    /// The version that stands.
    public var chosen: EventID?
    /// Why.
    public var rationale: String

    /// Says the fields.
    public init(competing: [EventID] = [], chosen: EventID? = nil, rationale: String = "") {
        self.competing = competing
        self.chosen = chosen
        self.rationale = rationale
    }

    /// No field said.
    public init() {
        self.init(competing: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.events(1, &competing)
        visitor.event(2, &chosen)
        visitor.text(3, &rationale)
    }
}
