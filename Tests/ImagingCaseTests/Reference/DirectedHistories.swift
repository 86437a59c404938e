import EventLog
import ImagingCase

/// Histories that no drawing makes often enough: compared beside those that are drawn.
enum DirectedHistories {
    static var all: [(name: String, facts: [CaseFact])] {
        [
            ("a decision for neither of two instructions", neither), ("a study handed on twice", handedOnTwice),
            ("a merged report in quarantine", merged), ("an addendum chosen over its report", addendumChosen),
            ("a low eGFR beside an accepted risk", lowKidney),
            ("two eGFR on either side of 30, and one confirmed", decided(27, by: .radiologist, after: kidneys)),
            ("an order changed while it was examined, and decided", decided(7, by: .radiologist, after: changed)),
            ("two plans approved apart, and one chosen", decided(54, by: .radiationOncologist, after: approved)),
            ("a plan changed beside a fraction, checked and confirmed", decided(53, by: .radiationOncologist, after: adapted)),
        ]
    }

    /// A history with the decision of its question of a number, by somebody who has seen everything.
    private static func decided(_ number: Int, by role: Role, after facts: [CaseFact]) -> [CaseFact] {
        var desk = CaseBuilder("desk")
        let asked = CaseFold.fold(someCase, facts).conflicts(numbered: number)
        let heads = facts.filter { fact in !facts.contains { $0.parents.contains(fact.id) } }
        return facts
            + asked.prefix(1).map { conflict in
                let decided = ConflictResolved(conflict: conflict.id, number: number, choose: conflict.events[0], reason: "r")
                return desk.record(.conflictResolved(decided), after: heads, by: "p2", role: role)
            }
    }

    private static var changed: [CaseFact] {
        var (hub, site) = (CaseBuilder("hub"), CaseBuilder("northside"))
        let placed = hub.record(.orderPlaced(OrderPlaced(modality: "DX", laterality: .left)), role: .referrer)
        let right = hub.record(.orderChanged(OrderChanged(laterality: .right)), after: [placed], role: .referrer)
        return [placed, right, site.record(.procedureStepCompleted(ProcedureStepCompleted(stepUID: "1")), after: [placed])]
    }

    private static func made(_ builder: inout CaseBuilder) -> [CaseFact] {
        FocusedHistory.approvable.reduce(into: []) { facts, said in
            facts.append(builder.record(said.0, after: facts.suffix(1), role: said.1))
        }
    }

    private static var approved: [CaseFact] {
        var (hub, north, lake) = (CaseBuilder("hub"), CaseBuilder("northside"), CaseBuilder("lakeview"))
        let made = made(&hub)
        let approval = { (plan: String) in CaseEvent.treatment(.planApproved(RTPlanApproved(planUID: plan))) }
        return made + [
            north.record(approval("1.1"), after: made.suffix(1), role: .radiationOncologist),
            lake.record(approval("1.2"), after: made.suffix(1), role: .radiationOncologist),
        ]
    }

    private static var adapted: [CaseFact] {
        var (hub, north) = (CaseBuilder("hub"), CaseBuilder("northside"))
        let made = made(&hub)
        let wanted = RTAdaptationRequested(reason: .setup, fromFraction: 1)
        let request = hub.record(.treatment(.adaptationRequested(wanted)), after: made.suffix(1), role: .radiationOncologist)
        let fraction = RTFractionDelivered(planUID: "1.1", fraction: 1, deliveredCentigray: 200)
        let delivered = north.record(.treatment(.fractionDelivered(fraction)), after: made.suffix(1), role: .therapist)
        let check = CaseEvent.treatment(.planPhysicsChecked(RTPlanPhysicsChecked(planUID: "1.1", passed: true)))
        return made + [request, delivered, hub.record(check, after: [request, delivered], role: .physicist)]
    }

    private static var neither: [CaseFact] {
        var (north, lake, hub) = (CaseBuilder("northside"), CaseBuilder("lakeview"), CaseBuilder("hub"))
        let yes = north.record(.instructionIssued(InstructionIssued(kind: .contrastYes)), by: "p0", role: .radiologist)
        let no = lake.record(.instructionIssued(InstructionIssued(kind: .contrastNo)), by: "p1", role: .radiologist)
        let comment = hub.record(.commentAdded(CommentAdded(text: "c")), after: [yes, no], by: "p2", role: .lead)
        let asked = CaseFold.fold(someCase, [yes, no, comment]).conflicts
        return [yes, no, comment]
            + asked.map { hub.record(decision(on: $0, choosing: comment), after: [comment], by: "p2", role: .lead) }
    }

    private static var handedOnTwice: [CaseFact] {
        var (hub, site) = (CaseBuilder("hub"), CaseBuilder("northside"))
        let asked = ReadingRequested(kind: .final, reader: "p0")
        var facts = [hub.record(.readingTask(.requested(asked)), by: "p3", role: .lead)]
        facts.append(site.record(.readingClaimed(ReadingClaimed()), after: facts.suffix(1), by: "p0", role: .radiologist))
        for (from, to) in [("p0", "p1"), ("p1", "p2")] {
            let offer = ReadingTaskEvent.transferred(ReadingTransferred(to: to, reason: "r"))
            facts.append(site.record(.readingTask(offer), after: facts.suffix(1), by: from, role: .radiologist))
            let taken = ReadingTaskEvent.transferAccepted(ReadingTransferAccepted())
            facts.append(site.record(.readingTask(taken), after: facts.suffix(1), by: to, role: .radiologist))
        }
        return facts
    }

    private static var merged: [CaseFact] {
        var (north, lake, hub) = (CaseBuilder("northside"), CaseBuilder("lakeview"), CaseBuilder("hub"))
        let one = north.record(.finalSigned(FinalSigned(impression: "mass")), by: "p0", role: .radiologist)
        let other = lake.record(.finalSigned(FinalSigned(impression: "no mass")), by: "p1", role: .radiologist)
        let both = FinalSigned(impression: "cyst", supersedes: [one.id, other.id])
        let merged = lake.record(.finalSigned(both), after: [one, other], by: "p1", role: .radiologist)
        let retraction = ReportRetracted(which: one.id, reason: .wrongPatient)
        return [one, other, merged, hub.record(.reportRetracted(retraction), after: [one], by: "p0", role: .radiologist)]
    }

    private static var addendumChosen: [CaseFact] {
        var (north, lake) = (CaseBuilder("northside"), CaseBuilder("lakeview"))
        let one = north.record(.finalSigned(FinalSigned(impression: "mass")), by: "p0", role: .radiologist)
        let other = lake.record(.finalSigned(FinalSigned(impression: "no mass")), by: "p1", role: .radiologist)
        let addendum = AddendumSigned(addendumTo: one.id, text: "t")
        let added = north.record(.addendumSigned(addendum), after: [one, other], by: "p0", role: .radiologist)
        let wrong = ReportReconciled(competing: [one.id, other.id, added.id], chosen: added.id, rationale: "r")
        return [one, other, added, north.record(.reportReconciled(wrong), after: [added], by: "p2", role: .lead)]
    }

    private static var kidneys: [CaseFact] {
        var (north, lake) = (CaseBuilder("northside"), CaseBuilder("lakeview"))
        let screened = { (value: String, taken: String) in
            let items = [ScreeningItem(kind: "eGFR", value: value), ScreeningItem(kind: "eGFR specimen", value: taken)]
            return CaseEvent.contrastScreened(ContrastScreened(result: .clear, items: items))
        }
        return [
            north.record(screened("24", "2025-06-01T08:00:00Z")), lake.record(screened("71", "2025-06-02T08:00:00Z")),
        ]
    }

    private static var lowKidney: [CaseFact] {
        var (north, lake, hub) = (CaseBuilder("northside"), CaseBuilder("lakeview"), CaseBuilder("hub"))
        let kidney = [ScreeningItem(kind: "eGFR", value: "24")]
        let asthma = north.record(.contrastScreened(ContrastScreened(result: .conditional)))
        let low = lake.record(.contrastScreened(ContrastScreened(result: .clear, items: kidney)))
        let accepted = RiskAccepted(covers: [asthma.id], justification: "j")
        return [asthma, low, hub.record(.riskAccepted(accepted), after: [asthma], role: .radiologist)]
    }
}
