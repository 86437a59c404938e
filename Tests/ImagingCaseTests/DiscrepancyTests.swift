import EventLog
import ImagingCase
import Testing

@Suite struct DiscrepancyTests {
    private var hub = CaseBuilder("hub")

    private mutating func reports() -> (CaseFact, CaseFact) {
        let early = hub.record(.preliminaryIssued(PreliminaryIssued(impression: "No bleed")), by: "dr.res", role: .radiologist)
        let final = hub.record(
            .finalSigned(FinalSigned(impression: "no bleed.")), after: [early], by: "dr.ito", role: .radiologist)
        return (early, final)
    }

    private mutating func record(_ event: DiscrepancyEvent, after seen: [CaseFact], role: Role = .radiologist) -> CaseFact {
        hub.record(.discrepancy(event), after: seen, by: "dr.ito", role: role, minutes: 30)
    }

    private func recorded(_ pair: (CaseFact, CaseFact), _ grade: DiscrepancyGrade) -> DiscrepancyEvent {
        .recorded(DiscrepancyRecorded(first: pair.0.id, second: pair.1.id, grade: grade, impact: "delay"))
    }

    @Test mutating func `a major discrepancy goes over communicated to resolved`() {
        #expect(DiscrepancyAxis.isSilent(CaseFold.fold(someCase, []).rare.discrepancy))
        let pair = reports()
        let facts = [pair.0, pair.1]
        let card = record(recorded(pair, .major), after: facts)
        let open = foldedInEveryOrder(facts + [card]).rare.discrepancy
        #expect(open.status == .recorded && open.cards[0].isUntold)
        #expect(open.cards[0].due() == testDay.advanced(byMilliseconds: 90 * 60_000))
        #expect(open.cards[0].overdue(at: testDay.advanced(byMilliseconds: 90 * 60_000)))
        let told = record(.communicated(DiscrepancyCommunicated(to: "dr.ward", medium: "phone")), after: [card])
        let spoken = foldedInEveryOrder(facts + [card, told]).rare.discrepancy
        #expect(spoken.status == .communicated && spoken.cards[0].communications.map(\.note) == ["dr.ward, phone"])
        let settled = record(.resolved(DiscrepancyResolved(conclusion: "taught")), after: [told])
        let state = foldedInEveryOrder(facts + [card, told, settled])
        #expect(state.rare.discrepancy.status == .resolved && state.anomalies.isEmpty)
        #expect(!state.rare.discrepancy.cards[0].overdue(at: testDay.advanced(byMilliseconds: 1 << 40)))
        #expect(state.jsonText.contains(#""discrepancy":{"state":"resolved","discrepancies":[{"event":"#))
        #expect(state.jsonText.contains(#""grade":"major","impact":"delay""#))
    }

    @Test mutating func `a minor one needs no telling, and a later grade counts`() {
        let pair = reports()
        let facts = [pair.0, pair.1]
        let card = record(recorded(pair, .minor), after: facts)
        let settled = record(.resolved(DiscrepancyResolved(grade: .none, conclusion: "wording")), after: [card])
        let state = foldedInEveryOrder(facts + [card, settled])
        #expect(state.rare.discrepancy.status == .resolved && state.rare.discrepancy.cards[0].grade == .none)
        #expect(state.jsonText.contains(#""grade":"none","recordedGrade":"minor""#))
    }

    @Test mutating func `a major one that was settled before anybody was told stays open and is flagged`() {
        let pair = reports()
        let facts = [pair.0, pair.1]
        let card = record(recorded(pair, .minor), after: facts)
        let settled = record(.resolved(DiscrepancyResolved(grade: .major, conclusion: "bleed")), after: [card])
        let state = foldedInEveryOrder(facts + [card, settled])
        #expect(state.rare.discrepancy.status == .recorded)
        #expect(state.anomalies.map(\.event) == [settled.id])
        let told = record(.communicated(DiscrepancyCommunicated(discrepancy: card.id, to: "dr.ward")), after: [settled])
        #expect(foldedInEveryOrder(facts + [card, settled, told]).rare.discrepancy.status == .resolved)
        // Of two grades given apart the worse counts.
        var lake = CaseBuilder("lakeview")
        let other = lake.record(
            .discrepancy(.resolved(DiscrepancyResolved(discrepancy: card.id, grade: .none, conclusion: "nothing"))),
            after: [card],
            by: "dr.mora", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [card, settled, other]).rare.discrepancy.cards[0].grade == .major)
    }

    @Test mutating func `a pair that was not seen, an act on nothing and one by a role that may not are flagged`() {
        let pair = reports()
        let blind = record(recorded(pair, .major), after: [pair.0])
        let lost = record(.communicated(DiscrepancyCommunicated(to: "x")), after: [pair.1])
        let nurse = record(.resolved(DiscrepancyResolved(discrepancy: blind.id, conclusion: "x")), after: [blind], role: .nurse)
        let state = foldedInEveryOrder([pair.0, pair.1, blind, lost, nurse])
        #expect(Set(state.anomalies.map(\.event)) == Set([blind.id, lost.id, nurse.id]))
        #expect(state.rare.discrepancy.cards[0].first == pair.0.id && state.rare.discrepancy.cards[0].second == nil)
        #expect(state.rare.discrepancy.status == .recorded)
    }

    @Test mutating func `explanations and refusals`() {
        let pair = reports()
        let facts = [pair.0, pair.1]
        let major = facts + [record(recorded(pair, .major), after: facts)]
        let minor = facts + [record(recorded(pair, .minor), after: facts)]
        let rules = { (facts: [CaseFact]) in
            CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "discrepancy" }.map(\.rule)
        }
        #expect(rules(major) == ["Major, and the treating clinician has not been told."])
        #expect(rules(minor) == ["Recorded; nobody has settled it."])
        let check = { (event: DiscrepancyEvent, facts: [CaseFact]) in refusalOf(.discrepancy(event), facts)?.reason }
        #expect(check(.recorded(DiscrepancyRecorded()), facts) == "discrepancy.first: no report is named.")
        #expect(check(.recorded(DiscrepancyRecorded(first: pair.0.id)), facts) == "discrepancy.second: no report is named.")
        let itself = DiscrepancyRecorded(first: pair.0.id, second: pair.0.id)
        #expect(check(.recorded(itself), facts) == "discrepancy.second: a report does not differ from itself.")
        let unknown = DiscrepancyRecorded(first: pair.0.id, second: pair.1.id)
        #expect(check(.recorded(unknown), [pair.0])?.hasPrefix("discrepancy.second: there is no report") == true)
        #expect(check(.recorded(unknown), facts) == nil)
        #expect(check(.communicated(DiscrepancyCommunicated()), major) == "discrepancy.to: nobody is named who was told.")
        #expect(check(.communicated(DiscrepancyCommunicated(to: "x")), facts)?.contains("none is open") == true)
        let named = DiscrepancyResolved(discrepancy: major[2].id, conclusion: "x")
        #expect(check(.resolved(named), major)?.contains("the treating clinician has not been told") == true)
        #expect(check(.resolved(DiscrepancyResolved(grade: .minor, conclusion: "x")), major) == nil)
        #expect(check(.resolved(DiscrepancyResolved(grade: .major, conclusion: "x")), minor)?.contains("none is open") == true)
        #expect(check(.resolved(DiscrepancyResolved()), minor) == "discrepancy.conclusion: nothing is concluded.")
        let state = CaseFold.fold(someCase, minor)
        #expect(
            Authoring.completed(.discrepancy(.communicated(DiscrepancyCommunicated(to: "x"))), in: state)
                == .discrepancy(.communicated(DiscrepancyCommunicated(discrepancy: minor[2].id, to: "x"))))
        #expect(
            Authoring.completed(.discrepancy(.resolved(DiscrepancyResolved())), in: state)
                == .discrepancy(.resolved(DiscrepancyResolved(discrepancy: minor[2].id))))
        let told = [record(.communicated(DiscrepancyCommunicated(to: "x")), after: [minor[2]])]
        #expect(rules(minor + told) == ["The treating clinician was told; nobody has settled it."])
    }
}

@Suite struct DiscrepancyConflictTests {
    private var site = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    /// A preliminary of the night, delivered, and the final of the morning.
    private mutating func reports(_ early: String, _ late: String) -> [CaseFact] {
        let preliminary = site.record(
            .preliminaryIssued(PreliminaryIssued(impression: early)), by: "dr.res", role: .radiologist, minutes: 1)
        let delivered = site.record(
            .reportReceipt(.delivered(ReportDelivered(report: preliminary.id, recipient: "ED", channel: "hl7"))),
            after: [preliminary], by: "interface", role: .system, minutes: 2)
        let final = hub.record(
            .finalSigned(FinalSigned(impression: late)), after: [delivered], by: "dr.ito", role: .radiologist, minutes: 60)
        return [preliminary, delivered, final]
    }

    @Test mutating func `conflict 43: a final that says something else than the preliminary waits for a grade`() throws {
        let facts = reports("No bleed", "Subdural bleed")
        let state = foldedInEveryOrder(facts)
        let conflict = try #require(state.conflicts(numbered: 43).first)
        #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .radiologist)
        #expect(conflict.told == [.radiologist, .referrer] && conflict.dueMinutes == 120)
        #expect(conflict.events == [facts[0].id, facts[2].id].sorted())
        #expect(state.rare.discrepancy.status == .suggested)
        let pair = try #require(state.rare.discrepancy.suggestions.first)
        #expect(pair.firstText == "No bleed" && pair.secondText == "Subdural bleed" && pair.conflict == conflict.id)
        #expect(state.jsonText.contains(#""ground":"impressionsDiffer""#), "both impressions are shown")
        let rules = CaseFold.explain(someCase, CaseHistory(facts)).filter { $0.axis == "discrepancy" }
        #expect(rules.map(\.state) == ["suggested"])
    }

    @Test mutating func `conflict 43: closed by the recorded grade of the pair, not by one without a grade or of another pair`() {
        let facts = reports("No bleed", "Subdural bleed")
        let graded = hub.record(
            .discrepancy(.recorded(DiscrepancyRecorded(first: facts[0].id, second: facts[2].id, grade: .major))),
            after: [facts[2]],
            by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder(facts + [graded])
        #expect(state.conflicts.map(\.closedBy) == [graded.id] && state.rare.discrepancy.suggestions.isEmpty)
        #expect(state.rare.discrepancy.status == .recorded)
        let bare = hub.record(
            .discrepancy(.recorded(DiscrepancyRecorded(first: facts[0].id, second: facts[2].id))), after: [facts[2]],
            by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [bare]).conflicts.map(\.state) == [.open])
        let later = hub.record(
            .discrepancy(.resolved(DiscrepancyResolved(discrepancy: bare.id, grade: .minor, conclusion: "x"))), after: [bare],
            by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [bare, later]).conflicts.map(\.closedBy) == [later.id])
        let nurse = hub.record(
            .discrepancy(.recorded(DiscrepancyRecorded(first: facts[0].id, second: facts[2].id, grade: .minor))),
            after: [facts[2]], by: "n", role: .nurse)
        #expect(foldedInEveryOrder(facts + [nurse]).conflicts.map(\.state) == [.open])
    }

    @Test mutating func `conflict 43: closed by a decision, moot once either is withdrawn`() {
        let facts = reports("No bleed", "Subdural bleed")
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        let decided = hub.record(decision(on: conflict, choosing: facts[2]), after: [facts[2]], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder(facts + [decided]).conflicts.map(\.closedBy) == [decided.id])
        for which in [facts[0].id, facts[2].id, nil] {
            var hub = self.hub
            let withdrawn = hub.record(
                .reportRetracted(ReportRetracted(which: which, reason: .wrongStudy)), after: [facts[2]], by: "dr.ito",
                role: .radiologist)
            #expect(foldedInEveryOrder(facts + [withdrawn]).conflicts(numbered: 43).map(\.state) == [.superseded])
        }
    }

    @Test mutating func `conflict 43: none where both say the same in other spelling, and only with the last preliminary`() {
        #expect(foldedInEveryOrder(reports("No bleed", "no  bleed.")).conflicts.isEmpty)
        var site = CaseBuilder("southside")
        let first = site.record(.preliminaryIssued(PreliminaryIssued(impression: "a")), by: "r", role: .radiologist)
        let second = site.record(
            .preliminaryIssued(PreliminaryIssued(impression: "b")), after: [first], by: "r", role: .radiologist)
        let seen = site.record(.reportReceipt(.viewed(ReportViewed(report: first.id))), after: [second], by: "x", role: .referrer)
        let final = site.record(.finalSigned(FinalSigned(impression: "c")), after: [seen], by: "dr", role: .radiologist)
        let state = foldedInEveryOrder([first, second, seen, final])
        #expect(state.conflicts.map(\.events) == [[second.id, final.id].sorted()])
        // A final that had not seen the preliminary meets it in conflict 39, not twice.
        var lake = CaseBuilder("lakeview")
        let apart = lake.record(.finalSigned(FinalSigned(impression: "c")), by: "dr.mora", role: .radiologist)
        #expect(foldedInEveryOrder([first, second, seen, apart]).conflicts(numbered: 43).isEmpty)
    }

    private mutating func advice(contradicts: Bool) -> [CaseFact] {
        var clinic = CaseBuilder("clinic")
        let final = hub.record(.finalSigned(FinalSigned(impression: "benign")), by: "dr.ito", role: .radiologist)
        let asked = clinic.record(
            .consult(.requested(ConsultRequested(question: "benign?"))), after: [final], by: "dr.ward", role: .referrer)
        let answered = site.record(
            .consult(
                .answered(
                    ConsultAnswered(consult: asked.id, answer: "malignant", contradictsReport: contradicts ? final.id : nil))),
            after: [asked], by: "dr.mora", role: .radiologist, minutes: 9)
        return [final, asked, answered]
    }

    @Test mutating func `conflict 66: advice that contradicts a report suggests a discrepancy and replaces nothing`() throws {
        let facts = advice(contradicts: true)
        let state = foldedInEveryOrder(facts)
        let conflict = try #require(state.conflicts(numbered: 66).first)
        #expect(state.conflicts.count == 1 && conflict.state == .open && conflict.owner == .radiologist)
        #expect(conflict.told == [.radiologist, .referrer] && conflict.dueMinutes == 1449)
        #expect(conflict.events == [facts[0].id, facts[2].id].sorted())
        #expect(state.report.status == .final, "the report stands")
        #expect(state.rare.discrepancy.suggestions.map(\.firstText) == ["benign"])
        #expect(state.rare.discrepancy.suggestions.map(\.secondText) == ["malignant"])
        #expect(state.jsonText.contains(#""contradictsReport":"#))
        #expect(foldedInEveryOrder(advice(contradicts: false)).conflicts.isEmpty)
    }

    @Test mutating func `conflict 66: closed by a grade, an addendum or correction, or a decision`() {
        let facts = advice(contradicts: true)
        let conflict = CaseFold.fold(someCase, facts).conflicts[0]
        let closers: [CaseEvent] = [
            .discrepancy(.recorded(DiscrepancyRecorded(first: facts[0].id, second: facts[2].id, grade: .major))),
            .addendumSigned(AddendumSigned(addendumTo: facts[0].id, text: "second look: malignant")),
            .reportCorrected(ReportCorrected(replaces: facts[0].id, impression: "malignant")),
            decision(on: conflict, choosing: facts[0]),
        ]
        for event in closers {
            var hub = self.hub
            let closing = hub.record(event, after: [facts[2]], by: "dr.ito", role: .radiologist)
            #expect(
                foldedInEveryOrder(facts + [closing]).conflicts(numbered: 66).map(\.closedBy) == [closing.id], "\(event.kind)")
            let blind = hub.record(event, after: [facts[0]], by: "dr.ito", role: .radiologist)
            #expect(foldedInEveryOrder(facts + [blind]).conflicts(numbered: 66).map(\.state) == [.open], "\(event.kind)")
        }
    }

    @Test mutating func `advice against a report that its author had not seen is shown without the contradiction`() {
        let facts = advice(contradicts: true)
        let blind = site.record(
            .consult(.answered(ConsultAnswered(answer: "x", contradictsReport: facts[0].id))), by: "dr.mora", role: .radiologist)
        let state = foldedInEveryOrder([facts[0], blind])
        #expect(state.conflicts.isEmpty && state.anomalies.contains { $0.event == blind.id && $0.axis == "discrepancy" })
        let refused = refusalOf(.consult(.answered(ConsultAnswered(answer: "x", contradictsReport: facts[1].id))), facts)
        #expect(refused?.reason.hasPrefix("consult.contradictsReport: there is no report") == true || refused?.ground == .state)
    }
}
