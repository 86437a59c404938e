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
                    RTPlanVersionCreated(planUID: plan, fractions: 3, replaces: plan == "1.2" ? "1.1" : ""))
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
