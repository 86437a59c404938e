import EventLog
import ImagingCase
import Testing

@Suite struct SafetyConflictTests {
    private var desk = CaseBuilder("desk")
    private var site = CaseBuilder("northside")
    private let pacemaker = ScreeningItem(kind: "implant", value: "pacemaker", label: "unsafe")

    @Test mutating func `conflict 23: clear at the desk and contraindicated at the site blocks until override or a new screen`()
        throws
    {
        let clear = desk.record(.mriScreened(MRIScreened(result: .clear)), by: "n.berg", role: .nurse)
        let barred = site.record(
            .mriScreened(MRIScreened(result: .contraindicated, items: [pacemaker])), by: "t.lind", minutes: 8)
        let state = foldedInEveryOrder([clear, barred])
        #expect(state.safety.word == "contraindicated" && state.safety.isBlocked)
        #expect(Set(state.safety.mri.screens.map(\.result)) == ["clear", "contraindicated"])
        #expect(state.safety.mri.items == [pacemaker])
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1)
        #expect(conflict.number == 23 && conflict.events == [clear.id, barred.id].sorted())
        #expect(conflict.owner == .safetyOfficer && conflict.dueMinutes == 23)
        #expect(conflict.told == [.technologist, .radiologist, .safetyOfficer])
        #expect(conflict.inForce.contains("t.lind"))

        let again = site.record(.mriScreened(MRIScreened(result: .clear)), after: [clear, barred])
        let screened = foldedInEveryOrder([clear, barred, again])
        #expect(screened.conflicts.map(\.state) == [.resolved])
        #expect(screened.conflicts.first?.closedBy == again.id)
        #expect(!screened.safety.isBlocked && screened.safety.word == "clear")

        let accepted = desk.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "stroke")), after: [clear, barred], role: .radiologist)
        let lifted = foldedInEveryOrder([clear, barred, accepted])
        #expect(lifted.conflicts.first?.closedBy == accepted.id)
        #expect(lifted.safety.word == "accepted" && !lifted.safety.isBlocked)
    }

    @Test mutating func `conflict 23: a privileged decision by name overrides and any other does not`() throws {
        let clear = desk.record(.mriScreened(MRIScreened(result: .clear)), role: .nurse)
        let barred = site.record(.mriScreened(MRIScreened(result: .contraindicated)))
        let conflict = try #require(foldedInEveryOrder([clear, barred]).conflicts.first)
        let decided = site.record(decision(on: conflict, choosing: clear), after: [clear, barred], role: .safetyOfficer)
        let state = foldedInEveryOrder([clear, barred, decided])
        #expect(state.conflicts.map(\.state) == [.resolved])
        #expect(!state.safety.isBlocked && state.safety.word == "clear")
        #expect(state.safety.mri.screens.count == 2)
        let presumed = desk.record(decision(on: conflict, choosing: clear), after: [clear, barred], role: .technologist)
        #expect(foldedInEveryOrder([clear, barred, presumed]).safety.isBlocked)
        let blind = desk.record(decision(on: conflict, choosing: clear), after: [clear], role: .radiologist)
        #expect(foldedInEveryOrder([clear, barred, blind]).safety.isBlocked)
    }

    @Test mutating func `conflict 24: differing lists of implants are taken together with the worst label`() throws {
        let stent = ScreeningItem(kind: "implant", value: "stent", label: "conditional")
        let clip = ScreeningItem(kind: "implant", value: "clip", label: "safe")
        let worse = ScreeningItem(kind: "implant", value: "clip", label: "unknown")
        let first = desk.record(.mriScreened(MRIScreened(result: .conditional, items: [stent, clip])), role: .nurse)
        let second = site.record(.mriScreened(MRIScreened(result: .conditional, items: [worse])), minutes: 1)
        let state = foldedInEveryOrder([first, second])
        #expect(state.safety.mri.items == [worse, stent])
        #expect(state.safety.mri.screens.count == 2)
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 24 && conflict.owner == .technologist && conflict.told == [.technologist])
        #expect(conflict.dueMinutes == 31)
        let decided = site.record(decision(on: conflict, choosing: second), after: [first, second])
        let closed = foldedInEveryOrder([first, second, decided])
        #expect(closed.conflicts.map(\.state) == [.resolved])
        #expect(closed.safety.mri.items == [worse, stent])
    }

    @Test mutating func `conflict 25: an acceptance does not cover a finding that its author had not seen`() throws {
        let barred = site.record(.mriScreened(MRIScreened(result: .contraindicated, items: [pacemaker])))
        let accepted = desk.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "stroke")), after: [barred], role: .radiologist)
        let found = site.record(
            .mriScreened(MRIScreened(result: .conditional, items: [pacemaker, ScreeningItem(kind: "implant", value: "clip")])),
            after: [barred], minutes: 2)
        let facts = [barred, accepted, found]
        let state = foldedInEveryOrder(facts)
        #expect(state.safety.isBlocked && state.safety.word == "conditional")
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1)
        #expect(conflict.number == 25 && conflict.events == [accepted.id, found.id].sorted())
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist, .technologist] && conflict.dueMinutes == 17)
        let covering = desk.record(
            .riskAccepted(RiskAccepted(covers: [barred.id, found.id], justification: "stroke")), after: [accepted, found],
            role: .radiologist)
        let lifted = foldedInEveryOrder(facts + [covering])
        #expect(lifted.conflicts.map(\.state) == [.resolved])
        #expect(!lifted.safety.isBlocked && lifted.safety.word == "accepted")
        let decided = desk.record(decision(on: conflict, choosing: accepted), after: [accepted, found], role: .radiologist)
        #expect(foldedInEveryOrder(facts + [decided]).conflicts.first?.closedBy == decided.id)
        let cleared = site.record(.mriScreened(MRIScreened(result: .clear)), after: [barred], minutes: 2)
        #expect(foldedInEveryOrder([barred, accepted, cleared]).conflicts.isEmpty)
    }

    @Test mutating func `conflict 26: of pregnancy no and possible the more cautious stands`() throws {
        let no = desk.record(.pregnancyScreened(PregnancyScreened(result: .no)), role: .nurse)
        let maybe = site.record(.pregnancyScreened(PregnancyScreened(result: .possible)), minutes: 3)
        let state = foldedInEveryOrder([no, maybe])
        #expect(state.safety.pregnancy.isBlocked)
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 26 && conflict.kind == "pregnancyDiffers" && conflict.dueMinutes == 18)
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist, .physicist, .referrer])
        let tested = site.record(.pregnancyScreened(PregnancyScreened(result: .no)), after: [no, maybe])
        let closed = foldedInEveryOrder([no, maybe, tested])
        #expect(closed.conflicts.map(\.state) == [.resolved] && !closed.safety.isBlocked)
    }

    @Test mutating func `conflict 26: a pregnancy found after the exposure leaves it performed and asks for the fetal dose`()
        throws
    {
        let no = desk.record(.pregnancyScreened(PregnancyScreened(result: .no)), role: .nurse)
        let done = site.record(
            .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", modality: "CT")), after: [no], minutes: 5)
        let yes = desk.record(.pregnancyScreened(PregnancyScreened(result: .yes)), after: [no], role: .nurse, minutes: 90)
        let state = foldedInEveryOrder([no, done, yes])
        #expect(state.acquisition.status == .completed)
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 26 && conflict.kind == "exposedWhenPregnant" && conflict.owner == .physicist)
        #expect(conflict.dueMinutes == 1530)
        let estimated = site.record(decision(on: conflict, choosing: done), after: [done, yes], role: .physicist)
        #expect(foldedInEveryOrder([no, done, yes, estimated]).conflicts.map(\.state) == [.resolved])
        let magnet = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", modality: "MR")), after: [no])
        #expect(foldedInEveryOrder([no, magnet, yes]).conflicts.isEmpty)
    }

    @Test func `conflicts 23 and 25: a low eGFR asks for caution whatever the screen's result`() {
        var north = CaseBuilder("northside")
        var lake = CaseBuilder("lakeview")
        var hub = CaseBuilder("hub")
        let kidney = [ScreeningItem(kind: "eGFR", value: "24")]
        let asthma = north.record(.contrastScreened(ContrastScreened(result: .conditional)))
        let low = lake.record(.contrastScreened(ContrastScreened(result: .clear, items: kidney)))
        let accepted = { (covers: [CaseFact]) in
            CaseEvent.riskAccepted(RiskAccepted(covers: covers.map(\.id), justification: "stroke"))
        }
        let apart = hub.record(accepted([asthma]), after: [asthma], role: .radiologist)
        let open = foldedInEveryOrder([asthma, low, apart])
        #expect(open.openConflicts.map(\.number) == [23, 25] && open.safety.contrast.isBlocked)
        let half = hub.record(accepted([asthma]), after: [asthma, low], role: .radiologist)
        #expect(foldedInEveryOrder([asthma, low, half]).openConflicts.map(\.number) == [23])
        let both = hub.record(accepted([asthma, low]), after: [asthma, low, apart], role: .radiologist)
        #expect(foldedInEveryOrder([asthma, low, apart, both]).openConflicts.isEmpty)
    }
}
