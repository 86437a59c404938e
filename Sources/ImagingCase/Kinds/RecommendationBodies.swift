public import EventLog

/// A next step is recommended.
///
/// Source: LOINC 18783-1 in OBX-3; FHIR R4 ServiceRequest draft (intent proposal or plan, occurrencePeriod from
/// the window, reasonCode, supportingInfo); RadLex for the action's code.
public struct RecommendationMade: Payload {
    /// What is recommended.
    public var action: Coded?
    /// DICOM modality code, where it is an examination.
    public var modality: String
    /// When the window opens.
    public var from: Instant?
    /// When the window closes.
    public var until: Instant?
    /// The guideline that it follows.
    public var guideline: String
    /// The report that says it.
    public var report: EventID?
    /// The finding that it is about.
    public var finding: String
    /// How strong.
    public var strength: RecommendationStrength

    /// Says the fields.
    public init(
        action: Coded? = nil, modality: String = "", from: Instant? = nil, until: Instant? = nil, guideline: String = "",
        report: EventID? = nil, finding: String = "", strength: RecommendationStrength = .unspecified
    ) {
        self.action = action
        self.modality = modality
        self.from = from
        self.until = until
        self.guideline = guideline
        self.report = report
        self.finding = finding
        self.strength = strength
    }

    /// No field said.
    public init() {
        self.init(action: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &action)
        visitor.text(2, &modality)
        visitor.instant(3, &from)
        visitor.instant(4, &until)
        visitor.text(5, &guideline)
        visitor.event(6, &report)
        visitor.text(7, &finding)
        visitor.choice(8, &strength)
    }
}

/// The referrer will follow it.
///
/// Source: FHIR R4 Task accepted (focus is the ServiceRequest).
public struct RecommendationAccepted: Payload {
    /// The recommendation; empty means the only open one.
    public var recommendation: EventID?
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(recommendation: EventID? = nil, note: String = "") {
        self.recommendation = recommendation
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(recommendation: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &recommendation)
        visitor.text(2, &note)
    }
}

/// The referrer will not follow it.
///
/// Source: FHIR R4 Task rejected (statusReason).
public struct RecommendationDeclined: Payload {
    /// The recommendation; empty means the only open one.
    public var recommendation: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(recommendation: EventID? = nil, reason: String = "") {
        self.recommendation = recommendation
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(recommendation: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &recommendation)
        visitor.text(2, &reason)
    }
}

/// It is decided later.
///
/// Source: house rule; FHIR R4 Task on-hold (statusReason).
public struct RecommendationDeferred: Payload {
    /// The recommendation; empty means the only open one.
    public var recommendation: EventID?
    /// Until when.
    public var until: Instant?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(recommendation: EventID? = nil, until: Instant? = nil, reason: String = "") {
        self.recommendation = recommendation
        self.until = until
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(recommendation: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &recommendation)
        visitor.instant(2, &until)
        visitor.text(3, &reason)
    }
}

/// An order was placed for it.
///
/// Source: FHIR R4 ServiceRequest.basedOn of the new order; HL7 v2.5.1 ORC-2 or ORC-3 as its number.
public struct RecommendationOrdered: Payload {
    /// The recommendation; empty means the only open one.
    public var recommendation: EventID?
    /// The order's placer number or accession.
    public var order: IssuedIdentifier?
    /// The order's case, where it is known here.
    public var caseID: String

    /// Says the fields.
    public init(recommendation: EventID? = nil, order: IssuedIdentifier? = nil, caseID: String = "") {
        self.recommendation = recommendation
        self.order = order
        self.caseID = caseID
    }

    /// No field said.
    public init() {
        self.init(recommendation: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &recommendation)
        visitor.message(2, &order)
        visitor.text(3, &caseID)
    }
}

/// What was recommended was done.
///
/// Source: house rule; FHIR R4 Task completed (output).
public struct RecommendationFulfilled: Payload {
    /// The recommendation; empty means the only open one.
    public var recommendation: EventID?
    /// The case in which it was done.
    public var caseID: String
    /// What shows it.
    public var evidence: String

    /// Says the fields.
    public init(recommendation: EventID? = nil, caseID: String = "", evidence: String = "") {
        self.recommendation = recommendation
        self.caseID = caseID
        self.evidence = evidence
    }

    /// No field said.
    public init() {
        self.init(recommendation: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &recommendation)
        visitor.text(2, &caseID)
        visitor.text(3, &evidence)
    }
}

/// It is not needed any more.
///
/// Source: house rule; FHIR R4 ServiceRequest.status revoked.
public struct RecommendationNotNeeded: Payload {
    /// The recommendation; empty means the only open one.
    public var recommendation: EventID?
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(recommendation: EventID? = nil, reason: String = "") {
        self.recommendation = recommendation
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(recommendation: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &recommendation)
        visitor.text(2, &reason)
    }
}
