public import EventLog

/// The person was assessed before.
///
/// Source: SIR Consensus Guidelines 2019 on periprocedural management of thrombotic and bleeding risk; ASA physical status.
public struct IRAssessed: Payload {
    /// INR (LOINC 6301-6), up to 20; 0 where it is not said.
    public var internationalNormalizedRatio: Double
    /// Platelets in 10^9/L (LOINC 777-3), up to 3000; 0 where it is not said.
    public var plateletsPerNanolitre: Double
    /// ASA physical status 1 to 6; 0 where it is not said.
    public var anesthesiaClass: Int
    /// What was held since when.
    public var anticoagulantHold: String
    /// Access.
    public var accessPlan: String
    /// Whether the procedure may go ahead.
    public var isFit: Bool

    /// Says the fields.
    public init(
        internationalNormalizedRatio: Double = 0, plateletsPerNanolitre: Double = 0, anesthesiaClass: Int = 0,
        anticoagulantHold: String = "", accessPlan: String = "", isFit: Bool = false
    ) {
        self.internationalNormalizedRatio = internationalNormalizedRatio
        self.plateletsPerNanolitre = plateletsPerNanolitre
        self.anesthesiaClass = anesthesiaClass
        self.anticoagulantHold = anticoagulantHold
        self.accessPlan = accessPlan
        self.isFit = isFit
    }

    /// No field said.
    public init() {
        self.init(internationalNormalizedRatio: 0)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.real(1, &internationalNormalizedRatio)
        visitor.real(2, &plateletsPerNanolitre)
        visitor.count(3, &anesthesiaClass)
        visitor.text(4, &anticoagulantHold)
        visitor.text(5, &accessPlan)
        visitor.flag(6, &isFit)
    }
}

/// The team stopped and checked. It counts for what is begun by those who had seen it.
///
/// Source: WHO Surgical Safety Checklist 2009 (time out); Joint Commission UP.01.03.01.
public struct IRTimeOutDone: Payload {
    /// Each check: kind is one of patient, procedure, side, consent, allergy, images, antibiotic; value is yes, no or what was
    /// found.
    public var checks: [ScreeningItem]
    /// Who took part.
    public var participants: [String]
    /// What it came to.
    public var result: TimeOutResult

    /// Says the fields.
    public init(checks: [ScreeningItem] = [], participants: [String] = [], result: TimeOutResult = .unspecified) {
        self.checks = checks
        self.participants = participants
        self.result = result
    }

    /// No field said.
    public init() {
        self.init(checks: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.messages(1, &checks)
        visitor.texts(2, &participants)
        visitor.choice(3, &result)
    }
}

/// A step was done: the first one is the start of the procedure.
///
/// Source: FHIR R4 Procedure in-progress (focalDevice, usedReference), SIR reporting standards.
public struct IRStepRecorded: Payload {
    /// What was done.
    public var step: String
    /// Unique device identifier as on the label (UDI, DICOM (0018,100A)); FHIR R4 Device.udiCarrier.
    public var deviceIdentifier: String
    /// Guidance: fluoroscopy, CT, ultrasound, MRI. MRI asks for a standing MRI screen.
    public var guidance: String
    /// Specimen taken, such as liver core 3; FHIR R4 Specimen.
    public var specimen: String
    /// Blood loss in millilitres, up to 20000; 0 where it is not said.
    public var bloodLossMillilitres: Double

    /// Says the fields.
    public init(
        step: String = "", deviceIdentifier: String = "", guidance: String = "", specimen: String = "",
        bloodLossMillilitres: Double = 0
    ) {
        self.step = step
        self.deviceIdentifier = deviceIdentifier
        self.guidance = guidance
        self.specimen = specimen
        self.bloodLossMillilitres = bloodLossMillilitres
    }

    /// No field said.
    public init() {
        self.init(step: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &step)
        visitor.text(2, &deviceIdentifier)
        visitor.text(3, &guidance)
        visitor.text(4, &specimen)
        visitor.real(5, &bloodLossMillilitres)
    }
}

/// Something went wrong.
///
/// Source: SIR adverse event classification 2017 (1 mild to 5 death); FHIR R4 AdverseEvent.
public struct IRComplicationRecorded: Payload {
    /// SIR severity 1 mild to 5 death.
    public var severity: Int
    /// What happened.
    public var what: String
    /// What was done.
    public var action: String

    /// Says the fields.
    public init(severity: Int = 0, what: String = "", action: String = "") {
        self.severity = severity
        self.what = what
        self.action = action
    }

    /// No field said.
    public init() {
        self.init(severity: 0)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.count(1, &severity)
        visitor.text(2, &what)
        visitor.text(3, &action)
    }
}

/// The procedure ended.
///
/// Source: FHIR R4 Procedure completed.
public struct IRCompleted: Payload {
    /// Technical outcome.
    public var outcome: Outcome
    /// What was done.
    public var procedure: Coded?
    /// What it treats.
    public var condition: Coded?
    /// Total fluoroscopy time in seconds (DICOM PS3.16 113730).
    public var fluoroscopySeconds: Double
    /// Air kerma at the reference point Ka,r of all planes in mGy (DICOM PS3.16 113725, dose total).
    public var referencePointMilligray: Double
    /// Closure.
    public var closure: String
    /// Orders for recovery.
    public var recoveryOrders: String

    /// Says the fields.
    public init(
        outcome: Outcome = .unspecified, procedure: Coded? = nil, condition: Coded? = nil, fluoroscopySeconds: Double = 0,
        referencePointMilligray: Double = 0, closure: String = "", recoveryOrders: String = ""
    ) {
        self.outcome = outcome
        self.procedure = procedure
        self.condition = condition
        self.fluoroscopySeconds = fluoroscopySeconds
        self.referencePointMilligray = referencePointMilligray
        self.closure = closure
        self.recoveryOrders = recoveryOrders
    }

    /// No field said.
    public init() {
        self.init(outcome: .unspecified)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.choice(1, &outcome)
        visitor.message(2, &procedure)
        visitor.message(3, &condition)
        visitor.real(4, &fluoroscopySeconds)
        visitor.real(5, &referencePointMilligray)
        visitor.text(6, &closure)
        visitor.text(7, &recoveryOrders)
    }
}

/// The procedure was broken off.
///
/// Source: FHIR R4 Procedure stopped.
public struct IRAborted: Payload {
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

/// How the person recovers, until discharge and follow-up.
///
/// Source: House rule; pain by the numeric rating scale (LOINC 72514-3).
public struct IRRecoveryRecorded: Payload {
    /// Pain 0 to 10.
    public var painScore: Int
    /// Vital signs.
    public var vitals: String
    /// When the person was discharged; empty before.
    public var discharged: Instant?
    /// When the person is seen again.
    public var followUp: Instant?
    /// Whether this is the follow-up.
    public var isFollowedUp: Bool
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(
        painScore: Int = 0, vitals: String = "", discharged: Instant? = nil, followUp: Instant? = nil, isFollowedUp: Bool = false,
        note: String = ""
    ) {
        self.painScore = painScore
        self.vitals = vitals
        self.discharged = discharged
        self.followUp = followUp
        self.isFollowedUp = isFollowedUp
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(painScore: 0)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.count(1, &painScore)
        visitor.text(2, &vitals)
        visitor.instant(3, &discharged)
        visitor.instant(4, &followUp)
        visitor.flag(5, &isFollowedUp)
        visitor.text(6, &note)
    }
}
