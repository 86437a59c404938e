import EventLog
import ImagingCase
import Testing

/// The course that these tests are about.
let someCourse = StreamID(kind: .course, high: 3, low: 4)

/// Versions of the plan in these tests.
let planA = "1.2.840.1"
let planB = "1.2.840.2"
let planC = "1.2.840.3"

/// Records facts of a course at one site.
struct CourseBuilder {
    private var site: CaseBuilder

    init(_ site: String) { self.site = CaseBuilder(site, stream: someCourse) }

    mutating func record(
        _ event: TreatmentEvent, after seen: [CaseFact] = [], by person: String? = nil, role: Role? = nil, minutes: Int64 = 0
    ) -> CaseFact {
        let role = role ?? Authority.roles(for: .treatment(event)).first ?? .system
        return site.record(.treatment(event), after: seen, by: person ?? role.rawValue, role: role, minutes: minutes)
    }

    mutating func record(_ event: CaseEvent, after seen: [CaseFact], role: Role, minutes: Int64 = 0) -> CaseFact {
        site.record(event, after: seen, by: role.rawValue, role: role, minutes: minutes)
    }

    /// A prescription of 30 fractions of 200 cGy.
    mutating func prescribe(_ fractions: Int = 30) -> CaseFact {
        record(
            .coursePrescribed(
                RTCoursePrescribed(
                    course: "C1", site: Coded(code: "Prostate", scheme: "TG-263", text: "Prostate"), intent: .curative,
                    technique: "VMAT", totalCentigray: Double(fractions) * 200, fractionCentigray: 200, fractions: fractions)),
            by: "dr.ro")
    }

    mutating func create(
        _ uid: String, after seen: [CaseFact], fractions: Int = 30, phase: String = "", replaces: String = ""
    ) -> CaseFact {
        record(
            .planVersionCreated(
                RTPlanVersionCreated(
                    planUID: uid, label: "P", phase: phase, fractions: fractions, fractionCentigray: 200, replaces: replaces)),
            after: seen)
    }

    mutating func check(_ uid: String, after seen: [CaseFact], passed: Bool = true) -> CaseFact {
        record(.planPhysicsChecked(RTPlanPhysicsChecked(planUID: uid, passed: passed)), after: seen)
    }

    mutating func approve(_ uid: String, after seen: [CaseFact], minutes: Int64 = 0) -> CaseFact {
        record(.planApproved(RTPlanApproved(planUID: uid)), after: seen, by: "dr.ro", minutes: minutes)
    }

    mutating func retire(_ uid: String, after seen: [CaseFact]) -> CaseFact {
        record(.planRetired(RTPlanRetired(planUID: uid, reason: "superseded")), after: seen)
    }

    mutating func deliver(
        _ uid: String, _ fraction: Int, after seen: [CaseFact], record uidOfRecord: String = "", machine: String = "L1",
        day: String = "", dose: Double = 200, role: Role = .therapist, minutes: Int64 = 0
    ) -> CaseFact {
        record(
            .fractionDelivered(
                RTFractionDelivered(
                    planUID: uid, fraction: fraction, recordUID: uidOfRecord, machine: machine, deliveredCentigray: dose,
                    treatmentDate: day)),
            after: seen, role: role, minutes: minutes)
    }

    mutating func interrupt(
        _ uid: String, _ fraction: Int, after seen: [CaseFact], dose: Double, record uidOfRecord: String = ""
    ) -> CaseFact {
        record(
            .fractionInterrupted(
                RTFractionInterrupted(
                    planUID: uid, fraction: fraction, recordUID: uidOfRecord, deliveredCentigray: dose, reason: "machine fault")),
            after: seen)
    }

    mutating func hold(after seen: [CaseFact], minutes: Int64 = 0) -> CaseFact {
        record(.held(RTHeld(reason: "fever")), after: seen, minutes: minutes)
    }

    mutating func resume(_ hold: CaseFact? = nil, after seen: [CaseFact]) -> CaseFact {
        record(.resumed(RTResumed(hold: hold?.id, reason: "recovered")), after: seen)
    }

    mutating func review(_ decision: TreatmentDecision, after seen: [CaseFact], minutes: Int64 = 0) -> CaseFact {
        record(.onTreatmentReviewed(RTOnTreatmentReviewed(decision: decision, note: "seen")), after: seen, minutes: minutes)
    }

    /// A prescription and version A, checked and approved; the last of the facts has seen the others.
    mutating func ready(_ fractions: Int = 30) -> [CaseFact] {
        let prescribed = prescribe(fractions)
        let created = create(planA, after: [prescribed], fractions: fractions)
        let checked = check(planA, after: [created])
        return [prescribed, created, checked, approve(planA, after: [checked])]
    }
}

/// The course that facts make, whatever their order.
func course(_ facts: [CaseFact], sourceLocation: SourceLocation = #_sourceLocation) -> TreatmentState {
    foldedInEveryOrder(facts, of: someCourse, sourceLocation: sourceLocation).rare.treatment
}

/// The case that the facts of a course make, whatever their order.
func courseCase(_ facts: [CaseFact], sourceLocation: SourceLocation = #_sourceLocation) -> CaseState {
    foldedInEveryOrder(facts, of: someCourse, sourceLocation: sourceLocation)
}
