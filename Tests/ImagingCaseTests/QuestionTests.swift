import EventLog
import ImagingCase
import Testing

@Suite struct QuestionTests {
    private var site = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func refusal(_ event: CaseEvent, _ facts: [CaseFact], _ role: Role = .technologist) -> AuthoringRefusal? {
        refusalOf(event, facts, by: "t.lind", role)
    }

    private mutating func ask(_ text: String, isBlocking: Bool = false, after seen: [CaseFact] = []) -> CaseFact {
        site.record(
            .dialogue(.asked(QuestionAsked(text: text, urgency: .urgent, isBlocking: isBlocking))), after: seen, minutes: 1)
    }

    private mutating func answer(
        _ question: CaseFact?, _ text: String, after seen: [CaseFact], role: Role = .radiologist
    ) -> CaseFact {
        hub.record(
            .dialogue(.answered(QuestionAnswered(question: question?.id, text: text))), after: seen, by: "dr.ito", role: role,
            minutes: 4)
    }

    @Test mutating func `a question waits until somebody who had seen it answers`() {
        #expect(QuestionAxis.isSilent(CaseFold.fold(someCase, []).rare.question))
        let asked = ask("IV access?")
        let waiting = foldedInEveryOrder([asked]).rare.question
        #expect(waiting.status == .asked && waiting.open.map(\.text) == ["IV access?"])
        let answered = answer(nil, "Yes, left arm.", after: [asked])
        let state = foldedInEveryOrder([asked, answered])
        #expect(state.rare.question.status == .answered && state.rare.question.open.isEmpty)
        #expect(state.rare.question.cards[0].answers.map(\.note) == ["Yes, left arm."])
        #expect(state.jsonText.contains(#""question":{"state":"answered","questions":[{"event":"#))
        #expect(state.jsonText.contains(#""urgency":"urgent","by":"t.lind""#))
    }

    @Test mutating func `a blocking question blocks until it is answered and is due while the patient waits`() {
        let asked = ask("Contrast?", isBlocking: true)
        let card = foldedInEveryOrder([asked]).rare.question.cards[0]
        #expect(foldedInEveryOrder([asked]).rare.question.status == .blocking)
        #expect(card.blocks && card.due() == testDay.advanced(byMilliseconds: 11 * 60_000))
        #expect(!card.overdue(at: testDay.advanced(byMilliseconds: 10 * 60_000)))
        #expect(card.overdue(at: testDay.advanced(byMilliseconds: 11 * 60_000)))
        let state = foldedInEveryOrder([asked, answer(asked, "No.", after: [asked])])
        #expect(state.rare.question.status == .answered && !state.rare.question.cards[0].blocks)
        #expect(!state.rare.question.cards[0].overdue(at: testDay.advanced(byMilliseconds: 1 << 40)))
        #expect(foldedInEveryOrder([asked]).jsonText.contains(#""blocking":true"#))
    }

    @Test mutating func `two answers made apart are both shown`() {
        let asked = ask("Side?")
        let one = answer(asked, "Left.", after: [asked])
        var lake = CaseBuilder("lakeview")
        let other = lake.record(
            .dialogue(.answered(QuestionAnswered(question: asked.id, text: "Right."))), after: [asked], by: "dr.mora",
            role: .radiologist)
        #expect(Set(foldedInEveryOrder([asked, one, other]).rare.question.cards[0].answers.map(\.note)) == ["Left.", "Right."])
    }

    @Test mutating func `an answer to what its author had not seen, to none of several, without words or by a clerk is flagged`()
    {
        let first = ask("A?")
        let second = ask("B?", after: [first])
        let blind = hub.record(
            .dialogue(.answered(QuestionAnswered(question: second.id, text: "x"))), after: [first], by: "dr.ito",
            role: .radiologist)
        let vague = answer(nil, "y", after: [second])
        let empty = answer(first, "", after: [second])
        let clerk = answer(first, "z", after: [second], role: .frontDesk)
        let state = foldedInEveryOrder([first, second, blind, vague, empty, clerk])
        #expect(state.rare.question.open.count == 2)
        #expect(Set(state.anomalies.map(\.event)) == Set([blind.id, vague.id, empty.id, clerk.id]))
        #expect(state.anomalies.allSatisfy { $0.axis == "question" })
        // Once the first is answered, an answer without a name can only mean the second.
        let named = answer(first, "no", after: [second])
        let meant = hub.record(
            .dialogue(.answered(QuestionAnswered(text: "yes"))), after: [named], by: "dr.ito", role: .radiologist)
        let settled = foldedInEveryOrder([first, second, named, meant])
        #expect(settled.rare.question.open.isEmpty && settled.anomalies.isEmpty)
    }

    @Test mutating func `refusals name the field and what would be legal`() {
        let nothing = refusal(.dialogue(.asked(QuestionAsked(text: " "))), [])
        #expect(nothing?.reason == "question.text: the question asks nothing." && nothing?.remedy == "Say what you want to know.")
        let none = refusal(.dialogue(.answered(QuestionAnswered(text: "x"))), [], .radiologist)
        #expect(none?.ground == .state && none?.reason == "question: none is open to be answered.")
        let (first, second) = (ask("A?"), ask("B?"))
        let several = refusal(.dialogue(.answered(QuestionAnswered(text: "x"))), [first, second], .radiologist)
        #expect(several?.ground == .content && several?.remedy.contains(first.id.description) == true)
        let unknown = refusal(.dialogue(.answered(QuestionAnswered(question: second.id, text: "x"))), [first], .radiologist)
        #expect(unknown?.remedy == "Name the event that opened it.")
        let empty = refusal(.dialogue(.answered(QuestionAnswered(question: first.id))), [first], .radiologist)
        #expect(empty?.reason == "question.text: the answer says nothing.")
        #expect(refusal(.dialogue(.answered(QuestionAnswered(question: first.id, text: "x"))), [first], .radiologist) == nil)
        #expect(refusal(.dialogue(.asked(QuestionAsked(text: "x"))), [], .frontDesk)?.ground == .role)
        let filled = Authoring.completed(
            .dialogue(.answered(QuestionAnswered(text: "x"))), in: CaseFold.fold(someCase, [first]))
        #expect(filled == .dialogue(.answered(QuestionAnswered(question: first.id, text: "x"))))
    }

    @Test mutating func `explanations say why a question is open`() {
        let (plain, blocking) = (ask("A?"), ask("B?", isBlocking: true))
        let answered = answer(plain, "x", after: [plain])
        let facts = [plain, blocking, answered]
        let rules = CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "question" }
        #expect(Set(rules.map(\.state)) == ["asked", "answered"])
        #expect(rules.contains { $0.rule.contains("examination waits") && $0.events == [blocking.id] })
        #expect(rules.contains { $0.events == [plain.id, answered.id] })
        let open = CaseFold.explain(someCase, CaseHistory([plain])).filter { $0.axis == "question" }
        #expect(open.map(\.rule) == ["Nobody has answered; that it was seen would not be an answer."])
    }
}

/// What the authoring guard says of an act on a case; nil where it may be recorded.
func refusalOf(
    _ event: CaseEvent, _ facts: [CaseFact], by person: String = "dr.ito", _ role: Role = .radiologist, minutes: Int64 = 0
) -> AuthoringRefusal? {
    do {
        try Authoring.check(
            event, in: CaseFold.fold(someCase, facts), by: Author(person: person, role: role),
            now: testDay.advanced(byMilliseconds: minutes * 60_000))
        return nil
    } catch {
        return error
    }
}
