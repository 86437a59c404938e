import EventLog
import ImagingCase
import Testing

@Suite struct DoseTests {
    private var north = CaseBuilder("northside")
    private var hub = CaseBuilder("hub")

    private func report(_ values: [(String, Double)], source: String = "RDSR", uid: String = "") -> CaseEvent {
        .doseRecorded(
            DoseRecorded(
                irradiationEvents: values.map { IrradiationEvent(uid: $0.0, ctdiVolMilligray: 10, dlpMilligrayCentimetre: $0.1) },
                source: source, reportUID: uid))
    }

    @Test mutating func `conflict 49: a cumulative report and an additional one both count each irradiation once`() {
        let first = north.record(report([("1", 7.46)]), role: .system)
        let second = north.record(report([("1", 7.46), ("2", 69.81)]), after: [first], role: .system)
        let third = hub.record(report([("2", 69.81), ("1", 7.46), ("3", 158.82)]), role: .system)
        let cumulative = foldedInEveryOrder([first, second, third])
        #expect(cumulative.dose.dlpMilligrayCentimetre == 236.09)
        #expect(cumulative.dose.irradiations.map(\.uid) == ["1", "2", "3"])
        #expect(cumulative.dose.irradiations[0].events.count == 3)
        #expect(cumulative.dose.ctdiVolMilligrayMaximum == 10)
        #expect(cumulative.conflicts.isEmpty)
        #expect(cumulative.jsonText.contains(#""dlpMilligrayCentimetre":236.09"#))
        let one = north.record(report([("8", 60.17)]))
        let other = hub.record(report([("9", 56.44)]))
        #expect(foldedInEveryOrder([one, other]).dose.dlpMilligrayCentimetre == 116.61)
    }

    @Test mutating func `conflict 49: different values for one irradiation reported apart go to the physicist`() throws {
        let low = north.record(report([("1", 50)]), role: .system)
        let high = hub.record(report([("1", 70)]), role: .system, minutes: 1)
        let state = foldedInEveryOrder([low, high])
        #expect(state.dose.dlpMilligrayCentimetre == 70)
        #expect(state.dose.irradiations[0].others.map(\.dlpMilligrayCentimetre) == [50])
        let conflict = try #require(state.conflicts.first)
        #expect(conflict.number == 49 && conflict.owner == .physicist && conflict.told == [.physicist])
        #expect(conflict.dueMinutes == 1441)
        let decided = hub.record(decision(on: conflict, choosing: low), after: [low, high], role: .physicist)
        let closed = foldedInEveryOrder([low, high, decided])
        #expect(closed.conflicts.map(\.state) == [.resolved])
        #expect(closed.dose.dlpMilligrayCentimetre == 50)
        #expect(closed.dose.irradiations[0].others.map(\.dlpMilligrayCentimetre) == [70])
        let corrected = north.record(report([("1", 55)]), after: [low, high])
        let later = foldedInEveryOrder([low, high, corrected])
        #expect(later.dose.dlpMilligrayCentimetre == 55 && later.conflicts.first?.closedBy == corrected.id)
    }

    @Test mutating func `conflict 50: typed values stand aside where the device reports and count where it does not`() {
        let typed = north.record(report([("", 100), ("", 20)], source: "manual"))
        #expect(CaseFold.fold(someCase, [typed]).dose.dlpMilligrayCentimetre == 120)
        let device = hub.record(report([("1", 90)]), role: .system)
        let state = foldedInEveryOrder([typed, device]).dose
        #expect(state.dlpMilligrayCentimetre == 90)
        #expect(state.uncounted.map(\.value.dlpMilligrayCentimetre) == [100, 20])
        let step = hub.record(report([("1", 130)], source: "MPPS"), role: .system)
        let ranked = foldedInEveryOrder([typed, device, step])
        #expect(ranked.dose.dlpMilligrayCentimetre == 90, "the device's own report outranks the step's record")
        #expect(ranked.dose.irradiations[0].others.count == 1)
    }

    @Test mutating func `a typed report sent again under its own UID counts once`() {
        let first = north.record(report([("", 100)], source: "manual", uid: "9.9"))
        let again = hub.record(report([("", 100)], source: "manual", uid: "9.9"))
        #expect(foldedInEveryOrder([first, again]).dose.dlpMilligrayCentimetre == 100)
    }

    @Test mutating func `a CTDIvol at the alert level asks for a look`() {
        let high = north.record(
            .doseRecorded(DoseRecorded(irradiationEvents: [IrradiationEvent(uid: "1", ctdiVolMilligray: 1000)])))
        #expect(CaseFold.fold(someCase, [high]).dose.status == .alert)
        #expect(CaseFold.fold(someCase, []).dose.status == .none)
    }

    @Test func `an empty report and a negative dose are refused`() {
        for values in [[], [IrradiationEvent(uid: "1", dlpMilligrayCentimetre: -1)], [IrradiationEvent(ctdiVolMilligray: .nan)]] {
            #expect(throws: AuthoringRefusal.self) {
                try DoseAxis.mayAuthor(
                    .doseRecorded(DoseRecorded(irradiationEvents: values)), in: DoseState(),
                    by: Author(person: "p", role: .physicist), now: testDay)
            }
        }
    }
}
