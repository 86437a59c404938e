import EventLog
import ImagingCase
import Testing

@Suite struct SafetyTests {
    private func mri(_ result: ScreenResult, _ items: [ScreeningItem] = []) -> CaseEvent {
        .mriScreened(MRIScreened(result: result, items: items))
    }

    @Test func `each screen has its gate and the worst gate names the axis`() {
        var site = CaseBuilder("northside")
        let clear = site.record(mri(.clear))
        let reaction = site.record(.contrastScreened(ContrastScreened(result: .conditional)), after: [clear])
        let unknown = site.record(.pregnancyScreened(PregnancyScreened(result: .unknown)), after: [reaction])
        let facts = [clear, reaction, unknown]
        let words = facts.indices.map { CaseFold.fold(someCase, Array(facts[...$0])).safety }
        #expect(words.map(\.word) == ["clear", "conditional", "unable"])
        #expect(words.map(\.isBlocked) == [false, false, true])
        let state = foldedInEveryOrder(facts)
        #expect(state.safety.mri.word == "clear" && state.safety.contrast.word == "conditional")
        #expect(state.safety.pregnancy.isBlocked)
        #expect(state.headline == "Do not go ahead: pregnancy unable")
        #expect(CaseFold.fold(someCase, []).safety.word == "unscreened")
    }

    @Test func `a screen made by somebody who had seen the earlier one replaces it`() {
        var site = CaseBuilder("northside")
        let pacemaker = ScreeningItem(kind: "implant", value: "pacemaker", label: "unsafe")
        let barred = site.record(mri(.contraindicated, [pacemaker]))
        let clear = site.record(mri(.clear), after: [barred])
        let state = foldedInEveryOrder([barred, clear]).safety
        #expect(state.word == "clear" && !state.isBlocked)
        #expect(state.mri.screens.map(\.standing) == [.superseded, .stands])
        #expect(state.mri.items.isEmpty)
    }

    @Test func `an accepted risk lifts the named screens and a later finding blocks again`() {
        var site = CaseBuilder("northside")
        let barred = site.record(mri(.contraindicated))
        let accepted = site.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "stroke")), after: [barred], by: "dr.rad",
            role: .radiologist)
        let lifted = foldedInEveryOrder([barred, accepted])
        #expect(lifted.safety.word == "accepted" && !lifted.safety.isBlocked)
        #expect(lifted.jsonText.contains(#""safety":{"state":"accepted","blocked":false"#))
        let again = site.record(mri(.contraindicated), after: [accepted])
        let state = foldedInEveryOrder([barred, accepted, again])
        #expect(state.safety.word == "contraindicated" && state.safety.isBlocked)
    }

    @Test func `a risk accepted by somebody who may not lifts nothing and is flagged`() {
        var site = CaseBuilder("northside")
        let barred = site.record(mri(.contraindicated))
        let accepted = site.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "hurry")), after: [barred], role: .technologist)
        let state = foldedInEveryOrder([barred, accepted])
        #expect(state.safety.isBlocked)
        #expect(state.safety.accepted.map(\.isEffective) == [false])
        #expect(state.anomalies.map(\.event) == [accepted.id])
    }

    @Test func `a blocked gate refuses the start that it concerns and lets others and devices pass`() {
        var site = CaseBuilder("northside")
        let barred = site.record(mri(.contraindicated))
        let maybe = site.record(.pregnancyScreened(PregnancyScreened(result: .possible)), after: [barred])
        let magnet = CaseFold.fold(someCase, [barred]).safety
        let unborn = CaseFold.fold(someCase, [barred, maybe]).safety
        func start(_ modality: String, _ state: SafetyState, _ role: Role = .technologist) -> Bool {
            do {
                try SafetyAxis.mayAuthor(
                    .procedureStepStarted(ProcedureStepStarted(modality: modality)), in: state,
                    by: Author(person: "t.lind", role: role), now: testDay)
                return true
            } catch {
                return false
            }
        }
        #expect(!start("MR", magnet) && !start("", magnet) && start("CT", magnet) && start("MR", magnet, .system))
        #expect(!start("CT", unborn) && start("US", unborn))
    }

    @Test func `an acceptance names screens of the case and says why`() {
        var site = CaseBuilder("northside")
        let barred = site.record(mri(.contraindicated))
        let other = site.record(mri(.clear), after: [barred])
        let state = CaseFold.fold(someCase, [barred]).safety
        let author = Author(person: "dr.rad", role: .radiologist)
        for (covers, why) in [([], "x"), ([barred.id], ""), ([other.id], "x")] as [([EventID], String)] {
            #expect(throws: AuthoringRefusal.self) {
                try SafetyAxis.mayAuthor(
                    .riskAccepted(RiskAccepted(covers: covers, justification: why)), in: state, by: author, now: testDay)
            }
        }
        #expect(throws: Never.self) {
            try SafetyAxis.mayAuthor(
                .riskAccepted(RiskAccepted(covers: [barred.id], justification: "stroke")), in: state, by: author, now: testDay)
        }
        #expect(throws: AuthoringRefusal.self) {
            try SafetyAxis.mayAuthor(.mriScreened(MRIScreened()), in: state, by: author, now: testDay)
        }
    }
}
