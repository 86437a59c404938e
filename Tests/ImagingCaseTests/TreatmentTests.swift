import EventLog
import ImagingCase
import Testing

@Suite struct TreatmentTests {
    var north = CourseBuilder("northside")
    var lake = CourseBuilder("lakeview")

    @Test mutating func `a course goes from prescribed over planned and on treatment to completed`() {
        #expect(CaseFold.fold(someCourse, []).rare.treatment.status == .none)
        let facts = north.ready(2)
        #expect(course(Array(facts[..<1])).status == .prescribed)
        #expect(course(Array(facts[..<3])).status == .prescribed)
        #expect(course(facts).status == .planned)
        let first = north.deliver(planA, 1, after: [facts[3]])
        let started = course(facts + [first])
        #expect(started.status == .onTreatment)
        #expect(started.plan(planA)?.status == .inUse)
        #expect(started.deliverable == [planA])
        #expect(started.remainingCentigray == 200 && started.remainingFractions == 1 && started.nextFraction == 2)
        let second = north.deliver(planA, 2, after: [first])
        let done = north.record(.completed(RTCompleted(note: "well tolerated")), after: [second])
        let ended = course(facts + [first, second, done])
        #expect(ended.status == .completed)
        #expect(ended.deliveredCentigray == 400 && ended.remainingCentigray == 0 && ended.excessCentigray == 0)
        #expect(ended.ends == [done.id] && ended.deliverable.isEmpty && !ended.isEndDisputed)
        #expect(courseCase(facts + [first, second, done]).anomalies.isEmpty)
    }

    @Test mutating func `a version goes from draft over checked to approved, and a failed check stands in its way`() {
        let prescribed = north.prescribe()
        let created = north.create(planA, after: [prescribed])
        #expect(course([prescribed, created]).plan(planA)?.status == .draft)
        let failed = north.check(planA, after: [created], passed: false)
        let early = north.approve(planA, after: [failed])
        let state = courseCase([prescribed, created, failed, early])
        #expect(state.rare.treatment.plan(planA)?.status == .draft)
        #expect(state.rare.treatment.plan(planA)?.hasPassed == false)
        #expect(state.anomalies.map(\.event) == [early.id])
        let passed = north.check(planA, after: [early])
        #expect(course([prescribed, created, failed, early, passed]).plan(planA)?.status == .physicsChecked)
        let approved = north.approve(planA, after: [passed])
        let all = [prescribed, created, failed, early, passed, approved]
        #expect(course(all).plan(planA)?.status == .approved)
        #expect(course(all).deliverable == [planA])
        let again = north.check(planA, after: [approved], passed: false)
        #expect(course(all + [again]).deliverable.isEmpty, "a failure after the approval stops the version")
    }

    @Test mutating func `of checks made apart the failed one stands, and an approval that saw no check counts nowhere`() {
        let prescribed = north.prescribe()
        let created = north.create(planA, after: [prescribed])
        let passed = north.check(planA, after: [created])
        let failed = lake.check(planA, after: [created], passed: false)
        #expect(course([prescribed, created, passed, failed]).plan(planA)?.hasPassed == false)
        let blind = lake.approve(planA, after: [created])
        let state = courseCase([prescribed, created, passed, blind])
        #expect(state.rare.treatment.plan(planA)?.status == .physicsChecked)
        #expect(state.anomalies.map(\.event) == [blind.id])
    }

    @Test mutating func `a check and an approval count for the content that their authors had seen`() {
        let facts = north.ready()
        let changed = north.create(planA, after: [facts[3]], fractions: 28)
        let state = courseCase(facts + [changed])
        #expect(state.rare.treatment.plan(planA)?.status == .draft)
        #expect(state.rare.treatment.plan(planA)?.content.fractions == 28)
        #expect(state.anomalies.map(\.event) == [facts[2].id, facts[3].id].sorted())
        let again = north.create(planA, after: [facts[3]])
        #expect(course(facts + [again]).deliverable == [planA], "the same content again changes nothing")
        let other = lake.create(planA, after: [facts[0]], fractions: 25)
        let apart = courseCase(facts + [other])
        #expect(apart.rare.treatment.plan(planA)?.isAmbiguous == true)
        #expect(apart.rare.treatment.deliverable.isEmpty)
        #expect(apart.anomalies.contains { $0.event == other.id })
    }

    @Test mutating func `a rejection and a retirement stand whatever was said apart from them`() {
        let facts = north.ready()
        let rejected = lake.record(.planRejected(RTPlanRejected(planUID: planA, reason: "hot spot")), after: [facts[2]])
        let state = courseCase(facts + [rejected])
        #expect(state.rare.treatment.plan(planA)?.status == .rejected)
        #expect(state.rare.treatment.plan(planA)?.endedBy == rejected.id)
        #expect(state.anomalies.map(\.event) == [facts[3].id])
        let retired = lake.retire(planA, after: [facts[2]])
        #expect(course(facts + [retired]).plan(planA)?.status == .retired)
        #expect(course(facts + [retired]).deliverable.isEmpty)
    }

    @Test mutating func `a new version replaces the old one where its approver had seen that approved`() {
        let facts = north.ready()
        let created = north.create(planB, after: [facts[3]], replaces: planA)
        let checked = north.check(planB, after: [created])
        #expect(course(facts + [created, checked]).deliverable == [planA], "until it is approved the old one is used")
        let approved = north.approve(planB, after: [checked])
        let state = courseCase(facts + [created, checked, approved])
        #expect(state.rare.treatment.plans.map(\.status) == [.retired, .approved])
        #expect(state.rare.treatment.plan(planA)?.endedBy == approved.id)
        #expect(state.rare.treatment.deliverable == [planB])
        #expect(state.conflicts.isEmpty && state.anomalies.isEmpty)
    }

    @Test mutating func `each phase has a deliverable version of its own`() {
        let facts = north.ready()
        let boost = north.create(planB, after: [facts[3]], fractions: 5, phase: "boost")
        let checked = north.check(planB, after: [boost])
        let approved = north.approve(planB, after: [checked])
        #expect(course(facts + [boost, checked, approved]).deliverable == [planA, planB])
    }

    @Test mutating func `a second version approved in sight of the first leaves neither deliverable and is flagged`() {
        let facts = north.ready()
        let created = north.create(planB, after: [facts[3]])
        let checked = north.check(planB, after: [created])
        let approved = north.approve(planB, after: [checked])
        let state = courseCase(facts + [created, checked, approved])
        #expect(state.rare.treatment.deliverable.isEmpty)
        #expect(state.rare.treatment.blocks.map(\.reason) == [.plansCompete, .plansCompete])
        #expect(state.conflicts.isEmpty, "nothing was made apart")
        #expect(state.anomalies.map(\.event) == [facts[3].id, approved.id].sorted())
        let retired = north.retire(planB, after: [approved])
        #expect(course(facts + [created, checked, approved, retired]).deliverable == [planA])
    }

    @Test mutating func `an amendment keeps what it does not say, and the latest counts`() {
        let prescribed = north.prescribe(30)
        let amended = north.record(
            .courseAmended(RTCourseAmended(totalCentigray: 5600, fractions: 28, reason: "lung dose")), after: [prescribed])
        let state = course([prescribed, amended])
        #expect(state.prescription?.totalCentigray == 5600)
        #expect(state.prescription?.fractionCentigray == 200 && state.prescription?.fractions == 28)
        #expect(state.prescription?.reason == "lung dose" && state.competing.isEmpty)
        let named = north.record(
            .courseAmended(RTCourseAmended(prescription: prescribed.id, totalCentigray: 5800, fractions: 29)), after: [amended])
        #expect(course([prescribed, amended, named]).prescription?.fractions == 29)
        let alone = lake.record(.courseAmended(RTCourseAmended(fractions: 5)))
        #expect(courseCase([alone]).anomalies.map(\.event) == [alone.id])
        let second = north.prescribe(10)
        let again = north.record(
            .coursePrescribed(RTCoursePrescribed(totalCentigray: 2000, fractionCentigray: 200, fractions: 10)),
            after: [prescribed])
        #expect(courseCase([prescribed, again]).anomalies.map(\.event) == [again.id])
        #expect(course([prescribed, second]).competing.count == 2)
    }

    @Test mutating func `prescriptions made apart that differ block, the least dose is shown, until one who saw both amends`() {
        let facts = north.ready()
        let less = north.record(
            .courseAmended(RTCourseAmended(totalCentigray: 5600, fractions: 28)), after: [facts[3]])
        let more = lake.record(
            .courseAmended(RTCourseAmended(totalCentigray: 6200, fractions: 31)), after: [facts[3]])
        let state = course(facts + [less, more])
        #expect(state.prescription?.fractions == 28)
        #expect(state.competing.map(\.fractions).sorted() == [28, 31])
        #expect(state.blocks.map(\.reason) == [.prescriptionsCompete, .prescriptionsCompete])
        #expect(state.deliverable.isEmpty)
        let settled = north.record(.courseAmended(RTCourseAmended(reason: "as before")), after: [less, more])
        #expect(course(facts + [less, more, settled]).blocks.isEmpty)
    }

    @Test mutating func `once a region was irradiated before it stays so`() {
        let first = north.record(
            .coursePrescribed(
                RTCoursePrescribed(totalCentigray: 2000, fractionCentigray: 200, fractions: 10, isReirradiation: true)))
        let amended = north.record(.courseAmended(RTCourseAmended(totalCentigray: 1800, fractions: 9)), after: [first])
        #expect(course([first, amended]).isReirradiation)
    }

    @Test mutating func `holds are lifted by who had seen them, each by name or all together`() {
        let facts = north.ready()
        let one = north.hold(after: [facts[3]])
        let two = north.hold(after: [one])
        #expect(course(facts + [one]).status == .held)
        #expect(course(facts + [one]).blocks.map(\.reason) == [.held])
        let named = north.resume(one, after: [two])
        let state = course(facts + [one, two, named])
        #expect(state.holds.map(\.liftedBy) == [named.id, nil])
        #expect(state.status == .held)
        let all = north.resume(after: [named])
        #expect(course(facts + [one, two, named, all]).status == .planned)
        let blind = lake.resume(after: [facts[3]])
        let apart = courseCase(facts + [blind])
        #expect(apart.anomalies.map(\.event) == [blind.id])
    }

    @Test mutating func `a review that holds is followed by a later review, a hold by itself is not`() {
        let facts = north.ready()
        let stop = north.review(.stop, after: [facts[3]])
        #expect(course(facts + [stop]).status == .held)
        let on = north.review(.goOn, after: [stop])
        #expect(course(facts + [stop, on]).status == .planned)
        let hold = north.hold(after: [on])
        let visit = north.review(.goOn, after: [hold])
        #expect(course(facts + [stop, on, hold, visit]).status == .held)
    }

    @Test mutating func `a review is due after five fractions or seven days, judged by whoever looks`() {
        let facts = north.ready()
        #expect(course(facts).reviewDue(at: testDay.advanced(byMilliseconds: 90 * 86_400_000)) == nil)
        var held = facts
        for fraction in 1...5 {
            held.append(north.deliver(planA, fraction, after: [held[held.count - 1]], minutes: Int64(fraction)))
        }
        let now = testDay.advanced(byMilliseconds: 3_600_000)
        #expect(course(Array(held.dropLast())).reviewDue(at: now) == nil)
        #expect(course(held).reviewDue(at: now) == .afterFractions(5))
        let week = testDay.advanced(byMilliseconds: 60_000 + 7 * 86_400_000)
        #expect(course(facts + [held[4]]).reviewDue(at: week) == .afterDays(7))
        #expect(course(facts + [held[4]]).reviewDue(at: week.advanced(byMilliseconds: -1)) == nil)
        #expect(course(facts + [held[4]]).reviewDue(at: Instant(milliseconds: .min)) == nil)
        let review = north.review(.goOn, after: [held[8]], minutes: 60)
        #expect(course(held + [review]).fractionsSinceReview == 0)
        #expect(course(held + [review]).reviewDue(at: now) == nil)
        let ended = north.record(.discontinued(RTDiscontinued(reason: "died")), after: [held[8]])
        #expect(course(held + [ended]).reviewDue(at: now) == nil)
    }

    @Test mutating func `an adaptation is wanted until a version is approved by one who had seen it`() {
        let facts = north.ready()
        let wanted = north.record(
            .adaptationRequested(RTAdaptationRequested(reason: .anatomyChange, fromFraction: 3, note: "weight")),
            after: [facts[3]])
        let first = north.deliver(planA, 1, after: [wanted])
        #expect(course(facts + [wanted, first]).blocks.isEmpty, "fraction 2 is still with the old version")
        let second = north.deliver(planA, 2, after: [first])
        let state = course(facts + [wanted, first, second])
        #expect(state.blocks.map(\.reason) == [.adaptationWanted])
        #expect(state.adaptations.map(\.answeredBy) == [nil])
        let created = north.create(planB, after: [second], fractions: 28, replaces: planA)
        let checked = north.check(planB, after: [created])
        let approved = north.approve(planB, after: [checked])
        let adapted = course(facts + [wanted, first, second, created, checked, approved])
        #expect(adapted.adaptations.map(\.answeredBy) == [approved.id])
        #expect(adapted.deliverable == [planB])
        #expect(adapted.ledger.map(\.planUID) == [planA] && adapted.ledger.map(\.fractions) == [2])
    }

    @Test mutating func `what may not be decided by a role changes nothing, what happened counts whoever says it`() {
        let facts = north.ready()
        let nurse = north.record(.planRetired(RTPlanRetired(planUID: planA)), after: [facts[3]], role: .nurse)
        let clerk = north.record(
            .fractionDelivered(RTFractionDelivered(planUID: planA, fraction: 1, deliveredCentigray: 200)), after: [nurse],
            role: .frontDesk)
        let hold = north.record(.held(RTHeld(reason: "no chart")), after: [clerk], role: .nurse)
        let odd = CaseFact(
            id: hold.id, hash: hold.hash, parents: hold.parents, recordedAt: hold.recordedAt, occurredAt: hold.occurredAt,
            actor: Actor(person: "x", role: "wizard", site: SiteID("northside")!, assurance: .local), source: .page,
            event: hold.event)
        let state = courseCase(facts + [nurse, clerk, odd])
        #expect(state.rare.treatment.plan(planA)?.status == .inUse)
        #expect(state.rare.treatment.deliveredFractions == 1)
        #expect(state.rare.treatment.status == .held)
        #expect(state.anomalies.map(\.event) == [nurse.id, clerk.id, hold.id])
    }

    @Test mutating func `the JSON says the state first and drops no value, and each part is explained`() {
        let facts = north.ready(2)
        let first = north.deliver(planA, 1, after: [facts[3]], record: "1.9.1", day: "2025-06-16")
        let state = course(facts + [first])
        var json = JSONWriter()
        TreatmentAxis.write(state, to: &json)
        #expect(
            json.text
                == #"{"state":"onTreatment","course":"C1","site":{"code":"Prostate","scheme":"TG-263","text":"Prostate"},"#
                + #""intent":"curative","technique":"VMAT","prescription":{"event":"\#(facts[0].id)","by":"dr.ro","#
                + #""totalCentigray":400.0,"fractionCentigray":200.0,"fractions":2},"deliverable":["1.2.840.1"],"#
                + #""plans":[{"uid":"1.2.840.1","state":"inUse","deliverable":true,"label":"P","fractions":2,"#
                + #""fractionCentigray":200.0,"by":"physicist","passed":true,"approval":"\#(facts[3].id)","#
                + #""events":["\#(facts[1].id)","\#(facts[2].id)","\#(facts[3].id)"]}],"deliveredCentigray":200.0,"#
                + #""deliveredFractions":1,"remainingCentigray":200.0,"remainingFractions":1,"#
                + #""doseByPlan":[{"planUID":"1.2.840.1","fractions":1,"deliveredCentigray":200.0}],"#
                + #""deliveries":[{"event":"\#(first.id)","planUID":"1.2.840.1","fraction":1,"recordUID":"1.9.1","machine":"L1","#
                + #""treatmentDate":"2025-06-16","deliveredCentigray":200.0}],"fractionsSinceReview":1}"#)
        let explained = TreatmentAxis.explain(state, CaseHistory(facts + [first]))
        #expect(explained.map(\.state) == ["onTreatment", "plan 1.2.840.1 inUse", "1 fractions"])
        #expect(explained.last?.events == [first.id])
    }

    @Test mutating func `the JSON shows reviews, holds, adaptations, what is missing and what competes`() {
        let facts = north.ready()
        let part = north.interrupt(planA, 1, after: [facts[3]], dose: 80)
        let review = north.record(
            .onTreatmentReviewed(
                RTOnTreatmentReviewed(
                    toxicities: [ScreeningItem(kind: "Dermatitis radiation", value: "2")], weightKilograms: 71.5, decision: .hold,
                    note: "skin")), after: [part])
        let wanted = lake.record(.adaptationRequested(RTAdaptationRequested(reason: .setup, note: "mask")), after: [facts[3]])
        let state = courseCase(facts + [part, review, wanted])
        let text = state.jsonText
        let parts = [
            #""compensate":[{"event":"\#(part.id)","fraction":1,"missingCentigray":120.0,"reason":"machine fault"}]"#,
            #""toxicities":[{"kind":"Dermatitis radiation","value":"2"}],"weightKilograms":71.5,"note":"skin""#,
            #""holds":[{"event":"\#(review.id)","by":"radiationOncologist","reason":"skin"}]"#,
            #""adaptations":[{"event":"\#(wanted.id)","by":"radiationOncologist","reason":"setup","note":"mask"}]"#,
            #""blocked":[{"reason":"held","event":"\#(review.id)""#,
        ]
        for part in parts { #expect(text.contains(part), "\(part) in \(text)") }
        let rules = TreatmentAxis.explain(state.rare.treatment, CaseHistory(facts + [part, review, wanted])).map(\.state)
        #expect(rules.contains("held") && rules.contains("planChanged"))
    }

    @Test mutating func `is it safe to go ahead: a held course and one without a plan are not, and it asks for no order`() {
        var site = CourseBuilder("lakeview")
        let prescribed = site.prescribe()
        let check = CaseEvent.identityVerified(IdentityVerified(checked: ["name", "birthDate"], match: true))
        let known = site.record(check, after: [prescribed], role: .therapist)
        let unplanned = courseCase([prescribed, known]).goAhead()
        #expect(
            unplanned.line == "NOT YET: no plan may be delivered; the physicist checks and the radiation oncologist approves one."
        )
        let facts = site.ready()
        let verified = site.record(check, after: [facts[3]], role: .therapist)
        #expect(courseCase(facts + [verified]).goAhead().answer == .yes)
        let hold = site.hold(after: [verified])
        let held = courseCase(facts + [verified, hold]).goAhead()
        #expect(held.answer == .no && held.reasons.map(\.axis) == ["treatment"])
        #expect(
            held.line
                == "NO: treatment waits (lakeview~.../\(hold.id.sequence)); a radiation oncologist who has seen the hold may resume it."
        )
        let resumed = site.resume(hold, after: [hold])
        #expect(courseCase(facts + [verified, hold, resumed]).goAhead().answer == .yes)
    }
}
