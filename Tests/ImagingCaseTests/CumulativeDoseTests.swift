import EventLog
import ImagingCase
import Testing

@Suite struct CumulativeDoseTests {
    private let first = StreamID(kind: .imagingCase, high: 1, low: 1)
    private let second = StreamID(kind: .imagingCase, high: 1, low: 2)

    private func dose(
        _ stream: StreamID, _ values: [IrradiationEvent], source: String = "RDSR", minutes: Int64 = 0
    ) -> (stream: StreamID, dose: DoseState) {
        var site = CaseBuilder("northside", stream: stream)
        let fact = site.record(
            .doseRecorded(DoseRecorded(irradiationEvents: values, source: source)), role: .system, minutes: minutes)
        return (stream, CaseFold.fold(stream, [fact]).dose)
    }

    private func scan(_ uid: String, _ length: Double, at start: Instant? = nil) -> IrradiationEvent {
        IrradiationEvent(uid: uid, ctdiVolMilligray: 10, dlpMilligrayCentimetre: length, modality: "CT", startedAt: start)
    }

    @Test func `an irradiation that two cases tell of counts once`() {
        let one = dose(first, [scan("1", 7.46), scan("2", 69.81)])
        let other = dose(second, [scan("2", 69.81), scan("3", 158.82)], minutes: 60)
        let total = CumulativeDose(of: [one, other])
        #expect(total == CumulativeDose(of: [other, one, other]), "order and repetition do not matter")
        #expect(total.rows.map(\.modality) == ["CT"] && total.rows[0].irradiations == 3)
        #expect(total.rows[0].totals.dlpMilligrayCentimetre == 236.09 && total.rows[0].totals.ctdiVolMilligrayMaximum == 10)
        #expect(total.rows[0].cases == [first, second])
        #expect(total.rows[0].first == testDay && total.rows[0].last == testDay.advanced(byMilliseconds: 3_600_000))
    }

    @Test func `the better source counts, then the greater dose`() {
        let typed = dose(first, [scan("1", 90)], source: "manual")
        let device = dose(second, [scan("1", 80)])
        #expect(CumulativeDose(of: [typed, device]).rows[0].totals.dlpMilligrayCentimetre == 80)
        let higher = dose(first, [scan("1", 90)])
        #expect(CumulativeDose(of: [higher, device]).rows[0].totals.dlpMilligrayCentimetre == 90)
        #expect(CumulativeDose(of: [device, higher]).rows[0].totals.dlpMilligrayCentimetre == 90)
    }

    @Test func `modalities are summed apart, and what has no UID belongs to its case`() {
        let early = testDay.advanced(byMilliseconds: -86_400_000)
        let mixed = dose(
            first,
            [
                scan("1", 5, at: early),
                IrradiationEvent(uid: "2", projection: ProjectionDose(referencePointAirKermaGray: 2), modality: "XA"),
            ])
        let typed = dose(
            second,
            [
                IrradiationEvent(dlpMilligrayCentimetre: 100), IrradiationEvent(dlpMilligrayCentimetre: 20),
                IrradiationEvent(projection: ProjectionDose(fluoroscopySeconds: 90)),
            ], source: "manual")
        let total = CumulativeDose(of: [mixed, typed])
        #expect(total.rows.map(\.modality) == ["", "CT", "XA"])
        #expect(total.rows[1].irradiations == 3 && total.rows[1].totals.dlpMilligrayCentimetre == 125)
        #expect(total.rows[1].first == early && total.rows[1].last == testDay)
        #expect(total.rows[0].totals.fluoroscopyMinutes == 1.5 && total.rows[2].totals.referencePointAirKermaGray == 2)
        var json = JSONWriter()
        total.write(to: &json)
        #expect(json.text.hasPrefix(#"{"modalities":[{"modality":"","irradiations":1,"fluoroscopyMinutes":1.5,"first":"#))
        #expect(json.text.contains(#""modality":"CT","irradiations":3,"dlpMilligrayCentimetre":125.0,"#))
        #expect(CumulativeDose(of: []).rows.isEmpty)
    }
}
