import EventLog
import ImagingCase
import Testing

@Suite struct ReportConflictTests {
    var north = CaseBuilder("northside")
    var lake = CaseBuilder("lakeview")
    var hub = CaseBuilder("hub")

    private func final(_ impression: String, supersedes: [CaseFact] = []) -> CaseEvent {
        .finalSigned(FinalSigned(findings: "seen", impression: impression, supersedes: supersedes.map(\.id)))
    }

    private func correction(_ impression: String, of version: CaseFact) -> CaseEvent {
        .reportCorrected(ReportCorrected(replaces: version.id, impression: impression))
    }

    private func addendum(_ text: String, to version: CaseFact) -> CaseEvent {
        .addendumSigned(AddendumSigned(addendumTo: version.id, text: text))
    }

    private func resolution(_ number: Int, _ chosen: CaseFact, _ id: String = "") -> CaseEvent {
        .conflictResolved(ConflictResolved(conflict: id, number: number, choose: chosen.id, reason: "compared"))
    }

    @Test mutating func `conflict 38: two finals apart both stand until reconciled`() {
        let one = north.record(final("normal"), by: "dr.ito", role: .radiologist, minutes: 10)
        let other = lake.record(final("mass"), by: "dr.mora", role: .radiologist, minutes: 20)
        let state = foldedInEveryOrder([one, other])
        #expect(state.report.status == .competing)
        #expect(state.report.current == nil)
        #expect(state.report.versions.map(\.status) == [.final, .final])
        #expect(state.report.versions.map(\.stands) == [true, true])
        #expect(Set(state.report.versions.map(\.impression)) == ["normal", "mass"])
        #expect(state.report.version(one.id)?.competesWith == [other.id])
        let conflict = state.conflicts(numbered: 38).first
        #expect(state.conflicts(numbered: 38).count == 1)
        #expect(conflict?.kind == "competingFinals")
        #expect(conflict?.state == .open)
        #expect(conflict?.owner == .lead)
        #expect(conflict?.events == [one.id, other.id].sorted())
        #expect(conflict?.told == [.radiologist, .lead, .referrer])
        #expect(conflict?.dueMinutes == 260)

        let reconciled = hub.record(
            .reportReconciled(ReportReconciled(competing: [one.id, other.id], chosen: other.id, rationale: "mass on series 3")),
            after: [one, other], by: "dr.lead", role: .lead)
        let closed = foldedInEveryOrder([one, other, reconciled])
        #expect(closed.report.status == .reconciled)
        #expect(closed.report.current == other.id)
        #expect(closed.report.version(one.id)?.status == .superseded)
        #expect(closed.report.version(one.id)?.supersededBy == reconciled.id)
        #expect(closed.report.version(one.id)?.impression == "normal")
        #expect(closed.conflicts(numbered: 38).map(\.state) == [.resolved])
        #expect(closed.conflicts(numbered: 38).map(\.closedBy) == [reconciled.id])
    }

    @Test mutating func `conflict 38: to choose what is no signed report puts none out of force`() {
        let one = north.record(final("normal"), by: "dr.ito", role: .radiologist)
        let other = lake.record(final("mass"), by: "dr.mora", role: .radiologist)
        let addendum = north.record(
            .addendumSigned(AddendumSigned(addendumTo: one.id, text: "t")), after: [one], by: "dr.ito", role: .radiologist)
        let draft = lake.record(
            .preliminaryIssued(PreliminaryIssued(impression: "p")), after: [other], by: "dr.mora", role: .radiologist)
        let unsigned = north.record(final("by a nurse"), after: [addendum], by: "nurse.ray", role: .nurse)
        let all = [one, other, addendum, draft, unsigned]
        for wrong in [addendum, draft, unsigned] {
            var hub = CaseBuilder("hub")
            let reconciled = hub.record(
                .reportReconciled(ReportReconciled(competing: [one.id, other.id, wrong.id], chosen: wrong.id)), after: all,
                by: "dr.lead", role: .lead)
            let state = foldedInEveryOrder(all + [reconciled])
            #expect(state.report.status == .competing)
            #expect([one, other].allSatisfy { state.report.version($0.id)?.stands == true })
            #expect(state.conflicts(numbered: 38).map(\.state) == [.open])
            // Of one report alone nothing else can stand in its place either.
            let alone = CaseFold.fold(someCase, [one, addendum, unsigned])
            var desk = CaseBuilder("desk")
            let named = desk.record(
                .reportReconciled(ReportReconciled(competing: [one.id, wrong.id], chosen: wrong.id)),
                after: [one, addendum, unsigned],
                by: "dr.lead", role: .lead)
            #expect(CaseFold.fold(someCase, [one, addendum, unsigned, named]).report.current == alone.report.current)
        }
    }

    @Test mutating func `conflict 38: a decision makes the chosen final current and keeps the other readable`() {
        let one = north.record(final("normal"), by: "dr.ito", role: .radiologist)
        let other = lake.record(final("mass"), by: "dr.mora", role: .radiologist)
        let id = CaseFold.fold(someCase, [one, other]).conflicts[0].id
        let decided = hub.record(resolution(38, one, id), after: [one, other], by: "dr.lead", role: .lead)
        let state = foldedInEveryOrder([one, other, decided])
        #expect(state.report.status == .reconciled)
        #expect(state.report.current == one.id)
        #expect(state.report.version(other.id)?.status == .superseded)
        #expect(state.conflicts.map(\.closedBy) == [decided.id])
        let early = hub.record(resolution(38, one, id), after: [one], by: "dr.lead", role: .lead)
        #expect(foldedInEveryOrder([one, other, early]).report.status == .competing, "who has not seen both cannot choose")
        let byTechnologist = hub.record(resolution(38, one, id), after: [one, other])
        #expect(foldedInEveryOrder([one, other, byTechnologist]).report.status == .competing)
    }

    @Test mutating func `conflict 38: two reconciliations that disagree settle nothing until a third`() {
        let one = north.record(final("normal"), by: "dr.ito", role: .radiologist)
        let other = lake.record(final("mass"), by: "dr.mora", role: .radiologist)
        let left = north.record(
            .reportReconciled(ReportReconciled(chosen: one.id)), after: [one, other], by: "dr.ito", role: .radiologist)
        let right = lake.record(
            .reportReconciled(ReportReconciled(chosen: other.id)), after: [one, other], by: "dr.mora", role: .radiologist)
        #expect(foldedInEveryOrder([one, other, left]).report.current == one.id)
        let state = foldedInEveryOrder([one, other, left, right])
        #expect(state.report.status == .competing)
        #expect(state.report.standing.count == 2)
        #expect(state.openConflicts.map(\.number) == [38])
        let third = hub.record(resolution(38, other), after: [left, right], by: "dr.lead", role: .lead)
        let closed = foldedInEveryOrder([one, other, left, right, third])
        #expect(closed.report.current == other.id)
        #expect(closed.openConflicts.isEmpty)
    }

    @Test mutating func `conflict 38: a later final that names both closes it, one that names one does not`() {
        let one = north.record(final("normal"), by: "dr.ito", role: .radiologist)
        let other = lake.record(final("mass"), by: "dr.mora", role: .radiologist)
        let partial = hub.record(final("small mass", supersedes: [one]), after: [one, other], by: "dr.lead", role: .lead)
        let half = foldedInEveryOrder([one, other, partial])
        #expect(half.report.status == .competing)
        #expect(half.report.standing.map(\.event).sorted() == [other.id, partial.id].sorted())
        #expect(half.openConflicts.map(\.number) == [38])
        let whole = hub.record(final("small mass", supersedes: [partial, other]), after: [partial], by: "dr.lead", role: .lead)
        let state = foldedInEveryOrder([one, other, partial, whole])
        #expect(state.report.status == .final)
        #expect(state.report.current == whole.id)
        #expect(state.conflicts.map(\.state) == [.resolved])
        #expect(state.conflicts.map(\.closedBy) == [whole.id])
    }

    @Test mutating func `conflict 38: a correction of one side carries the question on, a retraction ends it`() {
        let one = north.record(final("normal"), by: "dr.ito", role: .radiologist)
        let other = lake.record(final("mass"), by: "dr.mora", role: .radiologist)
        let corrected = north.record(correction("cyst", of: one), after: [one], by: "dr.ito", role: .radiologist)
        let state = foldedInEveryOrder([one, other, corrected])
        #expect(state.report.status == .competing)
        #expect(Set(state.report.standing.map(\.event)) == [other.id, corrected.id])
        #expect(state.openConflicts.map(\.events) == [[other.id, corrected.id].sorted()])
        #expect(state.conflicts.first { $0.events.contains(one.id) }?.closedBy == corrected.id)
        let retracted = lake.record(
            .reportRetracted(ReportRetracted(which: other.id, reason: .wrongStudy)), after: [other], by: "dr.mora",
            role: .radiologist)
        let ended = foldedInEveryOrder([one, other, retracted])
        #expect(ended.report.status == .final)
        #expect(ended.report.current == one.id)
        #expect(ended.conflicts(numbered: 38).map(\.state) == [.superseded])
        #expect(ended.conflicts(numbered: 38).map(\.closedBy) == [retracted.id])
    }

    @Test
    mutating func
        `conflict 38: of three finals apart one decision that saw all leaves one, and one that saw two leaves a question`()
    {
        let one = north.record(final("normal"), by: "dr.ito", role: .radiologist)
        let other = lake.record(final("mass"), by: "dr.mora", role: .radiologist)
        var east = CaseBuilder("eastgate")
        let third = east.record(final("cyst"), by: "dr.oyelaran", role: .radiologist)
        #expect(foldedInEveryOrder([one, other, third]).openConflicts.count == 3)
        let all = hub.record(resolution(38, other), after: [one, other, third], by: "dr.lead", role: .lead)
        let closed = foldedInEveryOrder([one, other, third, all])
        #expect(closed.report.status == .reconciled)
        #expect(closed.report.standing.map(\.event) == [other.id])
        #expect(closed.openConflicts.isEmpty)
        let two = hub.record(resolution(38, other), after: [one, other], by: "dr.lead", role: .lead)
        let open = foldedInEveryOrder([one, other, third, two])
        #expect(open.report.status == .competing)
        #expect(Set(open.report.standing.map(\.event)) == [other.id, third.id])
        #expect(open.openConflicts.map(\.events) == [[other.id, third.id].sorted()])
    }

    @Test mutating func `conflict 39: a preliminary beside a final that says something else is kept and checked`() {
        let early = north.record(
            .preliminaryIssued(PreliminaryIssued(impression: "No bleed.")), by: "dr.sato", role: .radiologist, minutes: 5)
        let signed = hub.record(final("Subdural haematoma"), by: "dr.ito", role: .radiologist, minutes: 30)
        let state = foldedInEveryOrder([early, signed])
        #expect(state.report.status == .final)
        #expect(state.report.current == signed.id)
        #expect(state.report.version(early.id)?.status == .preliminary)
        #expect(state.report.version(early.id)?.stands == false)
        let conflict = state.conflicts(numbered: 39).first
        #expect(state.conflicts.count == 1)
        #expect(conflict?.state == .open)
        #expect(conflict?.told == [.radiologist, .referrer])
        #expect(conflict?.dueMinutes == 90)
        let addendum = hub.record(
            addendum("preliminary missed the subdural", to: signed), after: [early, signed], by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([early, signed, addendum]).conflicts.map(\.closedBy) == [addendum.id])
    }

    @Test mutating func `conflict 39: equal impressions open no check and a comment after a final that differs does`() {
        let early = north.record(
            .preliminaryIssued(PreliminaryIssued(impression: "No  bleed.")), by: "dr.sato", role: .radiologist)
        let signed = hub.record(final("no bleed"), by: "dr.ito", role: .radiologist)
        #expect(foldedInEveryOrder([early, signed]).conflicts.isEmpty)
        let after = north.record(
            .preliminaryIssued(PreliminaryIssued(impression: "bleed")), after: [early, signed], by: "dr.sato", role: .radiologist)
        let state = foldedInEveryOrder([early, signed, after])
        #expect(state.report.version(after.id)?.status == .commentAfterFinal)
        #expect(state.conflicts(numbered: 39).map(\.events) == [[signed.id, after.id].sorted()])
    }

    @Test mutating func `conflict 40: an addendum on a version corrected meanwhile is shown on both until confirmed`() {
        let signed = hub.record(final("right"), by: "dr.ito", role: .radiologist)
        let corrected = north.record(
            correction("left", of: signed), after: [signed], by: "dr.ito", role: .radiologist, minutes: 3)
        let added = lake.record(
            addendum("compared with 2019", to: signed), after: [signed], by: "dr.mora", role: .radiologist, minutes: 4)
        let state = foldedInEveryOrder([signed, corrected, added])
        #expect(state.report.status == .corrected)
        #expect(state.report.current == corrected.id)
        #expect(state.report.version(added.id)?.addendumTo == signed.id)
        #expect(state.report.version(added.id)?.marks == [.onEarlierVersion])
        #expect(state.report.version(added.id)?.stands == true)
        let conflict = state.conflicts(numbered: 40).first
        #expect(conflict?.state == .open)
        #expect(conflict?.told == [.radiologist])
        #expect(conflict?.dueMinutes == 1444)

        let stranger = hub.record(addendum("fyi", to: corrected), after: [corrected, added], by: "dr.sato", role: .radiologist)
        #expect(foldedInEveryOrder([signed, corrected, added, stranger]).openConflicts.map(\.number) == [40])
        let confirmed = lake.record(
            addendum("holds for the corrected text", to: corrected), after: [corrected, added], by: "dr.mora", role: .radiologist)
        let closed = foldedInEveryOrder([signed, corrected, added, confirmed])
        #expect(closed.conflicts(numbered: 40).map(\.closedBy) == [confirmed.id])
        #expect(closed.report.version(added.id)?.marks.isEmpty == true)
        let dropped = hub.record(resolution(40, corrected), after: [corrected, added], by: "dr.mora", role: .radiologist)
        let decided = foldedInEveryOrder([signed, corrected, added, dropped])
        #expect(decided.report.status == .corrected)
        #expect(decided.report.version(added.id)?.status == .superseded)
        #expect(decided.report.version(added.id)?.text == "compared with 2019")
    }

    @Test mutating func `conflict 41: two corrections of one final compete and the final stays superseded`() {
        let signed = hub.record(final("right"), by: "dr.ito", role: .radiologist)
        let one = north.record(correction("left", of: signed), after: [signed], by: "dr.ito", role: .radiologist, minutes: 1)
        let other = lake.record(correction("both", of: signed), after: [signed], by: "dr.mora", role: .radiologist, minutes: 2)
        let state = foldedInEveryOrder([signed, one, other])
        #expect(state.report.status == .competing)
        #expect(state.report.version(signed.id)?.status == .superseded)
        #expect(Set(state.report.standing.map(\.event)) == [one.id, other.id])
        #expect(state.conflicts(numbered: 38).isEmpty)
        let conflict = state.conflicts(numbered: 41).first
        #expect(conflict?.kind == "competingCorrections")
        #expect(conflict?.owner == .lead)
        #expect(conflict?.told == [.radiologist, .lead, .referrer])
        #expect(conflict?.dueMinutes == 242)
        let decided = hub.record(resolution(41, one, conflict?.id ?? ""), after: [one, other], by: "dr.lead", role: .lead)
        let closed = foldedInEveryOrder([signed, one, other, decided])
        #expect(closed.report.status == .reconciled)
        #expect(closed.report.current == one.id)
        #expect(closed.report.version(other.id)?.status == .superseded)
        #expect(closed.openConflicts.isEmpty)
    }

    @Test mutating func `conflict 42: an addendum apart from the retraction is quarantined and its critical finding stays live`()
    {
        let signed = hub.record(final("normal"), by: "dr.ito", role: .radiologist)
        let retracted = hub.record(
            .reportRetracted(ReportRetracted(which: signed.id, reason: .wrongPatient)), after: [signed], by: "dr.ito",
            role: .radiologist, minutes: 9)
        let added = lake.record(
            addendum("pneumothorax", to: signed), after: [signed], by: "dr.mora", role: .radiologist, minutes: 8)
        let critical = lake.record(
            .criticalResultRaised(CriticalResultRaised(category: 1, finding: "pneumothorax", report: signed.id)), after: [added],
            by: "dr.mora", role: .radiologist, minutes: 8)
        let state = foldedInEveryOrder([signed, retracted, added, critical])
        #expect(state.report.status == .retracted)
        #expect(state.report.current == nil)
        #expect(state.report.version(added.id)?.status == .quarantined)
        #expect(state.report.version(added.id)?.stands == false)
        #expect(state.report.version(added.id)?.text == "pneumothorax")
        #expect(state.criticalResult.status == .open)
        #expect(state.criticalResult.cards.map(\.isReportRetracted) == [true])
        let conflict = state.conflicts(numbered: 42).first
        #expect(conflict?.state == .open)
        #expect(conflict?.events == [retracted.id, added.id].sorted())
        #expect(conflict?.told == [.radiologist, .lead, .referrer])
        #expect(conflict?.dueMinutes == 69)

        let anew = hub.record(final("pneumothorax"), after: [retracted, added], by: "dr.ito", role: .radiologist)
        let closed = foldedInEveryOrder([signed, retracted, added, critical, anew])
        #expect(closed.report.status == .final)
        #expect(closed.conflicts(numbered: 42).map(\.closedBy) == [anew.id])
        #expect(closed.report.version(added.id)?.status == .quarantined)
        #expect(closed.criticalResult.status == .open)
    }

    @Test
    mutating func `conflict 42: a correction in spite of the retraction and what hangs on it are quarantined until decided`() {
        let signed = hub.record(final("normal"), by: "dr.ito", role: .radiologist)
        let retracted = hub.record(
            .reportRetracted(ReportRetracted(which: signed.id, reason: .premature)), after: [signed], by: "dr.ito",
            role: .radiologist)
        let corrected = lake.record(correction("mass", of: signed), after: [retracted], by: "dr.mora", role: .radiologist)
        let added = lake.record(addendum("4 cm", to: corrected), after: [corrected], by: "dr.mora", role: .radiologist)
        let state = foldedInEveryOrder([signed, retracted, corrected, added])
        #expect(state.report.status == .retracted)
        #expect(state.report.versions.map(\.status) == [.retracted, .quarantined, .quarantined])
        #expect(state.openConflicts.map(\.number) == [42, 42])
        let decided = hub.record(resolution(42, corrected), after: [added], by: "dr.ito", role: .radiologist)
        let freed = foldedInEveryOrder([signed, retracted, corrected, added, decided])
        #expect(freed.report.status == .addended)
        #expect(freed.report.current == corrected.id)
        #expect(freed.openConflicts.isEmpty)
        let confirmed = hub.record(resolution(42, retracted), after: [added], by: "dr.ito", role: .radiologist)
        let kept = foldedInEveryOrder([signed, retracted, corrected, added, confirmed])
        #expect(kept.report.status == .retracted)
        #expect(kept.openConflicts.isEmpty)
    }

    @Test mutating func `conflict 42: a text in quarantine takes the place of no other report`() {
        let one = north.record(final("mass"), by: "dr.ito", role: .radiologist)
        let other = lake.record(final("no mass"), by: "dr.mora", role: .radiologist)
        let merged = lake.record(
            final("cyst", supersedes: [one, other]), after: [one, other], by: "dr.mora", role: .radiologist)
        #expect(CaseFold.fold(someCase, [one, other, merged]).report.current == merged.id)
        let retracted = hub.record(
            .reportRetracted(ReportRetracted(which: one.id, reason: .wrongPatient)), after: [one], by: "dr.ito",
            role: .radiologist)
        let state = foldedInEveryOrder([one, other, merged, retracted])
        #expect(state.report.version(merged.id)?.status == .quarantined)
        #expect(state.report.status == .final && state.report.current == other.id, "the other report was not withdrawn")
    }

    @Test func `signed statements folded in any order from random histories are never lost`() {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            var sites = ["northside", "lakeview", "hub"].map { CaseBuilder($0) }
            var facts: [CaseFact] = []
            for _ in 0..<8 {
                let seen = facts.filter { _ in random.next() % 3 != 0 }
                let target = facts.randomElement(using: &random)
                let event: CaseEvent =
                    switch random.next() % 6 {
                    case 0: final("f\(random.next() % 3)", supersedes: seen.suffix(1))
                    case 1 where target != nil: correction("c", of: target!)
                    case 2 where target != nil: addendum("a", to: target!)
                    case 3 where target != nil: .reportRetracted(ReportRetracted(which: target!.id))
                    case 4 where target != nil: .reportReconciled(ReportReconciled(chosen: target!.id))
                    case 5 where target != nil: resolution(38, target!)
                    default: .preliminaryIssued(PreliminaryIssued(impression: "p\(random.next() % 2)"))
                    }
                let place = Int(random.next() % 3)
                let role: Role = random.next() % 4 == 0 ? .lead : .radiologist
                facts.append(sites[place].record(event, after: seen, by: "dr.\(place)", role: role))
            }
            let state = CaseFold.fold(someCase, facts)
            for _ in 0..<6 { #expect(CaseFold.fold(someCase, facts.shuffled(using: &random)) == state, "seed \(seed)") }
            let texts = facts.filter { ReportTests.isText($0.event) }
            #expect(state.report.versions.count == texts.count, "seed \(seed)")
            if state.report.status == .competing {
                #expect(state.report.standing.count > 1, "seed \(seed)")
                #expect(state.openConflicts.contains { $0.number == 38 || $0.number == 41 }, "seed \(seed)")
            }
            if let current = state.report.current { #expect(state.report.version(current)?.stands == true, "seed \(seed)") }
        }
    }
}

extension ReportTests {
    static func isText(_ event: CaseEvent) -> Bool {
        switch event {
        case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected: true
        default: false
        }
    }
}
