import EventLog
import ImagingCase
import Testing

/// Deliveries as a set, and what they add up to.
@Suite struct TreatmentLedgerTests {
    var north = CourseBuilder("northside")
    var lake = CourseBuilder("lakeview")

    @Test mutating func `a record that is sent again is one delivery, two records of one number are two`() {
        let facts = north.ready()
        let first = north.deliver(planA, 1, after: [facts[3]], record: "1.9.1")
        let again = lake.deliver(planA, 1, after: [facts[3]], record: "1.9.1")
        let state = courseCase(facts + [first, again])
        #expect(state.rare.treatment.deliveries.count == 1)
        #expect(state.rare.treatment.deliveries[0].events.sorted() == [first.id, again.id].sorted())
        #expect(state.conflicts.isEmpty)
        let other = north.deliver(planA, 1, after: [first], record: "1.9.2")
        let twice = courseCase(facts + [first, other])
        #expect(twice.rare.treatment.deliveredCentigray == 400)
        #expect(twice.anomalies.map(\.event) == [other.id])
    }

    @Test mutating func `a part and the rest of a fraction add up, and the missing part is to be compensated meanwhile`() {
        let facts = north.ready()
        let part = north.interrupt(planA, 1, after: [facts[3]], dose: 80)
        let open = course(facts + [part])
        #expect(open.status == .onTreatment && open.deliveredFractions == 0 && open.deliveredCentigray == 80)
        #expect(open.compensations.map(\.missingCentigray) == [120])
        let rest = north.deliver(planA, 1, after: [part], dose: 120)
        let state = courseCase(facts + [part, rest])
        #expect(state.rare.treatment.deliveredCentigray == 200 && state.rare.treatment.deliveredFractions == 1)
        #expect(state.rare.treatment.compensations.isEmpty)
        #expect(state.anomalies.isEmpty && state.conflicts.isEmpty)
    }

    @Test mutating func `a missed fraction waits to be compensated until it was delivered`() {
        let facts = north.ready()
        let missed = north.record(.fractionMissed(RTFractionMissed(fraction: 1, reason: "snow")), after: [facts[3]])
        let open = course(facts + [missed])
        #expect(open.compensations.map(\.fraction) == [1] && open.compensations.map(\.reason) == ["snow"])
        #expect(open.compensations.map(\.missingCentigray) == [200])
        let delivered = lake.deliver(planA, 1, after: [facts[3]])
        #expect(course(facts + [missed, delivered]).compensations.isEmpty, "what was delivered cannot have been missed")
    }

    @Test mutating func `dose stands with the plan really used, to a hundredth`() {
        let facts = north.ready()
        let one = north.deliver(planA, 1, after: [facts[3]], dose: 180.1)
        let two = north.deliver(planA, 2, after: [one], dose: 180.2)
        let other = north.deliver(planB, 3, after: [two], dose: 100)
        let state = courseCase(facts + [one, two, other])
        #expect(state.rare.treatment.ledger.map(\.planUID) == [planA, planB])
        #expect(state.rare.treatment.ledger.map(\.deliveredCentigray) == [360.3, 100])
        #expect(state.rare.treatment.deliveredCentigray == 460.3)
        #expect(state.rare.treatment.incidents.map(\.kind) == [.unapprovedPlan])
        #expect(state.anomalies.map(\.event) == [other.id])
    }

    @Test mutating func `a record without a dose counts with the plan's, and a senseless dose does, too`() {
        let facts = north.ready()
        let silent = north.deliver(planA, 1, after: [facts[3]], record: "1.9.1", dose: 0, role: .system)
        let state = courseCase(facts + [silent])
        #expect(state.rare.treatment.deliveries.map(\.isAssumed) == [true])
        #expect(state.rare.treatment.deliveredCentigray == 200)
        #expect(state.jsonText.contains(#""assumed":true"#))
        let negative = north.deliver(planA, 1, after: [facts[3]], dose: -5)
        let odd = courseCase(facts + [negative])
        #expect(odd.rare.treatment.deliveredCentigray == 200)
        #expect(odd.anomalies.map(\.event) == [negative.id])
        let unknown = north.deliver(planC, 1, after: [facts[3]], dose: 0)
        #expect(course(facts + [unknown]).deliveredCentigray == 0)
        let part = north.interrupt(planA, 1, after: [facts[3]], dose: 0)
        #expect(course(facts + [part]).deliveries.map(\.isAssumed) == [false])
    }

    @Test mutating func `more fractions than prescribed count and are incidents`() {
        let facts = north.ready(1)
        let one = north.deliver(planA, 1, after: [facts[3]])
        let extra = north.deliver(planA, 2, after: [one])
        let state = courseCase(facts + [one, extra])
        #expect(state.rare.treatment.excessCentigray == 200 && state.rare.treatment.remainingFractions == 0)
        #expect(state.rare.treatment.incidents.map(\.kind) == [.beyondPrescription])
        #expect(state.rare.treatment.incidents.map(\.reportedBy) == [nil])
        let report = north.record(
            .register(.incidentReported(IncidentReported(kind: .radiation, severity: .moderate, what: "extra", about: extra.id))),
            after: [extra], role: .therapist)
        #expect(course(facts + [one, extra, report]).incidents.map(\.reportedBy) == [report.id])
    }

    @Test mutating func `a fraction on a version that was retired in sight of its author counts and is an incident`() {
        let facts = north.ready()
        let retired = north.retire(planA, after: [facts[3]])
        let late = north.deliver(planA, 1, after: [retired])
        let state = courseCase(facts + [retired, late])
        #expect(state.rare.treatment.deliveredCentigray == 200)
        #expect(state.rare.treatment.incidents.map(\.kind) == [.retiredPlan])
        #expect(state.rare.treatment.incidents.map(\.against) == [retired.id])
        #expect(state.conflicts.isEmpty)
    }

    @Test mutating func `a delivery after a hold or the end that its author had seen counts and is an incident, no conflict`() {
        let facts = north.ready()
        let hold = north.hold(after: [facts[3]])
        let during = north.deliver(planA, 1, after: [hold])
        let state = courseCase(facts + [hold, during])
        #expect(state.rare.treatment.incidents.map(\.kind) == [.duringHold])
        #expect(state.rare.treatment.incidents.map(\.against) == [hold.id])
        #expect(state.conflicts.isEmpty && state.anomalies.map(\.event) == [during.id])
        let resumed = north.resume(after: [hold])
        let after = north.deliver(planA, 1, after: [resumed])
        #expect(course(facts + [hold, resumed, after]).incidents.isEmpty)
        let ended = north.record(.discontinued(RTDiscontinued(reason: "wish")), after: [facts[3]])
        let extra = north.deliver(planA, 1, after: [ended])
        let closed = courseCase(facts + [ended, extra])
        #expect(closed.rare.treatment.status == .discontinued)
        #expect(closed.rare.treatment.incidents.map(\.kind) == [.afterEnd])
        #expect(closed.conflicts.isEmpty && closed.anomalies.map(\.event) == [extra.id])
    }

    @Test mutating func `the greatest number that a message can give ends nothing`() {
        let facts = north.ready()
        let odd = north.deliver(planA, Int.max, after: [facts[3]])
        #expect(course(facts + [odd]).nextFraction == Int.max)
        let wanted = north.record(.adaptationRequested(RTAdaptationRequested(fromFraction: .max)), after: [odd])
        #expect(course(facts + [odd, wanted]).blocks.count == 1)
    }
}
