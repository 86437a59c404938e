import EventLog
import ImagingCase
import Testing

@Suite struct MedicationTests {
    private var hub = CaseBuilder("hub")
    private var site = CaseBuilder("northside")

    private func gave(
        _ agent: String, millilitres: Double = 0, megabecquerels: Double = 0, contrast: Bool = true, given: Instant? = nil
    ) -> CaseEvent {
        .preparation(
            .medicationAdministered(
                MedicationAdministered(
                    agent: Coded(text: agent), lot: "L1", millilitres: millilitres, megabecquerels: megabecquerels, route: "IV",
                    isContrast: contrast, given: given)))
    }
    private func reacted(_ severity: Severity, to event: EventID? = nil) -> CaseEvent {
        .preparation(
            .adverseReactionRecorded(
                AdverseReactionRecorded(kind: .allergic, severity: severity, medication: event, treatment: "antihistamine")))
    }
    private var withContrast: CaseEvent { .protocolAssigned(ProtocolAssigned(name: "portal", contrast: "iodine 80 mL")) }
    private var plain: CaseEvent { .protocolAssigned(ProtocolAssigned(name: "plain", contrast: "none")) }

    @Test mutating func `what was given, how much, and how the person reacted`() {
        let screen = site.record(.contrastScreened(ContrastScreened(result: .clear)))
        let contrast = site.record(gave("iohexol", millilitres: 80), after: [screen], minutes: 10)
        let tracer = site.record(gave("FDG", megabecquerels: 250.5, contrast: false), after: [contrast], minutes: 11)
        #expect(CaseFold.fold(someCase, []).rare.medication.status == .none)
        let state = foldedInEveryOrder([screen, contrast, tracer])
        #expect(state.rare.medication.status == .given && state.rare.medication.hasContrast)
        #expect(state.rare.medication.megabecquerels == 250.5 && state.rare.medication.flags.isEmpty)
        #expect(state.jsonText.contains(#""medication":{"state":"given","megabecquerels":250.5,"given":[{"event":"#))
        #expect(state.jsonText.contains(#""contrast":true,"lot":"L1","route":"IV","millilitres":80.0}"#))
        let mild = site.record(reacted(.mild, to: contrast.id), after: [tracer])
        let severe = site.record(reacted(.severe), after: [mild])
        let ill = foldedInEveryOrder([screen, contrast, tracer, mild, severe])
        #expect(ill.rare.medication.status == .reaction && ill.rare.medication.worst == .severe && ill.anomalies.isEmpty)
        #expect(ill.jsonText.contains(#""severity":"severe","reactions":[{"event":"\#(mild.id)""#))
        #expect(ill.jsonText.contains(#""medication":"\#(contrast.id)","treatment":"antihistamine""#))
    }

    @Test mutating func `the person is watched for half an hour after contrast medium`() {
        let said = site.record(gave("iohexol", given: testDay.advanced(byMilliseconds: 60_000)), minutes: 50)
        let tracer = site.record(gave("FDG", contrast: false), after: [said], minutes: 1)
        let state = CaseFold.fold(someCase, [said, tracer]).rare.medication
        func watched(_ minutes: Int64) -> [EventID] {
            state.watched(at: testDay.advanced(byMilliseconds: minutes * 60_000)).map(\.event)
        }
        #expect(watched(0) == [] && watched(1) == [said.id] && watched(30) == [said.id] && watched(31) == [])
    }

    @Test mutating func `one administration told twice with its time is one with witnesses`() {
        let one = site.record(gave("iohexol", millilitres: 80, given: testDay))
        let two = hub.record(gave("iohexol", millilitres: 80, given: testDay), role: .system)
        let state = foldedInEveryOrder([one, two])
        #expect(state.rare.medication.given.count == 1 && state.rare.medication.given[0].witnesses.count == 1)
        #expect(state.jsonText.contains("witnesses"))
        let vague = site.record(gave("iohexol"))
        let other = hub.record(gave("iohexol"), role: .system)
        #expect(foldedInEveryOrder([vague, other]).rare.medication.given.count == 2, "without a time it may be two")
    }

    @Test mutating func `what the screens say against contrast medium is flagged`() {
        let bare = site.record(gave("iohexol"))
        #expect(foldedInEveryOrder([bare]).rare.medication.flags.map(\.kind) == [.unscreened])
        let items = [ScreeningItem(kind: "eGFR", value: "22"), ScreeningItem(kind: "contrast reaction", value: "hives")]
        let barred = site.record(.contrastScreened(ContrastScreened(result: .contraindicated, items: items)))
        let given = site.record(gave("iohexol"), after: [barred])
        let state = foldedInEveryOrder([barred, given])
        #expect(state.rare.medication.flags.map(\.kind) == [.contraindicated, .renal, .allergy])
        #expect(state.rare.medication.flags.allSatisfy { $0.screen == barred.id && $0.event == given.id })
        #expect(state.jsonText.contains(#""flags":[{"event":"\#(given.id)","kind":"contraindicated","screen":"\#(barred.id)"}"#))
        let accepted = hub.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "j")), after: [barred], role: .radiologist)
        let covered = site.record(gave("iohexol"), after: [accepted])
        #expect(foldedInEveryOrder([barred, accepted, covered]).rare.medication.flags.map(\.kind) == [.renal, .allergy])
        let presumed = hub.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "j")), after: [barred], role: .nurse)
        let bold = site.record(gave("iohexol"), after: [presumed])
        #expect(foldedInEveryOrder([barred, presumed, bold]).rare.medication.flags.map(\.kind).contains(.contraindicated))
        let apart = hub.record(.contrastScreened(ContrastScreened(result: .unable)), role: .nurse)
        #expect(foldedInEveryOrder([bare, apart]).rare.medication.flags.map(\.kind) == [.unscreened, .contraindicated])
    }

    @Test mutating func `conflict 28: contrast given on site apart from a radiologist's no stands and is watched`() throws {
        let first = hub.record(withContrast, role: .radiologist)
        let given = site.record(gave("iohexol", millilitres: 80), after: [first], by: "t.lind", minutes: 9)
        let no = hub.record(
            .instructionIssued(InstructionIssued(kind: .contrastNo, text: "none")), after: [first], by: "dr.ito",
            role: .radiologist, minutes: 7)
        let state = foldedInEveryOrder([first, given, no])
        #expect(state.rare.medication.given.map(\.event) == [given.id])
        #expect(state.rare.medication.flags.map(\.kind) == [.unscreened])
        let conflict = try #require(state.conflicts.first)
        #expect(state.conflicts.count == 1 && conflict.number == 28 && conflict.kind == "contrastGivenWhenForbidden")
        #expect(conflict.owner == .radiologist && conflict.told == [.radiologist, .nurse, .technologist])
        #expect(conflict.dueMinutes == 39 && conflict.events == [given.id, no.id].sorted())
        #expect(conflict.inForce.contains("a radiologist instructed to give none") && conflict.inForce.contains("30 minutes"))
        let decided = hub.record(decision(on: conflict, choosing: given), after: [given, no], role: .radiologist)
        #expect(foldedInEveryOrder([first, given, no, decided]).conflicts.map(\.closedBy) == [decided.id])
        let yes = hub.record(
            .instructionIssued(InstructionIssued(kind: .contrastYes)), after: [given, no], role: .radiologist)
        #expect(foldedInEveryOrder([first, given, no, yes]).conflicts.map(\.closedBy) == [yes.id])
    }

    @Test mutating func `conflict 28: a protocol changed or withdrawn and an order cancelled, replaced, rejected or changed`() {
        let order = hub.record(.orderPlaced(OrderPlaced(modality: "CT")), role: .referrer)
        let first = hub.record(withContrast, after: [order], role: .radiologist)
        let given = site.record(gave("iohexol"), after: [first])
        let rows: [(CaseEvent, Role, String)] = [
            (plain, .radiologist, "changed to one without contrast"),
            (.protocolWithdrawn(ProtocolWithdrawn(which: first.id)), .radiologist, "withdrawn"),
            (.protocolWithdrawn(ProtocolWithdrawn()), .radiologist, "withdrawn"),
            (.orderCancelled(OrderCancelled()), .referrer, "order was cancelled"),
            (.ordering(.cancelRequested(OrderCancelRequested())), .referrer, "order was cancelled"),
            (.ordering(.replaced(OrderReplaced(byCase: "x"))), .referrer, "order was replaced"),
            (.orderReviewed(OrderReviewed(decision: .rejected)), .radiologist, "order was rejected"),
            (.orderChanged(OrderChanged(procedure: Coded(code: "CTPLAIN"))), .referrer, "another procedure"),
        ]
        for (event, role, words) in rows {
            var lake = CaseBuilder("lakeview")
            let apart = lake.record(event, after: [first], role: role)
            let found = foldedInEveryOrder([order, first, given, apart]).conflicts(numbered: 28)
            #expect(found.count == 1 && found[0].inForce.contains(words), "\(event)")
            let known = lake.record(event, after: [given], role: role)
            #expect(foldedInEveryOrder([order, first, given, known]).conflicts(numbered: 28).isEmpty, "seen: \(event)")
        }
        let harmless: [CaseEvent] = [
            .orderChanged(OrderChanged(reason: "x")), .orderReviewed(OrderReviewed(decision: .accepted)), withContrast,
            .instructionIssued(InstructionIssued(kind: .contrastYes)), .instructionIssued(InstructionIssued(kind: .stop)),
        ]
        for event in harmless {
            var lake = CaseBuilder("lakeview")
            let apart = lake.record(event, after: [first], role: .radiologist)
            #expect(foldedInEveryOrder([order, first, given, apart]).conflicts(numbered: 28).isEmpty, "\(event)")
        }
        let saline = site.record(gave("saline", contrast: false), after: [first])
        let no = hub.record(.instructionIssued(InstructionIssued(kind: .contrastNo)), after: [first], role: .radiologist)
        #expect(foldedInEveryOrder([order, first, saline, no]).conflicts(numbered: 28).isEmpty)
        let second = site.record(gave("iohexol"), after: [given])
        #expect(foldedInEveryOrder([order, first, given, second, no]).conflicts(numbered: 28).map(\.events).count == 1)
    }

    @Test mutating func `impossible amounts, times and references are refused`() {
        let given = site.record(gave("iohexol"))
        let state = CaseFold.fold(someCase, [given]).rare.medication
        func refusal(_ event: CaseEvent, _ state: MedicationState) -> AuthoringRefusal? {
            do {
                try MedicationAxis.mayAuthor(event, in: state, by: Author(person: "t", role: .technologist), now: testDay)
                return nil
            } catch {
                return error
            }
        }
        let stranger = EventID("northside~0000000000000009/9")
        let rows: [(CaseEvent, String)] = [
            (gave(""), "agent: expected what was given"),
            (gave("x", millilitres: -3), "millilitres: expected 0 to 3000, got -3.0."),
            (gave("x", millilitres: .nan), "millilitres: expected 0 to 3000, got nan."),
            (gave("x", megabecquerels: 40_001), "megabecquerels: expected 0 to 40000, got 40001.0."),
            (gave("x", given: testDay.advanced(byMilliseconds: 700_000)), "given: expected within the last 30 days"),
            (gave("x", given: Instant(milliseconds: 0)), "got 1970-01-01T00:00:00Z."),
            (.preparation(.adverseReactionRecorded(AdverseReactionRecorded(severity: .mild))), "kind: expected what happened"),
            (.preparation(.adverseReactionRecorded(AdverseReactionRecorded(kind: .burn))), "severity: expected how severe"),
            (reacted(.mild, to: stranger), "medication: expected an administration of this case"),
        ]
        for (event, reason) in rows {
            #expect(refusal(event, state)?.reason.contains(reason) == true, "\(event)")
            #expect(refusal(event, state)?.remedy.isEmpty == false)
        }
        #expect(refusal(reacted(.mild, to: stranger), MedicationState())?.remedy.contains("nothing was recorded") == true)
        #expect(refusal(reacted(.mild, to: given.id), state) == nil && refusal(reacted(.mild), state) == nil)
        #expect(refusal(gave("x", millilitres: 3000, given: testDay), state) == nil)
        let odd = site.record(reacted(.mild, to: stranger), after: [given])
        #expect(foldedInEveryOrder([given, odd]).anomalies.map(\.event) == [odd.id])
    }

    @Test mutating func `administrations, reactions and flags are explained`() {
        let items = [ScreeningItem(kind: "eGFR", value: "22"), ScreeningItem(kind: "allergy", value: "iodine")]
        let barred = hub.record(.contrastScreened(ContrastScreened(result: .contraindicated, items: items)), role: .nurse)
        let given = site.record(gave("iohexol"))
        let ill = site.record(reacted(.moderate), after: [given])
        let all = CaseFold.explain(someCase, CaseHistory([barred, given, ill])).filter { $0.axis == "medication" }
        #expect(all.map(\.state) == ["given", "reaction moderate", "unscreened", "contraindicated", "renal", "allergy"])
        #expect(all[3].events == [given.id, barred.id])
    }
}
