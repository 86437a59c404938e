import EventLog
import ImagingCase
import Testing

@Suite struct RecommendationTests {
    private var hub = CaseBuilder("hub")
    private var clinic = CaseBuilder("clinic")

    private func at(_ minutes: Int64) -> Instant { testDay.advanced(byMilliseconds: minutes * 60_000) }

    private mutating func report(_ impression: String = "nodule", after seen: [CaseFact] = [], over old: CaseFact? = nil)
        -> CaseFact
    {
        hub.record(
            .finalSigned(FinalSigned(impression: impression, supersedes: old.map { [$0.id] } ?? [])), after: seen, by: "dr.ito",
            role: .radiologist)
    }

    private mutating func recommend(
        _ code: String = "RPID16", of report: CaseFact? = nil, after seen: [CaseFact] = [], role: Role = .radiologist
    ) -> CaseFact {
        hub.record(
            .recommendation(
                .made(
                    RecommendationMade(
                        action: Coded(code: code, scheme: "RADLEX", text: "CT chest"), modality: "CT", from: at(600),
                        until: at(1200),
                        guideline: "Fleischner 2017", report: report?.id, finding: "6 mm nodule", strength: .plan))),
            after: seen, by: "dr.ito", role: role)
    }

    private mutating func answer(
        _ event: RecommendationEvent, after seen: [CaseFact], role: Role = .referrer
    ) -> CaseFact {
        clinic.record(.recommendation(event), after: seen, by: "dr.ward", role: role, minutes: 5)
    }

    @Test mutating func `a recommendation goes over accepted and ordered to fulfilled`() {
        #expect(CaseFold.fold(someCase, []).rare.recommendation.status == nil)
        let made = recommend()
        #expect(foldedInEveryOrder([made]).rare.recommendation.status == .open)
        let accepted = answer(.accepted(RecommendationAccepted(note: "will do")), after: [made])
        #expect(foldedInEveryOrder([made, accepted]).rare.recommendation.status == .accepted)
        let order = IssuedIdentifier(issuer: "clinic", value: "A7")
        let ordered = answer(.ordered(RecommendationOrdered(order: order, caseID: "c-7")), after: [accepted])
        let state = foldedInEveryOrder([made, accepted, ordered])
        #expect(state.rare.recommendation.status == .ordered)
        #expect(state.jsonText.contains(#""order":{"issuer":"clinic","value":"A7"},"caseID":"c-7""#))
        #expect(state.jsonText.contains(#""action":{"code":"RPID16","scheme":"RADLEX","text":"CT chest"}"#))
        let done = answer(.fulfilled(RecommendationFulfilled(evidence: "CT of 2 May")), after: [ordered])
        let card = foldedInEveryOrder([made, accepted, ordered, done]).rare.recommendation.cards[0]
        #expect(card.status == .fulfilled && card.caseID == "c-7" && !card.isOpen)
        #expect(card.acts.map(\.what) == ["accepted", "ordered", "fulfilled"])
        #expect(card.acts.map(\.note) == ["will do", "A7", "CT of 2 May"])
        // What was done prevails over whatever is said after it.
        let late = answer(.declined(RecommendationDeclined(recommendation: made.id, reason: "no")), after: [done])
        #expect(foldedInEveryOrder([made, accepted, ordered, done, late]).rare.recommendation.status == .fulfilled)
    }

    @Test mutating func `the last word counts where each author had seen the one before`() {
        let made = recommend()
        let declined = answer(.declined(RecommendationDeclined(reason: "frail")), after: [made])
        #expect(foldedInEveryOrder([made, declined]).rare.recommendation.status == .declined)
        let ordered = answer(.ordered(RecommendationOrdered(recommendation: made.id, caseID: "c")), after: [declined])
        let state = foldedInEveryOrder([made, declined, ordered])
        #expect(state.rare.recommendation.status == .ordered && state.conflicts.isEmpty, "nothing was said apart")
        let again = answer(.declined(RecommendationDeclined(reason: "refuses")), after: [ordered])
        #expect(foldedInEveryOrder([made, declined, ordered, again]).rare.recommendation.status == .declined)
        let needless = answer(.notNeeded(RecommendationNotNeeded(recommendation: made.id, reason: "biopsied")), after: [again])
        #expect(foldedInEveryOrder([made, declined, ordered, again, needless]).rare.recommendation.status == .notNeeded)
    }

    @Test mutating func `a window that passes makes it overdue and closes nothing`() {
        let made = recommend()
        let card = foldedInEveryOrder([made]).rare.recommendation.cards[0]
        #expect(!card.overdue(at: at(1199)) && card.overdue(at: at(1200)) && card.isOpen)
        #expect(card.due() == at(1200), "an answer is due before the window closes")
        let put = answer(.deferred(RecommendationDeferred(until: at(900), reason: "holiday")), after: [made])
        let deferred = foldedInEveryOrder([made, put]).rare.recommendation.cards[0]
        #expect(deferred.status == .deferred && deferred.due() == at(900) && deferred.overdue(at: at(1300)))
        #expect(foldedInEveryOrder([made, put]).jsonText.contains(#""deferredUntil":"#))
        var other = CaseBuilder("lakeview")
        let sooner = other.record(
            .recommendation(.deferred(RecommendationDeferred(recommendation: made.id, until: at(700)))), after: [made],
            by: "dr.two", role: .referrer)
        #expect(foldedInEveryOrder([made, put, sooner]).rare.recommendation.cards[0].deferredUntil == at(700), "the earlier one")
        let accepted = answer(.accepted(RecommendationAccepted(recommendation: made.id)), after: [made])
        #expect(foldedInEveryOrder([made, accepted]).rare.recommendation.cards[0].due() == at(1200))
    }

    @Test mutating func `a later report's recommendation of the same takes its place, an unrelated one does not`() {
        let first = report()
        let made = recommend(of: first, after: [first])
        let second = report("nodule grown", after: [made], over: first)
        let same = recommend(of: second, after: [second])
        let state = foldedInEveryOrder([first, made, second, same])
        #expect(state.rare.recommendation.cards.map(\.status) == [.superseded, .open])
        #expect(state.rare.recommendation.cards[0].supersededBy == same.id)
        // Another step of the report that replaced it stands in its place too, one of an unrelated report beside it.
        let other = recommend("RPID99", of: second, after: [second])
        #expect(
            foldedInEveryOrder([first, made, second, other]).rare.recommendation.cards.map(\.status) == [.superseded, .open])
        let apart = report("liver cyst", after: [made])
        let beside = recommend("RPID99", of: apart, after: [apart])
        #expect(foldedInEveryOrder([first, made, apart, beside]).rare.recommendation.cards.map(\.status) == [.open, .open])
        // A report alone supersedes nothing: a corrected comma must not end a follow-up.
        #expect(foldedInEveryOrder([first, made, second]).rare.recommendation.cards.map(\.status) == [.open])
    }

    @Test mutating func `a withdrawn report leaves its recommendation open and shown as such`() {
        let first = report()
        let made = recommend(of: first, after: [first])
        for which in [first.id, nil] {
            var hub = self.hub
            let withdrawn = hub.record(
                .reportRetracted(ReportRetracted(which: which, reason: .wrongPatient)), after: [made], by: "dr.ito",
                role: .radiologist)
            let state = foldedInEveryOrder([first, made, withdrawn])
            #expect(state.rare.recommendation.cards[0].isReportRetracted && state.rare.recommendation.cards[0].isOpen)
            #expect(state.jsonText.contains(#""reportRetracted":true"#))
        }
    }

    @Test mutating func `a draft order says what is recommended and orders nothing`() throws {
        let placed = clinic.record(
            .orderPlaced(OrderPlaced(patient: Patient(issuer: "mpi", id: "7", name: "DOE^JANE"), modality: "CR")), by: "dr.ward",
            role: .referrer)
        let made = recommend(after: [placed])
        let state = foldedInEveryOrder([placed, made])
        let draft = try #require(state.draftOrder(for: made.id, requester: "dr.ward"))
        #expect(draft.patient?.id == "7" && draft.procedure?.code == "RPID16" && draft.modality == "CT")
        #expect(draft.priority == .routine && draft.requester == "dr.ward")
        #expect(
            draft.reason.hasPrefix("6 mm nodule; recommended \(Timestamp.text(of: testDay)) by dr.ito; after Fleischner 2017; "))
        #expect(draft.reason.hasSuffix("not before \(Timestamp.text(of: at(600))); not after \(Timestamp.text(of: at(1200)))"))
        #expect(refusalOf(.orderPlaced(draft), [], by: "dr.ward", .referrer) == nil)
        #expect(state.draftOrder(for: placed.id) == nil)
        let done = answer(.notNeeded(RecommendationNotNeeded(reason: "dead")), after: [made])
        #expect(foldedInEveryOrder([placed, made, done]).draftOrder(for: made.id) == nil)
        let bare = RecommendationMade(modality: "MR")
        let plain = hub.record(.recommendation(.made(bare)), by: "dr.ito", role: .radiologist)
        let words = foldedInEveryOrder([plain]).draftOrder(for: plain.id)?.reason
        #expect(words == "recommended \(Timestamp.text(of: testDay)) by dr.ito")
    }

    @Test mutating func `answers to nothing, to one of several or by a role that may not close nothing`() {
        let (first, second) = (recommend(), recommend("other"))
        let vague = answer(.accepted(RecommendationAccepted()), after: [first, second])
        let blind = answer(.declined(RecommendationDeclined(recommendation: second.id, reason: "x")), after: [first])
        let clerk = answer(
            .declined(RecommendationDeclined(recommendation: first.id, reason: "x")), after: [first], role: .frontDesk)
        let clerks = recommend(role: .frontDesk)
        let state = foldedInEveryOrder([first, second, vague, blind, clerk, clerks])
        #expect(state.rare.recommendation.cards.allSatisfy { $0.status == .open })
        #expect(Set(state.anomalies.map(\.event)) == Set([vague.id, blind.id, clerk.id, clerks.id]))
    }

    @Test mutating func `explanations and refusals`() {
        let made = recommend()
        let facts = [made, answer(.accepted(RecommendationAccepted()), after: [made])]
        let rules = CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "recommendation" }
        #expect(rules.map(\.state) == ["accepted"] && rules[0].events == facts.map(\.id))
        let check = { (event: RecommendationEvent, facts: [CaseFact], role: Role) in
            refusalOf(.recommendation(event), facts, role)?.reason
        }
        #expect(check(.made(RecommendationMade()), [], .radiologist) == "recommendation.action: nothing is recommended.")
        let past = RecommendationMade(modality: "CT", until: testDay)
        #expect(check(.made(past), [], .radiologist)?.hasPrefix("recommendation.until: ") == true)
        let reversed = RecommendationMade(modality: "CT", from: at(9), until: at(8))
        #expect(check(.made(reversed), [], .radiologist)?.hasPrefix("recommendation.from: the window closes at") == true)
        #expect(
            check(.made(RecommendationMade(modality: "CT", report: made.id)), [made], .radiologist)?.contains(
                "there is no report") == true)
        #expect(check(.made(RecommendationMade(modality: "CT", from: at(8), until: at(9))), [], .radiologist) == nil)
        #expect(check(.declined(RecommendationDeclined()), [made], .referrer) == "recommendation.reason: no reason is given.")
        #expect(check(.notNeeded(RecommendationNotNeeded()), [made], .referrer) == "recommendation.reason: no reason is given.")
        #expect(check(.deferred(RecommendationDeferred()), [made], .referrer)?.contains("put off without a time") == true)
        #expect(check(.deferred(RecommendationDeferred(until: testDay)), [made], .referrer)?.contains("has passed") == true)
        #expect(check(.deferred(RecommendationDeferred(until: at(1))), [made], .referrer) == nil)
        #expect(check(.ordered(RecommendationOrdered()), [made], .referrer) == "recommendation.order: no order is named.")
        #expect(check(.fulfilled(RecommendationFulfilled()), [made], .referrer)?.contains("nothing shows") == true)
        #expect(check(.accepted(RecommendationAccepted()), [], .referrer) == "recommendation: none is open to be accepted.")
        let twice = check(.accepted(RecommendationAccepted(recommendation: made.id)), facts, .referrer)
        #expect(twice == "recommendation: it is accepted, and cannot be accepted.")
        let declined = [made, answer(.declined(RecommendationDeclined(recommendation: made.id, reason: "x")), after: [made])]
        #expect(check(.ordered(RecommendationOrdered(recommendation: made.id, caseID: "c")), declined, .referrer) == nil)
        #expect(check(.ordered(RecommendationOrdered(caseID: "c")), declined, .referrer)?.contains("none is open") == true)
        #expect(check(.fulfilled(RecommendationFulfilled(recommendation: made.id, caseID: "c")), declined, .referrer) == nil)
    }

    @Test mutating func `an answer that leaves out the recommendation is completed with the one that is open`() {
        let made = recommend()
        let state = CaseFold.fold(someCase, [made])
        let said: [RecommendationEvent] = [
            .accepted(RecommendationAccepted()), .declined(RecommendationDeclined()), .deferred(RecommendationDeferred()),
            .ordered(RecommendationOrdered()), .fulfilled(RecommendationFulfilled()), .notNeeded(RecommendationNotNeeded()),
        ]
        for event in said {
            guard case .recommendation(let filled) = Authoring.completed(.recommendation(event), in: state) else { return }
            #expect(named(filled) == made.id)
        }
        let signed = report()
        let completed = Authoring.completed(
            .recommendation(.made(RecommendationMade(modality: "CT"))), in: CaseFold.fold(someCase, [signed]))
        #expect(completed == .recommendation(.made(RecommendationMade(modality: "CT", report: signed.id))))
    }

    private func named(_ event: RecommendationEvent) -> EventID? {
        switch event {
        case .made: nil
        case .accepted(let said): said.recommendation
        case .declined(let said): said.recommendation
        case .deferred(let said): said.recommendation
        case .ordered(let said): said.recommendation
        case .fulfilled(let said): said.recommendation
        case .notNeeded(let said): said.recommendation
        }
    }
}

@Suite struct RecommendationConflictTests {
    private var hub = CaseBuilder("hub")
    private var north = CaseBuilder("northside")
    private var lake = CaseBuilder("lakeview")

    private mutating func sides() -> (made: CaseFact, declined: CaseFact, ordered: CaseFact) {
        let made = hub.record(
            .recommendation(.made(RecommendationMade(modality: "CT", finding: "nodule"))), by: "dr.ito", role: .radiologist)
        let declined = north.record(
            .recommendation(.declined(RecommendationDeclined(recommendation: made.id, reason: "frail"))), after: [made],
            by: "dr.ward", role: .referrer, minutes: 3)
        let ordered = lake.record(
            .recommendation(.ordered(RecommendationOrdered(recommendation: made.id, caseID: "c-9"))), after: [made],
            by: "dr.two", role: .referrer, minutes: 7)
        return (made, declined, ordered)
    }

    @Test mutating func `conflict 58: a recommendation declined by one doctor and ordered by another is ordered`() throws {
        let (made, declined, ordered) = sides()
        let state = foldedInEveryOrder([made, declined, ordered])
        let card = state.rare.recommendation.cards[0]
        #expect(card.status == .ordered && card.caseID == "c-9")
        #expect(card.acts.contains { $0.what == "declined" && $0.note == "frail" }, "the decline is shown")
        #expect(state.jsonText.contains("frail"))
        let conflict = try #require(state.conflicts(numbered: 58).first)
        #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .radiologist)
        #expect(conflict.told == [.radiologist, .referrer] && conflict.dueMinutes == 1447)
        #expect(conflict.events == [declined.id, ordered.id].sorted())
    }

    @Test
    mutating func `conflict 58: a decision for the decline ends it, one for the order keeps it, a later act overrules both`() {
        let (made, declined, ordered) = sides()
        let facts = [made, declined, ordered]
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        for (choice, status) in [(declined, RecommendationCard.Status.declined), (ordered, .ordered)] {
            var hub = self.hub
            let decided = hub.record(
                decision(on: conflict, choosing: choice), after: [declined, ordered], by: "dr.ito", role: .radiologist)
            let state = foldedInEveryOrder(facts + [decided])
            #expect(state.rare.recommendation.cards[0].status == status)
            #expect(state.conflicts.map(\.closedBy) == [decided.id])
        }
        let accepted = hub.record(
            .recommendation(.accepted(RecommendationAccepted(recommendation: made.id))), after: [declined, ordered],
            by: "dr.ward",
            role: .referrer)
        let settled = foldedInEveryOrder(facts + [accepted])
        #expect(settled.conflicts.map(\.state) == [.resolved] && settled.rare.recommendation.cards[0].status == .accepted)
    }

    @Test mutating func `conflict 58: moot once it was done, and none where the order's author had seen the decline`() {
        let (made, declined, ordered) = sides()
        let done = lake.record(
            .recommendation(.fulfilled(RecommendationFulfilled(recommendation: made.id, caseID: "c-9"))), after: [ordered],
            by: "dr.two", role: .referrer)
        let moot = foldedInEveryOrder([made, declined, ordered, done])
        #expect(moot.conflicts.map(\.state) == [.superseded] && moot.rare.recommendation.cards[0].status == .fulfilled)
        let seen = lake.record(
            .recommendation(.ordered(RecommendationOrdered(recommendation: made.id, caseID: "c"))), after: [declined],
            by: "dr.two", role: .referrer)
        #expect(foldedInEveryOrder([made, declined, seen]).conflicts.isEmpty)
    }
}
