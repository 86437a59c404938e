import EventLog
import ImagingCase
import Testing

@Suite struct ProtocolTests {
    private var hub = CaseBuilder("hub")
    private var north = CaseBuilder("northside")
    private let plain = CaseEvent.protocolAssigned(ProtocolAssigned(name: "CT abdomen plain"))
    private let contrast = CaseEvent.protocolAssigned(ProtocolAssigned(name: "CT abdomen portal", contrast: "iodine 100 mL"))

    @Test mutating func `a protocol goes from needed over assigned to used and back to needed when withdrawn`() {
        let first = hub.record(plain, role: .radiologist)
        let second = hub.record(contrast, after: [first], role: .radiologist)
        let withdrawn = hub.record(.protocolWithdrawn(ProtocolWithdrawn(which: second.id)), after: [second], role: .radiologist)
        let begun = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [second])
        #expect(CaseFold.fold(someCase, []).protocoling.status == .needed)
        let assigned = foldedInEveryOrder([first, second]).protocoling
        #expect(assigned.status == .assigned && assigned.current == second.id)
        #expect(assigned.versions.map(\.standing) == [.superseded, .current])
        #expect(assigned.plan?.contrast == "iodine 100 mL")
        let used = foldedInEveryOrder([first, second, begun]).protocoling
        #expect(used.status == .used && used.used == second.id && !used.usedIsOutdated)
        let back = foldedInEveryOrder([first, second, withdrawn]).protocoling
        #expect(back.status == .needed && back.current == nil)
        #expect(back.versions.map(\.standing) == [.superseded, .withdrawn])
    }

    @Test mutating func `a protocol assigned after the scan is a new one to run`() {
        let first = hub.record(plain, role: .radiologist)
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [first])
        let next = hub.record(contrast, after: [done], role: .radiologist)
        let state = foldedInEveryOrder([first, done, next])
        #expect(state.protocoling.status == .assigned && state.protocoling.current == next.id)
        #expect(state.protocoling.used == first.id && !state.protocoling.usedIsOutdated)
        #expect(state.conflicts.isEmpty)
    }

    @Test mutating func `conflict 30: of two protocols assigned apart none may be run until one is chosen`() throws {
        let first = hub.record(contrast, by: "dr.hub", role: .radiologist)
        let second = north.record(plain, by: "dr.north", role: .radiologist, minutes: 4)
        let state = foldedInEveryOrder([first, second])
        #expect(state.protocoling.status == .competing && state.protocoling.current == nil)
        #expect(state.protocoling.versions.map(\.by) == ["dr.north", "dr.hub"], "the one without contrast is shown first")
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 30 && conflict.events == [first.id, second.id].sorted() && conflict.dueMinutes == 19)
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist, .technologist])
        let start = CaseEvent.procedureStepStarted(ProcedureStepStarted())
        let refusal = #expect(throws: AuthoringRefusal.self) {
            try ProtocolAxis.mayAuthor(start, in: state.protocoling, by: Author(person: "t", role: .technologist), now: testDay)
        }
        #expect(refusal?.remedy.contains("no contrast") == true)
        for chosen in [first, second] {
            var lead = CaseBuilder("lead")
            let decided = lead.record(decision(on: conflict, choosing: chosen), after: [first, second], role: .lead)
            let closed = foldedInEveryOrder([first, second, decided])
            #expect(closed.conflicts.map(\.state) == [.resolved])
            #expect(closed.protocoling.status == .assigned && closed.protocoling.current == chosen.id)
            #expect(closed.protocoling.versions.count == 2)
        }
        let third = hub.record(plain, after: [first, second], role: .radiologist)
        let replaced = foldedInEveryOrder([first, second, third])
        #expect(replaced.protocoling.current == third.id && replaced.conflicts.first?.closedBy == third.id)
        let withdrawn = hub.record(.protocolWithdrawn(ProtocolWithdrawn(which: first.id)), after: [first], role: .radiologist)
        let moot = foldedInEveryOrder([first, second, withdrawn])
        #expect(moot.conflicts.map(\.state) == [.superseded] && moot.protocoling.current == second.id)
    }

    @Test mutating func `conflict 30: equal protocols assigned apart are one`() {
        let first = hub.record(plain, role: .radiologist)
        let second = north.record(plain, role: .radiologist)
        let state = foldedInEveryOrder([first, second])
        #expect(state.conflicts.isEmpty && state.protocoling.status == .assigned)
    }

    @Test mutating func `conflict 29: a protocol changed while the old one was scanned marks the study`() throws {
        let first = hub.record(plain, role: .radiologist)
        let changed = hub.record(contrast, after: [first], role: .radiologist, minutes: 1)
        let begun = north.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [first], minutes: 2)
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [begun], minutes: 9)
        let state = foldedInEveryOrder([first, changed, begun, done])
        #expect(state.protocoling.status == .used && state.protocoling.used == first.id)
        #expect(state.protocoling.usedIsOutdated && state.protocoling.current == changed.id)
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1)
        #expect(conflict.number == 29 && conflict.events == [changed.id, begun.id].sorted() && conflict.dueMinutes == 17)
        let decided = hub.record(decision(on: conflict, choosing: begun), after: [changed, done], role: .radiologist)
        #expect(foldedInEveryOrder([first, changed, begun, done, decided]).conflicts.map(\.state) == [.resolved])
    }

    @Test mutating func `what is illegal is refused`() {
        let first = hub.record(.protocolAssigned(ProtocolAssigned(name: "Head", validUntil: testDay)), role: .radiologist)
        let state = CaseFold.fold(someCase, [first]).protocoling
        let later = testDay.advanced(byMilliseconds: 1)
        let author = Author(person: "dr.rad", role: .radiologist)
        let refused: [(CaseEvent, ProtocolState)] = [
            (.protocolAssigned(ProtocolAssigned()), state),
            (.protocolAssigned(ProtocolAssigned(name: "x", validUntil: testDay)), state),
            (.protocolWithdrawn(ProtocolWithdrawn()), ProtocolState()), (.procedureStepStarted(ProcedureStepStarted()), state),
            (.protocolWithdrawn(ProtocolWithdrawn(which: EventID("northside~0000000000000001/9"))), state),
        ]
        for (event, state) in refused {
            #expect(throws: AuthoringRefusal.self, "\(event)") {
                try ProtocolAxis.mayAuthor(event, in: state, by: author, now: later)
            }
        }
        #expect(throws: Never.self) {
            try ProtocolAxis.mayAuthor(.protocolWithdrawn(ProtocolWithdrawn(which: first.id)), in: state, by: author, now: later)
        }
    }

    @Test mutating func `a protocol that was withdrawn after the scan was run all the same`() {
        let assigned = hub.record(plain, role: .radiologist)
        let done = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [assigned])
        let withdrawal = CaseEvent.protocolWithdrawn(ProtocolWithdrawn(which: assigned.id))
        for seen in [[assigned], [assigned, done]] {
            let withdrawn = hub.record(withdrawal, after: seen, role: .radiologist)
            let state = foldedInEveryOrder([assigned, done, withdrawn]).protocoling
            #expect(state.status == .used && state.used == assigned.id && state.current == nil)
        }
        let before = hub.record(withdrawal, after: [assigned], role: .radiologist)
        let knowing = north.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "2")), after: [before])
        let state = foldedInEveryOrder([assigned, before, knowing]).protocoling
        #expect(state.status == .needed && state.used == nil)
    }
}
