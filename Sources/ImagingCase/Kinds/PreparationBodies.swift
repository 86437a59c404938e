public import EventLog

/// A person consents, refuses or takes consent back.
///
/// Source: FHIR R4 Consent.status (active, rejected, inactive), .scope, .sourceAttachment.hash.
public struct ConsentRecorded: Payload {
    /// To what.
    public var kind: ConsentKind
    /// Whether it is given.
    public var state: ConsentDecision
    /// SHA-256 of the signed document, in hexadecimal; empty where there is none.
    public var documentDigest: String
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(
        kind: ConsentKind = .unspecified, state: ConsentDecision = .unspecified, documentDigest: String = "", note: String = ""
    ) {
        self.kind = kind
        self.state = state
        self.documentDigest = documentDigest
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(kind: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &kind)
        visitor.choice(2, &state)
        visitor.text(3, &documentDigest)
        visitor.text(4, &note)
    }
}

/// A screen for sedation, anticoagulation, infection, a device or falls; it counts for the visit in which it was made.
///
/// Source: FHIR R4 QuestionnaireResponse; house rule.
public struct OtherScreened: Payload {
    /// What was asked about.
    public var kind: OtherScreenKind
    /// Outcome.
    public var result: ScreenResult
    /// Findings.
    public var items: [ScreeningItem]
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(
        kind: OtherScreenKind = .unspecified, result: ScreenResult = .unspecified, items: [ScreeningItem] = [], note: String = ""
    ) {
        self.kind = kind
        self.result = result
        self.items = items
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(kind: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &kind)
        visitor.choice(2, &result)
        visitor.messages(3, &items)
        visitor.text(4, &note)
    }
}

/// The checklist of a protocol, with positioning and access. A point counts as done unless its answer is no, not done, missing,
/// pending, open, unknown, refused, false, failed or nothing.
///
/// Source: DICOM PS3.3 C.4.10 (0040,0012) Pre-Medication and (0040,0400) Comments; house rule.
public struct PreparationRecorded: Payload {
    /// Each point of the checklist with its answer.
    public var items: [ScreeningItem]
    /// Whether all that the protocol asks for is done.
    public var isComplete: Bool
    /// Patient position and aids (0018,5100).
    public var position: String
    /// The side that was positioned and marked, to be compared with the order's: (0020,0060).
    public var laterality: Laterality
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(
        items: [ScreeningItem] = [], isComplete: Bool = false, position: String = "", laterality: Laterality = .unspecified,
        note: String = ""
    ) {
        self.items = items
        self.isComplete = isComplete
        self.position = position
        self.laterality = laterality
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(items: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.messages(1, &items)
        visitor.flag(2, &isComplete)
        visitor.text(3, &position)
        visitor.choice(4, &laterality)
        visitor.text(5, &note)
    }
}

/// Something was given: contrast, radiopharmaceutical, premedication.
///
/// Source: FHIR R4 MedicationAdministration (.medication, .dosage, .effective); DICOM PS3.3 C.7.6.4 (0018,0012) contrast agent,
/// (0018,1041) volume, C.8.4.10 (0054,0016) radiopharmaceutical, (0018,1074) dose; HL7 v2.5.1 4.14.7 (RXA).
public struct MedicationAdministered: Payload {
    /// What was given (RxNorm, ATC): RXA-5, (0018,0012), (0018,0031).
    public var agent: Coded?
    /// Lot number: RXA-15.
    public var lot: String
    /// Volume in millilitres, 0 to 3000: (0018,1041); 0 where it is not said.
    public var millilitres: Double
    /// Activity in MBq, 0 to 40000: (0018,1074), in MBq in NM images and in Bq in PET images; 0 where unsaid.
    public var megabecquerels: Double
    /// Route: RXR-1, (0018,1040), (0018,1070).
    public var route: String
    /// Whether it is a contrast medium.
    public var isContrast: Bool
    /// When: (0018,1078) for a radiopharmaceutical, (0018,1042) for contrast medium, RXA-3.
    public var given: Instant?

    /// Says the fields.
    public init(
        agent: Coded? = nil, lot: String = "", millilitres: Double = 0, megabecquerels: Double = 0, route: String = "",
        isContrast: Bool = false, given: Instant? = nil
    ) {
        self.agent = agent
        self.lot = lot
        self.millilitres = millilitres
        self.megabecquerels = megabecquerels
        self.route = route
        self.isContrast = isContrast
        self.given = given
    }

    /// No field said.
    public init() {
        self.init(agent: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.message(1, &agent)
        visitor.text(2, &lot)
        visitor.real(3, &millilitres)
        visitor.real(4, &megabecquerels)
        visitor.text(5, &route)
        visitor.flag(6, &isContrast)
        visitor.instant(7, &given)
    }
}

/// The person reacted to what was given or done.
///
/// Source: FHIR R4 AdverseEvent (.event, .severity, .suspectEntity); ACR Manual on Contrast Media, chapter on adverse reactions.
public struct AdverseReactionRecorded: Payload {
    /// What kind.
    public var kind: ReactionKind
    /// How severe.
    public var severity: Severity
    /// The administration that it followed.
    public var medication: EventID?
    /// What was done.
    public var treatment: String
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(
        kind: ReactionKind = .unspecified, severity: Severity = .unspecified, medication: EventID? = nil, treatment: String = "",
        note: String = ""
    ) {
        self.kind = kind
        self.severity = severity
        self.medication = medication
        self.treatment = treatment
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(kind: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &kind)
        visitor.choice(2, &severity)
        visitor.event(3, &medication)
        visitor.text(4, &treatment)
        visitor.text(5, &note)
    }
}
