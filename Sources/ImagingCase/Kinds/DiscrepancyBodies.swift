public import EventLog

/// Two reports differ.
///
/// Source: ACR RADPEER for what is counted; FHIR R4 DetectedIssue (implicated, severity).
public struct DiscrepancyRecorded: Payload {
    /// The earlier report.
    public var first: EventID?
    /// The later report.
    public var second: EventID?
    /// How far.
    public var grade: DiscrepancyGrade
    /// What it meant for the patient.
    public var impact: String

    /// Says the fields.
    public init(first: EventID? = nil, second: EventID? = nil, grade: DiscrepancyGrade = .unspecified, impact: String = "") {
        self.first = first
        self.second = second
        self.grade = grade
        self.impact = impact
    }

    /// No field said.
    public init() {
        self.init(first: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &first)
        visitor.event(2, &second)
        visitor.choice(3, &grade)
        visitor.text(4, &impact)
    }
}

/// The treating clinician was told.
///
/// Source: ACR Practice Parameter for Communication (discrepancy between a preliminary and a final); FHIR R4 Communication.
public struct DiscrepancyCommunicated: Payload {
    /// The discrepancy; empty means the only open one.
    public var discrepancy: EventID?
    /// Who was told.
    public var to: String
    /// By which medium.
    public var medium: String

    /// Says the fields.
    public init(discrepancy: EventID? = nil, to: String = "", medium: String = "") {
        self.discrepancy = discrepancy
        self.to = to
        self.medium = medium
    }

    /// No field said.
    public init() {
        self.init(discrepancy: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &discrepancy)
        visitor.text(2, &to)
        visitor.text(3, &medium)
    }
}

/// The difference is settled.
///
/// Source: house rule; FHIR R4 DetectedIssue.mitigation.
public struct DiscrepancyResolved: Payload {
    /// The discrepancy; empty means the only open one.
    public var discrepancy: EventID?
    /// The grade at the end.
    public var grade: DiscrepancyGrade
    /// What was concluded.
    public var conclusion: String

    /// Says the fields.
    public init(discrepancy: EventID? = nil, grade: DiscrepancyGrade = .unspecified, conclusion: String = "") {
        self.discrepancy = discrepancy
        self.grade = grade
        self.conclusion = conclusion
    }

    /// No field said.
    public init() {
        self.init(discrepancy: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &discrepancy)
        visitor.choice(2, &grade)
        visitor.text(3, &conclusion)
    }
}
