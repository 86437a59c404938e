import EventLog
import Foundation
import ImagingCase
import Testing

@Suite struct GoAheadTests {
    private var hub = CaseBuilder("hub")
    private var site = CaseBuilder("northside")
    private let pacemaker = ScreeningItem(kind: "implant", value: "pacemaker", label: "unsafe")

    /// A case that is ready: ordered, verified, with a protocol.
    private mutating func ready(_ modality: String = "US", contrast: String = "", side: Laterality = .unspecified) -> [CaseFact] {
        let order = hub.record(.orderPlaced(OrderPlaced(modality: modality, laterality: side)), by: "dr.ref", role: .referrer)
        let plan = hub.record(
            .protocolAssigned(ProtocolAssigned(name: "liver", contrast: contrast)), after: [order], by: "dr.ito",
            role: .radiologist)
        let check = site.record(.identityVerified(IdentityVerified(checked: ["name", "birthDate"], match: true)), after: [plan])
        return [order, plan, check]
    }

    /// The answer with one more fact on top of the others.
    private mutating func answer(
        _ facts: [CaseFact], then event: CaseEvent, as role: Role = .technologist, by person: String = "t.lind"
    ) -> GoAhead {
        var lake = CaseBuilder("lakeview")
        return foldedInEveryOrder(facts + [lake.record(event, after: [facts[facts.count - 1]], by: person, role: role)]).goAhead()
    }

    @Test mutating func `nothing known is not yet, and a case that is ready is a yes that says what is done`() {
        let nothing = CaseFold.fold(someCase, []).goAhead()
        #expect(nothing.answer == .notYet)
        #expect(nothing.line == "NOT YET: identity not verified; check two identifiers with the person. And 2 more.")
        #expect(nothing.reasons.map(\.axis) == ["identity", "protocol", "order"])
        let all = ready("US", side: .left)
        #expect(foldedInEveryOrder(all).goAhead().line == "YES: liver, no contrast, left, identity verified.")
        #expect(CaseFold.fold(someCase, Array(all[...1])).goAhead().reasons.map(\.axis) == ["identity"])
    }

    @Test mutating func `a magnet and a pacemaker are one sentence with the event and who may lift it`() {
        let all = ready("MR")
        #expect(CaseFold.fold(someCase, all).goAhead().line == "NOT YET: MRI not screened; the technologist may screen.")
        let barred = answer(all, then: .mriScreened(MRIScreened(result: .contraindicated, items: [pacemaker])))
        #expect(barred.answer == .no)
        #expect(
            barred.line == "NO: MRI contraindicated (pacemaker, lakeview~.../1); a radiologist may accept the risk.")
        #expect(barred.reasons[0].liftedBy.contains(.radiologist) && barred.reasons[0].axis == "safety")
        let unable = answer(all, then: .mriScreened(MRIScreened(result: .unable)))
        #expect(unable.line.hasPrefix("NOT YET: MRI could not be screened (lakeview~.../1); screen again"))
        let stent = ScreeningItem(kind: "implant", value: "stent", label: "conditional")
        let minded = answer(all, then: .mriScreened(MRIScreened(result: .conditional, items: [stent])))
        #expect(minded.line == "YES: liver, no contrast, identity verified. Mind: MRI conditional (stent, lakeview~.../1).")
        let elsewhere = ready("CT")
        #expect(answer(elsewhere, then: .mriScreened(MRIScreened(result: .contraindicated))).answer == .yes)
    }

    @Test mutating func `an accepted risk is minded and an expired screen is made again`() {
        let all = ready("MR")
        let barred = site.record(.mriScreened(MRIScreened(result: .contraindicated)), after: [all[2]])
        let accepted = hub.record(
            .riskAccepted(RiskAccepted(covers: [barred.id], justification: "stroke")), after: [barred], role: .radiologist)
        let lifted = foldedInEveryOrder(all + [barred, accepted]).goAhead()
        #expect(lifted.answer == .yes && lifted.line.contains("Mind: MRI risk accepted (hub~.../3)"))
        let first = site.record(.patientArrived(PatientArrived(visit: "V1")), after: [all[2]], role: .frontDesk)
        let clear = site.record(.mriScreened(MRIScreened(result: .clear)), after: [first])
        let second = site.record(.patientArrived(PatientArrived(visit: "V2")), after: [clear], role: .frontDesk)
        let expired = foldedInEveryOrder(all + [first, clear, second]).goAhead()
        #expect(expired.answer == .notYet && expired.reasons.map(\.what).contains("MRI screen of an earlier visit"))
    }

    @Test mutating func `pregnancy is asked of who may be pregnant and bars what irradiates`() {
        func person(_ sex: Sex, _ born: String) -> CaseEvent {
            .patientArrived(PatientArrived(patient: Patient(issuer: "m", id: "1", birthDate: born, sex: sex)))
        }
        let all = ready("CT")
        #expect(answer(all, then: person(.female, "1995-01-01"), as: .frontDesk).line.contains("pregnancy not screened"))
        #expect(answer(all, then: person(.male, "1995-01-01"), as: .frontDesk).answer == .yes)
        var lake = CaseBuilder("lakeview")
        for (born, wanted) in [("1940-01-01", GoAhead.Answer.yes), ("2000-01-01", .notYet), ("2019-01-01", .yes), ("", .notYet)] {
            let here = lake.record(person(.female, born), after: [all[2]], role: .frontDesk)
            #expect(CaseFold.fold(someCase, all + [here]).goAhead(at: testDay).answer == wanted, "\(born)")
        }
        let possible = answer(all, then: .pregnancyScreened(PregnancyScreened(result: .possible)))
        #expect(possible.line == "NO: pregnancy possible (lakeview~.../1); a radiologist may accept the risk.")
        #expect(answer(all, then: .pregnancyScreened(PregnancyScreened(result: .yes))).line.hasPrefix("NO: pregnancy known"))
        #expect(answer(all, then: .pregnancyScreened(PregnancyScreened(result: .unknown))).answer == .notYet)
        #expect(answer(ready("US"), then: .pregnancyScreened(PregnancyScreened(result: .yes))).answer == .yes)
    }

    @Test mutating func `contrast asks for its screen, its access and its consent only where it is planned`() {
        let all = ready("US", contrast: "1 mL")
        let first = CaseFold.fold(someCase, all).goAhead()
        #expect(first.line == "NOT YET: contrast not screened; the technologist may screen. And 1 more.")
        #expect(first.reasons.map(\.what) == ["contrast not screened", "no intravenous access recorded"])
        let low = ContrastScreened(result: .clear, items: [ScreeningItem(kind: "eGFR", value: "22")])
        #expect(answer(all, then: .contrastScreened(low)).line.hasPrefix("NO: contrast eGFR 22.0 (lakeview~.../1)"))
        #expect(answer(ready("US"), then: .contrastScreened(low)).answer == .yes)
        let refused = CaseEvent.preparation(.consentRecorded(ConsentRecorded(kind: .contrast, state: .refused)))
        let against = answer(all, then: refused, as: .nurse)
        #expect(against.line.hasPrefix("NO: consent to contrast refused (lakeview~.../1); a radiologist may assign a protocol"))
        #expect(answer(ready("US"), then: refused, as: .nurse).answer == .yes)
        let no = answer(all, then: .instructionIssued(InstructionIssued(kind: .contrastNo)), as: .radiologist, by: "dr.ito")
        #expect(no.answer == .yes && no.line.contains("Mind: no contrast instructed by dr.ito"))
        let yes = answer(ready("US"), then: .instructionIssued(InstructionIssued(kind: .contrastYes)), as: .radiologist)
        #expect(yes.reasons.map(\.what).contains("contrast not screened"))
        let complete = PreparationRecorded(isComplete: true)
        let bare = answer(all, then: .preparation(.preparationRecorded(complete)))
        #expect(bare.reasons.map(\.answer) == [.notYet, .yes])
    }

    @Test mutating func `consent, a stop, an order and a protocol that stand against it`() {
        let all = ready()
        let rows: [(CaseEvent, Role, String)] = [
            (
                .preparation(.consentRecorded(ConsentRecorded(kind: .procedure, state: .refused))), .nurse,
                "NO: consent to the procedure refused (lakeview~.../1); only the person can give it."
            ),
            (
                .instructionIssued(InstructionIssued(kind: .stop, text: "wrong patient?")), .radiologist,
                "NO: stop instructed by t.lind (wrong patient?, lakeview~.../1); a radiologist may withdraw it."
            ),
            (
                .instructionIssued(InstructionIssued(kind: .changeProtocol, text: "low dose")), .radiologist,
                "NOT YET: change of protocol instructed by t.lind (low dose, lakeview~.../1); change it and record it as done."
            ),
            (
                .ordering(.held(OrderHeld(reason: "fever"))), .referrer,
                "NO: order on hold (fever, lakeview~.../1); who ordered may release it."
            ),
            (
                .orderCancelled(OrderCancelled(reason: "well again")), .referrer,
                "NO: order cancelled (well again, lakeview~.../1); the referrer may place a new order."
            ),
            (
                .orderReviewed(OrderReviewed(decision: .rejected)), .radiologist,
                "NO: order rejected (lakeview~.../1); a radiologist may review it again."
            ),
            (
                .ordering(.replaced(OrderReplaced(by: IssuedIdentifier(issuer: "n", value: "A2")))), .referrer,
                "NO: order replaced (by A2, lakeview~.../1); turn to the order that replaces it."
            ),
            (
                .protocolWithdrawn(ProtocolWithdrawn()), .radiologist,
                "NOT YET: no protocol assigned; a radiologist may assign one."
            ),
            (
                .identityDisputed(IdentityDisputed(what: "wrong birth date")), .technologist,
                "NO: identity disputed (wrong birth date, lakeview~.../1); the front desk may clear it with evidence."
            ),
            (
                .preparation(.preparationRecorded(PreparationRecorded(items: [ScreeningItem(kind: "fasting", value: "no")]))),
                .nurse, "NOT YET: preparation missing (fasting, lakeview~.../1); do it and record it."
            ),
            (
                .preparation(.preparationRecorded(PreparationRecorded(note: "calm"))), .nurse,
                "NOT YET: preparation not complete (lakeview~.../1); record it as complete."
            ),
            (
                .schedule(.noShow(AppointmentNoShow())), .frontDesk,
                "NOT YET: the person did not come (lakeview~.../1); record the arrival."
            ),
            (
                .schedule(.cancelled(AppointmentCancelled())), .frontDesk,
                "NOT YET: appointment cancelled (lakeview~.../1); book a new slot."
            ),
            (
                .preparation(.otherScreened(OtherScreened(kind: .sedation, result: .contraindicated))), .nurse,
                "NO: sedation contraindicated (lakeview~.../1); a radiologist may accept the risk."
            ),
            (
                .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), .technologist,
                "NO: examination made already (lakeview~.../1); the referrer may order a further one."
            ),
            (
                .instructionIssued(InstructionIssued(kind: .extraViews, text: "lateral")), .radiologist,
                "YES: liver, no contrast, identity verified. Mind: extra views instructed by t.lind (lateral, lakeview~.../1)."
            ),
        ]
        for (event, role, line) in rows { #expect(answer(all, then: event, as: role).line == line) }
    }

    @Test mutating func `two protocols assigned apart, a side unconfirmed and conflicts that block`() throws {
        let all = ready("US", side: .left)
        let other = site.record(.protocolAssigned(ProtocolAssigned(name: "spleen")), after: [all[0]], role: .radiologist)
        let competing = foldedInEveryOrder(all + [other]).goAhead()
        #expect(competing.answer == .no && competing.line.contains("two protocols assigned apart"))
        #expect(competing.line.contains("liver") && competing.line.contains("spleen"))
        let right = answer(
            all, then: .preparation(.preparationRecorded(PreparationRecorded(isComplete: true, laterality: .right))))
        #expect(right.line.hasPrefix("NO: side unconfirmed (ordered left, positioned right, lakeview~.../1); technologist and"))
        let one = hub.record(.instructionIssued(InstructionIssued(kind: .contrastNo)), after: [all[2]], role: .radiologist)
        let two = site.record(.instructionIssued(InstructionIssued(kind: .contrastYes)), after: [all[2]], role: .radiologist)
        let torn = foldedInEveryOrder(all + [one, two]).goAhead()
        let reason = try #require(torn.reasons.first { $0.axis == "conflicts" })
        #expect(reason.remedy == "the radiologist may decide conflict 31" && reason.answer == .notYet)
        #expect(Set(reason.events) == [one.id, two.id])
    }

    @Test mutating func `a request to stop somebody on the table is a no until the end is recorded`() {
        let all = ready()
        let begun = site.record(.procedureStepStarted(ProcedureStepStarted(stepUID: "1")), after: [all[2]])
        #expect(foldedInEveryOrder(all + [begun]).goAhead().answer == .yes)
        let stops = hub.record(
            .ordering(.cancelRequested(OrderCancelRequested(reason: "wrong", stopsWhenBegun: true))), after: [all[2]],
            by: "dr.ref", role: .referrer)
        let told = foldedInEveryOrder(all + [begun, stops]).goAhead()
        #expect(told.answer == .no && told.line.contains("Stop notice") && told.reasons.count == 1)
        let decided = hub.record(
            .conflictResolved(ConflictResolved(number: 6, choose: stops.id, reason: "seen")), after: [begun, stops],
            role: .technologist)
        let noted = foldedInEveryOrder(all + [begun, stops, decided]).goAhead()
        #expect(noted.line == "NO: dr.ref asks to stop (wrong, hub~.../3); record the step as discontinued or completed.")
    }

    @Test mutating func `what is worst comes first and the others are counted`() {
        let order = hub.record(.orderPlaced(OrderPlaced(modality: "MR")), role: .referrer)
        let hold = hub.record(.ordering(.held(OrderHeld(reason: "x"))), after: [order], role: .referrer)
        let barred = site.record(.mriScreened(MRIScreened(result: .contraindicated)), after: [hold])
        let dispute = site.record(.identityDisputed(IdentityDisputed(what: "two names")), after: [barred])
        let state = foldedInEveryOrder([order, hold, barred, dispute]).goAhead()
        #expect(state.reasons.map(\.axis) == ["identity", "safety", "order", "protocol"])
        #expect(state.reasons.map(\.answer) == [.no, .no, .no, .notYet])
        #expect(state.line.hasSuffix("And 3 more."))
    }

    @Test mutating func `what a moment ends: a protocol's validity and an instruction's`() {
        let later = testDay.advanced(byMilliseconds: 60_000)
        let order = hub.record(.orderPlaced(OrderPlaced(modality: "US")), role: .referrer)
        let plan = hub.record(
            .protocolAssigned(ProtocolAssigned(name: "liver", validUntil: later)), after: [order], role: .radiologist)
        let check = site.record(.identityVerified(IdentityVerified(checked: ["a", "b"], match: true)), after: [plan])
        let state = CaseFold.fold(someCase, [order, plan, check])
        #expect(state.goAhead(at: testDay).answer == .yes && state.goAhead().answer == .yes)
        #expect(state.goAhead(at: later).line.hasPrefix("NOT YET: protocol valid until "))
        let stop = hub.record(
            .instructionIssued(InstructionIssued(kind: .stop, validUntil: testDay)), after: [check], role: .radiologist)
        let stopped = CaseFold.fold(someCase, [order, plan, check, stop])
        #expect(stopped.goAhead().answer == .no && stopped.goAhead(at: testDay).answer == .yes)
    }

    @Test mutating func `more is asked of a person on the table`() {
        let all = ready()
        let done = site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [all[2]])
        let more = hub.record(
            .instructionIssued(InstructionIssued(kind: .delayedPhase)), after: [done], by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder(all + [done, more]).goAhead()
        #expect(state.line.contains("Mind: a delayed phase instructed by dr.ito") && state.answer == .yes)
        let apart = hub.record(.protocolAssigned(ProtocolAssigned(name: "portal")), after: [all[1]], role: .radiologist)
        let asked = foldedInEveryOrder(all + [done, apart]).goAhead()
        #expect(asked.reasons.map(\.what).contains("protocol portal was assigned while another was scanned"))
    }

    @Test mutating func `a blocking question holds the examination up until it is answered`() {
        let all = ready()
        let asked = site.record(
            .dialogue(.asked(QuestionAsked(text: "which side?", isBlocking: true))), after: [all[2]], by: "t.lind")
        let line = foldedInEveryOrder(all + [asked]).goAhead().line
        #expect(
            line == "NO: t.lind waits for an answer (which side?, northside~.../\(asked.id.sequence)); a radiologist may answer.")
        let answered = hub.record(
            .dialogue(.answered(QuestionAnswered(question: asked.id, text: "left"))), after: [asked], by: "dr.ito",
            role: .radiologist)
        #expect(foldedInEveryOrder(all + [asked, answered]).goAhead().answer == .yes)
        let idle = site.record(.dialogue(.asked(QuestionAsked(text: "when?"))), after: [all[2]])
        #expect(foldedInEveryOrder(all + [idle]).goAhead().answer == .yes)
    }

    @Test mutating func `identity in doubt and preparation of an earlier visit`() {
        let all = ready()
        #expect(CaseFold.fold(someCase, all).withheldBecause.isEmpty)
        let dispute = site.record(.identityDisputed(IdentityDisputed(what: "two names")), after: [all[2]])
        #expect(foldedInEveryOrder(all + [dispute]).withheldBecause == ["The identity is disputed."])
        var lake = CaseBuilder("lakeview")
        func corrected(_ born: String) -> CaseEvent {
            .demographicsCorrected(
                DemographicsCorrected(patient: Patient(issuer: "m", id: "1", birthDate: born), evidence: "passport"))
        }
        let one = lake.record(corrected("1990-01-01"), after: [all[2]], role: .frontDesk)
        let two = hub.record(corrected("1990-01-10"), after: [all[2]], role: .frontDesk)
        let torn = foldedInEveryOrder(all + [one, two])
        #expect(torn.withheldBecause == ["Sources name different persons."])
        #expect(torn.goAhead().reasons.map(\.remedy) == ["the front desk may decide conflict 17"])
        let first = site.record(.patientArrived(PatientArrived(visit: "V1")), after: [all[2]], role: .frontDesk)
        let prepared = site.record(
            .preparation(.preparationRecorded(PreparationRecorded(isComplete: true))), after: [first])
        let second = site.record(.patientArrived(PatientArrived(visit: "V2")), after: [prepared], role: .frontDesk)
        #expect(foldedInEveryOrder(all + [first, prepared]).goAhead().answer == .yes)
        let again = site.record(
            .identityVerified(IdentityVerified(checked: ["name", "birthDate"], match: true)), after: [second])
        let line = foldedInEveryOrder(all + [first, prepared, second, again]).goAhead().line
        #expect(line == "NOT YET: preparation of an earlier visit (northside~.../\(prepared.id.sequence)); prepare again.")
    }

    @Test mutating func `the answer is one JSON object`() throws {
        let all = ready("MR")
        let barred = answer(all, then: .mriScreened(MRIScreened(result: .contraindicated, items: [pacemaker])))
        var json = JSONWriter()
        barred.write(to: &json)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        #expect(object["answer"] as? String == "no" && (object["line"] as? String)?.hasPrefix("NO: MRI") == true)
        let reason = try #require((object["reasons"] as? [[String: Any]])?.first)
        #expect(reason["axis"] as? String == "safety" && reason["what"] as? String == "MRI contraindicated (pacemaker)")
        #expect((reason["liftedBy"] as? [String])?.first == "radiologist" && (reason["events"] as? [String])?.count == 1)
        #expect(reason["remedy"] as? String == "a radiologist may accept the risk" && reason["answer"] as? String == "no")
    }

    @Test mutating func `another visit asks for the identity again`() {
        let all = ready()
        let first = site.record(.patientArrived(PatientArrived(visit: "V1")), after: [all[2]], role: .frontDesk)
        let same = site.record(.patientArrived(PatientArrived(visit: "V1")), after: [first], role: .frontDesk)
        #expect(foldedInEveryOrder(all + [first, same]).goAhead().answer == .yes)
        let second = site.record(.patientArrived(PatientArrived(visit: "V2")), after: [first], role: .frontDesk)
        let state = foldedInEveryOrder(all + [first, second])
        #expect(state.identity.status == .unverified && state.identity.verifiedBy.isEmpty)
        #expect(state.jsonText.contains(#""expired":["\#(all[2].id)"]"#))
        #expect(
            state.goAhead().line
                == "NOT YET: identity verified at an earlier visit only (northside~.../\(all[2].id.sequence)); check two identifiers "
                + "with the person.")
        let again = site.record(
            .identityVerified(IdentityVerified(checked: ["name", "birthDate"], match: true)), after: [second])
        #expect(foldedInEveryOrder(all + [first, second, again]).goAhead().answer == .yes)
    }

    @Test mutating func `a clearance of an earlier visit verifies nobody at the next`() {
        let all = ready()
        let first = site.record(.patientArrived(PatientArrived(visit: "V1")), after: [all[1]], role: .frontDesk)
        let dispute = site.record(.identityDisputed(IdentityDisputed(what: "two names")), after: [first])
        let cleared = site.record(
            .identityDisputeCleared(IdentityDisputeCleared(outcome: .samePerson, evidence: "photo")), after: [dispute],
            role: .frontDesk)
        let facts = Array(all[...1]) + [first, dispute, cleared]
        #expect(foldedInEveryOrder(facts).identity.status == .cleared)
        let second = site.record(.patientArrived(PatientArrived(visit: "V2")), after: [cleared], role: .frontDesk)
        let state = foldedInEveryOrder(facts + [second])
        #expect(state.identity.status == .unverified && state.goAhead().answer == .notYet && !state.isPublicationFrozen)
    }

    @Test mutating func `an intervention waits for its time-out`() {
        let all = ready()
        let fit = CaseEvent.intervention(.assessed(IRAssessed(internationalNormalizedRatio: 1.1, isFit: true)))
        let assessed = hub.record(fit, after: [all[2]], role: .interventionalRadiologist)
        let waiting = foldedInEveryOrder(all + [assessed]).goAhead()
        #expect(
            waiting.line
                == "NOT YET: no time-out recorded (hub~.../\(assessed.id.sequence)); stop and confirm patient, procedure, side and "
                + "consent.")
        func timeOut(_ result: TimeOutResult) -> CaseEvent {
            .intervention(
                .timeOutDone(IRTimeOutDone(checks: InterventionTests.checks, participants: ["dr.ir"], result: result)))
        }
        let confirmed = hub.record(timeOut(.confirmed), after: [assessed], role: .interventionalRadiologist)
        #expect(foldedInEveryOrder(all + [assessed, confirmed]).goAhead().answer == .yes)
        let mismatch = hub.record(timeOut(.mismatch), after: [confirmed], role: .nurse)
        let against = foldedInEveryOrder(all + [assessed, confirmed, mismatch]).goAhead()
        #expect(against.answer == .no && against.line.hasPrefix("NO: the time-out found a mismatch (hub~.../"))
        let step = hub.record(
            .intervention(.stepRecorded(IRStepRecorded(step: "puncture"))), after: [assessed], role: .interventionalRadiologist)
        #expect(foldedInEveryOrder(all + [assessed, step]).goAhead().answer == .notYet, "what was begun without one waits, too")
        let ended = hub.record(
            .intervention(.aborted(IRAborted(reason: "pain"))), after: [step], role: .interventionalRadiologist)
        #expect(!foldedInEveryOrder(all + [assessed, step, ended]).goAhead().reasons.contains { $0.axis == "intervention" })
    }

    @Test mutating func `a station that failed its quality control bars the examination on it`() {
        let register = StreamID.site(SiteID("northside")!)
        var books = CaseBuilder("northside", incarnation: 2, stream: register)
        func checked(_ result: QualityResult) -> CaseFact {
            books.record(
                .register(.equipmentChecked(EquipmentQCRecorded(station: "CT1", result: result, note: "ring artefact"))),
                role: .physicist)
        }
        let failed = checked(.failed)
        let stations = CaseFold.fold(register, [failed]).rare.equipment
        let all = ready()
        let unnamed = CaseFold.fold(someCase, all).goAhead(stations: stations)
        #expect(unnamed.answer == .yes)
        #expect(unnamed.line.hasSuffix("Mind: CT1 failed its quality control (ring artefact, northside~.../1)."))
        for (station, answer) in [("CT1", GoAhead.Answer.no), ("CT2", .yes)] {
            var desk = CaseBuilder("desk")
            let slot = desk.record(.schedule(.booked(AppointmentBooked(station: station))), after: [all[2]], role: .frontDesk)
            let booked = CaseFold.fold(someCase, all + [slot])
            #expect(booked.goAhead(stations: stations).answer == answer && booked.goAhead().answer == .yes, "\(station)")
            let running = site.record(
                .procedureStepStarted(ProcedureStepStarted(stepUID: "1", station: station)), after: [all[2]])
            #expect(CaseFold.fold(someCase, all + [running]).goAhead(stations: stations).answer == answer, "\(station)")
        }
        let mended = CaseFold.fold(
            register,
            [
                failed,
                books.record(
                    .register(.equipmentChecked(EquipmentQCRecorded(station: "CT1", result: .passed))), after: [failed],
                    role: .physicist),
            ]
        ).rare.equipment
        #expect(CaseFold.fold(someCase, all).goAhead(stations: mended).reasons.isEmpty)
    }
}
