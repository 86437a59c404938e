import EventLog
import ImagingCase
import Testing

@Suite struct DoseAlertTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func report(
        _ uid: String, kerma: Double = 0, area: Double = 0, seconds: Double = 0, skin: Double = 0, source: String = "RDSR"
    ) -> CaseEvent {
        .doseRecorded(
            DoseRecorded(
                irradiationEvents: [
                    IrradiationEvent(
                        uid: uid,
                        projection: ProjectionDose(
                            referencePointAirKermaGray: kerma, kermaAreaProductGraySquareCentimetre: area,
                            fluoroscopySeconds: seconds, skinDoseGray: skin),
                        modality: "XA")
                ],
                source: source))
    }

    private func noted(_ alert: DoseQuantity, _ action: String = "skin check in 14 days") -> CaseEvent {
        .doseAlert(.acknowledged(DoseAlertAcknowledged(alert: alert.rawValue, action: action)))
    }

    @Test(arguments: [
        (DoseQuantity.airKerma, ProjectionDose(referencePointAirKermaGray: 2.5)),
        (.kermaAreaProduct, ProjectionDose(kermaAreaProductGraySquareCentimetre: 250)),
        (.fluoroscopy, ProjectionDose(fluoroscopySeconds: 1800)), (.skinDose, ProjectionDose(skinDoseGray: 1.5)),
    ])
    func `irradiations add up to the level at which somebody must look`(quantity: DoseQuantity, half: ProjectionDose) {
        var north = CaseBuilder("northside")
        let facts = ["1", "2"].map { uid in
            north.record(
                .doseRecorded(
                    DoseRecorded(irradiationEvents: [IrradiationEvent(uid: uid, projection: half)], source: "RDSR")),
                role: .system)
        }
        #expect(CaseFold.fold(someCase, [facts[0]]).dose.status == .recorded)
        let state = foldedInEveryOrder(facts)
        #expect(state.dose.status == .alert && state.dose.alerts().map(\.quantity) == [quantity])
        #expect(state.dose.alerts()[0].value == DoseLevels.standard[quantity] && state.dose.alerts()[0].isOpen)
        #expect(state.jsonText.contains(#""alerts":[{"id":"\#(quantity.rawValue)","state":"open""#))
        #expect(state.jsonText.contains(#""unit":"\#(quantity.unit)""#))
    }

    @Test func `the standard levels are those that are published`() {
        #expect(DoseQuantity.allCases.map { DoseLevels.standard[$0] } == [5, 500, 60, 3, 1000])
    }

    @Test mutating func `a view may ask by levels of its own and the folded state keeps the standard`() {
        let dose = north.record(report("1", kerma: 2), role: .system)
        let state = CaseFold.fold(someCase, [dose]).dose
        #expect(state.alerts().isEmpty && state.status == .recorded)
        #expect(state.alerts(by: DoseLevels(airKermaGray: 2)).map(\.id) == ["airKerma"])
        #expect(state.alerts(by: DoseLevels(airKermaGray: 0)).isEmpty, "0 asks for no alert")
    }

    @Test mutating func `somebody who saw the dose closes its alert and says what follows`() throws {
        let dose = north.record(report("1", kerma: 6, seconds: 4000), role: .system)
        let note = hub.record(noted(.airKerma), after: [dose], by: "p.hart", role: .physicist)
        let half = foldedInEveryOrder([dose, note])
        #expect(half.dose.status == .alert && half.dose.alerts().map(\.isOpen) == [false, true], "the other alert stays open")
        let other = hub.record(noted(.fluoroscopy), after: [note], by: "p.hart", role: .physicist)
        let state = foldedInEveryOrder([dose, note, other])
        #expect(state.dose.status == .acknowledged && state.anomalies.isEmpty)
        let closed = try #require(state.dose.alerts()[0].acknowledgement)
        #expect(closed.event == note.id && closed.by == "p.hart" && closed.action == "skin check in 14 days")
        #expect(state.jsonText.contains(#""state":"acknowledged","value":6.0,"level":5.0,"unit":"Gy","event":"\#(note.id)""#))
        let words = CaseFold.explain(someCase, CaseHistory([dose, note])).filter { $0.axis == "dose" }.map(\.state)
        #expect(words == ["alert", "airKerma acknowledged", "fluoroscopy open"])
    }

    @Test mutating func `a note does not cover what came after it or beside it, and a re-sent report opens nothing`() {
        let dose = north.record(report("1", kerma: 6), role: .system)
        let note = hub.record(noted(.airKerma), after: [dose], by: "dr.ir", role: .interventionalRadiologist)
        let more = north.record(report("2", kerma: 1), after: [dose], role: .system)
        #expect(foldedInEveryOrder([dose, note, more]).dose.status == .alert, "it came beside the note")
        let again = north.record(report("1", kerma: 6), after: [note], role: .system)
        #expect(foldedInEveryOrder([dose, note, again]).dose.status == .acknowledged)
        let higher = north.record(report("1", kerma: 8), after: [note], role: .system)
        #expect(foldedInEveryOrder([dose, note, higher]).dose.status == .alert)
        let lower = north.record(report("1", kerma: 5.5), after: [note], role: .system)
        #expect(foldedInEveryOrder([dose, note, lower]).dose.status == .acknowledged)
        let noted = hub.record(self.noted(.airKerma), after: [note, more], by: "dr.ir", role: .interventionalRadiologist)
        #expect(foldedInEveryOrder([dose, note, more, noted]).dose.status == .acknowledged)
    }

    @Test mutating func `a note by who may not, of no alert or of an unseen dose closes nothing and is flagged`() {
        let dose = north.record(report("1", kerma: 6), role: .system)
        let denied = north.record(noted(.airKerma), after: [dose], by: "t.lind", role: .technologist)
        let odd = hub.record(
            .doseAlert(.acknowledged(DoseAlertAcknowledged(alert: "x", action: "a"))), after: [dose], by: "p", role: .physicist)
        let blind = hub.record(noted(.airKerma), by: "p", role: .physicist)
        let state = foldedInEveryOrder([dose, denied, odd, blind])
        #expect(state.dose.status == .alert && Set(state.anomalies.map(\.event)) == [denied.id, odd.id, blind.id])
        #expect(foldedInEveryOrder([blind]).dose.status == .none)
    }

    @Test mutating func `a dose that cannot be is kept and not counted`() {
        let bad = north.record(report("1", kerma: -6), role: .system)
        let good = north.record(report("2", kerma: 5), after: [bad], role: .system)
        let state = foldedInEveryOrder([bad, good])
        #expect(state.dose.totals.referencePointAirKermaGray == 5 && state.dose.status == .alert)
        #expect(state.anomalies.map(\.event) == [bad.id])
    }

    @Test mutating func `what cannot be a dose or an answer is refused with its field`() {
        let dose = north.record(report("1", kerma: 6), role: .system)
        let note = hub.record(noted(.airKerma), after: [dose], by: "p.hart", role: .physicist)
        let (open, closed) = (CaseFold.fold(someCase, [dose]), CaseFold.fold(someCase, [dose, note]))
        let late = DoseRecorded(
            irradiationEvents: [IrradiationEvent(uid: "1", startedAt: testDay.advanced(byMilliseconds: 60_000))])
        let path = "irradiationEvents[0].projection"
        let refused: [(CaseEvent, CaseState, String)] = [
            (report("1", kerma: -3), open, "\(path).referencePointAirKermaGray: expected 0 to 1000, got -3.0."),
            (report("1", area: 1e6), open, "\(path).kermaAreaProductGraySquareCentimetre: expected 0 to 100000, got 1000000.0."),
            (report("1", seconds: .nan), open, "\(path).fluoroscopySeconds: expected 0 to 86400, got nan."),
            (report("1", skin: .infinity), open, "\(path).skinDoseGray: expected 0 to 1000, got inf."),
            (
                .doseRecorded(late), open,
                "irradiationEvents[0].startedAt: expected a moment that has been, got 2025-06-15T15:07:40Z."
            ),
            (noted(.skinDose), open, #"alert: there is no alert "skinDose"."#),
            (noted(.airKerma), closed, "p.hart took note of it already."),
            (noted(.airKerma, " "), open, "action: expected a value, got nothing."),
        ]
        for (event, state, reason) in refused {
            do {
                try Authoring.check(event, in: state, by: Author(person: "p", role: .physicist), now: testDay)
                Issue.record("\(reason)")
            } catch {
                #expect(error.reason == reason && !error.remedy.isEmpty)
            }
        }
        let bare = CaseEvent.doseAlert(.acknowledged(DoseAlertAcknowledged(action: "skin check")))
        #expect(throws: Never.self) {
            try Authoring.check(
                Authoring.completed(bare, in: open), in: open, by: Author(person: "p", role: .physicist), now: testDay)
        }
    }

    @Test mutating func `conflict 50: the dose report counts event by event and the step's record is kept and told`() {
        let device = north.record(report("1", kerma: 2), role: .system)
        let step = hub.record(report("1", kerma: 3, source: "MPPS"), role: .system)
        let typed = hub.record(report("", kerma: 9, source: "manual"), after: [step])
        let state = foldedInEveryOrder([device, step, typed]).dose
        #expect(state.totals.referencePointAirKermaGray == 2)
        #expect(state.mismatches.map(\.uid) == ["1"], "the physicist sees which irradiations differ")
        #expect(state.irradiations[0].others.map { $0.projection?.referencePointAirKermaGray } == [3])
        #expect(state.uncounted.map { $0.value.projection?.referencePointAirKermaGray } == [9])
    }

    @Test mutating func `what one report leaves out of the circumstances another gives`() {
        let plain = north.record(
            .doseRecorded(DoseRecorded(irradiationEvents: [IrradiationEvent(uid: "1", dlpMilligrayCentimetre: 7)])), role: .system
        )
        let full = hub.record(
            .doseRecorded(
                DoseRecorded(
                    irradiationEvents: [
                        IrradiationEvent(uid: "1", dlpMilligrayCentimetre: 7, modality: "CT", startedAt: testDay)
                    ])), role: .system)
        let state = foldedInEveryOrder([plain, full])
        #expect(state.conflicts.isEmpty && state.dose.mismatches.isEmpty)
        #expect(state.dose.irradiations[0].value.modality == "CT" && state.dose.irradiations[0].value.startedAt == testDay)
    }
}
