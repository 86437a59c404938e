import EventLog
import ImagingCase
import Testing

@Suite struct InstructionTests {
    var site = CaseBuilder("northside")
    var hub = CaseBuilder("hub")

    private mutating func issue(_ kind: InstructionKind, after seen: [CaseFact] = []) -> CaseFact {
        hub.record(
            .instructionIssued(InstructionIssued(kind: kind, text: "please", urgency: .urgent)), after: seen, by: "dr.ito",
            role: .radiologist)
    }

    private mutating func answer(_ event: CaseEvent, after seen: [CaseFact], by person: String = "t.lind") -> CaseFact {
        site.record(event, after: seen, by: person)
    }

    @Test mutating func `an instruction goes from issued over acknowledged to completed`() {
        #expect(CaseFold.fold(someCase, []).instruction.status == .none)
        let issued = issue(.delayedPhase)
        #expect(foldedInEveryOrder([issued]).instruction.status == .issued)
        let seen = answer(.instructionAcknowledged(InstructionAcknowledged(instruction: issued.id)), after: [issued])
        #expect(foldedInEveryOrder([issued, seen]).instruction.status == .acknowledged)
        let done = answer(.instructionCompleted(InstructionCompleted(instruction: issued.id, evidence: "1.2.9")), after: [seen])
        let state = foldedInEveryOrder([issued, seen, done]).instruction
        #expect(state.status == .completed)
        #expect(state.open.isEmpty)
        #expect(state.cards[0].answers.map(\.kind) == [.acknowledged, .completed])
        #expect(state.cards[0].answers.map(\.note) == ["", "1.2.9"])
    }

    @Test mutating func `completed wins over a decline and a withdrawal that its author had seen`() {
        let issued = issue(.extraViews)
        let declined = answer(
            .instructionDeclined(InstructionDeclined(instruction: issued.id, reason: "in pain")), after: [issued])
        #expect(foldedInEveryOrder([issued, declined]).instruction.status == .declined)
        let withdrawn = hub.record(
            .instructionWithdrawn(InstructionWithdrawn(instruction: issued.id, reason: "not needed")), after: [declined],
            by: "dr.ito",
            role: .radiologist)
        #expect(foldedInEveryOrder([issued, declined, withdrawn]).instruction.status == .withdrawn)
        let done = answer(.instructionCompleted(InstructionCompleted(instruction: issued.id)), after: [withdrawn])
        let state = foldedInEveryOrder([issued, declined, withdrawn, done])
        #expect(state.instruction.status == .completed)
        #expect(state.instruction.cards[0].answers.count == 3)
        #expect(state.conflicts.isEmpty, "nothing was made apart")
    }

    @Test mutating func `who accepts apart from a decline keeps the instruction open`() {
        let issued = issue(.keepPatient)
        var lake = CaseBuilder("lakeview")
        let accepted = answer(.instructionAcknowledged(InstructionAcknowledged(instruction: issued.id)), after: [issued])
        let declined = lake.record(
            .instructionDeclined(InstructionDeclined(instruction: issued.id, reason: "no room")), after: [issued], by: "t.berg")
        let state = foldedInEveryOrder([issued, accepted, declined]).instruction
        #expect(state.status == .acknowledged)
        #expect(state.cards[0].answers.contains { $0.note == "no room" })
        let later = answer(.instructionDeclined(InstructionDeclined(instruction: issued.id)), after: [accepted])
        #expect(foldedInEveryOrder([issued, accepted, later]).instruction.status == .declined)
    }

    @Test mutating func `a later contrary instruction by somebody who saw the first replaces it`() {
        let first = issue(.contrastNo)
        let second = issue(.contrastYes, after: [first])
        let state = foldedInEveryOrder([first, second])
        #expect(state.instruction.cards.map(\.status) == [.replaced, .issued])
        #expect(state.instruction.cards[0].replacedBy == second.id)
        #expect(state.conflicts.isEmpty)
        let unrelated = issue(.extraViews, after: [second])
        #expect(foldedInEveryOrder([first, second, unrelated]).instruction.open.map(\.event) == [second.id, unrelated.id])
    }

    @Test mutating func `an answer without a name belongs to the only open instruction and else changes nothing`() {
        let first = issue(.extraViews)
        let done = answer(.instructionCompleted(InstructionCompleted()), after: [first])
        #expect(foldedInEveryOrder([first, done]).instruction.status == .completed)
        let second = issue(.delayedPhase, after: [first])
        let vague = answer(.instructionCompleted(InstructionCompleted()), after: [second])
        let state = foldedInEveryOrder([first, second, vague])
        #expect(state.instruction.cards.map(\.status) == [.issued, .issued])
        #expect(state.anomalies.map(\.event) == [vague.id])
    }

    @Test mutating func `validity is judged by whoever looks`() {
        let end = testDay.advanced(byMilliseconds: 60_000)
        let issued = hub.record(
            .instructionIssued(InstructionIssued(kind: .keepPatient, validUntil: end)), by: "dr.ito", role: .radiologist)
        let card = foldedInEveryOrder([issued]).instruction.cards[0]
        #expect(card.status == .issued)
        #expect(card.isValid(at: testDay))
        #expect(!card.isValid(at: end))
    }

    @Test mutating func `the JSON lists each instruction with its answers, and each is explained`() {
        let issued = issue(.repeat)
        let seen = answer(.instructionAcknowledged(InstructionAcknowledged(instruction: issued.id)), after: [issued])
        let facts = [issued, seen]
        let state = CaseFold.fold(someCase, facts).instruction
        var json = JSONWriter()
        InstructionAxis.write(state, to: &json)
        #expect(
            json.text
                == #"{"state":"acknowledged","instructions":[{"event":"\#(issued.id)","state":"acknowledged","kind":"repeat","#
                + #""text":"please","urgency":"urgent","by":"dr.ito","at":"2025-06-15T15:06:40Z","answers":[{"event":"\#(seen.id)","#
                + #""kind":"acknowledged","by":"t.lind","at":"2025-06-15T15:06:40Z"}]}]}"#)
        #expect(InstructionAxis.explain(state, CaseHistory(facts)).map(\.events) == [[issued.id, seen.id]])
    }

    private func refusal(_ event: CaseEvent, in facts: [CaseFact], as role: Role) -> AuthoringRefusal.Ground? {
        do {
            try InstructionAxis.mayAuthor(
                event, in: CaseFold.fold(someCase, facts).instruction, by: Author(person: "x", role: role), now: testDay)
            return nil
        } catch { return error.ground }
    }

    @Test mutating func `radiologists instruct and technologists answer what is open`() {
        let issued = issue(.extraViews)
        let withdrawn = hub.record(
            .instructionWithdrawn(InstructionWithdrawn(instruction: issued.id)), after: [issued], by: "dr.ito", role: .radiologist
        )
        let done = answer(.instructionCompleted(InstructionCompleted(instruction: issued.id)), after: [issued])
        #expect(refusal(.instructionIssued(InstructionIssued(kind: .stop)), in: [], as: .radiologist) == nil)
        #expect(refusal(.instructionIssued(InstructionIssued(kind: .stop)), in: [], as: .technologist) == .role)
        #expect(refusal(.instructionIssued(InstructionIssued()), in: [], as: .radiologist) == .content)
        let answers: [CaseEvent] = [
            .instructionAcknowledged(InstructionAcknowledged(instruction: issued.id)),
            .instructionCompleted(InstructionCompleted(instruction: issued.id)),
            .instructionDeclined(InstructionDeclined(instruction: issued.id)),
        ]
        for event in answers {
            #expect(refusal(event, in: [issued], as: .technologist) == nil)
            #expect(refusal(event, in: [issued], as: .referrer) == .role)
            #expect(refusal(event, in: [], as: .technologist) == .content)
            #expect(refusal(event, in: [issued, done], as: .technologist) == .state)
        }
        #expect(refusal(answers[0], in: [issued, withdrawn], as: .technologist) == .state)
        #expect(refusal(answers[1], in: [issued, withdrawn], as: .technologist) == nil, "what was done may always be said")
        let taken = CaseEvent.instructionWithdrawn(InstructionWithdrawn(instruction: issued.id))
        #expect(refusal(taken, in: [issued], as: .radiologist) == nil)
        #expect(refusal(taken, in: [issued, done], as: .radiologist) == .state)
        let vague = CaseEvent.instructionAcknowledged(InstructionAcknowledged())
        #expect(refusal(vague, in: [], as: .technologist) == .state)
        #expect(refusal(vague, in: [issued], as: .technologist) == nil)
    }
}
