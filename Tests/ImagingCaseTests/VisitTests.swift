import EventLog
import ImagingCase
import Testing

/// Further screens, the kidneys, and what a new visit makes of a screen.
@Suite struct VisitTests {
    private var desk = CaseBuilder("desk")
    private var site = CaseBuilder("northside")
    private let pacemaker = ScreeningItem(kind: "implant", value: "pacemaker", label: "unsafe")

    private func arrived(_ visit: String) -> CaseEvent { .patientArrived(PatientArrived(visit: visit)) }

    private func screened(_ eGFR: String, at specimen: String = "", _ result: ScreenResult = .clear) -> CaseEvent {
        let taken = specimen.isEmpty ? [] : [ScreeningItem(kind: "eGFR specimen", value: specimen)]
        return .contrastScreened(
            ContrastScreened(result: result, items: [ScreeningItem(kind: "eGFR", value: eGFR)] + taken))
    }

    private func other(_ kind: OtherScreenKind, _ result: ScreenResult) -> CaseEvent {
        .preparation(.otherScreened(OtherScreened(kind: kind, result: result)))
    }

    private func refusal(_ event: CaseEvent, _ state: SafetyState = SafetyState()) -> AuthoringRefusal? {
        do {
            try SafetyAxis.mayAuthor(event, in: state, by: Author(person: "t.lind", role: .technologist), now: testDay)
            return nil
        } catch {
            return error
        }
    }

    @Test mutating func `a screen counts for its visit and must be made again on the next`() {
        let first = desk.record(arrived("V1"), role: .frontDesk)
        let clear = site.record(.mriScreened(MRIScreened(result: .clear)), after: [first])
        let same = desk.record(arrived("V1"), after: [clear], role: .frontDesk)
        #expect(foldedInEveryOrder([first, clear, same]).safety.word == "clear")
        let second = desk.record(arrived("V2"), after: [clear], role: .frontDesk)
        let state = foldedInEveryOrder([first, clear, second])
        #expect(state.safety.mri.level == .expired && state.safety.isBlocked)
        #expect(state.safety.mri.screens.map(\.standing) == [.expired])
        #expect(state.headline == "Do not go ahead: mri expired")
        #expect(state.jsonText.contains(#""mri":{"state":"expired","blocked":true"#))
        let rules = CaseFold.explain(someCase, CaseHistory([first, clear, second])).filter { $0.axis == "safety" }
        #expect(rules.map(\.state) == ["mri expired"] && rules[0].rule.contains("another visit"))
        #expect(
            refusal(.procedureStepStarted(ProcedureStepStarted(modality: "MR")), state.safety)?.remedy.contains("screen again")
                == true)
        let again = site.record(.mriScreened(MRIScreened(result: .clear)), after: [second])
        #expect(foldedInEveryOrder([first, clear, second, again]).safety.word == "clear")
    }

    @Test mutating func `a screen made before any arrival is for the first visit`() {
        let early = desk.record(.mriScreened(MRIScreened(result: .clear)), role: .nurse)
        let first = desk.record(arrived("V1"), after: [early], role: .frontDesk)
        let second = desk.record(arrived("V2"), after: [first], role: .frontDesk)
        #expect(foldedInEveryOrder([early, first]).safety.word == "clear")
        #expect(foldedInEveryOrder([early, first, second]).safety.word == "expired")
        let unnamed = desk.record(arrived(""), after: [first], role: .frontDesk)
        #expect(foldedInEveryOrder([early, first, unnamed]).safety.word == "clear", "no number names no other visit")
        let apart = site.record(arrived("V3"), role: .frontDesk)
        #expect(foldedInEveryOrder([early, first, apart]).safety.word == "clear", "it had not seen the screen")
    }

    @Test mutating func `what an earlier visit found asks for caution still, and its acceptance has ended`() {
        let first = desk.record(arrived("V1"), role: .frontDesk)
        let barred = site.record(.mriScreened(MRIScreened(result: .contraindicated, items: [pacemaker])), after: [first])
        let accepted = desk.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "stroke")), after: [barred], role: .radiologist)
        let second = desk.record(arrived("V2"), after: [accepted], role: .frontDesk)
        #expect(!foldedInEveryOrder([first, barred, accepted]).safety.isBlocked)
        let state = foldedInEveryOrder([first, barred, accepted, second])
        #expect(state.safety.mri.level == .contraindicated && state.safety.isBlocked)
        #expect(state.safety.accepted.map(\.endedBy) == [second.id])
        #expect(state.jsonText.contains(#""effective":true,"endedBy":"\#(second.id)""#))
        // A screen of this visit, made apart from the earlier one, clears nothing that the earlier one found.
        let apart = site.record(.mriScreened(MRIScreened(result: .clear)), after: [], minutes: 2)
        #expect(foldedInEveryOrder([first, barred, second, accepted, apart]).safety.mri.level == .contraindicated)
        let again = desk.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "again")), after: [second], role: .radiologist)
        #expect(foldedInEveryOrder([first, barred, accepted, second, again]).safety.word == "accepted")
    }

    @Test mutating func `a screen of this visit makes an earlier clear one unimportant`() {
        let first = desk.record(arrived("V1"), role: .frontDesk)
        let old = desk.record(.mriScreened(MRIScreened(result: .clear)), after: [first], role: .nurse)
        let second = desk.record(arrived("V2"), after: [old], role: .frontDesk)
        let fresh = site.record(.mriScreened(MRIScreened(result: .conditional)), after: [first])
        let state = foldedInEveryOrder([first, old, second, fresh])
        #expect(state.safety.mri.level == .conditional && !state.safety.mri.isBlocked)
        #expect(state.safety.mri.screens.map(\.standing).contains(.expired))
    }

    @Test mutating func `further screens have gates of their own that bar any start`() {
        let kinds: [(OtherScreenKind, ScreenKind)] = [
            (.sedation, .sedation), (.anticoagulation, .anticoagulation), (.infection, .infection), (.device, .device),
            (.fall, .fall),
        ]
        for (asked, kind) in kinds {
            var site = CaseBuilder("northside")
            let barred = site.record(other(asked, .contraindicated))
            let state = foldedInEveryOrder([barred])
            #expect(state.safety[kind].isBlocked && state.safety.isBlocked && state.safety.word == "contraindicated")
            #expect(state.jsonText.contains("\"\(kind.rawValue)\":{\"state\":\"contraindicated\""))
            for modality in ["US", "MR", "CT", ""] {
                let start = CaseEvent.procedureStepStarted(ProcedureStepStarted(modality: modality))
                #expect(refusal(start, state.safety)?.reason.contains(kind.rawValue) == true)
            }
            let accepted = site.record(
                .riskAccepted(RiskAccepted(covers: [barred.id], justification: "j")), after: [barred], role: .radiologist)
            #expect(foldedInEveryOrder([barred, accepted]).safety.word == "accepted")
        }
        let vague = site.record(other(.unspecified, .clear))
        #expect(foldedInEveryOrder([vague]).safety.word == "unscreened")
    }

    @Test mutating func `conflict 23: further screens made apart that differ`() throws {
        let clear = desk.record(other(.sedation, .clear), role: .nurse)
        let barred = site.record(other(.sedation, .contraindicated))
        let state = foldedInEveryOrder([clear, barred])
        #expect(state.safety[.sedation].isBlocked && state.conflicts.map(\.number) == [23])
        let again = site.record(other(.sedation, .clear), after: [clear, barred])
        #expect(foldedInEveryOrder([clear, barred, again]).conflicts.map(\.closedBy) == [again.id])
    }

    @Test mutating func `an eGFR below 30 bars the contrast gate until the risk is accepted`() {
        let low = site.record(screened("29.9"))
        let state = foldedInEveryOrder([low]).safety
        #expect(state.contrast.isBlocked && state.contrast.level == .conditional)
        #expect(state.contrast.kidney.map(\.eGFR) == [29.9] && state.contrast.kidney[0].isLow)
        let threshold = site.record(screened("30"), after: [low])
        #expect(!foldedInEveryOrder([low, threshold]).safety.isBlocked)
        let accepted = site.record(
            .riskAccepted(RiskAccepted(covers: [low.id], justification: "bleeding")), after: [low], role: .radiologist)
        #expect(foldedInEveryOrder([low, accepted]).safety.word == "accepted")
        let nonsense = site.record(screened("many"), after: [])
        #expect(foldedInEveryOrder([nonsense]).safety.contrast.kidney.isEmpty)
    }

    @Test mutating func `conflict 27: of two eGFR on either side of 30 the lower gates until the newer specimen is confirmed`()
        throws
    {
        let low = desk.record(screened("24", at: "2025-06-01T08:00:00Z"), by: "n.berg", role: .nurse)
        let high = site.record(screened("48", at: "2025-06-09T08:00:00Z"), by: "t.lind", minutes: 7)
        let state = foldedInEveryOrder([low, high])
        #expect(state.safety.contrast.isBlocked)
        #expect(Set(state.safety.contrast.kidney.map(\.eGFR)) == [24, 48])
        #expect(state.jsonText.contains(#""eGFR":24.0,"specimenTaken":"2025-06-01T08:00:00Z","low":true,"counts":true"#))
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 27 && conflict.kind == "kidneyFunctionDiffers")
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist, .technologist] && conflict.dueMinutes == 22)
        #expect(conflict.inForce.contains("24.0") && conflict.inForce.contains("48.0 of 2025-06-09T08:00:00Z"))

        let newer = desk.record(decision(on: conflict, choosing: high), after: [low, high], role: .radiologist)
        let lifted = foldedInEveryOrder([low, high, newer])
        #expect(lifted.conflicts.map(\.closedBy) == [newer.id] && !lifted.safety.contrast.isBlocked)
        #expect(lifted.safety.contrast.kidney.filter(\.counts).map(\.eGFR) == [48])
        let lower = desk.record(decision(on: conflict, choosing: low), after: [low, high], role: .radiologist)
        #expect(foldedInEveryOrder([low, high, lower]).safety.contrast.isBlocked)
        let again = site.record(screened("51"), after: [low, high])
        #expect(foldedInEveryOrder([low, high, again]).conflicts.map(\.closedBy) == [again.id])
        let accepted = desk.record(
            .riskAccepted(RiskAccepted(covers: [low.id], justification: "bleeding")), after: [low, high], role: .radiologist)
        let covered = foldedInEveryOrder([low, high, accepted])
        #expect(covered.conflicts.map(\.closedBy) == [accepted.id] && !covered.safety.contrast.isBlocked)
        let powerless = site.record(decision(on: conflict, choosing: high), after: [low, high], role: .technologist)
        #expect(foldedInEveryOrder([low, high, powerless]).conflicts.map(\.state) == [.open])
    }

    @Test mutating func `conflict 27: to confirm the older specimen lifts nothing`() throws {
        let low = desk.record(screened("24", at: "2025-06-09T08:00:00Z"), role: .nurse)
        let high = site.record(screened("48", at: "2025-06-01T08:00:00Z"))
        let conflict = try #require(foldedInEveryOrder([low, high]).conflicts.first)
        let decided = desk.record(decision(on: conflict, choosing: high), after: [low, high], role: .radiologist)
        #expect(foldedInEveryOrder([low, high, decided]).safety.contrast.isBlocked)
    }

    @Test mutating func `conflict 27: not on one side of 30, not where one had seen the other, and beside other findings`() {
        let low = desk.record(screened("24"), role: .nurse)
        let after = site.record(screened("48"), after: [low])
        #expect(foldedInEveryOrder([low, after]).conflicts.isEmpty)
        let one = desk.record(screened("44"), role: .nurse)
        let two = site.record(screened("48"))
        #expect(foldedInEveryOrder([one, two]).conflicts.map(\.number) == [24])
        let barred = site.record(screened("48", .contraindicated))
        #expect(foldedInEveryOrder([low, barred]).conflicts.map(\.number) == [23, 27])
        let allergic = site.record(
            .contrastScreened(
                ContrastScreened(
                    result: .clear,
                    items: [ScreeningItem(kind: "eGFR", value: "48"), ScreeningItem(kind: "reaction", value: "hives")])))
        #expect(foldedInEveryOrder([low, allergic]).conflicts.map(\.number) == [24, 27])
    }

    @Test func `impossible kidneys and screens of nothing are refused`() {
        for value in ["-3", "201", "many", ""] {
            #expect(
                refusal(screened(value))?.reason
                    == "items[0].value: expected an eGFR of 0 to 200 mL/min/1.73 m2, got \"\(value)\".")
        }
        for taken in ["yesterday", "2025-02-30T08:00:00Z", "2099-01-01T00:00:00Z"] {
            #expect(refusal(screened("54", at: taken))?.reason.hasPrefix("items[1].value: expected when") == true)
        }
        #expect(refusal(screened("54", at: "2025-06-01T08:00:00Z")) == nil)
        #expect(refusal(other(.unspecified, .clear))?.remedy.contains("sedation") == true)
        #expect(refusal(other(.fall, .unspecified))?.ground == .content)
        #expect(refusal(other(.fall, .clear)) == nil)
    }
}
