import EventLog
import ImagingCase
import Testing

/// What the fold counts as settling, the guard lets through: no question waits for an act that nobody may record.
@Suite struct SettlingActsTests {
    /// Kinds that nothing but a person's decision closes.
    private static let decided: Set<String> = [
        "14 imageAltered", "26 exposedWhenPregnant", "52 timeOutApart", "57 fractionRecordedTwice", "69 stepEndsDiffer",
        "71 sideDiffers",
    ]

    /// Kinds that lie between histories, with an act of their owner that settles or ends them.
    private static let between: [String: CaseEvent] = [
        "9 possibleDuplicate": .orderReviewed(OrderReviewed(decision: .rejected)),
        "13 identifierOfTwoPersons": .linkage(.moved(CaseMoved())),
        "16 identifiedLater": .addendumSigned(AddendumSigned()),
        "18 arrivedUnderOldID": .demographicsCorrected(DemographicsCorrected()),
        "19 circularMerge": .person(.merged(PersonMerged())), "20 mergedAndSeparated": .person(.unmerged(PersonUnmerged())),
        "21 signedUnderRetiredID": .demographicsCorrected(DemographicsCorrected()),
        "60 unverifiedSignature": .finalSigned(FinalSigned()), "64 linkedAcrossTenants": .caseRouted(CaseRouted()),
        "72 foreignLicence": .finalSigned(FinalSigned()),
    ]

    /// Kinds that not the owner but somebody else settles by what he alone can say: here the doctor who must learn of the finding.
    private static let byOthers: Set<String> = ["73 orderedByAnotherDoctor"]

    private static func name(_ number: Int, _ kind: String) -> String { "\(number) \(kind)" }

    @Test func `every kind of conflict is settled by an act, by a decision alone, or between histories`() {
        let shown = Set(Standoff.all.map { Self.name($0.number, $0.kind) })
        let all = Set(ConflictRule.catalogue.map { Self.name($0.number, $0.kind) })
        let told = shown.union(Self.decided).union(Self.between.keys)
        #expect(all.subtracting(told).isEmpty && told.subtracting(all).isEmpty, "\(all.symmetricDifference(told).sorted())")
        #expect(shown.isDisjoint(with: Self.decided))
        for rule in ConflictRule.catalogue {
            guard let act = Self.between[Self.name(rule.number, rule.kind)] else { continue }
            #expect(Authority.mayRecord(act, as: rule.owner), "\(rule.number) \(rule.kind)")
        }
    }

    @Test func `what settles a conflict can be recorded by the role that owns it`() throws {
        for standoff in Standoff.all {
            let name = Self.name(standoff.number, standoff.kind)
            let state = CaseFold.fold(standoff.stream, standoff.facts)
            let question = state.openConflicts.first { $0.number == standoff.number && $0.kind == standoff.kind }
            guard let question else {
                Issue.record("\(name) does not arise: \(state.conflicts.map { "\($0.number) \($0.kind) \($0.state)" })")
                continue
            }
            let said = standoff.answer
            #expect(said.role == question.owner || Self.byOthers.contains(name), "\(name) is answered by \(said.role)")
            let act = Authoring.completed(said.event, in: state)
            do {
                try Authoring.check(act, in: state, by: Author(person: said.by, role: said.role), now: testDay)
            } catch {
                Issue.record("\(name): \(error.reason) \(error.remedy)")
            }
            var reading = CaseBuilder("reading", stream: standoff.stream)
            let heads = standoff.facts.filter { state.heads.contains($0.id) }
            let answer = reading.record(act, after: heads, by: said.by, role: said.role)
            let closed = CaseFold.fold(standoff.stream, standoff.facts + [answer]).conflicts.first { $0.id == question.id }
            #expect(closed?.state != .open && closed?.closedBy == answer.id, "\(name): \(String(describing: closed?.state))")
        }
    }
}
