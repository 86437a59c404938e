import EventLog
import ImagingCase

/// Draws histories of one case over several sites that record apart and exchange now and then, from few values so that they meet.
struct RandomHistory {
    /// All facts, in the order in which they were recorded.
    private(set) var facts: [CaseFact] = []
    /// For each fact what its site held when it was recorded, the fact included.
    private(set) var known: [[CaseFact]] = []

    /// - Parameter hasGroups: whether kinds beside the first catalogue are drawn too.
    init(seed: UInt64, events: Int, sites: Int = 3, hasGroups: Bool = true) {
        var random = SplitMix64(seed: seed)
        var builders = (0..<sites).map { CaseBuilder("site\($0)") }
        var held = [[CaseFact]](repeating: [], count: sites)
        for _ in 0..<events {
            let site = Int.random(in: 0..<sites, using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                let other = Int.random(in: 0..<sites, using: &random)
                for fact in held[other] where !held[site].contains(where: { $0.id == fact.id }) { held[site].append(fact) }
            }
            let history = CaseHistory(held[site])
            let heads = history.heads.compactMap { id in held[site].first { $0.id == id } }
            let event = Self.event(seen: held[site], hasGroups, &random)
            let fact = builders[site].record(
                event, after: heads, by: "p\(Int.random(in: 0..<3, using: &random))", role: Self.role(for: event, &random),
                minutes: Int64.random(in: -60...600, using: &random),
                recordedAt: HybridTime(bits: UInt64.random(in: 0...1 << 50, using: &random)))
            held[site].append(fact)
            facts.append(fact)
            known.append(held[site])
        }
    }

    /// Mostly one who may, now and then anybody: what is illegal arrives too.
    private static func role(for event: CaseEvent, _ random: inout SplitMix64) -> Role {
        var entitled = Authority.roles(for: event)
        if case .conflictResolved = event { entitled = [.lead, .radiologist, .frontDesk] }
        let isLegal = Int.random(in: 0..<5, using: &random) > 0
        return (isLegal ? entitled.randomElement(using: &random) : nil) ?? Role.allCases.randomElement(using: &random)!
    }

    private static func event(seen: [CaseFact], _ hasGroups: Bool, _ random: inout SplitMix64) -> CaseEvent {
        let some = seen.randomElement(using: &random)?.id
        if hasGroups, Int.random(in: 0..<3, using: &random) == 0, let draw = RandomGroups.all.randomElement(using: &random) {
            return draw(seen, &random)
        }
        switch Int.random(in: 0..<11, using: &random) {
        case 0...1: return order(&random)
        case 2, 10: return safety(seen, &random)
        case 3...4: return acquisition(some, &random)
        case 5...6: return report(some, &random)
        case 7: return message(some, &random)
        case 8: return person(some, &random)
        default: return general(seen, &random)
        }
    }

    private static func order(_ random: inout SplitMix64) -> CaseEvent {
        let side = [Laterality.left, .right, .unspecified].randomElement(using: &random)!
        let priority = [Urgency.unspecified, .routine, .urgent, .stat].randomElement(using: &random)!
        switch Int.random(in: 0..<7, using: &random) {
        case 0...1:
            let id = ["1", "1", "2"].randomElement(using: &random)!
            return .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "n", value: "A\(id)"),
                    patient: Patient(issuer: "mpi", id: id, name: "N^\(id)"),
                    modality: "CT", laterality: side, priority: priority, studyUID: "1.\(id)"))
        case 2: return .orderChanged(OrderChanged(laterality: side, reason: "r", priority: priority))
        case 3: return .orderCancelled(OrderCancelled(reason: "c"))
        case 4: return .orderReviewed(OrderReviewed(decision: [.accepted, .rejected].randomElement(using: &random)!))
        case 5: return .readingPriorityChanged(ReadingPriorityChanged(priority: priority))
        default: return .protocolAssigned(ProtocolAssigned(name: ["a", "b"].randomElement(using: &random)!))
        }
    }

    private static func safety(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let result = [ScreenResult.clear, .conditional, .contraindicated].randomElement(using: &random)!
        let items = [[], [ScreeningItem(kind: "implant", value: "clip", label: "unsafe")]].randomElement(using: &random)!
        switch Int.random(in: 0..<5, using: &random) {
        case 0...1: return .mriScreened(MRIScreened(result: result, items: items))
        case 2: return .contrastScreened(ContrastScreened(result: result))
        case 3: return .pregnancyScreened(PregnancyScreened(result: [.no, .yes, .possible].randomElement(using: &random)!))
        default:
            let screens = seen.filter { $0.event.kind == .mriScreened }.map(\.id)
            return .riskAccepted(RiskAccepted(covers: screens, justification: "j"))
        }
    }

    private static func acquisition(_ some: EventID?, _ random: inout SplitMix64) -> CaseEvent {
        let step = ["1", "2"].randomElement(using: &random)!
        let count = Int.random(in: 0..<4, using: &random)
        let digest = ["d1", "d2", ""].randomElement(using: &random)!
        let series = [Series(uid: "s\(step)", instances: count, digest: digest)]
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            return .procedureStepStarted(ProcedureStepStarted(stepUID: step, studyUID: "1.1", modality: "CT", protocolUsed: some))
        case 1: return .procedureStepCompleted(ProcedureStepCompleted(stepUID: step, modality: "CT", series: series))
        case 2: return .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: step, series: series, reason: "x"))
        case 3...4: return .studyContentChanged(StudyContentChanged(studyUID: "1.1", series: series, contentVersion: "v\(count)"))
        case 5: return .studyHandedOver(StudyHandedOver(declaredSeries: 1, declaredInstances: count))
        default:
            return .doseRecorded(
                DoseRecorded(
                    irradiationEvents: [
                        IrradiationEvent(
                            uid: ["u1", "u2", ""].randomElement(using: &random)!, dlpMilligrayCentimetre: Double(count) / 10)
                    ],
                    source: ["RDSR", "manual"].randomElement(using: &random)!))
        }
    }

    private static func report(_ some: EventID?, _ random: inout SplitMix64) -> CaseEvent {
        let version = "v\(Int.random(in: 0..<4, using: &random))"
        switch Int.random(in: 0..<9, using: &random) {
        case 0...1:
            return .finalSigned(FinalSigned(impression: version, contentVersion: version, supersedes: some.map { [$0] } ?? []))
        case 2: return .preliminaryIssued(PreliminaryIssued(impression: "p", contentVersion: version))
        case 3: return .addendumSigned(AddendumSigned(addendumTo: some, text: "t"))
        case 4: return .reportCorrected(ReportCorrected(replaces: some, impression: "c", contentVersion: version))
        case 5: return .reportRetracted(ReportRetracted(which: some, reason: .wrongPatient))
        case 6: return .reportReconciled(ReportReconciled(competing: some.map { [$0] } ?? [], chosen: some, rationale: "r"))
        case 7: return .readingReleased(ReadingReleased(reason: "shift"))
        default: return .readingClaimed(ReadingClaimed(mode: .exclusive))
        }
    }

    private static func message(_ some: EventID?, _ random: inout SplitMix64) -> CaseEvent {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed", responsible: "dr"))
        case 1: .criticalResultCommunicated(CriticalResultCommunicated(raised: some, to: "dr"))
        case 2: .criticalResultAcknowledged(CriticalResultAcknowledged(raised: some.map { [$0] } ?? []))
        case 3: .criticalResultEscalated(CriticalResultEscalated(raised: some, step: 1, to: "chief"))
        case 4: .criticalResultWithdrawn(CriticalResultWithdrawn(raised: some, reason: "w"))
        case 5: .instructionIssued(InstructionIssued(kind: .contrastYes, text: "i"))
        case 6: .instructionIssued(InstructionIssued(kind: .contrastNo, text: "i"))
        case 7: .instructionAcknowledged(InstructionAcknowledged(instruction: some))
        case 8: .instructionCompleted(InstructionCompleted(instruction: some))
        default: .instructionWithdrawn(InstructionWithdrawn(instruction: some, reason: "w"))
        }
    }

    private static func person(_ some: EventID?, _ random: inout SplitMix64) -> CaseEvent {
        let patient = Patient(
            issuer: "mpi", id: ["1", "2"].randomElement(using: &random)!, name: ["N^1", "M^1"].randomElement(using: &random)!)
        return switch Int.random(in: 0..<5, using: &random) {
        case 0: .patientArrived(PatientArrived(patient: patient, visit: "V"))
        case 1: .demographicsCorrected(DemographicsCorrected(patient: patient, evidence: "e"))
        case 2: .identityVerified(IdentityVerified(checked: ["a", "b"], match: Bool.random(using: &random)))
        case 3: .identityDisputed(IdentityDisputed(what: "w"))
        default: .identityDisputeCleared(IdentityDisputeCleared(outcome: .samePerson, evidence: "e"))
        }
    }

    private static func general(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let open = CaseFold.fold(someCase, seen).openConflicts
        if let conflict = open.randomElement(using: &random) {
            let choice = conflict.events.randomElement(using: &random)
            return .conflictResolved(
                ConflictResolved(conflict: conflict.id, number: conflict.number, choose: choice, reason: "r"))
        }
        return switch Int.random(in: 0..<5, using: &random) {
        case 0: .commentAdded(CommentAdded(text: "c"))
        case 1: .caseRouted(CaseRouted(site: "site1"))
        case 2: .caseWithdrawn(CaseWithdrawn(site: "site1"))
        case 3: .protocolWithdrawn(ProtocolWithdrawn(which: seen.randomElement(using: &random)?.id))
        default: .unknown(EventKind(["future.kind", "alpha.kind", "beta.kind"].randomElement(using: &random)!))
        }
    }
}
