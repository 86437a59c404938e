public import EventLog

/// The person is on site.
///
/// Source: HL7 v2.5.1 3.3.4 (ADT A04).
public struct PatientArrived: Payload {
    /// As registered.
    public var patient: Patient?
    /// Visit number.
    public var visit: String

    /// Says the fields.
    public init(patient: Patient? = nil, visit: String = "") {
        self.patient = patient
        self.visit = visit
    }

    /// No field said.
    public init() {
        self.init(patient: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &patient)
        visitor.text(2, &visit)
    }
}

/// A source says something else about the person.
///
/// Source: HL7 v2.5.1 3.3.8 (ADT A08), 3.3.31 (A31).
public struct DemographicsCorrected: Payload {
    /// As corrected.
    public var patient: Patient?
    /// What it rests on.
    public var evidence: String

    /// Says the fields.
    public init(patient: Patient? = nil, evidence: String = "") {
        self.patient = patient
        self.evidence = evidence
    }

    /// No field said.
    public init() {
        self.init(patient: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &patient)
        visitor.text(2, &evidence)
    }
}

/// Two identifiers were checked with the person.
public struct IdentityVerified: Payload {
    /// Identifiers checked, two at least.
    public var checked: [String]
    /// How.
    public var method: String
    /// Whether they matched.
    public var match: Bool

    /// Says the fields.
    public init(checked: [String] = [], method: String = "", match: Bool = false) {
        self.checked = checked
        self.method = method
        self.match = match
    }

    /// No field said.
    public init() {
        self.init(checked: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.texts(1, &checked)
        visitor.text(2, &method)
        visitor.flag(3, &match)
    }
}

/// Something does not fit the person; publication is frozen.
public struct IdentityDisputed: Payload {
    /// What does not fit.
    public var what: String

    /// Says the fields.
    public init(what: String = "") {
        self.what = what
    }

    /// No field said.
    public init() {
        self.init(what: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &what)
    }
}

/// A dispute ended with evidence.
public struct IdentityDisputeCleared: Payload {
    /// The disputing events; empty means all that the author had seen.
    public var dispute: [EventID]
    /// How.
    public var outcome: DisputeClearance
    /// On what it rests.
    public var evidence: String

    /// Says the fields.
    public init(dispute: [EventID] = [], outcome: DisputeClearance = .unspecified, evidence: String = "") {
        self.dispute = dispute
        self.outcome = outcome
        self.evidence = evidence
    }

    /// No field said.
    public init() {
        self.init(dispute: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.events(1, &dispute)
        visitor.choice(2, &outcome)
        visitor.text(3, &evidence)
    }
}
