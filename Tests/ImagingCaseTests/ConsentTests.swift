import EventLog
import ImagingCase
import Testing

@Suite struct ConsentTests {
    private var ward = CaseBuilder("ward")
    private var site = CaseBuilder("northside")

    private func consent(_ state: ConsentDecision, _ kind: ConsentKind = .procedure, _ note: String = "") -> CaseEvent {
        .preparation(.consentRecorded(ConsentRecorded(kind: kind, state: state, note: note)))
    }

    private func refusal(_ event: CaseEvent, _ facts: [CaseFact], _ role: Role = .nurse) -> AuthoringRefusal? {
        do {
            try ConsentAxis.mayAuthor(
                event, in: CaseFold.fold(someCase, facts).rare.consent, by: Author(person: "n.berg", role: role), now: testDay)
            return nil
        } catch {
            return error
        }
    }

    @Test mutating func `consent is given, taken back, refused and given again, kind by kind`() {
        let given = ward.record(consent(.given), role: .nurse)
        let contrast = ward.record(consent(.refused, .contrast, "afraid"), after: [given], role: .nurse)
        let taken = ward.record(consent(.withdrawn), after: [contrast], role: .nurse)
        let again = ward.record(consent(.given), after: [taken], role: .nurse)
        #expect(CaseFold.fold(someCase, [given]).rare.consent.word == "given")
        let mixed = foldedInEveryOrder([given, contrast]).rare.consent
        #expect(mixed.word == "refused" && mixed[.procedure]?.isBlocked == false && mixed[.contrast]?.isBlocked == true)
        #expect(mixed[.research] == nil)
        let withdrawn = foldedInEveryOrder([given, contrast, taken])
        #expect(withdrawn.rare.consent[.procedure]?.decision == .withdrawn && withdrawn.conflicts.isEmpty)
        #expect(withdrawn.jsonText.contains(#""consent":{"state":"withdrawn","blocked":true,"procedure":{"state":"withdrawn""#))
        #expect(withdrawn.jsonText.contains(#""said":"refused","note":"afraid""#))
        let back = foldedInEveryOrder([given, contrast, taken, again]).rare.consent
        #expect(back[.procedure]?.decision == .given)
        #expect(back[.procedure]?.records.map(\.standing) == [.superseded, .superseded, .stands])
        #expect(!CaseFold.fold(someCase, []).jsonText.contains("consent"))
    }

    @Test mutating func `consent taken back blocks what is not done and what was done stands`() {
        let given = ward.record(consent(.given), role: .nurse)
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [given])
        let taken = ward.record(consent(.withdrawn), after: [given], role: .nurse)
        let state = foldedInEveryOrder([given, begun, taken])
        #expect(state.rare.consent[.procedure]?.done == [begun.id] && state.anomalies.isEmpty)
        #expect(state.acquisition.status == .inProgress)
        let start = CaseEvent.procedureStepStarted(ProcedureStepStarted(stepUID: "2"))
        #expect(refusal(start, [given, taken], .technologist)?.reason == "Consent to the procedure is withdrawn.")
        #expect(refusal(start, [given], .technologist) == nil && refusal(start, [given, taken], .system) == nil)
        let defiant = site.record(start, after: [taken])
        let flagged = foldedInEveryOrder([given, taken, defiant])
        #expect(flagged.anomalies.map(\.event) == [defiant.id])
        #expect(flagged.anomalies[0].what.contains("consent to procedure"))
    }

    @Test mutating func `contrast given against the person's will is flagged and stays recorded`() {
        let refused = ward.record(consent(.refused, .contrast), role: .nurse)
        let given = site.record(
            .preparation(.medicationAdministered(MedicationAdministered(agent: Coded(text: "iohexol"), isContrast: true))),
            after: [refused])
        let saline = site.record(
            .preparation(.medicationAdministered(MedicationAdministered(agent: Coded(text: "saline")))), after: [given])
        let state = foldedInEveryOrder([refused, given, saline])
        #expect(state.rare.consent[.contrast]?.done == [given.id])
        #expect(state.anomalies.map(\.event) == [given.id])
        #expect(state.rare.medication.given.count == 2)
    }

    @Test mutating func `conflict 51: of given and withdrawn recorded apart withdrawn holds and done steps stand`() throws {
        let given = ward.record(consent(.given), by: "n.berg", role: .nurse, minutes: 1)
        let taken = site.record(consent(.withdrawn), by: "t.lind", minutes: 6)
        let begun = ward.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [given])
        let state = foldedInEveryOrder([given, taken, begun])
        let entry = try #require(state.rare.consent[.procedure])
        #expect(entry.isBlocked && entry.decision == .withdrawn && entry.blockedBy == [taken.id])
        #expect(Set(entry.records.map(\.said.state)) == [.given, .withdrawn] && entry.done == [begun.id])
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 51 && conflict.kind == "consentDiffers")
        #expect(conflict.owner == .radiologist && conflict.dueMinutes == 21)
        #expect(conflict.told == [.interventionalRadiologist, .nurse, .technologist])
        #expect(conflict.inForce.contains("given") && conflict.inForce.contains("withdrawn"))
        let decided = ward.record(decision(on: conflict, choosing: given), after: [given, taken], role: .radiologist)
        let closed = foldedInEveryOrder([given, taken, decided])
        #expect(closed.conflicts.map(\.closedBy) == [decided.id])
        #expect(closed.rare.consent[.procedure]?.decision == .given)
        let asked = site.record(consent(.given), after: [given, taken])
        let settled = foldedInEveryOrder([given, taken, asked])
        #expect(settled.conflicts.map(\.closedBy) == [asked.id] && settled.rare.consent.word == "given")
    }

    @Test mutating func `conflict 51: not of one mind, not of two kinds, not where one had seen the other`() {
        let refused = ward.record(consent(.refused), role: .nurse)
        let taken = site.record(consent(.withdrawn))
        #expect(foldedInEveryOrder([refused, taken]).conflicts.isEmpty)
        let other = site.record(consent(.given, .contrast))
        #expect(foldedInEveryOrder([refused, other]).conflicts.isEmpty)
        let later = site.record(consent(.given), after: [refused])
        #expect(foldedInEveryOrder([refused, later]).conflicts.isEmpty)
    }

    @Test mutating func `a record that says nothing changes nothing and is refused at the door`() {
        let vague = ward.record(.preparation(.consentRecorded(ConsentRecorded(kind: .procedure))), role: .nurse)
        let state = foldedInEveryOrder([vague])
        #expect(state.anomalies.map(\.event) == [vague.id] && state.rare.consent.entries.isEmpty)
        let given = ward.record(consent(.given), role: .nurse)
        let rows: [(ConsentRecorded, [CaseFact], reason: String, remedy: String)] = [
            (ConsentRecorded(state: .given), [], "kind: expected to what", "procedure"),
            (ConsentRecorded(kind: .contrast), [], "state: expected whether", "given, refused or withdrawn"),
            (
                ConsentRecorded(kind: .contrast, state: .given, documentDigest: "ab"), [], "got 2 characters", "SHA-256"
            ),
            (
                ConsentRecorded(kind: .contrast, state: .given, documentDigest: String(repeating: "g", count: 64)), [],
                "64 hexadecimal digits", "leave it out"
            ),
            (ConsentRecorded(kind: .contrast, state: .withdrawn), [given], "No consent to contrast is given", "refused"),
        ]
        for (said, facts, reason, remedy) in rows {
            let refused = refusal(.preparation(.consentRecorded(said)), facts)
            #expect(refused?.reason.contains(reason) == true && refused?.remedy.contains(remedy) == true, "\(said)")
        }
        #expect(refusal(consent(.withdrawn), [given]) == nil)
        let signed = ConsentRecorded(
            kind: .contrast, state: .given, documentDigest: String(repeating: "aF0", count: 22).dropLast(2) + "")
        #expect(refusal(.preparation(.consentRecorded(signed)), []) == nil)
    }

    @Test mutating func `consent recorded by who may not lifts nothing, and a refusal counts by whomever it came`() {
        let refused = ward.record(consent(.refused), role: .frontDesk)
        let given = site.record(consent(.given), after: [refused], role: .frontDesk)
        let state = foldedInEveryOrder([refused, given])
        #expect(
            state.rare.consent.word == "refused" && state.anomalies.filter { $0.axis == "consent" }.map(\.event) == [given.id])
    }

    @Test mutating func `each kind is explained`() {
        let given = ward.record(consent(.given), role: .nurse)
        let refused = ward.record(consent(.refused, .contrast), after: [given], role: .nurse)
        let all = CaseFold.explain(someCase, CaseHistory([given, refused])).filter { $0.axis == "consent" }
        #expect(all.map(\.state) == ["procedure given", "contrast refused"])
        #expect(all.map(\.events) == [[given.id], [refused.id]] && all[1].rule.contains("Not consented"))
    }
}
