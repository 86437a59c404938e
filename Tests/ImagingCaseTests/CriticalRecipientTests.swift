import EventLog
import ImagingCase
import Testing

@Suite struct CriticalRecipientTests {
    private var site = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func at(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    private mutating func raise(category: Int = 1, after seen: [CaseFact] = []) -> CaseFact {
        hub.record(
            .criticalResultRaised(CriticalResultRaised(category: category, finding: "bleed", responsible: "dr.ward")),
            after: seen, by: "dr.ito", role: .radiologist)
    }

    private mutating func attempt(
        _ card: CaseFact, _ outcome: AttemptOutcome = .noAnswer, after seen: [CaseFact], by role: Role = .radiologist
    ) -> CaseFact {
        hub.record(
            .criticalAttempt(
                .attempted(CriticalResultAttempted(raised: card.id, to: "dr.ward", medium: "phone", outcome: outcome))),
            after: seen, by: "dr.ito", role: role, minutes: 4)
    }

    private mutating func tell(_ card: CaseFact, _ person: String, after seen: [CaseFact], minutes: Int64 = 6) -> CaseFact {
        hub.record(
            .criticalResultCommunicated(CriticalResultCommunicated(raised: card.id, to: person, medium: "phone")), after: seen,
            by: "dr.ito", role: .radiologist, minutes: minutes)
    }

    private mutating func note(
        _ card: CaseFact, plan: String, after seen: [CaseFact], by person: String = "dr.ward", role: Role = .referrer
    ) -> CaseFact {
        site.record(
            .criticalResultAcknowledged(CriticalResultAcknowledged(raised: [card.id], plan: plan)), after: seen, by: person,
            role: role, minutes: 12)
    }

    @Test mutating func `an attempt that reached nobody is shown and stops no clock`() {
        let raised = raise()
        let tried = attempt(raised, .voicemail, after: [raised])
        let state = foldedInEveryOrder([raised, tried])
        #expect(state.criticalResult.status == .attempted && state.criticalResult.live.count == 1)
        #expect(state.criticalResult.cards[0].attempts.map(\.outcome) == [.voicemail])
        #expect(state.jsonText.contains(#""attempts":[{"#) && state.jsonText.contains(#""outcome":"voicemail""#))
        #expect(state.headline.hasPrefix("Critical result not acknowledged"))
        let rules = CaseFold.explain(someCase, CaseHistory([raised, tried])).filter { $0.axis == "criticalResult" }
        #expect(rules.map(\.events) == [[raised.id, tried.id]])
        let told = tell(raised, "dr.ward", after: [tried])
        #expect(foldedInEveryOrder([raised, tried, told]).criticalResult.status == .communicated)
    }

    @Test mutating func `the next step is the call, then each escalation, then the acknowledgement`() throws {
        let raised = raise()
        let card = foldedInEveryOrder([raised]).criticalResult.cards[0]
        let first = try #require(card.next(at: at(1)))
        #expect(first.act == .call && first.to == ["dr.ward"] && first.due == at(5))
        #expect(!first.overdue(at: at(4)) && first.overdue(at: at(5)))
        let late = try #require(card.next(at: at(15)))
        #expect(late.act == .escalate && late.step == 1 && late.to == ["on-call doctor of the ordering service"])
        let tried = attempt(raised, after: [raised])
        let again = foldedInEveryOrder([raised, tried]).criticalResult.cards[0].next(at: at(6))
        #expect(again?.act == .call && again?.due == at(15), "before the next escalation")
        let asked = hub.record(
            .criticalResultEscalated(CriticalResultEscalated(raised: raised.id, step: 1, to: "dr.chief")), after: [tried],
            by: "hub", role: .system, minutes: 15)
        let escalated = foldedInEveryOrder([raised, tried, asked]).criticalResult.cards[0]
        #expect(escalated.next(at: at(20))?.act == .call && escalated.next(at: at(20))?.due == at(30))
        #expect(escalated.next(at: at(30))?.step == 2 && escalated.next(at: at(30))?.to == ["reading lead"])
        let told = tell(raised, "dr.chief", after: [asked], minutes: 31)
        let second = hub.record(
            .criticalResultEscalated(CriticalResultEscalated(raised: raised.id, step: 2, to: "lead")), after: [told], by: "hub",
            role: .system, minutes: 32)
        let waiting = foldedInEveryOrder([raised, tried, asked, told, second]).criticalResult.cards[0].next(at: at(40))
        #expect(waiting?.act == .awaitAcknowledgement && waiting?.due == at(60) && waiting?.to == ["dr.ward"])
        let noted = note(raised, plan: "x", after: [told])
        #expect(foldedInEveryOrder([raised, tried, asked, told, noted]).criticalResult.cards[0].next(at: at(90)) == nil)
    }

    @Test mutating func `a policy sets the clocks of each category and the ladder`() {
        var policy = CriticalPolicy()
        #expect(policy.clocks(of: 0) == policy.minutes && policy.clocks(of: 2).acknowledgeMinutes == 180)
        #expect(policy.clocks(of: 3).acknowledgeMinutes == 15 * 1440)
        policy.hours = CriticalClocks(firstCallMinutes: 7, escalationMinutes: [9], acknowledgeMinutes: 11)
        policy.ladder = ["dr.head"]
        let card = foldedInEveryOrder([raise(category: 2)]).criticalResult.cards[0]
        #expect(card.next(at: at(1), policy)?.due == at(7) && card.next(at: at(9), policy)?.to == ["dr.head"])
        #expect(policy.recipient(ofStep: 5) == "dr.head" && policy.recipient(ofStep: 0) == "dr.head")
        policy.ladder = []
        #expect(policy.recipient(ofStep: 1) == "reading lead")
    }

    @Test mutating func `conflict 46: an acknowledgement by a clerk is delivery to an agent and the clock runs on`() {
        let raised = raise()
        let clerk = note(raised, plan: "passes it on", after: [raised], by: "clerk", role: .frontDesk)
        let state = foldedInEveryOrder([raised, clerk])
        let card = state.criticalResult.cards[0]
        #expect(card.status == .communicated && card.acknowledgements.isEmpty)
        #expect(card.communications.map(\.by) == ["clerk"] && card.communications.map(\.note) == ["passes it on"])
        #expect(state.anomalies.contains { $0.event == clerk.id && $0.what.contains("delivered to an agent") })
        #expect(card.next(at: at(16))?.act == .escalate, "silence of the licensed one is not an acknowledgement")
        let noted = note(raised, plan: "operates", after: [clerk])
        #expect(foldedInEveryOrder([raised, clerk, noted]).criticalResult.status == .acknowledged)
    }

    private mutating func withdrawn(_ card: CaseFact, after seen: [CaseFact]) -> CaseFact {
        hub.record(
            .criticalResultWithdrawn(CriticalResultWithdrawn(raised: card.id, reason: "artefact")), after: seen, by: "dr.ito",
            role: .radiologist, minutes: 20)
    }

    @Test mutating func `conflict 47: a withdrawal apart from care that followed reaches everybody told, and the act stays`()
        throws
    {
        let raised = raise()
        let told = tell(raised, "nurse.k", after: [raised])
        let acted = note(raised, plan: "heparin stopped", after: [told])
        let taken = withdrawn(raised, after: [told])
        let facts = [raised, told, acted, taken]
        let state = foldedInEveryOrder(facts)
        let card = state.criticalResult.cards[0]
        #expect(card.status == .withdrawnPending && card.unaware == ["dr.ward", "nurse.k"])
        #expect(card.acknowledgements.map(\.note) == ["heparin stopped"], "the act stays")
        let conflict = try #require(state.conflicts(numbered: 47).first)
        #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .radiologist)
        #expect(conflict.told == [.referrer, .radiologist] && conflict.dueMinutes == 50)
        #expect(conflict.inForce.contains("dr.ward, nurse.k") && conflict.inForce.contains("heparin stopped"))
        #expect(card.next(at: at(21))?.act == .tellWithdrawal && card.next(at: at(21))?.due == at(25))
        // The first who hears does not close it; the last does.
        let first = tell(raised, "dr.ward", after: facts, minutes: 22)
        #expect(foldedInEveryOrder(facts + [first]).conflicts.map(\.state) == [.open])
        let last = tell(raised, "nurse.k", after: [first], minutes: 23)
        let closed = foldedInEveryOrder(facts + [first, last])
        #expect(closed.conflicts.map(\.closedBy) == [first.id] && closed.criticalResult.status == .withdrawn)
        #expect(closed.criticalResult.cards[0].next(at: at(99)) == nil)
    }

    @Test mutating func `conflict 47: who says that he saw the withdrawal knows of it; a decision closes too`() {
        let raised = raise()
        let acted = note(raised, plan: "operate", after: [raised])
        let taken = withdrawn(raised, after: [raised])
        let facts = [raised, acted, taken]
        let seen = site.record(
            .register(.notificationSeen(NotificationSeen(item: taken.id))), after: [acted, taken], by: "dr.ward", role: .referrer)
        let closed = foldedInEveryOrder(facts + [seen])
        #expect(closed.criticalResult.status == .withdrawn && closed.conflicts.map(\.closedBy) == [seen.id])
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        let decided = hub.record(decision(on: conflict, choosing: taken), after: facts, by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [decided]).conflicts(numbered: 47).map(\.closedBy) == [decided.id])
        // One who looked at something else does not know of it.
        let other = site.record(
            .register(.notificationSeen(NotificationSeen(item: raised.id))), after: [acted, taken], by: "dr.ward",
            role: .referrer)
        #expect(foldedInEveryOrder(facts + [other]).criticalResult.status == .withdrawnPending)
    }

    @Test mutating func `conflict 47: none without an act, or where the withdrawal knew of it`() {
        let raised = raise()
        let noted = note(raised, plan: "", after: [raised])
        let taken = withdrawn(raised, after: [raised])
        #expect(foldedInEveryOrder([raised, noted, taken]).conflicts(numbered: 47).isEmpty)
        let acted = note(raised, plan: "operate", after: [raised])
        let knowing = withdrawn(raised, after: [acted])
        #expect(foldedInEveryOrder([raised, acted, knowing]).conflicts(numbered: 47).isEmpty)
    }

    private mutating func ordered() -> CaseFact {
        hub.record(.orderPlaced(OrderPlaced(modality: "CT", requester: "dr.ward")), by: "desk", role: .frontDesk)
    }

    private mutating func change(to doctor: String, after seen: [CaseFact]) -> CaseFact {
        site.record(.orderChanged(OrderChanged(requester: doctor)), after: seen, by: "desk", role: .frontDesk, minutes: 9)
    }

    @Test mutating func `conflict 73: a critical result told to the old doctor concerns the new one until he acknowledges`()
        throws
    {
        let placed = ordered()
        let raised = raise(after: [placed])
        let changed = change(to: "dr.new", after: [placed])
        let told = tell(raised, "dr.ward", after: [raised])
        let facts = [placed, raised, changed, told]
        let state = foldedInEveryOrder(facts)
        #expect(state.criticalResult.cards[0].recipients == ["dr.ward", "dr.new"])
        #expect(state.jsonText.contains(#""alsoResponsible":["dr.new"]"#))
        let conflict = try #require(state.conflicts(numbered: 73).first)
        #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .radiologist)
        #expect(conflict.told == [.referrer, .radiologist] && conflict.dueMinutes == 69)
        #expect(conflict.events == [changed.id, told.id].sorted())
        let old = note(raised, plan: "x", after: [told])
        let half = foldedInEveryOrder(facts + [old])
        #expect(half.criticalResult.status == .acknowledged && half.openConflicts.contains { $0.number == 73 })
        #expect(half.criticalResult.cards[0].unacknowledged == ["dr.new"])
        #expect(half.criticalResult.cards[0].next(at: at(30))?.to == ["dr.new"])
        let new = note(raised, plan: "y", after: [old, changed], by: "dr.new")
        let closed = foldedInEveryOrder(facts + [old, new])
        #expect(closed.openConflicts.isEmpty && closed.criticalResult.cards[0].unacknowledged.isEmpty)
    }

    @Test
    mutating func `conflict 73: closed by decision, moot when withdrawn or noted unknowing, none where the change was seen`() {
        let placed = ordered()
        let raised = raise(after: [placed])
        let changed = change(to: "dr.new", after: [placed])
        let told = tell(raised, "dr.ward", after: [raised])
        let facts = [placed, raised, changed, told]
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        let decided = hub.record(decision(on: conflict, choosing: told), after: facts, by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [decided]).conflicts.map(\.closedBy) == [decided.id])
        let taken = withdrawn(raised, after: facts)
        #expect(foldedInEveryOrder(facts + [taken]).conflicts(numbered: 73).map(\.state) == [.superseded])
        let noted = note(raised, plan: "", after: [raised], by: "dr.new")
        #expect(foldedInEveryOrder(facts + [noted]).conflicts(numbered: 73).map(\.state) == [.superseded])
        let knowing = tell(raised, "dr.ward", after: [raised, changed])
        #expect(foldedInEveryOrder([placed, raised, changed, knowing]).conflicts.isEmpty)
        // The order had passed to another before the finding was raised: he alone is asked for it by whoever raises it.
        let early = change(to: "dr.early", after: [placed])
        let late = raise(after: [early])
        #expect(foldedInEveryOrder([placed, early, late]).criticalResult.cards[0].alsoResponsible.isEmpty)
        let same = site.record(
            .orderChanged(OrderChanged(requester: "dr.ward")), after: [placed], by: "desk", role: .frontDesk)
        #expect(foldedInEveryOrder([placed, raised, same, told]).conflicts.isEmpty)
    }

    @Test mutating func `an attempt is refused without a name, an outcome or an open result`() {
        let raised = raise()
        let check = { (said: CriticalResultAttempted, facts: [CaseFact]) in refusalOf(.criticalAttempt(.attempted(said)), facts) }
        #expect(check(CriticalResultAttempted(), [raised])?.reason.hasPrefix("criticalResult.to: ") == true)
        let silent = check(CriticalResultAttempted(to: "dr.ward"), [raised])
        #expect(silent?.reason.hasPrefix("criticalResult.outcome: ") == true && silent?.remedy.contains("communicated") == true)
        #expect(check(CriticalResultAttempted(to: "x", outcome: .busy), [])?.ground == .state)
        #expect(check(CriticalResultAttempted(to: "x", outcome: .busy), [raised]) == nil)
        let filled = Authoring.completed(
            .criticalAttempt(.attempted(CriticalResultAttempted(to: "x"))), in: CaseFold.fold(someCase, [raised]))
        #expect(filled == .criticalAttempt(.attempted(CriticalResultAttempted(raised: raised.id, to: "x"))))
    }

    @Test mutating func `conflict 47: moot where who acted learned of it from somebody who did not know of the act`() {
        let raised = raise()
        let acted = note(raised, plan: "operate", after: [raised])
        let taken = withdrawn(raised, after: [raised])
        let told = tell(raised, "dr.ward", after: [taken], minutes: 22)
        let state = foldedInEveryOrder([raised, acted, taken, told])
        #expect(state.criticalResult.status == .withdrawn && state.conflicts(numbered: 47).map(\.state) == [.superseded])
        // Who knew of one withdrawal and acts all the same acts in spite of it: another withdrawal asks nothing.
        let knowing = note(raised, plan: "operate", after: [taken])
        let second = withdrawn(raised, after: [taken])
        #expect(foldedInEveryOrder([raised, taken, knowing, second]).conflicts(numbered: 47).isEmpty)
    }
}
