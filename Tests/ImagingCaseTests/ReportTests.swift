import EventLog
import ImagingCase
import Testing

@Suite struct ReportTests {
    var hub = CaseBuilder("hub")

    private mutating func sign(
        _ impression: String, after seen: [CaseFact] = [], supersedes: [CaseFact] = [], by person: String = "dr.ito"
    ) -> CaseFact {
        hub.record(
            .finalSigned(FinalSigned(impression: impression, contentVersion: "v1", supersedes: supersedes.map(\.id))),
            after: seen,
            by: person, role: .radiologist)
    }

    private mutating func correct(_ version: CaseFact, after seen: [CaseFact]) -> CaseFact {
        hub.record(
            .reportCorrected(ReportCorrected(replaces: version.id, impression: "left, not right", reason: "side")), after: seen,
            by: "dr.ito", role: .radiologist)
    }

    private mutating func add(_ text: String, to version: CaseFact?, after seen: [CaseFact]) -> CaseFact {
        hub.record(
            .addendumSigned(AddendumSigned(addendumTo: version?.id, text: text)), after: seen, by: "dr.ito", role: .radiologist)
    }

    private mutating func retract(_ version: CaseFact?, after seen: [CaseFact]) -> CaseFact {
        hub.record(
            .reportRetracted(ReportRetracted(which: version?.id, reason: .wrongPatient)), after: seen, by: "dr.ito",
            role: .radiologist)
    }

    private mutating func preliminary(_ impression: String, after seen: [CaseFact] = []) -> CaseFact {
        hub.record(.preliminaryIssued(PreliminaryIssued(impression: impression)), after: seen, by: "dr.sato", role: .radiologist)
    }

    @Test mutating func `a preliminary stands until a final by somebody who saw it supersedes it`() {
        #expect(CaseFold.fold(someCase, []).report.status == .none)
        let early = preliminary("fracture?")
        let before = foldedInEveryOrder([early]).report
        #expect(before.status == .preliminary)
        #expect(before.current == early.id)
        #expect(before.versions.map(\.stands) == [true])
        let final = sign("fracture", after: [early])
        let report = foldedInEveryOrder([early, final]).report
        #expect(report.status == .final)
        #expect(report.current == final.id)
        #expect(report.versions.map(\.status) == [.superseded, .final])
        #expect(report.version(early.id)?.supersededBy == final.id)
        #expect(report.version(early.id)?.impression == "fracture?")
    }

    @Test mutating func `a final that names what it replaces takes its place`() {
        let first = sign("normal")
        let second = sign("nodule", after: [first], supersedes: [first])
        let state = foldedInEveryOrder([first, second])
        #expect(state.report.status == .final)
        #expect(state.report.current == second.id)
        #expect(state.report.versions.map(\.status) == [.superseded, .final])
        #expect(state.conflicts.isEmpty)
        #expect(state.anomalies.isEmpty)
    }

    @Test mutating func `a final beside another that its author had seen and not named leaves both visible and is flagged`() {
        let first = sign("normal")
        let second = sign("nodule", after: [first], by: "dr.mora")
        let state = foldedInEveryOrder([first, second])
        #expect(state.report.status == .corrected)
        #expect(state.report.current == second.id)
        #expect(state.report.versions.map(\.status) == [.final, .final])
        #expect(state.report.versions.map(\.stands) == [true, true])
        #expect(state.report.version(second.id)?.marks == [.besideSeenVersion])
        #expect(state.anomalies.map(\.event) == [second.id])
        #expect(state.conflicts.isEmpty, "nothing was made apart")

        let reconciled = hub.record(
            .reportReconciled(
                ReportReconciled(competing: [first.id, second.id], chosen: second.id, rationale: "nodule confirmed")),
            after: [second], by: "dr.lead", role: .lead)
        let report = foldedInEveryOrder([first, second, reconciled]).report
        #expect(report.standing.map(\.event) == [second.id])
        #expect(report.version(first.id)?.supersededBy == reconciled.id)
    }

    @Test mutating func `a correction replaces the version that it names and keeps it readable`() {
        let final = sign("right")
        let corrected = correct(final, after: [final])
        let report = foldedInEveryOrder([final, corrected]).report
        #expect(report.status == .corrected)
        #expect(report.current == corrected.id)
        #expect(report.version(final.id)?.status == .superseded)
        #expect(report.version(final.id)?.impression == "right")
        #expect(report.version(corrected.id)?.replaces == [final.id])
        #expect(report.version(corrected.id)?.reason == "side")
    }

    @Test mutating func `an addendum stands with its version and goes with it`() {
        let final = sign("normal")
        let addendum = add("priors compared", to: final, after: [final])
        let report = foldedInEveryOrder([final, addendum]).report
        #expect(report.status == .addended)
        #expect(report.current == final.id)
        #expect(report.versions.map(\.status) == [.final, .addendum])
        let corrected = correct(final, after: [addendum])
        let after = foldedInEveryOrder([final, addendum, corrected]).report
        #expect(after.status == .corrected)
        #expect(after.version(addendum.id)?.status == .superseded, "the correction's author had seen it")
        let retracted = retract(final, after: [addendum])
        let withdrawn = foldedInEveryOrder([final, addendum, retracted]).report
        #expect(withdrawn.versions.map(\.status) == [.retracted, .retracted])
    }

    @Test mutating func `an addendum or a correction that names nothing belongs to the only version that its author had seen`() {
        let final = sign("normal")
        let addendum = add("priors compared", to: nil, after: [final])
        #expect(foldedInEveryOrder([final, addendum]).report.version(addendum.id)?.addendumTo == final.id)
        let corrected = hub.record(
            .reportCorrected(ReportCorrected(impression: "nodule")), after: [addendum], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([final, addendum, corrected]).report.current == corrected.id)
        let alone = hub.record(.addendumSigned(AddendumSigned(text: "to what?")), by: "dr.ito", role: .radiologist)
        let odd = foldedInEveryOrder([alone])
        #expect(odd.report.version(alone.id)?.marks == [.namesNothing])
        #expect(odd.anomalies.map(\.event) == [alone.id])
    }

    @Test mutating func `a retraction leaves nothing in force and a new final begins again`() {
        let final = sign("normal")
        let retracted = retract(final, after: [final])
        let report = foldedInEveryOrder([final, retracted]).report
        #expect(report.status == .retracted)
        #expect(report.current == nil)
        #expect(report.standing.isEmpty)
        #expect(report.version(final.id)?.retractedBy == retracted.id)
        #expect(report.version(final.id)?.impression == "normal", "the evidence stays")
        #expect(report.retractions.map(\.reason) == [.wrongPatient])
        let early = preliminary("mass?", after: [retracted])
        #expect(foldedInEveryOrder([final, retracted, early]).report.status == .preliminary)
        let anew = sign("mass", after: [early])
        let after = foldedInEveryOrder([final, retracted, early, anew])
        #expect(after.report.status == .final)
        #expect(after.report.current == anew.id)
        #expect(after.conflicts.isEmpty)
    }

    @Test mutating func `a retracted correction does not bring back what it corrected`() {
        let final = sign("right")
        let corrected = correct(final, after: [final])
        let retracted = retract(corrected, after: [corrected])
        let report = foldedInEveryOrder([final, corrected, retracted]).report
        #expect(report.status == .retracted)
        #expect(report.versions.map(\.status) == [.superseded, .retracted])
    }

    @Test mutating func `a retraction that names nothing withdraws all that its author had seen`() {
        let final = sign("normal")
        let retracted = retract(nil, after: [final])
        #expect(foldedInEveryOrder([final, retracted]).report.status == .retracted)
        var lake = CaseBuilder("lakeview")
        let apart = lake.record(
            .finalSigned(FinalSigned(impression: "mass")), by: "dr.mora", role: .radiologist)
        let report = foldedInEveryOrder([final, retracted, apart]).report
        #expect(report.status == .final, "what its author had not seen stands")
        #expect(report.current == apart.id)
    }

    @Test mutating func `a preliminary by somebody who had seen a final is kept as a comment`() {
        let final = sign("normal")
        let late = preliminary("Normal.", after: [final])
        let state = foldedInEveryOrder([final, late])
        #expect(state.report.status == .final)
        #expect(state.report.version(late.id)?.status == .commentAfterFinal)
        #expect(state.anomalies.map(\.event) == [late.id])
        #expect(state.conflicts.isEmpty, "it says the same")
    }

    @Test mutating func `a final by a role that may not sign counts as unverified and replaces nothing`() {
        let final = sign("normal")
        let signed = hub.record(
            .finalSigned(FinalSigned(impression: "mass", supersedes: [final.id])), after: [final], by: "t.lind",
            role: .technologist)
        let state = foldedInEveryOrder([final, signed])
        #expect(state.report.current == final.id)
        #expect(state.report.version(signed.id)?.status == .unprivileged)
        #expect(state.report.version(signed.id)?.impression == "mass")
        #expect(state.anomalies.map(\.event) == [signed.id])
        let alone = hub.record(.finalSigned(FinalSigned(impression: "mass")), by: "t.lind", role: .technologist)
        #expect(foldedInEveryOrder([alone]).report.status == .preliminary)
    }

    @Test mutating func `only what an author had seen can be replaced`() {
        var lake = CaseBuilder("lakeview")
        let final = sign("normal")
        let apart = lake.record(
            .finalSigned(FinalSigned(impression: "mass", supersedes: [final.id])), by: "dr.mora", role: .radiologist)
        let state = foldedInEveryOrder([final, apart])
        #expect(state.report.status == .competing)
        #expect(state.report.version(apart.id)?.marks == [.namesNothing])
    }

    @Test(.timeLimit(.minutes(1))) mutating func `a long line of finals that each name all before it folds at once`() {
        var facts: [CaseFact] = []
        for number in 0..<60 { facts.append(sign("f\(number)", after: facts.suffix(1), supersedes: facts)) }
        var lake = CaseBuilder("lakeview")
        let apart = lake.record(.finalSigned(FinalSigned(impression: "mass")), by: "dr.mora", role: .radiologist)
        let report = CaseFold.fold(someCase, facts + [apart]).report
        #expect(report.status == .competing)
        #expect(Set(report.standing.map(\.event)) == [facts[59].id, apart.id])
    }

    @Test mutating func `the JSON lists every version with its text`() {
        let final = sign("normal")
        var json = JSONWriter()
        ReportAxis.write(CaseFold.fold(someCase, [final]).report, to: &json)
        #expect(
            json.text
                == #"{"state":"final","current":"\#(final.id)","reports":[{"event":"\#(final.id)","state":"final","kind":"final","#
                + #""stands":true,"by":"dr.ito","role":"radiologist","site":"hub","impression":"normal","#
                + #""at":"2025-06-15T15:06:40Z","contentVersion":"v1"}]}"#)
    }

    @Test mutating func `every state and every version out of force is explained with its events`() {
        let final = sign("right")
        let corrected = correct(final, after: [final])
        let facts = [final, corrected]
        let explained = ReportAxis.explain(CaseFold.fold(someCase, facts).report, CaseHistory(facts))
        #expect(explained.map(\.state) == ["corrected", "superseded"])
        #expect(explained.map(\.events) == [[corrected.id], [final.id, corrected.id]])
        #expect(ReportAxis.explain(ReportState(), CaseHistory([])).isEmpty)
    }

    private func refusal(_ event: CaseEvent, in facts: [CaseFact], as role: Role = .radiologist) -> AuthoringRefusal? {
        do {
            try ReportAxis.mayAuthor(
                event, in: CaseFold.fold(someCase, facts).report, by: Author(person: "dr.ito", role: role), now: testDay)
            return nil
        } catch { return error }
    }

    @Test func `only people who read images sign`() {
        let signatures: [CaseEvent] = [
            .finalSigned(FinalSigned(impression: "normal")), .addendumSigned(AddendumSigned(text: "more")),
            .reportCorrected(ReportCorrected(impression: "other")), .reportReconciled(ReportReconciled()),
        ]
        for event in signatures {
            for role in Role.allCases where !role.readsImages { #expect(refusal(event, in: [], as: role)?.ground == .role) }
        }
        for role in Role.allCases where role.readsImages {
            #expect(refusal(.finalSigned(FinalSigned(impression: "normal")), in: [], as: role) == nil)
        }
        #expect(refusal(.preliminaryIssued(PreliminaryIssued(impression: "normal")), in: [], as: .system) == nil)
        #expect(refusal(.preliminaryIssued(PreliminaryIssued(impression: "normal")), in: [], as: .nurse)?.ground == .role)
        #expect(refusal(.orderCancelled(OrderCancelled()), in: [], as: .nurse) == nil, "not of this axis")
    }

    @Test mutating func `a preliminary after a final is refused with the way out`() {
        let final = sign("normal")
        let refused = refusal(.preliminaryIssued(PreliminaryIssued(impression: "mass")), in: [final])
        #expect(refused?.ground == .state)
        #expect(refused?.remedy.contains(final.id.description) == true)
        let retracted = retract(final, after: [final])
        #expect(refusal(.preliminaryIssued(PreliminaryIssued(impression: "mass")), in: [final, retracted]) == nil)
    }

    @Test mutating func `nothing is added to or corrected in a withdrawn report`() {
        let final = sign("normal")
        let retracted = retract(final, after: [final])
        let facts = [final, retracted]
        #expect(refusal(.addendumSigned(AddendumSigned(addendumTo: final.id, text: "more")), in: facts)?.ground == .state)
        #expect(refusal(.reportCorrected(ReportCorrected(replaces: final.id, impression: "mass")), in: facts)?.ground == .state)
        #expect(refusal(.reportRetracted(ReportRetracted(which: final.id)), in: facts)?.ground == .state)
        #expect(refusal(.addendumSigned(AddendumSigned(addendumTo: final.id, text: "more")), in: [final]) == nil)
        #expect(refusal(.addendumSigned(AddendumSigned(text: "more")), in: [final]) == nil)
        #expect(refusal(.addendumSigned(AddendumSigned(text: "more")), in: [])?.ground == .content)
    }

    @Test mutating func `a correction names an existing version that stands`() {
        let final = sign("normal")
        let corrected = correct(final, after: [final])
        let facts = [final, corrected]
        #expect(refusal(.reportCorrected(ReportCorrected(impression: "mass")), in: facts)?.ground == .content)
        #expect(refusal(.reportCorrected(ReportCorrected(replaces: testID, impression: "mass")), in: facts)?.ground == .content)
        let superseded = refusal(.reportCorrected(ReportCorrected(replaces: final.id, impression: "mass")), in: facts)
        #expect(superseded?.ground == .state)
        #expect(superseded?.remedy.contains(corrected.id.description) == true)
        #expect(refusal(.reportCorrected(ReportCorrected(replaces: corrected.id, impression: "mass")), in: facts) == nil)
        #expect(refusal(.finalSigned(FinalSigned(impression: "mass", supersedes: [testID])), in: facts)?.ground == .content)
    }

    @Test mutating func `a final without content version is refused where there is content and none can be filled in`() {
        let nameless = hub.record(.studyContentChanged(StudyContentChanged(studyUID: "1.2")))
        #expect(refusal(.finalSigned(FinalSigned(impression: "normal")), in: [nameless])?.ground == .content)
        #expect(refusal(.finalSigned(FinalSigned(impression: "normal", contentVersion: "v1")), in: [nameless]) == nil)
        let named = hub.record(content("v1", [("1.1", 3)]), after: [nameless])
        #expect(refusal(.finalSigned(FinalSigned(impression: "normal")), in: [nameless, named]) == nil)
        #expect(refusal(.finalSigned(FinalSigned()), in: [named])?.ground == .content, "it says nothing")
    }

    @Test mutating func `only competing reports are reconciled, and only to one of them`() {
        let final = sign("normal")
        #expect(refusal(.reportReconciled(ReportReconciled(chosen: final.id)), in: [final])?.ground == .state)
        var lake = CaseBuilder("lakeview")
        let apart = lake.record(.finalSigned(FinalSigned(impression: "mass")), by: "dr.mora", role: .radiologist)
        let facts = [final, apart]
        #expect(refusal(.reportReconciled(ReportReconciled()), in: facts)?.ground == .content)
        #expect(refusal(.reportReconciled(ReportReconciled(chosen: testID)), in: facts)?.ground == .content)
        #expect(
            refusal(.reportReconciled(ReportReconciled(competing: [final.id, apart.id], chosen: apart.id)), in: facts) == nil)
        #expect(refusal(.addendumSigned(AddendumSigned(text: "more")), in: facts)?.reason == "Several signed reports stand.")
    }
}

/// The id of an event that no test records.
let testID = EventID(log: LogID(site: SiteID("nowhere")!, incarnation: Incarnation(bits: 9)), sequence: 99)
