public import EventLog

/// A course is prescribed: what shall reach which volume in how many parts.
///
/// Source: HL7 CodeX RT Radiotherapy Course Prescription (FHIR R4 ServiceRequest); DICOM PS3.3 C.8.8.10 RT Prescription,
/// (300A,0026) Target Prescription Dose, which DICOM gives in Gy: 1 Gy is 100 cGy.
public struct RTCoursePrescribed: Payload {
    /// The course's name, such as C1; CodeX RT `identifier`.
    public var course: String
    /// Treatment site and target with names by AAPM TG-263, such as PTV_7000 or Prostate; CodeX RT `bodySite`.
    public var site: Coded?
    /// What it is for.
    public var intent: TreatmentIntent
    /// Technique, such as VMAT; CodeX RT Radiotherapy Modality And Technique.
    public var technique: String
    /// Total dose in cGy, above 0: within 1 cGy the dose of a fraction times their number.
    public var totalCentigray: Double
    /// Dose of a fraction in cGy, above 0.
    public var fractionCentigray: Double
    /// Number of fractions, 1 to 60.
    public var fractions: Int
    /// Limits for organs at risk by TG-263 names, such as SpinalCord Dmax < 4500 cGy; DICOM (300A,002C).
    public var limits: [String]
    /// Whether the region was irradiated before; CodeX RT Course Involves Reirradiation. Once said it stays said.
    public var isReirradiation: Bool
    /// What it treats.
    public var condition: Coded?

    /// Says the fields.
    public init(
        course: String = "", site: Coded? = nil, intent: TreatmentIntent = .unspecified, technique: String = "",
        totalCentigray: Double = 0, fractionCentigray: Double = 0, fractions: Int = 0, limits: [String] = [],
        isReirradiation: Bool = false, condition: Coded? = nil
    ) {
        self.course = course
        self.site = site
        self.intent = intent
        self.technique = technique
        self.totalCentigray = totalCentigray
        self.fractionCentigray = fractionCentigray
        self.fractions = fractions
        self.limits = limits
        self.isReirradiation = isReirradiation
        self.condition = condition
    }

    /// No field said.
    public init() {
        self.init(course: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &course)
        visitor.message(2, &site)
        visitor.choice(3, &intent)
        visitor.text(4, &technique)
        visitor.real(5, &totalCentigray)
        visitor.real(6, &fractionCentigray)
        visitor.count(7, &fractions)
        visitor.texts(8, &limits)
        visitor.flag(9, &isReirradiation)
        visitor.message(10, &condition)
    }
}

/// The prescription is another one; a number that is 0 stays as it was.
///
/// Source: HL7 CodeX RT Radiotherapy Course Prescription (ServiceRequest.replaces).
public struct RTCourseAmended: Payload {
    /// The prescription that it replaces; where empty, the one that its author saw in force.
    public var prescription: EventID?
    /// Total dose in cGy.
    public var totalCentigray: Double
    /// Dose of a fraction in cGy.
    public var fractionCentigray: Double
    /// Number of fractions.
    public var fractions: Int
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(
        prescription: EventID? = nil, totalCentigray: Double = 0, fractionCentigray: Double = 0, fractions: Int = 0,
        reason: String = ""
    ) {
        self.prescription = prescription
        self.totalCentigray = totalCentigray
        self.fractionCentigray = fractionCentigray
        self.fractions = fractions
        self.reason = reason
    }

    /// No field said.
    public init() {
        self.init(prescription: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &prescription)
        visitor.real(2, &totalCentigray)
        visitor.real(3, &fractionCentigray)
        visitor.count(4, &fractions)
        visitor.text(5, &reason)
    }
}

/// A version of the plan is there: a draft until a physicist checked it and a radiation oncologist approved it.
///
/// Source: DICOM PS3.3 C.8.8.9 RT General Plan, C.8.8.13 RT Fraction Scheme; HL7 CodeX RT Radiotherapy Treatment Plan
/// (ServiceRequest.replaces).
public struct RTPlanVersionCreated: Payload {
    /// SOP Instance UID of the RT Plan (0008,0018): the name of the version.
    public var planUID: String
    /// RT Plan Label (300A,0002).
    public var label: String
    /// Phase of the course, such as boost; CodeX RT Radiotherapy Planned Phase. One plan of a phase may be deliverable.
    public var phase: String
    /// Number of Fractions Planned (300A,0078), 1 to 60.
    public var fractions: Int
    /// Dose of a fraction in cGy.
    public var fractionCentigray: Double
    /// SOP Instance UID of the version that it replaces, as Referenced RT Plan (300C,0002) with relationship PREDECESSOR.
    public var replaces: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(
        planUID: String = "", label: String = "", phase: String = "", fractions: Int = 0, fractionCentigray: Double = 0,
        replaces: String = "", reason: String = ""
    ) {
        self.planUID = planUID
        self.label = label
        self.phase = phase
        self.fractions = fractions
        self.fractionCentigray = fractionCentigray
        self.replaces = replaces
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
        visitor.text(2, &label)
        visitor.text(3, &phase)
        visitor.count(4, &fractions)
        visitor.real(5, &fractionCentigray)
        visitor.text(6, &replaces)
        visitor.text(7, &reason)
    }
}

/// A physicist checked the version: it counts for the content that he saw.
///
/// Source: AAPM TG-275 (initial plan check), AAPM MPPG 4.a.
public struct RTPlanPhysicsChecked: Payload {
    /// SOP instance UID of the plan.
    public var planUID: String
    /// Whether it passed.
    public var passed: Bool
    /// Remark.
    public var note: String

    /// Says the fields.
    public init(planUID: String = "", passed: Bool = false, note: String = "") {
        self.planUID = planUID
        self.passed = passed
        self.note = note
    }

    /// No field said.
    public init() {
        self.init(planUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &planUID)
        visitor.flag(2, &passed)
        visitor.text(3, &note)
    }
}

/// A radiation oncologist approves the version: it counts where he had seen a passed physics check.
///
/// Source: DICOM PS3.3 C.8.8.16 Approval: (300E,0002) Approval Status APPROVED, (300E,0004), (300E,0008) Reviewer Name.
public struct RTPlanApproved: Payload {
    /// SOP instance UID of the plan.
    public var planUID: String

    /// Says the fields.
    public init(planUID: String = "") {
        self.planUID = planUID
    }

    /// No field said.
    public init() {
        self.init(planUID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &planUID)
    }
}

/// The version is not to be used, ever; a better one is a new version.
///
/// Source: DICOM PS3.3 C.8.8.16 Approval: (300E,0002) Approval Status REJECTED.
public struct RTPlanRejected: Payload {
    /// SOP instance UID of the plan.
    public var planUID: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(planUID: String = "", reason: String = "") {
        self.planUID = planUID
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
        visitor.text(2, &reason)
    }
}

/// The version is not used any more.
///
/// Source: House rule.
public struct RTPlanRetired: Payload {
    /// SOP instance UID of the plan.
    public var planUID: String
    /// Why.
    public var reason: String

    /// Says the fields.
    public init(planUID: String = "", reason: String = "") {
        self.planUID = planUID
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
        visitor.text(2, &reason)
    }
}

/// A fraction was delivered. It counts for the plan that was really used, whatever was decided meanwhile.
///
/// Source: DICOM PS3.3 C.8.8.17 RT General Treatment Record, C.8.8.21 RT Beams Session Record; HL7 CodeX RT Radiotherapy Treated
/// Fraction (FHIR R4 Procedure).
public struct RTFractionDelivered: Payload {
    /// SOP Instance UID of the plan that was really used: Referenced RT Plan Sequence (300C,0002) of the record.
    public var planUID: String
    /// Current Fraction Number (3008,0022), from 1.
    public var fraction: Int
    /// SOP Instance UID (0008,0018) of the treatment record; empty where the fraction was entered by hand.
    public var recordUID: String
    /// Treatment Machine Name (300A,00B2).
    public var machine: String
    /// Delivered Primary Meterset (3008,0036) of all beams together, in monitor units; 0 where it is not said.
    public var monitorUnits: Double
    /// Dose delivered in cGy; 0 where the record gives none, and then the planned dose of a fraction counts.
    public var deliveredCentigray: Double
    /// Treatment Termination Status (3008,002A).
    public var termination: FractionEnd
    /// Shifts of the table after imaging, such as LAT 2 mm.
    public var shifts: String
    /// Treatment Date (3008,0250) as 2026-11-24; it tells a fraction that was recorded twice from two fractions.
    public var treatmentDate: String
    /// Whether somebody who saw another delivery under the same number says that this is one besides it.
    public var isSeparate: Bool

    /// Says the fields.
    public init(
        planUID: String = "", fraction: Int = 0, recordUID: String = "", machine: String = "", monitorUnits: Double = 0,
        deliveredCentigray: Double = 0, termination: FractionEnd = .unspecified, shifts: String = "", treatmentDate: String = "",
        isSeparate: Bool = false
    ) {
        self.planUID = planUID
        self.fraction = fraction
        self.recordUID = recordUID
        self.machine = machine
        self.monitorUnits = monitorUnits
        self.deliveredCentigray = deliveredCentigray
        self.termination = termination
        self.shifts = shifts
        self.treatmentDate = treatmentDate
        self.isSeparate = isSeparate
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
        visitor.text(4, &machine)
        visitor.real(5, &monitorUnits)
        visitor.real(6, &deliveredCentigray)
        visitor.choice(7, &termination)
        visitor.text(8, &shifts)
        visitor.text(9, &treatmentDate)
        visitor.flag(10, &isSeparate)
    }
}
