public import EventLog

/// A course is prescribed.
///
/// Source: HL7 CodeX RT course prescription.
public struct RTCoursePrescribed: Payload {
    /// The course's name.
    public var course: String
    /// Treatment site (TG-263).
    public var site: Coded?
    /// What it is for.
    public var intent: TreatmentIntent
    /// Technique.
    public var technique: String
    /// Total dose in cGy.
    public var totalCentigray: Double
    /// Dose of a fraction in cGy.
    public var fractionCentigray: Double
    /// Number of fractions.
    public var fractions: Int
    /// Limits for organs at risk.
    public var limits: [String]
    /// Whether the region was irradiated before.
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

/// The prescription is another one.
///
/// Source: HL7 CodeX RT.
public struct RTCourseAmended: Payload {
    /// The prescription that it replaces.
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

/// A version of the plan is there.
///
/// Source: DICOM RT Plan (300A,0002), (300A,0078).
public struct RTPlanVersionCreated: Payload {
    /// SOP instance UID of the plan.
    public var planUID: String
    /// Label (300A,0002).
    public var label: String
    /// Phase of the course.
    public var phase: String
    /// Fractions planned (300A,0078).
    public var fractions: Int
    /// Dose of a fraction in cGy.
    public var fractionCentigray: Double
    /// SOP instance UID of the version that it replaces.
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

/// A physicist checked the version.
///
/// Source: AAPM TG-275.
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

/// A radiation oncologist approves the version.
///
/// Source: DICOM (300E,0002) APPROVED, (300E,0008).
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

/// The version is not to be used.
///
/// Source: DICOM (300E,0002) REJECTED.
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

/// A fraction was delivered.
///
/// Source: DICOM RT Beams Treatment Record (3008,0022), (3008,0036), (3008,002A).
public struct RTFractionDelivered: Payload {
    /// SOP instance UID of the plan that was really used.
    public var planUID: String
    /// Fraction number (3008,0022).
    public var fraction: Int
    /// SOP instance UID of the treatment record; empty where it was entered by hand.
    public var recordUID: String
    /// Treatment machine.
    public var machine: String
    /// Monitor units delivered (3008,0036).
    public var monitorUnits: Double
    /// Dose delivered in cGy.
    public var deliveredCentigray: Double
    /// How it ended.
    public var termination: FractionEnd
    /// Shifts after imaging.
    public var shifts: String

    /// Says the fields.
    public init(
        planUID: String = "", fraction: Int = 0, recordUID: String = "", machine: String = "", monitorUnits: Double = 0,
        deliveredCentigray: Double = 0, termination: FractionEnd = .unspecified, shifts: String = ""
    ) {
        self.planUID = planUID
        self.fraction = fraction
        self.recordUID = recordUID
        self.machine = machine
        self.monitorUnits = monitorUnits
        self.deliveredCentigray = deliveredCentigray
        self.termination = termination
        self.shifts = shifts
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
    }
}
