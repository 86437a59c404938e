import EventLog
import ImagingCase
import Testing

@Suite struct CriticalResultTests {
    var site = CaseBuilder("northside")
    var hub = CaseBuilder("hub")

    private mutating func raise(_ finding: String = "pneumothorax", category: Int = 1, after seen: [CaseFact] = []) -> CaseFact {
        hub.record(
            .criticalResultRaised(CriticalResultRaised(category: category, finding: finding, responsible: "dr.ward")),
            after: seen,
            by: "dr.ito", role: .radiologist)
    }

    private mutating func tell(_ to: String, of card: CaseFact?, after seen: [CaseFact]) -> CaseFact {
        hub.record(
            .criticalResultCommunicated(CriticalResultCommunicated(raised: card?.id, to: to, medium: "phone", readBack: true)),
            after: seen, by: "dr.ito", role: .radiologist)
    }

    private mutating func acknowledge(
        _ cards: [CaseFact], after seen: [CaseFact], by person: String = "dr.ward", role: Role = .referrer
    ) -> CaseFact {
        site.record(
            .criticalResultAcknowledged(CriticalResultAcknowledged(raised: cards.map(\.id), plan: "drain")), after: seen,
            by: person,
            role: role)
    }

    private mutating func escalate(_ card: CaseFact, step: Int, to: String, after seen: [CaseFact]) -> CaseFact {
        hub.record(
            .criticalResultEscalated(CriticalResultEscalated(raised: card.id, step: step, to: to)), after: seen, by: "hub",
            role: .system)
    }

    private mutating func withdraw(_ card: CaseFact, after seen: [CaseFact]) -> CaseFact {
        hub.record(
            .criticalResultWithdrawn(CriticalResultWithdrawn(raised: card.id, reason: "artefact")), after: seen, by: "dr.ito",
            role: .radiologist)
    }

    @Test mutating func `a critical result goes from open over communicated to acknowledged`() {
        #expect(CaseFold.fold(someCase, []).criticalResult.status == .none)
        let raised = raise()
        #expect(foldedInEveryOrder([raised]).criticalResult.status == .open)
        let told = tell("dr.ward", of: raised, after: [raised])
        let communicated = foldedInEveryOrder([raised, told]).criticalResult
        #expect(communicated.status == .communicated, "told is not acknowledged")
        #expect(communicated.live.count == 1)
        #expect(communicated.cards[0].communications.map(\.readBack) == [true])
        let noted = acknowledge([raised], after: [told])
        let state = foldedInEveryOrder([raised, told, noted]).criticalResult
        #expect(state.status == .acknowledged)
        #expect(state.live.isEmpty)
        #expect(state.cards[0].acknowledgements.map(\.note) == ["drain"])
        #expect(state.cards[0].acknowledgements.map(\.by) == ["dr.ward"])
    }

    @Test mutating func `the clocks follow the category and an unknown category counts as the most urgent`() {
        let minutes = { (category: Int) -> [Int64] in
            var hub = CaseBuilder("hub")
            let raised = hub.record(
                .criticalResultRaised(CriticalResultRaised(category: category, finding: "x")), by: "dr.ito", role: .radiologist)
            let card = CaseFold.fold(someCase, [raised]).criticalResult.cards[0]
            let due = [card.firstCallDue] + card.escalationsDue + [card.acknowledgeDue]
            return due.map { ($0.milliseconds - testDay.milliseconds) / 60_000 }
        }
        #expect(minutes(1) == [5, 15, 30, 60])
        #expect(minutes(2).last == 180)
        #expect(minutes(3).last == 21_600)
        #expect(minutes(0) == minutes(1))
    }

    @Test mutating func `an escalation counts its steps until somebody is told after it`() {
        let raised = raise()
        let first = escalate(raised, step: 1, to: "dr.chief", after: [raised])
        let second = escalate(raised, step: 2, to: "dr.oncall", after: [first])
        let state = foldedInEveryOrder([raised, first, second]).criticalResult
        #expect(state.status == .escalated)
        #expect(state.cards[0].escalations.map(\.step) == [1, 2])
        #expect(state.cards[0].escalations.map(\.to) == ["dr.chief", "dr.oncall"])
        let told = tell("dr.oncall", of: raised, after: [second])
        #expect(foldedInEveryOrder([raised, first, second, told]).criticalResult.status == .communicated)
    }

    @Test mutating func `an acknowledgement is never undone`() {
        let raised = raise()
        let noted = acknowledge([raised], after: [raised])
        let later = escalate(raised, step: 1, to: "dr.chief", after: [noted])
        let told = tell("dr.ward", of: raised, after: [later])
        let state = foldedInEveryOrder([raised, noted, later, told]).criticalResult
        #expect(state.status == .acknowledged)
        #expect(state.cards[0].acknowledgements.map(\.event) == [noted.id])
    }

    @Test mutating func `an acknowledgement closes only what it lists, and without a list only a single open one`() {
        let first = raise("pneumothorax")
        let second = raise("free air", after: [first])
        let one = acknowledge([second], after: [second])
        let state = foldedInEveryOrder([first, second, one]).criticalResult
        #expect(state.cards.map(\.status) == [.open, .acknowledged])
        #expect(state.status == .open)
        let rest = acknowledge([], after: [one])
        #expect(foldedInEveryOrder([first, second, one, rest]).criticalResult.status == .acknowledged)
        let vague = acknowledge([], after: [second])
        let odd = foldedInEveryOrder([first, second, vague])
        #expect(odd.criticalResult.cards.map(\.status) == [.open, .open], "silence about which is not an acknowledgement")
        #expect(odd.anomalies.map(\.event) == [vague.id])
    }

    @Test mutating func `an acknowledgement by somebody who is not licensed is delivered to an agent and the clock runs on`() {
        let raised = raise()
        let clerk = acknowledge([raised], after: [raised], by: "clerk", role: .frontDesk)
        let state = foldedInEveryOrder([raised, clerk])
        #expect(state.criticalResult.status == .communicated)
        #expect(state.criticalResult.cards[0].communications.map(\.role) == ["frontDesk"])
        #expect(state.anomalies.map(\.event) == [clerk.id])
    }

    @Test mutating func `a withdrawal is pending until everybody who was told knows`() {
        let raised = raise()
        let untold = withdraw(raised, after: [raised])
        #expect(foldedInEveryOrder([raised, untold]).criticalResult.status == .withdrawn)
        let told = tell("dr.ward", of: raised, after: [raised])
        let noted = acknowledge([raised], after: [told])
        let asked = escalate(raised, step: 1, to: "dr.chief", after: [told])
        let withdrawn = withdraw(raised, after: [noted, asked])
        let pending = foldedInEveryOrder([raised, told, noted, asked, withdrawn]).criticalResult
        #expect(pending.status == .withdrawnPending)
        #expect(pending.cards[0].unaware == ["dr.chief", "dr.ward"])
        #expect(pending.cards[0].acknowledgements.count == 1, "what was acknowledged stays recorded")
        let again = tell("dr.chief", of: raised, after: [withdrawn])
        let taken = acknowledge([raised], after: [withdrawn])
        let facts = [raised, told, noted, asked, withdrawn, again]
        #expect(foldedInEveryOrder(facts).criticalResult.cards[0].unaware == ["dr.ward"])
        #expect(foldedInEveryOrder(facts + [taken]).criticalResult.status == .withdrawn)
    }

    @Test mutating func `every card is explained and written with its due times`() {
        let raised = raise()
        let noted = acknowledge([raised], after: [raised])
        let facts = [raised, noted]
        let state = CaseFold.fold(someCase, facts).criticalResult
        #expect(CriticalResultAxis.explain(state, CaseHistory(facts)).map(\.events) == [[raised.id, noted.id]])
        var json = JSONWriter()
        CriticalResultAxis.write(state, to: &json)
        #expect(
            json.text.hasPrefix(
                #"{"state":"acknowledged","results":[{"event":"\#(raised.id)","state":"acknowledged","category":1,"#))
        #expect(json.text.contains(#""acknowledgeDue":"2025-06-15T16:06:40Z""#))
        #expect(json.text.contains(#""acknowledgements":[{"event":"\#(noted.id)","by":"dr.ward","role":"referrer""#))
    }

    private func refusal(
        _ event: CaseEvent, in facts: [CaseFact], as role: Role = .radiologist
    ) -> AuthoringRefusal.Ground? {
        do {
            try CriticalResultAxis.mayAuthor(
                event, in: CaseFold.fold(someCase, facts).criticalResult, by: Author(person: "x", role: role), now: testDay)
            return nil
        } catch { return error.ground }
    }

    @Test mutating func `an acknowledgement needs an open critical result and a licensed person`() {
        let raised = raise()
        let noted = acknowledge([raised], after: [raised])
        let event = CaseEvent.criticalResultAcknowledged(CriticalResultAcknowledged(raised: [raised.id]))
        #expect(refusal(event, in: [raised], as: .referrer) == nil)
        #expect(refusal(event, in: [raised], as: .frontDesk) == .role)
        #expect(refusal(event, in: [], as: .referrer) == .content)
        #expect(refusal(event, in: [raised, noted], as: .referrer) == .state)
        let vague = CaseEvent.criticalResultAcknowledged(CriticalResultAcknowledged())
        #expect(refusal(vague, in: [], as: .referrer) == .state)
        #expect(refusal(vague, in: [raised], as: .referrer) == nil)
        let second = raise("free air", after: [raised])
        #expect(refusal(vague, in: [raised, second], as: .referrer) == .content)
    }

    @Test mutating func `raising, telling, escalating and withdrawing are refused where they make no sense`() {
        let raised = raise()
        let gone = withdraw(raised, after: [raised])
        let raising = { (category: Int, finding: String) -> CaseEvent in
            .criticalResultRaised(CriticalResultRaised(category: category, finding: finding))
        }
        #expect(refusal(raising(1, "free air"), in: []) == nil)
        #expect(refusal(raising(1, "free air"), in: [], as: .technologist) == nil)
        #expect(refusal(raising(1, "free air"), in: [], as: .referrer) == .role)
        #expect(refusal(raising(0, "free air"), in: []) == .content)
        #expect(refusal(raising(4, "free air"), in: []) == .content)
        #expect(refusal(raising(1, ""), in: []) == .content)
        let telling = CaseEvent.criticalResultCommunicated(CriticalResultCommunicated(raised: raised.id, to: "dr.ward"))
        #expect(refusal(telling, in: [raised]) == nil)
        #expect(refusal(telling, in: [raised, gone]) == .state)
        #expect(refusal(.criticalResultCommunicated(CriticalResultCommunicated(raised: raised.id)), in: [raised]) == .content)
        #expect(refusal(.criticalResultEscalated(CriticalResultEscalated()), in: []) == .state)
        #expect(refusal(.criticalResultEscalated(CriticalResultEscalated(raised: raised.id)), in: [raised], as: .system) == nil)
        #expect(refusal(.criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised.id)), in: [raised]) == nil)
        #expect(refusal(.criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised.id)), in: [raised, gone]) == .state)
        #expect(
            refusal(.criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised.id)), in: [raised], as: .referrer) == .role)
    }
}
