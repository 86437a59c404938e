import EventLog
import ImagingCase
import Testing

@Suite struct DeviationTests {
    private var hub = CaseBuilder("hub")
    private var site = CaseBuilder("northside")

    private func assigned(_ name: String, _ contrast: String = "") -> CaseEvent {
        .protocolAssigned(ProtocolAssigned(name: name, contrast: contrast))
    }
    private func deviated(from event: EventID?, _ what: String = "lower kV", _ reason: String = "child") -> CaseEvent {
        .deviation(
            .protocolDeviated(ProtocolDeviated(assigned: event, what: what, reason: reason, approvedBy: "dr.ito")))
    }

    @Test mutating func `a deviation is a flag to the reader beside the protocol`() {
        let plan = hub.record(assigned("head"), role: .radiologist)
        let other = site.record(deviated(from: plan.id), after: [plan])
        let state = foldedInEveryOrder([plan, other])
        #expect(state.protocoling.deviations.map(\.event) == [other.id] && state.protocoling.status == .assigned)
        #expect(
            state.jsonText.contains(
                #""deviations":[{"event":"\#(other.id)","by":"t.lind","assigned":"\#(plan.id)","what":"lower kV","reason":"child","approvedBy":"dr.ito"}]"#
            ))
        let all = CaseFold.explain(someCase, CaseHistory([plan, other])).filter { $0.axis == "protocol" }
        #expect(all.map(\.state) == ["assigned", "deviated"] && all[1].events == [other.id])
    }

    @Test mutating func `a deviation without any assignment is shown, and one from a stranger's is flagged`() {
        let alone = site.record(deviated(from: nil))
        let state = foldedInEveryOrder([alone])
        #expect(state.protocoling.status == .needed && state.protocoling.deviations.count == 1 && state.anomalies.isEmpty)
        let strange = site.record(deviated(from: alone.id), after: [alone])
        #expect(foldedInEveryOrder([alone, strange]).anomalies.map(\.event) == [strange.id])
    }

    @Test mutating func `a deviation that names no assignment is one from the current`() {
        let plan = hub.record(assigned("head"), role: .radiologist)
        let state = CaseFold.fold(someCase, [plan])
        #expect(Authoring.completed(deviated(from: nil), in: state) == deviated(from: plan.id))
    }

    @Test mutating func `a deviation that a reader could make nothing of is refused`() {
        let plan = hub.record(assigned("head"), role: .radiologist)
        func refusal(_ event: CaseEvent, _ facts: [CaseFact]) -> AuthoringRefusal? {
            do {
                try Authoring.check(
                    event, in: CaseFold.fold(someCase, facts), by: Author(person: "t", role: .technologist), now: testDay)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(deviated(from: plan.id), [plan]) == nil && refusal(deviated(from: nil), []) == nil)
        #expect(refusal(deviated(from: nil, " "), [plan])?.reason == "what: expected what differed, got nothing.")
        #expect(refusal(deviated(from: nil, "x", ""), [plan])?.reason == "reason: expected why, got nothing.")
        let stranger = EventID("northside~0000000000000009/9")
        #expect(refusal(deviated(from: stranger), [plan])?.remedy.contains("\(plan.id)") == true)
        #expect(refusal(deviated(from: stranger), [])?.remedy.contains("Leave it out") == true)
    }

    @Test mutating func `conflict 29: the protocol assigned apart from the scan asks for more while the person is there`() throws
    {
        let first = hub.record(assigned("plain"), role: .radiologist)
        let changed = hub.record(assigned("portal", "80 mL"), after: [first], role: .radiologist)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [first])
        let facts = [first, changed, begun]
        let state = foldedInEveryOrder(facts)
        #expect(state.protocolAsInstruction?.event == changed.id && state.protocolAsInstruction?.plan.name == "portal")
        #expect(foldedInEveryOrder([first, begun]).protocolAsInstruction == nil)
        func handedOver(_ where: PatientState) -> CaseEvent {
            .studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: 2, patientState: `where`))
        }
        let onTable = site.record(handedOver(.onTable), after: [begun])
        #expect(foldedInEveryOrder(facts + [onTable]).protocolAsInstruction?.event == changed.id)
        let left = site.record(handedOver(.left), after: [onTable])
        #expect(foldedInEveryOrder(facts + [onTable, left]).protocolAsInstruction == nil)
        let conflict = try #require(state.conflicts.first)
        let decided = hub.record(decision(on: conflict, choosing: begun), after: [changed, begun], role: .radiologist)
        #expect(foldedInEveryOrder(facts + [decided]).protocolAsInstruction == nil)
    }
}
