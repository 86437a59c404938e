import EventLog
import ImagingCase
import Testing

@Suite struct TreatmentConflictTests {
    var north = CourseBuilder("northside")
    var lake = CourseBuilder("lakeview")
    var hub = CourseBuilder("hub")

    // MARK: 53

    /// Version B, approved at the hub while fraction 1 is delivered with A at northside.
    private mutating func changed() -> (facts: [CaseFact], approval: CaseFact, fraction: CaseFact) {
        let facts = north.ready()
        let created = hub.create(planB, after: [facts[3]], replaces: planA)
        let checked = hub.check(planB, after: [created])
        let approval = hub.approve(planB, after: [checked], minutes: 30)
        let fraction = north.deliver(planA, 1, after: [facts[3]], minutes: 45)
        return (facts + [created, checked, approval, fraction], approval, fraction)
    }

    @Test mutating func `conflict 53: a fraction stays with the plan that was used, and the next one waits for two words`() {
        let (facts, approval, fraction) = changed()
        let state = courseCase(facts)
        let conflict = state.conflicts(numbered: 53).first
        #expect(state.conflicts.count == 1)
        #expect(conflict?.events == [approval.id, fraction.id].sorted())
        #expect(conflict?.owner == .radiationOncologist)
        #expect(conflict?.told == [.radiationOncologist, .physicist, .therapist])
        #expect(conflict?.dueMinutes == 765)
        #expect(state.rare.treatment.ledger.map(\.planUID) == [planA])
        #expect(state.rare.treatment.remainingCentigray == 5800)
        #expect(state.rare.treatment.blocks.map(\.reason) == [.planChanged])
        #expect(state.rare.treatment.plan(planB)?.isDeliverable == true && state.rare.treatment.deliverable.isEmpty)
    }

    @Test mutating func `conflict 53: neither the physicist's nor the oncologist's word alone lets the next fraction go`() throws
    {
        let (facts, approval, fraction) = changed()
        let conflict = try #require(courseCase(facts).conflicts(numbered: 53).first)
        let check = north.check(planB, after: [approval, fraction])
        #expect(courseCase(facts + [check]).conflicts.map(\.state) == [.open])
        let word = hub.record(
            decision(on: conflict, choosing: approval), after: [approval, fraction], role: .radiationOncologist)
        let half = courseCase(facts + [word])
        #expect(half.conflicts.map(\.state) == [.open] && half.conflicts.map(\.closedBy) == [nil])
        #expect(half.rare.treatment.deliverable.isEmpty)
        let lead = hub.record(decision(on: conflict, choosing: approval), after: [approval, fraction], role: .lead)
        #expect(courseCase(facts + [check, lead]).conflicts.map(\.state) == [.open], "a lead confirms no plan")
        let both = courseCase(facts + [check, word])
        #expect(both.conflicts.map(\.state) == [.resolved])
        #expect([check.id, word.id].contains(both.conflicts[0].closedBy))
        #expect(both.rare.treatment.deliverable == [planB])
        let approved = hub.approve(planB, after: [check])
        let confirmed = courseCase(facts + [check, approved])
        #expect(confirmed.conflicts.map(\.closedBy) == [approved.id])
    }

    @Test mutating func `conflict 53: a wanted adaptation bars the fractions from the one that it names`() {
        let facts = north.ready()
        let wanted = hub.record(
            .adaptationRequested(RTAdaptationRequested(reason: .response, fromFraction: 2)), after: [facts[3]])
        let first = north.deliver(planA, 1, after: [facts[3]])
        #expect(courseCase(facts + [wanted, first]).conflicts.isEmpty)
        let second = north.deliver(planA, 2, after: [first])
        let state = courseCase(facts + [wanted, first, second])
        #expect(state.conflicts(numbered: 53).map(\.events) == [[wanted.id, second.id].sorted()])
    }

    @Test mutating func `conflict 53: retiring the version in use counts as a change, and the end of the course makes it moot`() {
        let facts = north.ready()
        let retired = hub.retire(planA, after: [facts[3]])
        let fraction = north.deliver(planA, 1, after: [facts[3]])
        let state = courseCase(facts + [retired, fraction])
        #expect(state.conflicts.map(\.number) == [53])
        #expect(state.rare.treatment.incidents.isEmpty, "nobody there had seen it retired")
        let ended = hub.record(.discontinued(RTDiscontinued(reason: "progress")), after: [retired, fraction])
        #expect(courseCase(facts + [retired, fraction, ended]).conflicts.map(\.state) == [.superseded])
    }

    @Test mutating func `conflict 53 does not arise where one had seen the other, nor in another phase`() {
        let facts = north.ready()
        let fraction = north.deliver(planA, 1, after: [facts[3]])
        let created = north.create(planB, after: [fraction], replaces: planA)
        let checked = north.check(planB, after: [created])
        let approved = north.approve(planB, after: [checked])
        #expect(courseCase(facts + [fraction, created, checked, approved]).conflicts.isEmpty)
        let boost = hub.create(planC, after: [facts[3]], fractions: 5, phase: "boost")
        let passed = hub.check(planC, after: [boost])
        let apart = hub.approve(planC, after: [passed])
        #expect(courseCase(facts + [fraction, boost, passed, apart]).conflicts.isEmpty)
    }

    // MARK: 54

    private mutating func twoApproved() -> (facts: [CaseFact], one: CaseFact, other: CaseFact) {
        let prescribed = north.prescribe()
        let created = [north.create(planA, after: [prescribed]), lake.create(planB, after: [prescribed])]
        let checked = [north.check(planA, after: [created[0]]), lake.check(planB, after: [created[1]])]
        let one = north.approve(planA, after: [checked[0]], minutes: 5)
        let other = lake.approve(planB, after: [checked[1]], minutes: 9)
        return ([prescribed] + created + checked + [one, other], one, other)
    }

    @Test mutating func `conflict 54: of two versions approved apart neither is deliverable, both are shown`() {
        let (facts, one, other) = twoApproved()
        let state = courseCase(facts)
        #expect(state.conflicts.map(\.number) == [54])
        #expect(state.conflicts[0].events == [one.id, other.id].sorted())
        #expect(state.conflicts[0].told == [.radiationOncologist, .physicist, .therapist])
        #expect(state.conflicts[0].dueMinutes == 69)
        #expect(state.rare.treatment.deliverable.isEmpty)
        #expect(state.rare.treatment.plans.map(\.status) == [.approved, .approved])
        #expect(state.rare.treatment.plans.map(\.competes) == [[planB], [planA]])
        #expect(state.jsonText.contains(#""competes":["1.2.840.2"]"#))
    }

    @Test mutating func `conflict 54: a decision makes the chosen version deliverable and sets the other aside`() {
        let (facts, one, other) = twoApproved()
        let conflict = courseCase(facts).conflicts[0]
        let physicist = hub.record(decision(on: conflict, choosing: one), after: [one, other], role: .physicist)
        #expect(courseCase(facts + [physicist]).openConflicts.count == 1, "the oncologist decides")
        let decided = hub.record(decision(on: conflict, choosing: other), after: [one, other], role: .radiationOncologist)
        let state = courseCase(facts + [decided])
        #expect(state.conflicts.map(\.closedBy) == [decided.id])
        #expect(state.rare.treatment.deliverable == [planB])
        #expect(state.rare.treatment.plan(planA)?.status == .retired)
        #expect(state.rare.treatment.plan(planA)?.endedBy == decided.id)
    }

    @Test mutating func `conflict 54: retiring one settles it, in sight of both or apart from one`() {
        let (facts, one, other) = twoApproved()
        let retired = hub.retire(planA, after: [one, other])
        let state = courseCase(facts + [retired])
        #expect(state.conflicts.map(\.state) == [.resolved] && state.conflicts.map(\.closedBy) == [retired.id])
        #expect(state.rare.treatment.deliverable == [planB])
        let apart = north.retire(planA, after: [one])
        let moot = courseCase(facts + [apart])
        #expect(moot.conflicts.map(\.state) == [.superseded] && moot.conflicts.map(\.closedBy) == [apart.id])
        #expect(moot.rare.treatment.deliverable == [planB])
    }

    @Test mutating func `conflict 54: of three versions one must be chosen, retiring one leaves two`() {
        let (facts, one, other) = twoApproved()
        let created = hub.create(planC, after: [facts[0]])
        let checked = hub.check(planC, after: [created])
        let third = hub.approve(planC, after: [checked])
        let all = facts + [created, checked, third]
        #expect(courseCase(all).conflicts.map(\.events.count) == [3])
        let retired = hub.retire(planC, after: [one, other, third])
        let state = courseCase(all + [retired])
        #expect(state.conflicts.map(\.state) == [.open])
        #expect(state.rare.treatment.deliverable.isEmpty)
        let rest = hub.retire(planB, after: [retired])
        #expect(courseCase(all + [retired, rest]).rare.treatment.deliverable == [planA])
    }

    // MARK: 55

    @Test mutating func `conflict 55: a fraction delivered apart from a hold counts, the hold stands, an incident is open`() {
        let facts = north.ready()
        let hold = hub.hold(after: [facts[3]], minutes: 10)
        let fraction = north.deliver(planA, 1, after: [facts[3]], minutes: 20)
        let state = courseCase(facts + [hold, fraction])
        #expect(state.conflicts.map(\.kind) == ["deliveredDuringHold"])
        #expect(state.conflicts[0].number == 55 && state.conflicts[0].dueMinutes == 20 + 240)
        #expect(state.conflicts[0].told == [.radiationOncologist, .physicist, .safetyOfficer])
        #expect(state.rare.treatment.status == .held && state.rare.treatment.deliveredCentigray == 200)
        #expect(state.rare.treatment.incidents.map(\.kind) == [.duringHold])
        #expect(state.rare.treatment.incidents.map(\.against) == [hold.id])
        let resumed = hub.resume(after: [hold, fraction])
        #expect(courseCase(facts + [hold, fraction, resumed]).conflicts.map(\.closedBy) == [resumed.id])
        let decided = hub.record(
            decision(on: state.conflicts[0], choosing: hold), after: [hold, fraction], role: .radiationOncologist)
        let closed = courseCase(facts + [hold, fraction, decided])
        #expect(closed.conflicts.map(\.closedBy) == [decided.id])
        #expect(closed.rare.treatment.status == .held, "the decision does not resume")
    }

    @Test mutating func `conflict 55: a stop by a review counts as a hold`() {
        let facts = north.ready()
        let stop = hub.review(.stop, after: [facts[3]])
        let fraction = north.deliver(planA, 1, after: [facts[3]])
        #expect(courseCase(facts + [stop, fraction]).conflicts.map(\.kind) == ["deliveredDuringHold"])
    }

    @Test mutating func `conflict 55: a fraction apart from the end of the course counts, until the course is closed again`() {
        let facts = north.ready(1)
        let first = north.deliver(planA, 1, after: [facts[3]])
        let ended = hub.record(.completed(RTCompleted()), after: [first])
        let extra = north.deliver(planA, 2, after: [first])
        let state = courseCase(facts + [first, ended, extra])
        #expect(state.conflicts.map(\.kind) == ["deliveredAfterEnd"])
        #expect(state.rare.treatment.status == .completed && state.rare.treatment.isEndDisputed)
        #expect(state.rare.treatment.deliveredFractions == 2)
        #expect(Set(state.rare.treatment.incidents.map(\.kind)) == [.afterEnd, .beyondPrescription])
        let again = hub.record(.completed(RTCompleted(note: "2 delivered")), after: [ended, extra])
        let closed = courseCase(facts + [first, ended, extra, again])
        #expect(closed.conflicts.map(\.closedBy) == [again.id])
        #expect(!closed.rare.treatment.isEndDisputed && closed.rare.treatment.ends == [again.id])
    }

    @Test mutating func `conflict 55 does not arise for a fraction that was delivered before the hold was said`() {
        let facts = north.ready()
        let fraction = north.deliver(planA, 1, after: [facts[3]])
        let hold = north.hold(after: [fraction])
        #expect(courseCase(facts + [fraction, hold]).conflicts.isEmpty)
        // The machine's record comes later than the hold, but the entry by hand stood before it.
        let record = north.deliver(planA, 1, after: [hold], record: "1.9.1", role: .system)
        let state = courseCase(facts + [fraction, hold, record])
        #expect(state.conflicts.map(\.number) == [57])
        #expect(state.rare.treatment.incidents.isEmpty)
    }

    // MARK: 56

    @Test(arguments: [TreatmentDecision.goOn, .modify])
    func `conflict 56: who holds prevails over who goes on apart from him`(_ word: TreatmentDecision) {
        var (north, lake, hub) = (CourseBuilder("northside"), CourseBuilder("lakeview"), CourseBuilder("hub"))
        let facts = north.ready()
        let on = north.review(word, after: [facts[3]], minutes: 3)
        let hold = lake.review(.hold, after: [facts[3]], minutes: 8)
        let state = courseCase(facts + [on, hold])
        #expect(state.conflicts.map(\.number) == [56])
        #expect(state.conflicts[0].events == [on.id, hold.id].sorted())
        #expect(state.conflicts[0].told == [.radiationOncologist, .physicist, .therapist])
        #expect(state.conflicts[0].dueMinutes == 68)
        #expect(state.rare.treatment.status == .held)
        #expect(state.rare.treatment.reviews.map(\.decision).contains(word), "both stay visible")
        let decided = hub.record(decision(on: state.conflicts[0], choosing: on), after: [on, hold], role: .radiationOncologist)
        let going = courseCase(facts + [on, hold, decided])
        #expect(going.rare.treatment.status == .planned)
        #expect(going.rare.treatment.holds.map(\.liftedBy) == [decided.id])
        let kept = hub.record(decision(on: state.conflicts[0], choosing: hold), after: [on, hold], role: .radiationOncologist)
        #expect(courseCase(facts + [on, hold, kept]).rare.treatment.status == .held)
    }

    @Test mutating func `conflict 56: a resumption apart from a new hold does not lift it, one in sight of both does`() {
        let facts = north.ready()
        let old = north.hold(after: [facts[3]])
        let resumed = north.resume(after: [old])
        let new = lake.hold(after: [old])
        let state = courseCase(facts + [old, resumed, new])
        #expect(state.conflicts.map(\.events) == [[resumed.id, new.id].sorted()])
        #expect(state.rare.treatment.holds.map(\.liftedBy) == [resumed.id, nil])
        let last = hub.resume(after: [resumed, new])
        let settled = courseCase(facts + [old, resumed, new, last])
        #expect(settled.conflicts.map(\.closedBy) == [last.id] && settled.rare.treatment.status == .planned)
        let again = hub.hold(after: [resumed, new])
        let held = courseCase(facts + [old, resumed, new, again])
        #expect(held.conflicts.map(\.closedBy) == [again.id] && held.rare.treatment.status == .held)
        let ended = lake.record(.discontinued(RTDiscontinued(reason: "wish")), after: [new])
        #expect(courseCase(facts + [old, resumed, new, ended]).conflicts.map(\.state) == [.superseded])
    }

    @Test mutating func `conflict 56 does not arise where one had seen the other`() {
        let facts = north.ready()
        let on = north.review(.goOn, after: [facts[3]])
        let hold = north.review(.hold, after: [on])
        #expect(courseCase(facts + [on, hold]).conflicts.isEmpty)
    }

    // MARK: 57

    @Test mutating func `conflict 57: a fraction entered by hand and by the machine counts once and is flagged`() {
        let facts = north.ready()
        let hand = north.deliver(planA, 1, after: [facts[3]], day: "2025-06-16", dose: 190, minutes: 1)
        let record = lake.deliver(
            planA, 1, after: [facts[3]], record: "1.9.1", day: "2025-06-16", dose: 200, role: .system, minutes: 2)
        let state = courseCase(facts + [hand, record])
        #expect(state.conflicts.map(\.number) == [57])
        #expect(state.conflicts[0].owner == .physicist && state.conflicts[0].told == [.physicist])
        #expect(state.conflicts[0].dueMinutes == 1442)
        let delivery = state.rare.treatment.deliveries[0]
        #expect(state.rare.treatment.deliveries.count == 1)
        #expect(delivery.isSuspectedDuplicate && delivery.deliveredCentigray == 200 && delivery.recordUID == "1.9.1")
        #expect(delivery.events.sorted() == [hand.id, record.id].sorted(), "both stay visible")
        #expect(state.jsonText.contains(#""suspectedDuplicate":true"#))
        let decided = hub.record(decision(on: state.conflicts[0], choosing: hand), after: [hand, record], role: .physicist)
        let closed = courseCase(facts + [hand, record, decided])
        #expect(closed.conflicts.map(\.closedBy) == [decided.id])
        #expect(closed.rare.treatment.deliveredCentigray == 190)
        #expect(!closed.rare.treatment.deliveries[0].isSuspectedDuplicate)
    }

    @Test mutating func `conflict 57: a device has seen nothing, so its record after an entry by hand is suspected, too`() {
        let facts = north.ready()
        let hand = north.deliver(planA, 1, after: [facts[3]])
        let record = north.deliver(planA, 1, after: [hand], record: "1.9.1", role: .system)
        #expect(courseCase(facts + [hand, record]).conflicts.map(\.number) == [57])
    }

    @Test mutating func `conflict 57: another day or machine makes two fractions`() {
        let facts = north.ready()
        let one = north.deliver(planA, 1, after: [facts[3]], day: "2025-06-16")
        let day = lake.deliver(planA, 1, after: [facts[3]], day: "2025-06-17")
        let machine = hub.deliver(planA, 1, after: [facts[3]], machine: "L2", day: "2025-06-16")
        #expect(courseCase(facts + [one, day]).conflicts.isEmpty)
        #expect(course(facts + [one, day, machine]).deliveries.count == 3)
    }

    @Test
    mutating func `conflict 57: one record UID with two contents is suspected, and an entry by hand joins two records to none`() {
        let facts = north.ready()
        let one = north.deliver(planA, 1, after: [facts[3]], record: "1.9.1", dose: 200)
        let other = lake.deliver(planA, 1, after: [facts[3]], record: "1.9.1", dose: 150)
        let state = courseCase(facts + [one, other])
        #expect(state.conflicts.map(\.number) == [57] && state.rare.treatment.deliveredCentigray == 200)
        let second = lake.deliver(planA, 1, after: [facts[3]], record: "1.9.2")
        let hand = hub.deliver(planA, 1, after: [facts[3]])
        #expect(course(facts + [one, second, hand]).deliveries.count == 2)
        let part = lake.interrupt(planA, 1, after: [facts[3]], dose: 90, record: "1.9.3")
        let three = course(facts + [one, part, hand])
        #expect(three.deliveries.map(\.events.count).sorted() == [1, 2])
        #expect(three.deliveries.first { $0.isInterrupted }?.events == [part.id], "it joins what ended as it says")
        #expect(course(facts + [part, hand]).deliveries.count == 1, "apart from each other they may be one")
    }

    @Test mutating func `conflict 57 does not arise for people who had seen the other entry, unless it is said to be separate`() {
        let facts = north.ready()
        let one = north.deliver(planA, 1, after: [facts[3]])
        let again = north.deliver(planA, 1, after: [one])
        let state = courseCase(facts + [one, again])
        #expect(state.conflicts.isEmpty && state.anomalies.map(\.event) == [again.id])
        #expect(state.rare.treatment.deliveredCentigray == 200)
        let besides = north.record(
            .fractionDelivered(
                RTFractionDelivered(planUID: planA, fraction: 1, machine: "L1", deliveredCentigray: 200, isSeparate: true)),
            after: [one])
        let two = courseCase(facts + [one, besides])
        #expect(two.rare.treatment.deliveredCentigray == 400 && two.conflicts.isEmpty)
        #expect(two.anomalies.map(\.what) == ["Fraction 1 of the plan was delivered before under another record: both count."])
    }

    // MARK: who closes them

    @Test mutating func `conflict 54 is closed by the radiation oncologist, not by the lead of reading`() throws {
        let (facts, one, other) = twoApproved()
        let open = courseCase(facts)
        let conflict = try #require(open.conflicts.first)
        let choice = decision(on: conflict, choosing: other)
        let lead = hub.record(choice, after: [one, other], role: .lead)
        let same = courseCase(facts + [lead])
        #expect(same.conflicts.map(\.state) == [.open] && same.rare.treatment.deliverable.isEmpty)
        do {
            try Authoring.check(choice, in: open, by: Author(person: "dr.lead", role: .lead), now: testDay)
            Issue.record("a lead of reading approves no plan")
        } catch {
            #expect(error.ground == .role)
            #expect(error.remedy == "Have it closed by the role radiationOncologist.")
        }
        let word = hub.record(choice, after: [one, other], role: .radiationOncologist)
        #expect(courseCase(facts + [word]).conflicts.map(\.closedBy) == [word.id])
    }
}
