import EventLog
import ImagingCase
import Testing

/// Conflict 52 and the other gaps of safety.
@Suite struct InterventionConflictTests {
    var suite = CaseBuilder("northside")
    var desk = CaseBuilder("lakeview")
    var hub = CaseBuilder("hub")

    private func timeOut(_ result: TimeOutResult = .confirmed) -> CaseEvent {
        .intervention(
            .timeOutDone(IRTimeOutDone(checks: InterventionTests.checks, participants: ["dr.ir"], result: result)))
    }

    private func step(_ guidance: String = "") -> CaseEvent {
        .intervention(.stepRecorded(IRStepRecorded(step: "puncture", guidance: guidance)))
    }

    private func kinds(_ facts: [CaseFact]) -> [InterventionSafetyEvent.Kind] {
        foldedInEveryOrder(facts).rare.intervention.safetyEvents.map(\.kind)
    }

    @Test mutating func `conflict 52: a time-out recorded apart from the start is no proof, and the procedure stands`() {
        let said = desk.record(timeOut(), role: .nurse, minutes: 3)
        let begun = suite.record(step(), role: .technologist, minutes: 5)
        let state = foldedInEveryOrder([said, begun])
        #expect(state.conflicts.map(\.number) == [52])
        let conflict = state.conflicts[0]
        #expect(conflict.events == [said.id, begun.id].sorted() && conflict.dueMinutes == 1445)
        #expect(conflict.owner == .interventionalRadiologist && conflict.told == [.interventionalRadiologist, .lead])
        #expect(state.rare.intervention.status == .inProgress)
        #expect(state.rare.intervention.timeOuts.count == 1, "both stay visible")
        #expect(state.rare.intervention.safetyEvents.map(\.kind) == [.timeOutApart])
        #expect(state.rare.intervention.safetyEvents.map(\.against) == [said.id])
        let nurse = hub.record(decision(on: conflict, choosing: said), after: [said, begun], role: .nurse)
        #expect(foldedInEveryOrder([said, begun, nurse]).openConflicts.count == 1)
        let decided = hub.record(decision(on: conflict, choosing: said), after: [said, begun], role: .lead)
        #expect(foldedInEveryOrder([said, begun, decided]).conflicts.map(\.closedBy) == [decided.id])
    }

    @Test mutating func `conflict 52 does not arise where whoever began had seen the time-out, however late it arrives`() {
        let said = desk.record(timeOut(), role: .nurse, minutes: 90)
        let begun = suite.record(step(), after: [said], minutes: 5)
        let state = foldedInEveryOrder([begun, said])
        #expect(state.conflicts.isEmpty && state.rare.intervention.safetyEvents.isEmpty)
        let again = desk.record(timeOut(), after: [said], role: .nurse)
        #expect(foldedInEveryOrder([said, begun, again]).conflicts.isEmpty, "a second one apart takes nothing away")
        let later = suite.record(step(), after: [begun])
        #expect(foldedInEveryOrder([said, begun, later]).conflicts.isEmpty)
    }

    @Test mutating func `conflict 52: a mismatch found apart is told although an earlier time-out confirmed`() {
        let said = desk.record(timeOut(), role: .nurse)
        let mismatch = desk.record(timeOut(.mismatch), after: [said], role: .nurse)
        let begun = suite.record(step(), after: [said])
        let state = foldedInEveryOrder([said, mismatch, begun])
        #expect(state.conflicts.map(\.events) == [[mismatch.id, begun.id].sorted()])
    }

    @Test mutating func `a missing time-out and one recorded in sight of the start are safety events and no conflict`() {
        let begun = suite.record(step())
        #expect(kinds([begun]) == [.noTimeOut])
        let late = suite.record(timeOut(), after: [begun], role: .nurse)
        let state = foldedInEveryOrder([begun, late])
        #expect(state.rare.intervention.safetyEvents.map(\.kind) == [.timeOutAfterStart])
        #expect(state.rare.intervention.safetyEvents.map(\.against) == [late.id])
        #expect(state.conflicts.isEmpty)
        let done = hub.record(
            .intervention(.completed(IRCompleted(outcome: .success))), role: .interventionalRadiologist)
        #expect(kinds([done]) == [.noTimeOut], "the end is proof of a start")
    }

    @Test mutating func `what began in sight of a mismatch or a refusal is a safety event`() {
        let mismatch = suite.record(timeOut(.mismatch), role: .nurse)
        let begun = suite.record(step(), after: [mismatch])
        #expect(kinds([mismatch, begun]) == [.timeOutMismatch])
        let refused = suite.record(
            .preparation(.consentRecorded(ConsentRecorded(kind: .procedure, state: .refused))), role: .nurse)
        let said = suite.record(timeOut(), after: [refused], role: .nurse)
        let against = suite.record(step(), after: [said])
        #expect(kinds([refused, said, against]) == [.withoutConsent])
    }

    @Test mutating func `the MRI gate applies inside the suite, by what was seen and by what was screened apart`() {
        let said = suite.record(timeOut(), role: .nurse)
        let begun = suite.record(step("MRI"), after: [said])
        #expect(kinds([said, begun]) == [.mriUnscreened])
        let bad = desk.record(.mriScreened(MRIScreened(result: .contraindicated)), after: [said])
        #expect(kinds([said, begun, bad]) == [.mriContraindicated], "a contraindication apart from it")
        let seen = suite.record(step("MR"), after: [bad])
        #expect(kinds([said, bad, seen]) == [.mriContraindicated])
        let accepted = hub.record(
            .riskAccepted(RiskAccepted(covers: [bad.id], justification: "coil is gone")), after: [bad], role: .radiologist)
        let covered = suite.record(step("MR"), after: [accepted])
        let fine = foldedInEveryOrder([said, bad, accepted, covered]).rare.intervention
        #expect(fine.safetyEvents.isEmpty && !fine.isMRIBlocked)
        let clear = desk.record(.mriScreened(MRIScreened(result: .clear)), after: [said])
        let safe = suite.record(step("MRI"), after: [clear])
        #expect(kinds([said, clear, safe]).isEmpty)
        #expect(kinds([said, bad, suite.record(step("CT"), after: [bad])]).isEmpty)
        let state = foldedInEveryOrder([said, bad, seen])
        #expect(state.jsonText.contains(#""kind":"mriContraindicated","event":"\#(seen.id)","against":"\#(bad.id)""#))
        let explained = InterventionAxis.explain(state.rare.intervention, CaseHistory([said, bad, seen]))
        #expect(explained.last?.events == [seen.id, bad.id])
    }
}
