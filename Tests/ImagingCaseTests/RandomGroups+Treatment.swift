import EventLog
import ImagingCase

/// Draws what is said of treatment.
extension RandomGroups {
    @Sendable static func treatment(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let plan = ["1.1", "1.1", "1.2"].randomElement(using: &random)!
        let some = seen.filter { $0.event.kind == .rtHeld }.randomElement(using: &random)?.id
        let event: TreatmentEvent =
            switch Int.random(in: 0..<18, using: &random) {
            case 0:
                .coursePrescribed(RTCoursePrescribed(course: "C", totalCentigray: 600, fractionCentigray: 200, fractions: 3))
            case 1: .courseAmended(RTCourseAmended(totalCentigray: 400, fractions: 2))
            case 2...3:
                .planVersionCreated(
                    RTPlanVersionCreated(
                        planUID: plan, fractions: 3, fractionCentigray: 200,
                        replaces: plan == "1.2" && Int.random(in: 0..<4, using: &random) == 0 ? "1.1" : ""))
            case 4...5:
                .planPhysicsChecked(RTPlanPhysicsChecked(planUID: plan, passed: Int.random(in: 0..<4, using: &random) > 0))
            case 6...8: .planApproved(RTPlanApproved(planUID: plan))
            case 9: .planRetired(RTPlanRetired(planUID: plan))
            case 10...11: fraction(plan, &random)
            case 12: .fractionInterrupted(RTFractionInterrupted(planUID: plan, fraction: 1, deliveredCentigray: 50))
            case 13:
                .onTreatmentReviewed(
                    RTOnTreatmentReviewed(decision: [.goOn, .modify, .hold, .stop].randomElement(using: &random)!))
            case 14:
                .adaptationRequested(RTAdaptationRequested(reason: .setup, fromFraction: Int.random(in: 0..<3, using: &random)))
            case 15: .held(RTHeld(reason: "h"))
            case 16: .resumed(RTResumed(hold: Bool.random(using: &random) ? some : nil))
            default: rest(&random)
            }
        return .treatment(event)
    }

    @Sendable static func intervention(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        switch Int.random(in: 0..<11, using: &random) {
        case 0: .intervention(.assessed(IRAssessed(isFit: Bool.random(using: &random))))
        case 1...2:
            .intervention(.timeOutDone(IRTimeOutDone(result: Bool.random(using: &random) ? .confirmed : .mismatch)))
        case 3...4:
            .intervention(
                .stepRecorded(
                    IRStepRecorded(
                        step: "s", guidance: ["MRI", "CT"].randomElement(using: &random)!,
                        bloodLossMillilitres: Double(Int.random(in: -1...9, using: &random)) / 10)))
        case 5: .intervention(.complicationRecorded(IRComplicationRecorded(severity: Int.random(in: 0...6, using: &random))))
        case 6:
            .intervention(
                .completed(
                    IRCompleted(outcome: .success, referencePointMilligray: [900, 6000].randomElement(using: &random)!)))
        case 7: .intervention(.aborted(IRAborted(reason: "a")))
        case 8:
            .preparation(
                .consentRecorded(
                    ConsentRecorded(kind: .procedure, state: [.given, .refused, .withdrawn].randomElement(using: &random)!)))
        case 9: .doseAlert(.acknowledged(DoseAlertAcknowledged(alert: "airKerma")))
        default: .intervention(.recoveryRecorded(IRRecoveryRecorded(discharged: Bool.random(using: &random) ? testDay : nil)))
        }
    }

    @Sendable static func registers(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let incident = seen.filter { $0.event.kind == .incidentReported }.randomElement(using: &random)?.id
        let start = testDay.advanced(byMilliseconds: Int64.random(in: 0..<3, using: &random) * 86_400_000)
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            return .register(.incidentReported(IncidentReported(kind: .fall, severity: .mild, what: "w", about: seen.first?.id)))
        case 1: return .register(.incidentReported(IncidentReported(what: "w", incident: incident)))
        case 2: return .register(.incidentReported(IncidentReported(incident: incident, outcome: "o")))
        case 3...4:
            return .register(
                .staffDoseRecorded(
                    StaffDoseRecorded(
                        person: "p", periodStart: start, periodEnd: start.advanced(byMilliseconds: 2 * 86_400_000),
                        millisieverts: Double(Int.random(in: 0...30, using: &random)) / 10)))
        case 5:
            let result = [QualityResult.passed, .restricted, .failed].randomElement(using: &random)!
            return .register(.equipmentChecked(EquipmentQCRecorded(station: "CT1", result: result)))
        case 6:
            let isWithdrawn = Bool.random(using: &random)
            return .register(.researchConsented(ResearchConsented(study: "S", scope: "all", isWithdrawn: isWithdrawn)))
        default: return .register(.researchExported(ResearchExported(study: "S", profile: "b", events: 1)))
        }
    }

    @Sendable static func reviews(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let report = seen.first?.id
        if Bool.random(using: &random) { return .review(.assigned(ReviewAssigned(caseID: "c", report: report, reviewer: "p1"))) }
        return .review(.scored(ReviewScored(report: report, score: ["1", "3b", "9"].randomElement(using: &random)!)))
    }

    private static func fraction(_ plan: String, _ random: inout SplitMix64) -> TreatmentEvent {
        .fractionDelivered(
            RTFractionDelivered(
                planUID: plan, fraction: Int.random(in: 1...3, using: &random),
                recordUID: ["", "", "r1", "r2"].randomElement(using: &random)!,
                machine: ["", "L1"].randomElement(using: &random)!,
                deliveredCentigray: [0, 190, 200].randomElement(using: &random)!,
                treatmentDate: ["", "2025-06-15"].randomElement(using: &random)!,
                isSeparate: Int.random(in: 0..<6, using: &random) == 0))
    }

    private static func rest(_ random: inout SplitMix64) -> TreatmentEvent {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .fractionMissed(RTFractionMissed(fraction: 2, reason: "m"))
        case 1: .completed(RTCompleted())
        case 2: .discontinued(RTDiscontinued(reason: "d"))
        default: .planRejected(RTPlanRejected(planUID: "1.2"))
        }
    }
}
