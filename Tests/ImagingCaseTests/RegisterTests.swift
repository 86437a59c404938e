import EventLog
import ImagingCase
import Testing

/// Staff dose and equipment.
@Suite struct RegisterTests {
    var north = CaseBuilder("northside", stream: StreamID(kind: .site, high: 5, low: 6))
    var south = CaseBuilder("southside", stream: StreamID(kind: .site, high: 5, low: 6))
    private let stream = StreamID(kind: .site, high: 5, low: 6)

    private func day(_ text: String) -> Instant { Timestamp.parse(text + "T00:00:00Z")!.instant }

    private func badge(_ from: String, _ until: String, _ dose: Double, person: String = "t.lind") -> CaseEvent {
        .register(
            .staffDoseRecorded(
                StaffDoseRecorded(person: person, periodStart: day(from), periodEnd: day(until), millisieverts: dose)))
    }

    private func check(_ station: String, _ result: QualityResult, note: String = "") -> CaseEvent {
        .register(.equipmentChecked(EquipmentQCRecorded(station: station, result: result, note: note)))
    }

    private func fold(_ facts: [CaseFact], sourceLocation: SourceLocation = #_sourceLocation) -> CaseState {
        foldedInEveryOrder(facts, of: stream, sourceLocation: sourceLocation)
    }

    private func refusal(_ event: CaseEvent, as role: Role, now: Instant? = nil) -> AuthoringRefusal? {
        do {
            try Authoring.check(
                event, in: CaseFold.fold(stream, []), by: Author(person: "x", role: role), now: now ?? day("2026-06-01"))
            return nil
        } catch { return error }
    }

    // MARK: staff dose

    @Test mutating func `periods add up by person and year, one that ends with the year belongs to it`() {
        let facts = [
            north.record(badge("2025-11-01", "2025-12-01", 0.1), role: .safetyOfficer),
            north.record(badge("2025-12-01", "2026-01-01", 0.2), role: .safetyOfficer),
            north.record(badge("2026-01-01", "2026-02-01", 0.7), role: .safetyOfficer),
            north.record(badge("2026-01-01", "2026-02-01", 21, person: "dr.ir"), role: .physicist),
        ]
        let state = fold(facts).rare.staffDose
        #expect(state.years.map(\.person) == ["dr.ir", "t.lind", "t.lind"])
        #expect(state.years.map(\.year) == [2026, 2025, 2026])
        #expect(state.years.map(\.millisieverts) == [21, 0.3, 0.7])
        #expect(state.years.map { $0.level() } == [.over, .below, .below])
        #expect(state.warnings().map(\.person) == ["dr.ir"])
        #expect(state.warnings(limitMillisieverts: 0.5).count == 2)
        #expect(state.warnings(limitMillisieverts: 21).isEmpty, "the limit itself is no excess")
        #expect(
            fold(Array(facts[..<3])).jsonText.contains(#""staffDose":{"state":"below","years":[{"person":"t.lind","year":2025"#))
        #expect(fold(facts).jsonText.contains(#""staffDose":{"state":"over""#))
        let six = north.record(badge("2026-01-01", "2026-02-01", 6), role: .physicist)
        #expect(fold([six]).jsonText.contains(#""state":"investigate""#))
        #expect(
            StaffDoseAxis.explain(state, CaseHistory(facts)).map(\.events) == [
                [facts[3].id], [facts[0].id, facts[1].id], [facts[2].id],
            ])
    }

    @Test
    mutating func `a reading that is sent again counts once, a later one corrects it, of two made apart the greatest counts`() {
        let one = north.record(badge("2026-01-01", "2026-02-01", 0.5), role: .safetyOfficer)
        let again = south.record(badge("2026-01-01", "2026-02-01", 0.5), role: .safetyOfficer)
        #expect(fold([one, again]).rare.staffDose.years.map(\.millisieverts) == [0.5])
        #expect(fold([one, again]).rare.staffDose.badges.map(\.events.count) == [2])
        let more = south.record(badge("2026-01-01", "2026-02-01", 0.9), role: .safetyOfficer)
        #expect(fold([one, more]).rare.staffDose.years.map(\.millisieverts) == [0.9])
        let less = south.record(badge("2026-01-01", "2026-02-01", 0.2), after: [one, more], role: .safetyOfficer)
        #expect(fold([one, more, less]).rare.staffDose.years.map(\.millisieverts) == [0.2])
        #expect(fold([one, more, less]).anomalies.isEmpty)
    }

    @Test mutating func `periods that overlap both count and are flagged`() {
        let one = north.record(badge("2026-01-01", "2026-02-01", 0.5), role: .safetyOfficer)
        let other = south.record(badge("2026-01-15", "2026-02-15", 0.4), role: .safetyOfficer)
        let touching = north.record(badge("2026-02-15", "2026-03-01", 0.1), role: .safetyOfficer)
        let someone = north.record(badge("2026-01-01", "2026-03-01", 0.1, person: "n.holt"), role: .safetyOfficer)
        let state = fold([one, other, touching, someone])
        let mine = state.rare.staffDose.years.filter { $0.person == "t.lind" }
        #expect(mine.map(\.millisieverts) == [1] && mine.map(\.hasOverlaps) == [true])
        #expect(state.anomalies.map(\.event) == [one.id, other.id].sorted())
        #expect(state.rare.staffDose.badges.first { $0.event == one.id }?.overlaps == [other.id])
        #expect(state.jsonText.contains(#""overlaps":["\#(other.id)"]"#))
    }

    @Test mutating func `what cannot be a reading, or is by a role that may not, does not count and is flagged`() {
        let bad = [
            north.record(badge("2026-02-01", "2026-01-01", 1), role: .safetyOfficer),
            north.record(badge("2026-01-01", "2026-02-01", -1), role: .safetyOfficer),
            north.record(badge("2026-01-01", "2026-02-01", 1), role: .nurse),
            north.record(.register(.staffDoseRecorded(StaffDoseRecorded(person: "x", millisieverts: 1))), role: .physicist),
        ]
        let state = fold(bad)
        #expect(state.rare.staffDose.badges.isEmpty && state.anomalies.map(\.event) == bad.map(\.id))
    }

    @Test func `a reading has a wearer, a period that has passed and a dose that can be`() {
        #expect(refusal(badge("2026-01-01", "2026-02-01", 0), as: .safetyOfficer) == nil)
        #expect(refusal(badge("2026-01-01", "2026-02-01", 0), as: .technologist)?.ground == .role)
        #expect(
            refusal(badge("2026-01-01", "2026-02-01", 0, person: " "), as: .physicist)?.reason
                == "staffDose.person: expected who wore the badge, got nothing.")
        #expect(
            refusal(badge("2026-01-01", "2026-02-01", -0.5), as: .physicist)?.reason
                == "staffDose.millisieverts: expected 0 to 1000 mSv, got -0.5.")
        #expect(
            refusal(badge("2026-02-01", "2026-02-01", 1), as: .physicist)?.reason
                == "staffDose.periodEnd: expected a moment after 2026-02-01T00:00:00Z, got 2026-02-01T00:00:00Z.")
        #expect(
            refusal(badge("2026-05-01", "2026-07-01", 1), as: .physicist)?.remedy
                == "Give staffDose.periodEnd as a moment that has passed.")
        #expect(
            refusal(.register(.staffDoseRecorded(StaffDoseRecorded(person: "x"))), as: .physicist)?.reason
                == "staffDose.period: expected periodStart and periodEnd, got nothing.")
    }

    // MARK: equipment

    @Test mutating func `a failed control bars the station until somebody who saw it records a better one`() {
        let passed = north.record(check("CT1", .passed))
        #expect(fold([passed]).rare.equipment.isUsable("CT1"))
        let failed = north.record(check("CT1", .failed, note: "noise"), after: [passed])
        let state = fold([passed, failed])
        #expect(!state.rare.equipment.isUsable("CT1") && state.rare.equipment.isUsable("CT2"))
        #expect(
            state.jsonText.contains(
                #""equipment":{"state":"failed","stations":[{"station":"CT1","result":"failed","usable":false"#))
        let mended = north.record(check("CT1", .restricted, note: "no helical"), after: [failed])
        let after = fold([passed, failed, mended]).rare.equipment
        #expect(after.isUsable("CT1") && after.stations[0].result == .restricted && after.stations[0].checks.count == 3)
        #expect(EquipmentAxis.explain(after, CaseHistory([passed, failed, mended])).map(\.events) == [[mended.id]])
    }

    @Test mutating func `of controls made apart the worst stands, and a role that may not can bar but not clear`() {
        let failed = north.record(check("CT1", .failed, note: "arc"))
        let passed = south.record(check("CT1", .passed))
        #expect(!fold([failed, passed]).rare.equipment.isUsable("CT1"))
        let clerk = south.record(check("CT1", .passed), after: [failed], role: .frontDesk)
        let kept = fold([failed, clerk])
        #expect(!kept.rare.equipment.isUsable("CT1") && kept.anomalies.map(\.event) == [clerk.id])
        let alarm = south.record(check("MR1", .failed, note: "quench"), role: .nurse)
        #expect(fold([alarm]).rare.equipment.failed.map(\.station) == ["MR1"])
    }

    @Test func `a control names a station by its title, a result and what was found`() {
        #expect(refusal(check("CT1", .passed), as: .technologist) == nil)
        for title in ["", "   ", "SEVENTEEN_LETTERS", "A\\B", "CT\u{e9}"] {
            #expect(refusal(check(title, .passed), as: .technologist)?.ground == .content)
        }
        #expect(
            refusal(check("CT1", .unspecified), as: .technologist)?.reason
                == "equipmentQc.result: expected passed, restricted or failed, got nothing.")
        #expect(
            refusal(check("CT1", .failed), as: .technologist)?.remedy == "Give equipmentQc.note as what was found.")
    }
}
