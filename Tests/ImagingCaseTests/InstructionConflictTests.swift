import EventLog
import ImagingCase
import Testing

@Suite struct InstructionConflictTests {
    var north = CaseBuilder("northside")
    var lake = CaseBuilder("lakeview")
    var hub = CaseBuilder("hub")

    private func issued(_ kind: InstructionKind) -> CaseEvent { .instructionIssued(InstructionIssued(kind: kind)) }

    @Test(arguments: [
        (InstructionKind.contrastNo, InstructionKind.contrastYes), (.keepPatient, .releasePatient),
    ])
    func `conflict 31: contradictory instructions are both shown, the cautious first`(
        _ pair: (cautious: InstructionKind, bold: InstructionKind)
    ) {
        for swapped in [false, true] {
            var north = CaseBuilder("northside")
            var lake = CaseBuilder("lakeview")
            let one = north.record(issued(swapped ? pair.bold : pair.cautious), by: "dr.ito", role: .radiologist, minutes: 2)
            let other = lake.record(issued(swapped ? pair.cautious : pair.bold), by: "dr.mora", role: .radiologist, minutes: 4)
            let state = foldedInEveryOrder([one, other])
            #expect(state.instruction.cards.map(\.kind) == [pair.cautious, pair.bold])
            #expect(state.instruction.cards.map(\.status) == [.issued, .issued])
            #expect(state.instruction.cards.allSatisfy { $0.contradicts.count == 1 })
            let conflict = state.conflicts(numbered: 31).first
            #expect(state.conflicts.count == 1)
            #expect(conflict?.state == .open)
            #expect(conflict?.told == [.technologist, .radiologist])
            #expect(conflict?.dueMinutes == 14)
        }
    }

    @Test mutating func `conflict 31: a decision keeps the chosen instruction and replaces the other`() {
        let no = north.record(issued(.contrastNo), by: "dr.ito", role: .radiologist)
        let yes = lake.record(issued(.contrastYes), by: "dr.mora", role: .radiologist)
        let id = CaseFold.fold(someCase, [no, yes]).conflicts[0].id
        let decided = hub.record(
            .conflictResolved(ConflictResolved(conflict: id, number: 31, choose: yes.id, reason: "eGFR 80")), after: [no, yes],
            by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([no, yes, decided])
        #expect(state.instruction.open.map(\.event) == [yes.id])
        #expect(state.instruction.cards.first { $0.event == no.id }?.status == .replaced)
        #expect(state.instruction.cards.first { $0.event == no.id }?.replacedBy == decided.id)
        #expect(state.conflicts.map(\.closedBy) == [decided.id])
    }

    @Test mutating func `conflict 31: a new instruction by somebody who saw both replaces both, a withdrawal leaves the other`() {
        let no = north.record(issued(.contrastNo), by: "dr.ito", role: .radiologist)
        let yes = lake.record(issued(.contrastYes), by: "dr.mora", role: .radiologist)
        let again = hub.record(issued(.contrastNo), after: [no, yes], by: "dr.lead", role: .lead)
        let state = foldedInEveryOrder([no, yes, again])
        #expect(state.instruction.open.map(\.event) == [again.id])
        #expect(state.conflicts.map(\.state) == [.resolved])
        #expect(state.conflicts.map(\.closedBy) == [again.id])
        let withdrawn = lake.record(
            .instructionWithdrawn(InstructionWithdrawn(instruction: yes.id)), after: [yes], by: "dr.mora", role: .radiologist)
        let moot = foldedInEveryOrder([no, yes, withdrawn])
        #expect(moot.instruction.open.map(\.event) == [no.id])
        #expect(moot.conflicts.map(\.state) == [.superseded])
        #expect(moot.conflicts.map(\.closedBy) == [withdrawn.id])
    }

    @Test mutating func `conflict 31: doing one does not satisfy the other`() {
        let keep = north.record(issued(.keepPatient), by: "dr.ito", role: .radiologist)
        let release = lake.record(issued(.releasePatient), by: "dr.mora", role: .radiologist)
        let done = lake.record(.instructionCompleted(InstructionCompleted(instruction: release.id)), after: [release])
        let state = foldedInEveryOrder([keep, release, done])
        #expect(state.instruction.cards.first { $0.event == release.id }?.status == .completed)
        #expect(state.instruction.cards.first { $0.event == keep.id }?.status == .issued)
        #expect(state.conflicts.map(\.state) == [.superseded])
        #expect(state.conflicts.map(\.closedBy) == [done.id])
    }

    @Test mutating func `conflict 33: an instruction withdrawn apart from being done is done`() {
        let asked = hub.record(issued(.delayedPhase), by: "dr.ito", role: .radiologist)
        let done = north.record(
            .instructionCompleted(InstructionCompleted(instruction: asked.id, evidence: "1.2.7")), after: [asked], minutes: 6)
        let withdrawn = hub.record(
            .instructionWithdrawn(InstructionWithdrawn(instruction: asked.id, reason: "enough seen")), after: [asked],
            by: "dr.ito",
            role: .radiologist, minutes: 7)
        let state = foldedInEveryOrder([asked, done, withdrawn])
        #expect(state.instruction.status == .completed)
        #expect(Set(state.instruction.cards[0].answers.map(\.note)) == ["1.2.7", "enough seen"])
        let conflict = state.conflicts(numbered: 33).first
        #expect(state.conflicts.count == 1)
        #expect(conflict?.state == .open)
        #expect(conflict?.events == [done.id, withdrawn.id].sorted())
        #expect(conflict?.told == [.radiologist, .technologist])
        #expect(conflict?.dueMinutes == 247)
        let report = hub.record(
            .finalSigned(FinalSigned(impression: "delayed phase read")), after: [done, withdrawn], by: "dr.ito",
            role: .radiologist)
        #expect(foldedInEveryOrder([asked, done, withdrawn, report]).conflicts(numbered: 33).map(\.closedBy) == [report.id])
        let decided = hub.record(
            .conflictResolved(ConflictResolved(conflict: conflict?.id ?? "", number: 33, choose: done.id, reason: "seen")),
            after: [done, withdrawn], by: "dr.ito", role: .radiologist)
        let closed = foldedInEveryOrder([asked, done, withdrawn, decided])
        #expect(closed.instruction.status == .completed)
        #expect(closed.conflicts.map(\.closedBy) == [decided.id])
    }

    @Test(arguments: [0, 2]) mutating func `conflict 31: what settles one pair makes the other moot`(_ kept: Int) throws {
        let facts = [
            north.record(issued(.contrastYes), by: "dr.ito", role: .radiologist),
            lake.record(issued(.contrastNo), by: "dr.mora", role: .radiologist),
            hub.record(issued(.contrastYes), by: "dr.own", role: .radiologist),
        ]
        let state = foldedInEveryOrder(facts)
        #expect(state.conflicts.map(\.state) == [.open, .open])
        let conflict = try #require(state.conflicts.first { $0.events.contains(facts[kept].id) })
        let decided = hub.record(
            decision(on: conflict, choosing: facts[kept]), after: facts, by: "dr.own", role: .radiologist)
        let settled = foldedInEveryOrder(facts + [decided])
        #expect(settled.instruction.cards.first { $0.event == facts[1].id }?.status == .replaced)
        #expect(Set(settled.conflicts.map(\.state)) == [.resolved, .superseded])
        #expect(settled.instruction.cards.allSatisfy { $0.contradicts.isEmpty })
    }
}
