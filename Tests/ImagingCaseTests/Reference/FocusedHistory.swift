import EventLog
import ImagingCase

/// Draws a short history around one subject, over sites that record apart and exchange now and then: what a general history makes
/// once in a thousand it makes often.
struct FocusedHistory {
    /// Draws an event by somebody who has seen some facts.
    typealias Draw = @Sendable (_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent
    /// What a history is about, and what every site knows of it at first: apart is only what follows.
    typealias Subject = (opening: [(CaseEvent, Role)], draw: Draw)

    static let subjects: [Subject] = [
        ([], order), ([], protocols), ([], safety), ([], reading), ([], report), ([], findings), ([], instructions), ([], dose),
        ([], identity), ([], plans),
        ([], { seen, random in [order, report, reading, instructions].randomElement(using: &random)!(seen, &random) }),
        ([(.orderPlaced(OrderPlaced(modality: "CT", laterality: .left, priority: .urgent)), .referrer)], order),
        ([(.orderPlaced(OrderPlaced(modality: "CT", priority: .urgent)), .referrer)], urgency),
        ([(.patientArrived(PatientArrived(visit: "V")), .frontDesk)], visits),
        ([(.studyHandedOver(StudyHandedOver()), .technologist)], reading),
        ([(.finalSigned(FinalSigned(findings: "f", impression: "mass")), .radiologist)], report),
        (
            [(.criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed", responsible: "p0")), .radiologist)],
            answers
        ),
        ([(.instructionIssued(InstructionIssued(kind: .delayedPhase, text: "i")), .radiologist)], answersToInstruction),
        (approvable, plans), (unasked, identified),
    ]

    private(set) var facts: [CaseFact] = []

    private let seed: UInt64
    private let logs: [LogID]
    private var held: [[CaseFact]]

    init(seed: UInt64, events: Int, sites: Int) {
        self.seed = seed
        logs = (0..<sites).map { LogID(site: SiteID("site\($0)")!, incarnation: Incarnation(bits: 1)) }
        held = [[CaseFact]](repeating: [], count: sites)
        var random = SplitMix64(seed: seed)
        let subject = Self.subjects[Int(seed % UInt64(Self.subjects.count))]
        for (event, role) in subject.opening { record(event, "p0", role, at: 0) }
        held = [[CaseFact]](repeating: facts, count: sites)
        for _ in 0..<events {
            let site = Int.random(in: 0..<sites, using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                let other = Int.random(in: 0..<sites, using: &random)
                for fact in held[other] where !held[site].contains(where: { $0.id == fact.id }) { held[site].append(fact) }
            }
            let (event, role) = Self.draw(subject.draw, held[site], &random)
            record(event, "p\(Int.random(in: 0..<3, using: &random))", role, at: site)
        }
    }

    private mutating func record(_ event: CaseEvent, _ person: String, _ role: Role, at site: Int) {
        let heads = held[site].filter { one in !held[site].contains { $0.parents.contains(one.id) } }
        let sequence = UInt64(facts.count { $0.id.log == logs[site] } + 1)
        // Any hash will do: the fold takes from it an order of names alone.
        let fact = CaseFact(
            id: EventID(log: logs[site], sequence: sequence), hash: .sha256(Array("\(seed) \(facts.count)".utf8)),
            parents: heads.map(\.id).sorted(), recordedAt: HybridTime(bits: 1), occurredAt: OccurredAt(testDay),
            actor: Actor(person: person, role: role.rawValue, site: logs[site].site, assurance: .local), source: .page,
            event: event)
        held[site].append(fact)
        facts.append(fact)
    }

    /// Now and then a decision of a question that is open; mostly by somebody who may.
    private static func draw(
        _ draw: Draw, _ seen: [CaseFact], _ random: inout SplitMix64
    ) -> (CaseEvent, Role) {
        if seen.count > 2, Int.random(in: 0..<5, using: &random) == 0 {
            let asked = CaseFold.fold(someCase, seen).conflicts
            let open = asked.filter { $0.state == .open || Int.random(in: 0..<4, using: &random) == 0 }
            if let conflict = open.randomElement(using: &random) {
                // Mostly one of the sides; now and then none, or something else.
                let choice = Int.random(in: 0..<16, using: &random)
                let others = choice == 0 ? [] : choice == 1 ? seen.map(\.id) : conflict.events
                let decided = ConflictResolved(
                    conflict: Bool.random(using: &random) ? conflict.id : "", number: conflict.number,
                    choose: others.randomElement(using: &random), reason: "r")
                let roles = [conflict.owner, conflict.owner, .lead, .radiologist, .technologist]
                return (.conflictResolved(decided), roles.randomElement(using: &random)!)
            }
        }
        let event = draw(seen, &random)
        let entitled = Authority.roles(for: event)
        let isLegal = Int.random(in: 0..<8, using: &random) > 0
        return (event, (isLegal ? entitled.randomElement(using: &random) : nil) ?? Role.allCases.randomElement(using: &random)!)
    }

    /// One of the seen facts of some kinds; now and then none, or any.
    static func some(_ seen: [CaseFact], _ kinds: EventKind..., by random: inout SplitMix64) -> EventID? {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: nil
        case 1: seen.randomElement(using: &random)?.id
        default: seen.filter { kinds.contains($0.event.kind) }.randomElement(using: &random)?.id
        }
    }

    /// One of some values.
    static func any<T>(_ values: T..., by random: inout SplitMix64) -> T { values.randomElement(using: &random)! }

    static func series(_ random: inout SplitMix64) -> [Series] {
        [
            Series(
                uid: any("s1", "s2", by: &random), instances: Int.random(in: 0..<4, using: &random),
                digest: any("", "d1", "d2", by: &random))
        ]
    }
}

extension FocusedHistory {
    @Sendable static func order(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let side = any(Laterality.left, .right, .unspecified, by: &random)
        let step = any("1", "2", by: &random)
        switch Int.random(in: 0..<13, using: &random) {
        case 0...1:
            return .orderPlaced(OrderPlaced(modality: "CT", laterality: side, priority: any(.urgent, .routine, by: &random)))
        case 2: return .orderChanged(OrderChanged(laterality: side, note: any("", "n", by: &random)))
        case 3: return .orderChanged(OrderChanged(reason: "r", priority: any(.routine, .asap, .stat, by: &random)))
        case 4: return .orderCancelled(OrderCancelled(reason: "c"))
        case 5:
            return .ordering(.cancelRequested(OrderCancelRequested(reason: "r", stopsWhenBegun: Bool.random(using: &random))))
        case 6: return .ordering(.held(OrderHeld(reason: "h")))
        case 7: return .ordering(.holdReleased(OrderHoldReleased(hold: some(seen, .orderHeld, by: &random))))
        case 8: return .ordering(.replaced(OrderReplaced(by: IssuedIdentifier(issuer: "n", value: "A9"))))
        case 9: return .orderReviewed(OrderReviewed(decision: any(.accepted, .rejected, by: &random)))
        case 10: return .procedureStepStarted(ProcedureStepStarted(stepUID: step, modality: "CT"))
        case 11: return .procedureStepDiscontinued(ProcedureStepDiscontinued(stepUID: step, reason: "x"))
        default:
            return Bool.random(using: &random)
                ? .procedureStepCompleted(ProcedureStepCompleted(stepUID: step, modality: "CT", series: series(&random)))
                : .procedureStepDiscontinued(
                    ProcedureStepDiscontinued(stepUID: step, series: series(&random), reason: "x"))
        }
    }

    /// How soon, said again and again.
    @Sendable static func urgency(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let urgency = any(Urgency.routine, .routine, .asap, .urgent, .stat, by: &random)
        return any(
            .readingPriorityChanged(ReadingPriorityChanged(priority: urgency)),
            .orderChanged(OrderChanged(reason: "r", priority: urgency)), by: &random)
    }

    @Sendable static func protocols(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let used = Bool.random(using: &random) ? nil : some(seen, .protocolAssigned, by: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0...3:
            return .protocolAssigned(
                ProtocolAssigned(name: any("a", "b", by: &random), contrast: any("", "80 mL", by: &random)))
        case 4...5: return .protocolWithdrawn(ProtocolWithdrawn(which: some(seen, .protocolAssigned, by: &random)))
        case 6: return .procedureStepStarted(ProcedureStepStarted(stepUID: "1", modality: "CT", protocolUsed: used))
        default: return .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", modality: "CT", protocolUsed: used))
        }
    }

    @Sendable static func safety(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let result = any(ScreenResult.clear, .conditional, .unable, .contraindicated, by: &random)
        let clip = ScreeningItem(kind: "implant", value: "clip", label: any("safe", "unsafe", by: &random))
        let items = Bool.random(using: &random) ? [] : [clip]
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: return .mriScreened(MRIScreened(result: result, items: items))
        case 3...4:
            let kidney = [
                ScreeningItem(kind: "eGFR", value: any("24", "29.9", "30", "71", by: &random)),
                ScreeningItem(
                    kind: "eGFR specimen", value: any("2025-06-01T08:00:00Z", "2025-06-02T08:00:00Z", by: &random)),
            ]
            return .contrastScreened(
                ContrastScreened(result: any(.clear, .clear, result, by: &random), items: any(kidney, kidney, [], by: &random)))
        case 5...6:
            return .pregnancyScreened(
                PregnancyScreened(result: any(.no, .no, .possible, .yes, .unknown, .conditional, by: &random)))
        case 7: return .preparation(.otherScreened(OtherScreened(kind: any(.sedation, .fall, by: &random), result: result)))
        case 8...9:
            let kinds: [EventKind] = [.mriScreened, .contrastScreened, .pregnancyScreened, .safetyOtherScreened]
            let screens = seen.filter { kinds.contains($0.event.kind) && Int.random(in: 0..<3, using: &random) > 0 }
            return .riskAccepted(RiskAccepted(covers: screens.map(\.id), justification: "j"))
        case 10: return .patientArrived(PatientArrived(visit: any("V", "W", "", by: &random)))
        default:
            return .procedureStepStarted(ProcedureStepStarted(stepUID: "1", modality: any("CT", "MR", by: &random)))
        }
    }

    /// Screens of one visit and of the next.
    @Sendable static func visits(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        any(
            .mriScreened(MRIScreened(result: any(.clear, .clear, .conditional, by: &random))),
            .contrastScreened(ContrastScreened(result: .clear)),
            .patientArrived(PatientArrived(visit: any("V", "W", by: &random))),
            .riskAccepted(
                RiskAccepted(covers: seen.filter { $0.event.kind == .mriScreened }.map(\.id), justification: "j")), by: &random)
    }

    @Sendable static func reading(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let version = "v\(Int.random(in: 0..<3, using: &random))"
        let person = "p\(Int.random(in: 0..<3, using: &random))"
        switch Int.random(in: 0..<22, using: &random) {
        case 0...3:
            return .readingClaimed(
                ReadingClaimed(mode: any(.exclusive, .exclusive, .parallel, by: &random), assigned: Bool.random(using: &random)))
        case 4: return .readingReleased(ReadingReleased(reason: "shift"))
        case 5...6: return .finalSigned(FinalSigned(impression: "i", contentVersion: any(version, "", by: &random)))
        case 7:
            return .reportCorrected(
                ReportCorrected(
                    replaces: some(seen, .finalSigned, .reportCorrected, by: &random),
                    contentVersion: any(version, "", by: &random)))
        case 8: return .addendumSigned(AddendumSigned(addendumTo: some(seen, .finalSigned, by: &random), text: "t"))
        case 9: return .reportRetracted(ReportRetracted(which: some(seen, .finalSigned, by: &random), reason: .premature))
        case 10...12:
            return .studyContentChanged(StudyContentChanged(studyUID: "1.1", series: series(&random), contentVersion: version))
        case 13: return .procedureStepCompleted(ProcedureStepCompleted(stepUID: "1", modality: "CT", series: series(&random)))
        case 14: return .readingTask(.declined(ReadingDeclined(reason: "r")))
        case 15...16: return .readingTask(.transferred(ReadingTransferred(to: person, reason: "r")))
        case 17...18:
            return .readingTask(
                .transferAccepted(ReadingTransferAccepted(transfer: some(seen, .readingTransferred, by: &random))))
        case 19...20:
            return .readingTask(
                .requested(
                    ReadingRequested(
                        kind: any(.final, .part, .overRead, .preliminary, by: &random), reader: any("", person, by: &random),
                        part: any("", "", "CT", by: &random))))
        default:
            return any(
                .reportReceipt(.draftNoted(ReportDraftNoted(digest: "d"))),
                .preliminaryIssued(PreliminaryIssued(impression: "p")),
                .studyHandedOver(
                    StudyHandedOver(
                        declaredSeries: Int.random(in: 0..<3, using: &random),
                        declaredInstances: Int.random(in: 0..<4, using: &random))), by: &random)
        }
    }

    @Sendable static func report(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let text = some(seen, .finalSigned, .reportCorrected, by: &random)
        let other = some(seen, .finalSigned, .reportCorrected, by: &random)
        let words = any("mass", "no mass", "Mass.", "", by: &random)
        switch Int.random(in: 0..<14, using: &random) {
        case 0...2: return .finalSigned(FinalSigned(findings: "f", impression: words))
        case 3:
            return .finalSigned(FinalSigned(impression: words, supersedes: Array(Set([text, other].compactMap { $0 }).sorted())))
        case 4...5: return .reportCorrected(ReportCorrected(replaces: text, impression: words))
        case 6...7: return .preliminaryIssued(PreliminaryIssued(findings: any("f", "g", by: &random), impression: words))
        case 8...9:
            let target = some(seen, .finalSigned, .reportCorrected, .addendumSigned, .preliminaryIssued, by: &random)
            return .addendumSigned(AddendumSigned(addendumTo: target, text: "t"))
        case 10: return .reportRetracted(ReportRetracted(which: text, reason: .other))
        case 11...12:
            return .reportReconciled(
                ReportReconciled(
                    competing: [text, other].compactMap { $0 }, chosen: any(text, other, by: &random), rationale: "r"))
        default:
            let grade = any(DiscrepancyGrade.unspecified, .minor, .major, by: &random)
            let first = some(seen, .preliminaryIssued, by: &random)
            return any(
                .discrepancy(.recorded(DiscrepancyRecorded(first: first, second: text, grade: grade))),
                .discrepancy(
                    .resolved(
                        DiscrepancyResolved(
                            discrepancy: some(seen, .discrepancyRecorded, by: &random), grade: grade, conclusion: "c"))),
                by: &random)
        }
    }
}
