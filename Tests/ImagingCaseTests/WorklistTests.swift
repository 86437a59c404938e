import EventLog
import ImagingCase
import Testing

/// What a case waits for, by role: the soonest thing of each.
@Suite struct WorklistTests {
    var north = CaseBuilder("northside")
    var lake = CaseBuilder("lakeview")

    private func work(_ facts: [CaseFact], _ role: Role, of stream: StreamID = someCase) -> WorkItem? {
        foldedInEveryOrder(facts, of: stream).work().first { $0.role == role }
    }

    private func ordered(_ priority: Urgency = .routine) -> CaseEvent {
        .orderPlaced(OrderPlaced(procedure: Coded(code: "1"), modality: "CT", priority: priority))
    }

    @Test mutating func `an order waits for its protocol and its examination, a cancelled one for nobody`() {
        let order = north.record(ordered(), by: "dr.reyes", role: .referrer)
        #expect(work([order], .technologist)?.what == "examine")
        #expect(work([order], .radiologist)?.what == "review the order")
        let accepted = lake.record(
            .orderReviewed(OrderReviewed(decision: .accepted)), after: [order], by: "dr.osei", role: .radiologist)
        #expect(work([order, accepted], .radiologist)?.what == "choose the protocol")
        let cancelled = north.record(
            .orderCancelled(OrderCancelled(reason: "better")), after: [accepted], by: "dr.reyes", role: .referrer)
        #expect(foldedInEveryOrder([order, accepted, cancelled]).work().isEmpty)
    }

    @Test mutating func `an order on hold or replaced asks nobody to examine, a released one does again`() {
        let order = north.record(ordered(), by: "dr.reyes", role: .referrer)
        let held = north.record(.ordering(.held(OrderHeld(reason: "wait"))), after: [order], by: "dr.reyes", role: .referrer)
        #expect(work([order, held], .technologist) == nil)
        let released = north.record(
            .ordering(.holdReleased(OrderHoldReleased(reason: "go"))), after: [held], by: "dr.reyes", role: .referrer)
        #expect(work([order, held, released], .technologist)?.what == "examine")
        let replaced = north.record(
            .ordering(.replaced(OrderReplaced(by: IssuedIdentifier(issuer: "n", value: "A2"), reason: "other side"))),
            after: [order], by: "dr.reyes", role: .referrer)
        #expect(work([order, replaced], .technologist) == nil)
    }

    @Test
    mutating func `a question of the technologist or referrer is the radiologist's, one of the radiologist the technologist's`() {
        let asked: (CaseBuilder, Role) -> CaseFact = { builder, role in
            var builder = builder
            return builder.record(.dialogue(.asked(QuestionAsked(text: "Why?"))), by: "x", role: role)
        }
        for role in [Role.technologist, .referrer] { #expect(work([asked(north, role)], .radiologist)?.what == "answer x: Why?") }
        #expect(work([asked(north, .radiologist)], .technologist)?.what == "answer x: Why?")
    }

    @Test(arguments: [(Urgency.stat, Int64(30)), (.urgent, 120), (.asap, 240), (.routine, 1440)])
    func `a study that was handed over is to be read within the time of its urgency`(urgency: Urgency, minutes: Int64) {
        var north = CaseBuilder("northside")
        let order = north.record(ordered(urgency), by: "dr.reyes", role: .referrer)
        let done = north.record(
            .procedureStepCompleted(
                ProcedureStepCompleted(stepUID: "1", modality: "CT", series: [Series(uid: "s", instances: 4)])),
            after: [order], minutes: 5)
        #expect(work([order, done], .technologist)?.what == "hand the study over")
        let handed = north.record(
            .studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 4)), after: [done], minutes: 10)
        let item = work([order, done, handed], .radiologist)
        #expect(item?.what == "read")
        #expect(item?.due == testDay.advanced(byMilliseconds: (10 + minutes) * 60_000))
        let short = ReadingTimes(statMinutes: 1, urgentMinutes: 1, asapMinutes: 1, routineMinutes: 1)
        let own = CaseFold.fold(someCase, [order, done, handed]).work(short).first { $0.role == .radiologist }
        #expect(own?.due == testDay.advanced(byMilliseconds: 11 * 60_000))
    }

    @Test mutating func `who holds the study is named, a preliminary waits for its final, a final for nobody`() {
        let handed = north.record(.studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 4)))
        let claim = lake.record(
            .readingClaimed(ReadingClaimed(mode: .exclusive)), after: [handed], by: "dr.osei", role: .radiologist)
        #expect(work([handed, claim], .radiologist)?.what == "read (held by dr.osei)")
        let preliminary = lake.record(
            .preliminaryIssued(PreliminaryIssued(impression: "x", contentVersion: "v1")), after: [claim], by: "dr.osei",
            role: .radiologist)
        #expect(work([handed, claim, preliminary], .radiologist)?.what.hasPrefix("sign the final report") == true)
        let final = lake.record(
            .finalSigned(FinalSigned(impression: "x", contentVersion: "v1")), after: [preliminary], by: "dr.osei",
            role: .radiologist)
        #expect(work([handed, claim, preliminary, final], .radiologist) == nil)
    }

    @Test mutating func `a critical result waits for the call and for the answer, each by its time`() {
        let raised = lake.record(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed", responsible: "dr.reyes")), by: "dr.osei",
            role: .radiologist)
        let state = foldedInEveryOrder([raised])
        let card = state.criticalResult.cards[0]
        #expect(work([raised], .radiologist) == WorkItem(.radiologist, "tell dr.reyes: bleed", due: card.firstCallDue))
        #expect(work([raised], .referrer) == WorkItem(.referrer, "acknowledge: bleed", due: card.acknowledgeDue))
        let told = lake.record(
            .criticalResultCommunicated(CriticalResultCommunicated(raised: raised.id, to: "dr.reyes", readBack: true)),
            after: [raised], by: "dr.osei", role: .radiologist)
        #expect(work([raised, told], .radiologist) == nil && work([raised, told], .referrer) != nil)
    }

    @Test mutating func `a conflict waits for its owner, and what is due first comes first`() {
        let one = lake.record(.finalSigned(FinalSigned(impression: "a", contentVersion: "v1")), by: "dr.osei", role: .radiologist)
        let other = north.record(
            .finalSigned(FinalSigned(impression: "b", contentVersion: "v1")), by: "dr.lund", role: .radiologist)
        let state = foldedInEveryOrder([one, other])
        let conflict = state.openConflicts[0]
        #expect(work([one, other], .lead) == WorkItem(.lead, "decide conflict 38 competingFinals", due: conflict.due))
        #expect(CaseSummary(state).work == state.work() && CaseSummary(state).site == nil)
    }

    @Test mutating func `a booked slot is when the technologist is due, a question waits for its answer, a course for its plan`()
    {
        let order = north.record(ordered(), by: "dr.reyes", role: .referrer)
        let start = testDay.advanced(byMilliseconds: 3_600_000)
        let booked = north.record(
            .schedule(.booked(AppointmentBooked(start: start, minutes: 20))), after: [order], by: "desk", role: .frontDesk)
        #expect(work([order, booked], .technologist)?.due == start)
        let asked = north.record(.dialogue(.asked(QuestionAsked(text: "With contrast?", urgency: .stat))), after: [booked])
        #expect(work([order, booked, asked], .radiologist)?.what == "answer t.lind: With contrast?")
        let course = StreamID(kind: .course, high: 1, low: 2)
        var site = CaseBuilder("northside", stream: course)
        let prescribed = site.record(
            .treatment(
                .coursePrescribed(RTCoursePrescribed(course: "C1", totalCentigray: 6000, fractionCentigray: 200, fractions: 30))),
            by: "dr.roe", role: .radiationOncologist)
        #expect(work([prescribed], .physicist, of: course)?.what == "plan the course")
    }
}
