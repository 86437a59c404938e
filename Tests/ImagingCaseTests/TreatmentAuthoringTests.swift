import EventLog
import ImagingCase
import Testing

/// What the door refuses, with the reason and what would be legal.
@Suite struct TreatmentAuthoringTests {
    var north = CourseBuilder("northside")
    var lake = CourseBuilder("lakeview")

    private func refusal(_ event: TreatmentEvent, in facts: [CaseFact], as role: Role? = nil) -> AuthoringRefusal? {
        let role = role ?? Authority.roles(for: .treatment(event)).first ?? .system
        do {
            try Authoring.check(
                .treatment(event), in: CaseFold.fold(someCourse, facts), by: Author(person: "x", role: role), now: testDay)
            return nil
        } catch { return error }
    }

    private func expect(
        _ event: TreatmentEvent, in facts: [CaseFact], as role: Role? = nil, _ reason: String, remedy: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = refusal(event, in: facts, as: role)
        #expect(found?.reason == reason, sourceLocation: sourceLocation)
        #expect(found?.remedy == remedy, sourceLocation: sourceLocation)
    }

    private func prescription(_ total: Double, _ fraction: Double, _ count: Int) -> TreatmentEvent {
        .coursePrescribed(
            RTCoursePrescribed(
                site: Coded(code: "Lung_L"), totalCentigray: total, fractionCentigray: fraction, fractions: count))
    }

    private func fraction(
        _ number: Int, _ uid: String = planA, dose: Double = 200, day: String = "", record: String = "", separate: Bool = false
    ) -> TreatmentEvent {
        .fractionDelivered(
            RTFractionDelivered(
                planUID: uid, fraction: number, recordUID: record, deliveredCentigray: dose, treatmentDate: day,
                isSeparate: separate))
    }

    @Test mutating func `a prescription adds up and names its site`() {
        #expect(refusal(prescription(6000, 200, 30), in: []) == nil)
        #expect(refusal(prescription(6000.9, 200, 30), in: []) == nil)
        expect(
            prescription(6002, 200, 30), in: [], "rtCourse.totalCentigray: expected 30 x 200 = 6000 cGy within 1 cGy, got 6002.",
            remedy: "Give rtCourse.totalCentigray as 30 x 200 = 6000 cGy within 1 cGy.")
        expect(
            prescription(200, 200, 0), in: [], "rtCourse.fractions: expected 1 to 60, got 0.",
            remedy: "Give rtCourse.fractions as 1 to 60.")
        expect(
            prescription(12_200, 200, 61), in: [], "rtCourse.fractions: expected 1 to 60, got 61.",
            remedy: "Give rtCourse.fractions as 1 to 60.")
        expect(
            prescription(-200, -200, 1), in: [], "rtCourse.totalCentigray: expected a dose above 0 cGy, got -200.",
            remedy: "Give rtCourse.totalCentigray as a dose above 0 cGy.")
        expect(
            prescription(200, .nan, 1), in: [], "rtCourse.fractionCentigray: expected a dose above 0 cGy, got nan.",
            remedy: "Give rtCourse.fractionCentigray as a dose above 0 cGy.")
        expect(
            .coursePrescribed(RTCoursePrescribed(totalCentigray: 200, fractionCentigray: 200, fractions: 1)), in: [],
            "rtCourse.site: expected the treatment site with its TG-263 name, got nothing.",
            remedy: "Give rtCourse.site as the treatment site with its TG-263 name.")
        expect(
            prescription(6000, 200, 30), in: [north.prescribe()], "The course was prescribed by dr.ro.",
            remedy: "Amend it, or prescribe a new course in a history of its own.")
        #expect(refusal(prescription(6000, 200, 30), in: [], as: .therapist)?.ground == .role)
    }

    @Test mutating func `an amendment says why, names the prescription in force and adds up with what it leaves out`() {
        let prescribed = north.prescribe()
        let amended = { (event: EventID?, total: Double, count: Int, why: String) in
            TreatmentEvent.courseAmended(
                RTCourseAmended(prescription: event, totalCentigray: total, fractions: count, reason: why))
        }
        #expect(refusal(amended(prescribed.id, 5600, 28, "lung"), in: [prescribed]) == nil)
        #expect(refusal(amended(nil, 5600, 0, "lung"), in: [prescribed])?.reason.hasPrefix("rtCourse.totalCentigray") == true)
        #expect(refusal(amended(nil, 5600, 28, " "), in: [prescribed])?.reason.hasPrefix("rtCourse.reason") == true)
        let plan = north.create(planA, after: [prescribed])
        expect(
            amended(plan.id, 5600, 28, "lung"), in: [prescribed, plan], "\(plan.id) is not the prescription in force.",
            remedy: "Amend \(prescribed.id), or leave the field out.")
        expect(
            amended(nil, 0, 0, "lung"), in: [], "No course is prescribed to amend.",
            remedy: "Have a radiation oncologist prescribe one.")
    }

    @Test mutating func `a version has a UID of its own, fits the prescription and replaces one that exists`() {
        let facts = north.ready()
        let plan = { (uid: String, count: Int, dose: Double, phase: String, replaces: String) in
            TreatmentEvent.planVersionCreated(
                RTPlanVersionCreated(
                    planUID: uid, phase: phase, fractions: count, fractionCentigray: dose, replaces: replaces))
        }
        #expect(refusal(plan(planB, 30, 200, "", planA), in: facts) == nil)
        #expect(refusal(plan(planB, 30, 200, "", ""), in: []) == nil, "a draft may come before the prescription")
        for uid in ["", "abc", "1..2", "1.02", String(repeating: "1", count: 65)] {
            expect(
                plan(uid, 30, 200, "", ""), in: facts,
                "rtPlan.planUID: expected a DICOM UID of digits and dots, at most 64 characters, got "
                    + "\(uid.isEmpty ? "nothing" : uid).",
                remedy: "Give rtPlan.planUID as a DICOM UID of digits and dots, at most 64 characters.")
        }
        expect(
            plan(planB, -3, 200, "", ""), in: facts, "rtPlan.fractions: expected 1 to 60, got -3.",
            remedy: "Give rtPlan.fractions as 1 to 60.")
        expect(
            plan(planB, 31, 200, "", ""), in: facts,
            "rtPlan.fractionCentigray: expected at most the prescribed 6000 cGy in all, got 31 x 200 = 6200 cGy.",
            remedy: "Give rtPlan.fractionCentigray as at most the prescribed 6000 cGy in all.")
        expect(
            plan(planA, 30, 200, "", ""), in: facts, "The version \(planA) exists.",
            remedy: "Give the new version a UID of its own and say what it replaces.")
        expect(
            plan(planB, 30, 200, "", planC), in: facts, "rtPlan.replaces: there is no version '\(planC)' to replace.",
            remedy: "Name one of: \(planA).")
        #expect(refusal(plan(planB, 30, 200, "boost", planA), in: facts)?.reason.hasPrefix("rtPlan.phase") == true)
        #expect(refusal(plan(planB, 30, 0, "", ""), in: facts)?.reason.hasPrefix("rtPlan.fractionCentigray") == true)
    }

    @Test mutating func `no approval without a passed check, nor beside another approved version of the phase`() {
        let prescribed = north.prescribe()
        let created = north.create(planA, after: [prescribed])
        let failed = north.check(planA, after: [created], passed: false)
        let approve = { TreatmentEvent.planApproved(RTPlanApproved(planUID: $0)) }
        expect(
            approve(planA), in: [prescribed, created], "No physicist has checked the version \(planA).",
            remedy: "Have a physicist check it, or record a new version.")
        #expect(refusal(approve(planA), in: [prescribed, created, failed])?.reason == "The physics check of \(planA) failed.")
        expect(
            approve(planA), in: [prescribed], "rtPlan.planUID: there is no version '\(planA)' to approve.",
            remedy: "Record a version of the plan first.")
        var facts = lake.ready()
        #expect(refusal(approve(planA), in: facts, as: .physicist)?.ground == .role)
        expect(
            approve(planA), in: facts, "The version \(planA) is approved already.", remedy: "Deliver it, or retire it.")
        facts.append(lake.create(planB, after: [facts[3]]))
        facts.append(lake.check(planB, after: [facts[4]]))
        expect(
            approve(planB), in: facts, "The version \(planA) of the same phase is approved.",
            remedy: "Retire it first, or approve a version that replaces it.")
        facts.append(lake.retire(planA, after: [facts[5]]))
        #expect(refusal(approve(planB), in: facts) == nil)
        expect(
            approve(planA), in: facts, "The version \(planA) is retired and cannot be approved.", remedy: "Record a new version.")
        let twice = north.create(planC, after: [prescribed], fractions: 9)
        let other = lake.create(planC, after: [prescribed])
        #expect(refusal(approve(planC), in: [prescribed, twice, other])?.reason == "The version \(planC) has two contents.")
    }

    @Test mutating func `what is approved is retired, what is not is rejected, each with the reason`() {
        let facts = north.ready()
        let reject = { TreatmentEvent.planRejected(RTPlanRejected(planUID: planA, reason: $0)) }
        let retire = { TreatmentEvent.planRetired(RTPlanRetired(planUID: planA, reason: $0)) }
        expect(
            reject("hot"), in: facts, "The version \(planA) is approved.",
            remedy: "Retire it with the reason, or hold the treatment.")
        #expect(refusal(reject("hot"), in: Array(facts[..<3])) == nil)
        #expect(refusal(reject(""), in: Array(facts[..<3]))?.reason.hasPrefix("rtPlan.reason") == true)
        #expect(refusal(retire("old"), in: facts) == nil)
        #expect(refusal(retire(""), in: facts)?.reason.hasPrefix("rtPlan.reason") == true)
        let gone = north.retire(planA, after: [facts[3]])
        #expect(refusal(retire("old"), in: facts + [gone])?.ground == .state)
        #expect(refusal(reject("old"), in: facts + [gone])?.ground == .state)
        let check = { TreatmentEvent.planPhysicsChecked(RTPlanPhysicsChecked(planUID: planA, passed: $0)) }
        #expect(refusal(check(true), in: facts + [gone])?.ground == .state)
        #expect(refusal(check(true), in: facts) == nil)
        #expect(refusal(check(false), in: facts)?.reason.hasPrefix("rtPlan.note") == true)
    }

    @Test mutating func `no fraction without prescription, on an unapproved, retired or unknown version`() {
        expect(
            fraction(1), in: [], "No course is prescribed.", remedy: "Have a radiation oncologist prescribe the course.")
        let facts = north.ready()
        #expect(refusal(fraction(1), in: facts) == nil)
        expect(
            fraction(1), in: Array(facts[..<3]), "The version \(planA) is physicsChecked: it may not be delivered.",
            remedy: "Have it checked and approved first.")
        expect(
            fraction(1, planC), in: facts, "rtFraction.planUID: there is no version '\(planC)' to deliver.",
            remedy: "Name one of: \(planA).")
        let created = north.create(planB, after: [facts[3]], replaces: planA)
        let checked = north.check(planB, after: [created])
        let approved = north.approve(planB, after: [checked])
        expect(
            fraction(1), in: facts + [created, checked, approved],
            "The version \(planA) is retired: it may not be delivered.", remedy: "Deliver the approved version \(planB).")
        #expect(refusal(fraction(1), in: Array(facts[..<3]), as: .system) == nil, "what a machine delivered has happened")
    }

    @Test mutating func `no fraction that was delivered, beyond plan or prescription, or with senseless numbers`() {
        let facts = north.ready(2)
        let first = north.deliver(planA, 1, after: [facts[3]])
        expect(
            fraction(1), in: facts + [first], "Fraction 1 of the plan was delivered already.",
            remedy: "Name the fraction delivered now, or say isSeparate where it was one besides.")
        #expect(refusal(fraction(1, separate: true), in: facts + [first]) == nil)
        #expect(refusal(fraction(3), in: facts)?.reason == "rtFraction.fraction: expected 1 to 2, as the plan has, got 3.")
        let second = north.deliver(planA, 2, after: [first])
        expect(
            fraction(1, separate: true), in: facts + [first, second], "All 2 prescribed fractions are delivered.",
            remedy: "Complete the course, or have a radiation oncologist amend the prescription.")
        #expect(refusal(fraction(0), in: facts)?.reason == "rtFraction.fraction: expected 1 to 60, got 0.")
        #expect(refusal(fraction(1, dose: 0), in: facts)?.reason.hasPrefix("rtFraction.deliveredCentigray") == true)
        #expect(refusal(fraction(1, dose: 0), in: facts, as: .system) == nil)
        #expect(refusal(fraction(1, dose: -1), in: facts, as: .system)?.ground == .content)
        expect(
            fraction(1, day: "2025-02-30"), in: facts,
            "rtFraction.treatmentDate: expected a day such as 2026-11-24, got 2025-02-30.",
            remedy: "Give rtFraction.treatmentDate as a day such as 2026-11-24.")
        #expect(refusal(fraction(1, day: "2025-02-28"), in: facts) == nil)
        #expect(refusal(fraction(1, record: "x"), in: facts)?.reason.hasPrefix("rtFraction.recordUID") == true)
        let units = TreatmentEvent.fractionDelivered(
            RTFractionDelivered(planUID: planA, fraction: 1, monitorUnits: -1, deliveredCentigray: 200))
        #expect(refusal(units, in: facts)?.reason == "rtFraction.monitorUnits: expected 0 to 100000 MU, got -1.")
    }

    @Test mutating func `no fraction while anything blocks, each with what lifts it`() {
        let facts = north.ready()
        let hold = north.hold(after: [facts[3]])
        expect(
            fraction(1), in: facts + [hold], "Treatment is held (\(hold.id)).",
            remedy: "Have a radiation oncologist resume the treatment; report an incident if it was delivered.")
        let ended = north.record(.discontinued(RTDiscontinued(reason: "x")), after: [facts[3]])
        #expect(refusal(fraction(1), in: facts + [ended])?.reason == "The course has ended (\(ended.id)).")
        let wanted = north.record(.adaptationRequested(RTAdaptationRequested(reason: .setup)), after: [facts[3]])
        #expect(refusal(fraction(1), in: facts + [wanted])?.remedy == "Have the new version made, checked and approved.")
        let first = lake.deliver(planA, 1, after: [facts[3]])
        #expect(
            refusal(fraction(2), in: facts + [wanted, first])?.remedy
                == "Have a physicist check the plan and a radiation oncologist confirm it.")
        let less = north.record(.courseAmended(RTCourseAmended(totalCentigray: 5800, fractions: 29)), after: [facts[3]])
        let more = lake.record(.courseAmended(RTCourseAmended(totalCentigray: 6200, fractions: 31)), after: [facts[3]])
        #expect(refusal(fraction(1), in: facts + [less, more])?.reason == "Prescriptions made apart differ.")
        let created = lake.create(planB, after: [facts[0]])
        let checked = lake.check(planB, after: [created])
        let approved = lake.approve(planB, after: [checked])
        let both = refusal(fraction(1), in: facts + [created, checked, approved])
        #expect(both?.reason == "Two versions of the plan are approved: neither may be delivered.")
        #expect(both?.remedy == "Have a radiation oncologist choose one, or retire the other.")
        let part = TreatmentEvent.fractionInterrupted(
            RTFractionInterrupted(planUID: planA, fraction: 1, deliveredCentigray: 50, reason: "x"))
        #expect(refusal(part, in: facts + [hold])?.ground == .state)
        #expect(refusal(part, in: facts + [hold], as: .system) == nil)
        #expect(refusal(part, in: facts) == nil)
        let mute = TreatmentEvent.fractionInterrupted(RTFractionInterrupted(planUID: planA, fraction: 1))
        #expect(refusal(mute, in: facts)?.reason.hasPrefix("rtFraction.reason") == true)
    }

    @Test mutating func `approving again is a confirmation where the plan changed meanwhile`() {
        let facts = north.ready()
        let created = lake.create(planB, after: [facts[3]], replaces: planA)
        let checked = lake.check(planB, after: [created])
        let approved = lake.approve(planB, after: [checked])
        let first = north.deliver(planA, 1, after: [facts[3]])
        let approve = TreatmentEvent.planApproved(RTPlanApproved(planUID: planB))
        #expect(refusal(approve, in: facts + [created, checked, approved, first]) == nil)
        #expect(refusal(approve, in: facts + [created, checked, approved])?.ground == .state)
    }

    @Test mutating func `reviews decide and grade, adaptations say why and from a fraction to come`() {
        let facts = north.ready()
        let review = { (items: [ScreeningItem], weight: Double, word: TreatmentDecision) in
            TreatmentEvent.onTreatmentReviewed(
                RTOnTreatmentReviewed(toxicities: items, weightKilograms: weight, decision: word))
        }
        #expect(refusal(review([ScreeningItem(kind: "Fatigue", value: "1")], 70, .goOn), in: facts) == nil)
        #expect(refusal(review([], 0, .unspecified), in: facts)?.reason.hasPrefix("rtReview.decision") == true)
        #expect(
            refusal(review([ScreeningItem(kind: "Fatigue", value: "6")], 0, .goOn), in: facts)?.reason
                == "rtReview.toxicities[0].value: expected a CTCAE grade 0 to 5, got 6.")
        #expect(
            refusal(review([ScreeningItem(value: "1")], 0, .goOn), in: facts)?.reason
                == "rtReview.toxicities[0].kind: expected a CTCAE term, got nothing.")
        #expect(
            refusal(review([], 700, .goOn), in: facts)?.reason == "rtReview.weightKilograms: expected 0.1 to 500 kg, got 700.")
        #expect(refusal(review([], 0, .goOn), in: [])?.reason == "No course is prescribed to review.")
        let adapt = { TreatmentEvent.adaptationRequested(RTAdaptationRequested(reason: $0, fromFraction: $1)) }
        let first = north.deliver(planA, 1, after: [facts[3]])
        #expect(refusal(adapt(.setup, 2), in: facts + [first]) == nil)
        #expect(refusal(adapt(.setup, 0), in: facts + [first]) == nil)
        #expect(
            refusal(adapt(.setup, 1), in: facts + [first])?.reason == "rtAdaptation.fromFraction: expected 2 to 30, got 1.")
        #expect(refusal(adapt(.unspecified, 0), in: facts)?.reason.hasPrefix("rtAdaptation.reason") == true)
    }

    @Test mutating func `holding, resuming and ending need a reason and something to hold, resume or end`() {
        let facts = north.ready(1)
        #expect(refusal(.held(RTHeld(reason: "")), in: facts)?.reason.hasPrefix("rtHold.reason") == true)
        #expect(refusal(.held(RTHeld(reason: "x")), in: facts) == nil)
        expect(
            .resumed(RTResumed(reason: "x")), in: facts, "Nothing holds the treatment.", remedy: "Go on, or record a review.")
        let hold = north.hold(after: [facts[3]])
        #expect(refusal(.resumed(RTResumed(hold: hold.id, reason: "x")), in: facts + [hold]) == nil)
        #expect(refusal(.resumed(RTResumed()), in: facts + [hold])?.reason.hasPrefix("rtResumed.reason") == true)
        expect(
            .resumed(RTResumed(hold: facts[0].id, reason: "x")), in: facts + [hold], "\(facts[0].id) is no hold that stands.",
            remedy: "Name one of: \(hold.id).")
        expect(
            .completed(RTCompleted()), in: facts, "1 of 1 fractions are not delivered.",
            remedy: "Deliver them, amend the prescription, or discontinue the course with the reason.")
        #expect(refusal(.discontinued(RTDiscontinued()), in: facts)?.reason.hasPrefix("rtDiscontinued.reason") == true)
        #expect(refusal(.discontinued(RTDiscontinued(reason: "x")), in: facts) == nil)
        let first = north.deliver(planA, 1, after: [facts[3]])
        #expect(refusal(.completed(RTCompleted()), in: facts + [first]) == nil)
        let done = north.record(.completed(RTCompleted()), after: [first])
        expect(
            .completed(RTCompleted()), in: facts + [first, done], "The course is completed.",
            remedy: "Prescribe a new course, or add a comment to this one.")
        let extra = lake.deliver(planA, 2, after: [first])
        #expect(refusal(.completed(RTCompleted()), in: facts + [first, done, extra]) == nil, "it is to be closed again")
    }

    @Test mutating func `a missed fraction has a reason and was not delivered`() {
        let facts = north.ready()
        let missed = { TreatmentEvent.fractionMissed(RTFractionMissed(fraction: $0, reason: $1)) }
        #expect(refusal(missed(1, "snow"), in: facts) == nil)
        #expect(refusal(missed(1, ""), in: facts)?.reason.hasPrefix("rtFraction.reason") == true)
        #expect(refusal(missed(0, "snow"), in: facts)?.ground == .content)
        let first = north.deliver(planA, 1, after: [facts[3]])
        expect(
            missed(1, "snow"), in: facts + [first], "Fraction 1 was delivered.", remedy: "Name a fraction from 2 on.")
    }
}
