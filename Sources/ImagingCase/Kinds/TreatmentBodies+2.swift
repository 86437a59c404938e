public import EventLog

/// A fraction was broken off: what was delivered counts, what is missing is to be compensated.
///
/// Source: DICOM PS3.3 C.8.8.21: (3008,002A) Treatment Termination Status OPERATOR or MACHINE.
public struct RTFractionInterrupted: Payload {
    /// SOP instance UID of the plan that was used.
    public var planUID: String
    /// Current Fraction Number (3008,0022), from 1.
    public var fraction: Int
    /// SOP Instance UID of the treatment record; empty where it was entered by hand.
    public var recordUID: String
    /// Dose delivered until then, in cGy, 0 or more.
    public var deliveredCentigray: Double
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(
        planUID: String = "", fraction: Int = 0, recordUID: String = "", deliveredCentigray: Double = 0, reason: String = ""
    ) {
        self.planUID = planUID
        self.fraction = fraction
        self.recordUID = recordUID
        self.deliveredCentigray = deliveredCentigray
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(planUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &planUID)
        visitor.count(2, &fraction)
        visitor.text(3, &recordUID)
        visitor.real(4, &deliveredCentigray)
        visitor.text(5, &reason)
    }
}

/// A fraction was not given on its day; it is to be compensated.
///
/// Source: House rule; FHIR R4 Procedure not-done (CodeX RT Treated Fraction).
public struct RTFractionMissed: Payload {
    /// Fraction number.
    public var fraction: Int
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(fraction: Int = 0, reason: String = "") {
        self.fraction = fraction
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(fraction: 0)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.count(1, &fraction)
        visitor.text(2, &reason)
    }
}

/// The radiation oncologist saw the person.
///
/// Source: CTCAE v5.0 for grades; house rule for the interval (every 5 fractions or 7 days).
public struct RTOnTreatmentReviewed: Payload {
    /// Toxicity: kind is the CTCAE term, value its grade, 0 to 5.
    public var toxicities: [ScreeningItem]
    /// Weight in kilograms, up to 500; 0 where it is not said. LOINC 29463-7.
    public var weightKilograms: Double
    /// What follows.
    public var decision: TreatmentDecision
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(
        toxicities: [ScreeningItem] = [], weightKilograms: Double = 0, decision: TreatmentDecision = .unspecified,
        note: String = ""
    ) {
        self.toxicities = toxicities
        self.weightKilograms = weightKilograms
        self.decision = decision
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(toxicities: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.messages(1, &toxicities)
        visitor.real(2, &weightKilograms)
        visitor.choice(3, &decision)
        visitor.text(4, &note)
    }
}

/// A new version of the plan is wanted.
///
/// Source: HL7 CodeX RT reason codes for a revised plan: SNOMED CT 373858009, 1259231006, 1259232004, 1259981006.
public struct RTAdaptationRequested: Payload {
    /// Why.
    public var reason: AdaptationReason
    /// From which fraction on the present version is not to be used; 0 means from the next.
    public var fromFraction: Int
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(reason: AdaptationReason = .unspecified, fromFraction: Int = 0, note: String = "") {
        self.reason = reason
        self.fromFraction = fromFraction
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(reason: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &reason)
        visitor.count(2, &fromFraction)
        visitor.text(3, &note)
    }
}

/// Treatment waits.
///
/// Source: FHIR R4 Procedure on-hold; anybody in the team may stop the treatment.
public struct RTHeld: Payload {
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

/// Treatment goes on.
///
/// Source: FHIR R4 Procedure in-progress.
public struct RTResumed: Payload {
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

/// The course ended as planned.
///
/// Source: DICOM PS3.3 C.8.8.23: (3008,0200) Current Treatment Status; FHIR R4 Procedure completed.
public struct RTCompleted: Payload {
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(note: String = "") {
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(note: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &note)
    }
}

/// The course ended early.
///
/// Source: DICOM PS3.3 C.8.8.23: (3008,0200) Current Treatment Status; FHIR R4 Procedure stopped.
public struct RTDiscontinued: Payload {
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
