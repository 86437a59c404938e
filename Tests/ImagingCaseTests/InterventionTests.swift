import EventLog
import ImagingCase
import Testing

@Suite struct InterventionTests {
    var suite = CaseBuilder("northside")
    var hub = CaseBuilder("hub")

    static let checks = ["patient", "procedure", "side", "consent"].map { ScreeningItem(kind: $0, value: "yes") }

    private mutating func record(
        _ event: InterventionEvent, after seen: [CaseFact] = [], role: Role? = nil, minutes: Int64 = 0
    ) -> CaseFact {
        let role = role ?? Authority.roles(for: .intervention(event)).first ?? .system
        return suite.record(.intervention(event), after: seen, by: role.rawValue, role: role, minutes: minutes)
    }

    private mutating func consent(_ state: ConsentDecision, after seen: [CaseFact]) -> CaseFact {
        suite.record(.preparation(.consentRecorded(ConsentRecorded(kind: .procedure, state: state))), after: seen, role: .nurse)
    }

    private func timeOut(_ result: TimeOutResult = .confirmed) -> InterventionEvent {
        .timeOutDone(IRTimeOutDone(checks: Self.checks, participants: ["dr.ir", "n.holt"], result: result))
    }

    private func step(
        _ words: String = "puncture", device: String = "", guidance: String = "fluoroscopy", specimen: String = "",
        loss: Double = 0
    ) -> InterventionEvent {
        .stepRecorded(
            IRStepRecorded(
                step: words, deviceIdentifier: device, guidance: guidance, specimen: specimen, bloodLossMillilitres: loss))
    }

    private func completed(kerma: Double = 0, seconds: Double = 0) -> InterventionEvent {
        .completed(IRCompleted(outcome: .success, fluoroscopySeconds: seconds, referencePointMilligray: kerma))
    }

    /// Assessed, consented, timed out: the last has seen the others.
    private mutating func ready() -> [CaseFact] {
        let assessed = record(.assessed(IRAssessed(internationalNormalizedRatio: 1.1, anesthesiaClass: 2, isFit: true)))
        let consented = consent(.given, after: [assessed])
        return [assessed, consented, record(timeOut(), after: [consented])]
    }

    private func state(_ facts: [CaseFact], sourceLocation: SourceLocation = #_sourceLocation) -> InterventionState {
        foldedInEveryOrder(facts, sourceLocation: sourceLocation).rare.intervention
    }

    @Test mutating func `an intervention goes from requested to followed up, each step by what was recorded`() {
        #expect(CaseFold.fold(someCase, []).rare.intervention.status == .none)
        let unfit = record(.assessed(IRAssessed(internationalNormalizedRatio: 3.2)))
        #expect(state([unfit]).status == .requested)
        let assessed = record(.assessed(IRAssessed(internationalNormalizedRatio: 1.1, isFit: true)), after: [unfit])
        #expect(state([unfit, assessed]).status == .assessed)
        let consented = consent(.given, after: [assessed])
        var facts = [unfit, assessed, consented]
        #expect(state(facts).status == .consented)
        let rows: [(InterventionEvent, InterventionState.Status)] = [
            (timeOut(), .timedOut), (step(), .inProgress), (completed(), .completed),
            (.recoveryRecorded(IRRecoveryRecorded(painScore: 3, vitals: "BP 120/70")), .recovery),
            (
                .recoveryRecorded(IRRecoveryRecorded(discharged: testDay, followUp: testDay.advanced(byMilliseconds: 1))),
                .discharged
            ),
            (.recoveryRecorded(IRRecoveryRecorded(isFollowedUp: true, note: "well")), .followedUp),
        ]
        for (event, status) in rows {
            facts.append(record(event, after: [facts[facts.count - 1]]))
            #expect(state(facts).status == status)
        }
        let whole = foldedInEveryOrder(facts)
        #expect(whole.anomalies.isEmpty && whole.conflicts.isEmpty && whole.rare.intervention.safetyEvents.isEmpty)
    }

    @Test mutating func `broken off stands against completed apart from it`() {
        let facts = ready()
        let begun = record(step(), after: [facts[2]])
        let done = record(completed(), after: [begun])
        let broken = hub.record(
            .intervention(.aborted(IRAborted(reason: "spasm"))), after: [begun], role: .interventionalRadiologist)
        let both = foldedInEveryOrder(facts + [begun, done, broken])
        #expect(both.rare.intervention.status == .aborted && both.rare.intervention.abortReason == "spasm")
        #expect(both.anomalies.map(\.event) == [done.id])
        #expect(state(facts + [begun, broken]).endedBy == broken.id)
    }

    @Test mutating func `devices, specimens, blood loss and complications are kept and added up`() {
        let facts = ready()
        let one = record(step("sheath", device: "(01)1", loss: 10.25), after: [facts[2]])
        let two = record(step("biopsy", device: "(01)2", guidance: "ultrasound", specimen: "core 1", loss: 5), after: [one])
        let three = record(step("coil", device: "(01)1", loss: .nan), after: [two])
        let mild = record(.complicationRecorded(IRComplicationRecorded(severity: 1, what: "haematoma")), after: [three])
        let grave = record(
            .complicationRecorded(IRComplicationRecorded(severity: 4, what: "bleed", action: "embolised")), after: [mild])
        let odd = record(.complicationRecorded(IRComplicationRecorded(severity: 9, what: "?")), after: [grave])
        let facts2 = facts + [one, two, three, mild, grave, odd]
        let found = CaseFold.fold(someCase, facts2)
        #expect(found.rare.intervention.devices == ["(01)1", "(01)2"])
        #expect(found.rare.intervention.specimens == ["core 1"])
        #expect(found.rare.intervention.bloodLossMillilitres == 15.3)
        #expect(found.rare.intervention.worstSeverity == 4 && found.rare.intervention.complications.count == 3)
        #expect(found.anomalies.map(\.event) == [three.id, odd.id])
    }

    @Test mutating func `fluoroscopy and air kerma raise alerts until somebody who saw them takes note`() {
        let facts = ready()
        let begun = record(step(), after: [facts[2]])
        let low = record(completed(kerma: 4999, seconds: 3599), after: [begun])
        #expect(state(facts + [begun, low]).alerts.isEmpty)
        let high = record(completed(kerma: 5000, seconds: 3600), after: [begun])
        let open = state(facts + [begun, high])
        #expect(open.alerts.map(\.quantity) == [.airKerma, .fluoroscopy])
        #expect(open.alerts.map(\.value) == [5, 60] && open.alerts.map(\.acknowledgedBy) == [nil, nil])
        let note = { (builder: inout CaseBuilder, seen: CaseFact, role: Role) in
            builder.record(
                .doseAlert(.acknowledged(DoseAlertAcknowledged(alert: "airKerma", action: "skin check"))), after: [seen],
                role: role)
        }
        let noted = note(&suite, high, .physicist)
        #expect(state(facts + [begun, high, noted]).alerts.map(\.acknowledgedBy) == [noted.id, nil])
        let blind = note(&hub, begun, .physicist)
        let clerk = note(&hub, high, .frontDesk)
        #expect(state(facts + [begun, high, blind, clerk]).alerts.map(\.acknowledgedBy) == [nil, nil])
        let negative = record(completed(kerma: -1, seconds: .infinity), after: [begun])
        let odd = CaseFold.fold(someCase, facts + [begun, negative])
        #expect(odd.rare.intervention.alerts.isEmpty && odd.anomalies.map(\.event) == [negative.id, negative.id])
    }

    @Test mutating func `of assessments and consents made apart the cautious one stands`() {
        let fit = record(.assessed(IRAssessed(isFit: true)))
        let unfit = hub.record(.intervention(.assessed(IRAssessed(internationalNormalizedRatio: 4))), role: .nurse)
        #expect(state([fit, unfit]).status == .requested && state([fit, unfit]).assessedBy == unfit.id)
        let given = consent(.given, after: [fit])
        let refused = hub.record(
            .preparation(.consentRecorded(ConsentRecorded(kind: .procedure, state: .refused))), after: [fit], role: .nurse)
        #expect(state([fit, given, refused]).consent == .refused && state([fit, given, refused]).status == .assessed)
        let other = hub.record(
            .preparation(.consentRecorded(ConsentRecorded(kind: .research, state: .withdrawn))), after: [given], role: .nurse)
        #expect(state([fit, given, other]).status == .consented)
    }

    @Test mutating func `what may not be judged by a role changes nothing, what was done counts whoever says it`() {
        let clerk = record(.assessed(IRAssessed(isFit: true)), role: .frontDesk)
        let device = record(timeOut(), after: [clerk], role: .system)
        let found = foldedInEveryOrder([clerk, device])
        #expect(found.rare.intervention.status == .none)
        #expect(found.anomalies.map(\.event) == [clerk.id, device.id])
        let done = record(step(), after: [device], role: .referrer)
        #expect(foldedInEveryOrder([clerk, device, done]).rare.intervention.status == .inProgress)
        let facts = ready()
        let begun = record(step(), after: [facts[2]])
        let ended = record(completed(), after: [begun])
        let late = record(step("closure"), after: [ended])
        let after = foldedInEveryOrder(facts + [begun, ended, late])
        #expect(after.rare.intervention.status == .completed && after.rare.intervention.steps.count == 2)
        #expect(after.anomalies.map(\.event) == [late.id])
    }

    @Test mutating func `a follow-up is overdue when its moment has passed and nobody recorded it`() {
        let facts = ready()
        let begun = record(step(), after: [facts[2]])
        let ended = record(completed(), after: [begun])
        let home = record(.recoveryRecorded(IRRecoveryRecorded(discharged: testDay, followUp: testDay)), after: [ended])
        let all = facts + [begun, ended, home]
        #expect(!state(all).isFollowUpOverdue(at: testDay))
        #expect(state(all).isFollowUpOverdue(at: testDay.advanced(byMilliseconds: 1)))
        #expect(!state(facts).isFollowUpOverdue(at: testDay.advanced(byMilliseconds: 1)))
        let seen = record(.recoveryRecorded(IRRecoveryRecorded(isFollowedUp: true)), after: [home])
        #expect(!state(all + [seen]).isFollowUpOverdue(at: testDay.advanced(byMilliseconds: 1)))
    }

    @Test mutating func `the JSON says the state first and drops no value, and the state is explained`() {
        let facts = ready()
        let begun = record(step("coil", device: "(01)1", specimen: "core", loss: 5), after: [facts[2]])
        let trouble = record(
            .complicationRecorded(IRComplicationRecorded(severity: 2, what: "spasm", action: "GTN")), after: [begun])
        let ended = record(
            .completed(
                IRCompleted(
                    outcome: .partialSuccess, procedure: Coded(code: "UFE", text: "embolisation"),
                    condition: Coded(text: "fibroids"),
                    fluoroscopySeconds: 3700, referencePointMilligray: 900, closure: "device", recoveryOrders: "bed rest")),
            after: [trouble])
        let home = record(
            .recoveryRecorded(
                IRRecoveryRecorded(painScore: 2, vitals: "stable", discharged: testDay, followUp: testDay, note: "home")),
            after: [ended])
        let found = state(facts + [begun, trouble, ended, home])
        var json = JSONWriter()
        InterventionAxis.write(found, to: &json)
        let at = "2025-06-15T15:06:40Z"
        #expect(
            json.text
                == #"{"state":"discharged","alerts":[{"id":"fluoroscopy","value":61.666666666666664,"level":60.0,"#
                + #""event":"\#(ended.id)"}],"assessment":{"event":"\#(facts[0].id)","fit":true,"#
                + #""internationalNormalizedRatio":1.1,"anesthesiaClass":2},"consent":"given","timeOuts":[{"event":"\#(facts[2].id)","#
                + #""by":"interventionalRadiologist","at":"\#(at)","result":"confirmed","checks":[{"kind":"patient","value":"yes"},"#
                + #"{"kind":"procedure","value":"yes"},{"kind":"side","value":"yes"},{"kind":"consent","value":"yes"}],"#
                + #""participants":["dr.ir","n.holt"]}],"steps":[{"event":"\#(begun.id)","by":"interventionalRadiologist","#
                + #""at":"\#(at)","step":"coil","device":"(01)1","guidance":"fluoroscopy","specimen":"core","#
                + #""bloodLossMillilitres":5.0}],"devices":["(01)1"],"specimens":["core"],"bloodLossMillilitres":5.0,"#
                + #""complications":[{"event":"\#(trouble.id)","by":"interventionalRadiologist","severity":2,"what":"spasm","#
                + #""action":"GTN"}],"completion":{"outcome":"partialSuccess","procedure":{"code":"UFE","text":"embolisation"},"#
                + #""condition":{"text":"fibroids"},"fluoroscopySeconds":3700.0,"referencePointMilligray":900.0,"#
                + #""closure":"device","recoveryOrders":"bed rest"},"endedBy":"\#(ended.id)","recovery":[{"event":"\#(home.id)","#
                + #""by":"nurse","at":"\#(at)","painScore":2,"vitals":"stable","discharged":"\#(at)","followUp":"\#(at)","#
                + #""note":"home"}]}"#)
        #expect(InterventionAxis.explain(found, CaseHistory(facts + [begun, trouble, ended, home])).map(\.events) == [[home.id]])
        let rules = [[], Array(facts[..<1]), Array(facts[..<2]), facts, facts + [begun], facts + [begun, trouble, ended]].map {
            InterventionAxis.explain(state($0), CaseHistory($0)).map(\.state)
        }
        #expect(rules == [[], ["assessed"], ["consented"], ["timedOut"], ["inProgress"], ["completed"]])
    }
}
