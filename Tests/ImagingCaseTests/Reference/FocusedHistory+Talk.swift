import EventLog
import ImagingCase

/// Talk, dose, identity and treatment.
extension FocusedHistory {
    @Sendable static func findings(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let raised = some(seen, .criticalResultRaised, by: &random)
        let other = some(seen, .criticalResultRaised, by: &random)
        let person = "p\(Int.random(in: 0..<3, using: &random))"
        switch Int.random(in: 0..<14, using: &random) {
        case 0...2: return .criticalResultRaised(CriticalResultRaised(category: 1, finding: "bleed", responsible: "p0"))
        case 3...6:
            let named = any([raised], [raised, other], by: &random).compactMap { $0 }
            return .criticalResultAcknowledged(
                CriticalResultAcknowledged(raised: named, plan: any("drain", "drain", "", by: &random)))
        case 7...8:
            return .criticalResultCommunicated(CriticalResultCommunicated(raised: raised, to: any(person, "", by: &random)))
        case 9: return .criticalResultEscalated(CriticalResultEscalated(raised: raised, step: 1, to: person))
        case 10...11: return .criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised, reason: "w"))
        case 12: return .register(.notificationSeen(NotificationSeen(item: some(seen, .criticalResultWithdrawn, by: &random))))
        default:
            return .criticalAttempt(.attempted(CriticalResultAttempted(raised: raised, to: person, outcome: .noAnswer)))
        }
    }

    /// What is done about one finding.
    @Sendable static func answers(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let raised = seen.first?.id
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2:
            return .criticalResultAcknowledged(CriticalResultAcknowledged(raised: raised.map { [$0] } ?? [], plan: "drain"))
        case 3...4: return .criticalResultWithdrawn(CriticalResultWithdrawn(raised: raised, reason: "w"))
        case 5: return .criticalResultEscalated(CriticalResultEscalated(raised: raised, step: 1, to: "p1"))
        case 6: return .criticalResultCommunicated(CriticalResultCommunicated(raised: raised, to: any("p0", "p1", by: &random)))
        default: return .register(.notificationSeen(NotificationSeen(item: some(seen, .criticalResultWithdrawn, by: &random))))
        }
    }

    /// What is said of one instruction.
    @Sendable static func answersToInstruction(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let instruction = seen.first?.id
        switch Int.random(in: 0..<8, using: &random) {
        case 0...1: return .instructionCompleted(InstructionCompleted(instruction: instruction))
        case 2: return .instructionWithdrawn(InstructionWithdrawn(instruction: instruction, reason: "w"))
        case 3...4: return .dialogue(.accepted(InstructionAccepted(instruction: instruction)))
        case 5: return .instructionDeclined(InstructionDeclined(instruction: instruction, reason: "n"))
        case 6: return .dialogue(.impossible(InstructionImpossible(instruction: instruction, reason: "left")))
        default: return .commentAdded(CommentAdded(text: "c"))
        }
    }

    @Sendable static func instructions(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let instruction = some(seen, .instructionIssued, by: &random)
        switch Int.random(in: 0..<14, using: &random) {
        case 0...3:
            let kind = any(
                InstructionKind.contrastYes, .contrastNo, .contrastNo, .keepPatient, .releasePatient, .stop, by: &random)
            return .instructionIssued(InstructionIssued(kind: kind, text: "i"))
        case 4: return .instructionAcknowledged(InstructionAcknowledged(instruction: instruction))
        case 5: return .instructionCompleted(InstructionCompleted(instruction: instruction))
        case 6: return .instructionDeclined(InstructionDeclined(instruction: instruction, reason: "n"))
        case 7: return .instructionWithdrawn(InstructionWithdrawn(instruction: instruction, reason: "w"))
        case 8...9: return .dialogue(.accepted(InstructionAccepted(instruction: instruction)))
        case 10: return .dialogue(.impossible(InstructionImpossible(instruction: instruction, reason: "left")))
        case 11: return .dialogue(.delivered(InstructionDelivered(instruction: instruction, device: "console")))
        case 12: return .preliminaryIssued(PreliminaryIssued(impression: "p"))
        default: return .studyHandedOver(StudyHandedOver(patientState: .left))
        }
    }

    @Sendable static func dose(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        if Int.random(in: 0..<4, using: &random) == 0 {
            return .doseAlert(
                .acknowledged(DoseAlertAcknowledged(alert: any("airKerma", "airKerma", "none", by: &random), action: "a")))
        }
        let kerma = Double(Int.random(in: 0...6, using: &random))
        return .doseRecorded(
            DoseRecorded(
                irradiationEvents: [
                    IrradiationEvent(
                        uid: any("u1", "u1", "u2", "", by: &random),
                        dlpMilligrayCentimetre: Double(Int.random(in: 0..<3, using: &random)) / 10,
                        projection: Bool.random(using: &random) ? nil : ProjectionDose(referencePointAirKermaGray: kerma))
                ],
                source: any("RDSR", "RDSR", "MPPS", "manual", by: &random)))
    }

    @Sendable static func identity(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let patient = Patient(
            issuer: any("mpi", "mpi", "ward", by: &random), id: any("1", "1", "2", "", by: &random),
            name: any("N^1", "n^1^", "M^1", "", by: &random), birthDate: any("19700101", "19800202", "", by: &random),
            sex: any(.female, .male, .unspecified, .unknown, by: &random))
        switch Int.random(in: 0..<10, using: &random) {
        case 0...1: return .orderPlaced(OrderPlaced(patient: patient, modality: "CT"))
        case 2...3: return .patientArrived(PatientArrived(patient: any(patient, patient, nil, by: &random), visit: "V"))
        case 4...5: return .demographicsCorrected(DemographicsCorrected(patient: patient, evidence: "e"))
        case 6: return .identityVerified(IdentityVerified(checked: ["a", "b"], match: Bool.random(using: &random)))
        case 7: return .identityDisputed(IdentityDisputed(what: "w"))
        case 8:
            let named = some(seen, .identityDisputed, .identityVerified, by: &random)
            return .identityDisputeCleared(
                IdentityDisputeCleared(
                    dispute: any([named], [], by: &random).compactMap { $0 },
                    outcome: any(.samePerson, .differentPersons, by: &random),
                    evidence: "e"))
        default: return .linkage(.moved(CaseMoved(patient: patient)))
        }
    }

    /// Two versions of a plan that were made and checked.
    static let approvable: [(CaseEvent, Role)] = ["1.1", "1.2"].flatMap { plan in
        [
            (
                .treatment(.planVersionCreated(RTPlanVersionCreated(planUID: plan, fractions: 3, fractionCentigray: 200))),
                .physicist
            ),
            (.treatment(.planPhysicsChecked(RTPlanPhysicsChecked(planUID: plan, passed: true))), .physicist),
        ]
    }

    @Sendable static func plans(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let plan = any("1.1", "1.1", "1.2", by: &random)
        let event: TreatmentEvent =
            switch Int.random(in: 0..<16, using: &random) {
            case 0...1:
                .planVersionCreated(
                    RTPlanVersionCreated(
                        planUID: plan, phase: any("", "", "boost", by: &random), fractions: 3, fractionCentigray: 200,
                        replaces: plan == "1.2" ? any("", "1.1", by: &random) : ""))
            case 2...4:
                .planPhysicsChecked(RTPlanPhysicsChecked(planUID: plan, passed: any(true, true, true, false, by: &random)))
            case 5...8: .planApproved(RTPlanApproved(planUID: plan))
            case 9: .planRetired(RTPlanRetired(planUID: plan))
            case 10:
                .adaptationRequested(RTAdaptationRequested(reason: .setup, fromFraction: Int.random(in: 0..<3, using: &random)))
            case 11:
                any(.resumed(RTResumed()), .completed(RTCompleted()), .planRejected(RTPlanRejected(planUID: plan)), by: &random)
            case 12: .fractionInterrupted(RTFractionInterrupted(planUID: plan, fraction: 1, deliveredCentigray: 50))
            default:
                .fractionDelivered(
                    RTFractionDelivered(
                        planUID: plan, fraction: Int.random(in: 1...2, using: &random),
                        recordUID: any("", "r1", "r2", by: &random),
                        machine: any("", "L1", "L2", by: &random), deliveredCentigray: any(0, 190, 200, by: &random),
                        treatmentDate: any("", "2025-06-15", by: &random), isSeparate: any(false, false, true, by: &random)))
            }
        return .treatment(event)
    }
}
