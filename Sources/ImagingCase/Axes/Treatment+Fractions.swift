import EventLog

extension TreatmentAxis {
    /// Refuses a delivery whose fields do not fit.
    static func check(_ said: RTFractionDelivered, isDevice: Bool) throws(AuthoringRefusal) {
        try AuthoringRefusal.requireUID("rtFraction.planUID", said.planUID)
        try AuthoringRefusal.requireCount("rtFraction.fraction", said.fraction, in: 1...fractionsMax)
        if !said.recordUID.isEmpty { try AuthoringRefusal.requireUID("rtFraction.recordUID", said.recordUID) }
        if !said.treatmentDate.isEmpty { try AuthoringRefusal.requireDay("rtFraction.treatmentDate", said.treatmentDate) }
        try AuthoringRefusal.requireNumber("rtFraction.monitorUnits", said.monitorUnits, in: 0...100_000, unit: "MU")
        // A treatment record may give no dose; then the plan's counts.
        if isDevice && said.deliveredCentigray == 0 { return }
        try AuthoringRefusal.requireDose("rtFraction.deliveredCentigray", said.deliveredCentigray)
    }

    /// Refuses a part of a delivery whose fields do not fit.
    static func check(_ said: RTFractionInterrupted) throws(AuthoringRefusal) {
        try AuthoringRefusal.requireUID("rtFraction.planUID", said.planUID)
        try AuthoringRefusal.requireCount("rtFraction.fraction", said.fraction, in: 1...fractionsMax)
        if !said.recordUID.isEmpty { try AuthoringRefusal.requireUID("rtFraction.recordUID", said.recordUID) }
        try AuthoringRefusal.requireNumber("rtFraction.deliveredCentigray", said.deliveredCentigray, in: 0...10_000, unit: "cGy")
        try AuthoringRefusal.requireText("rtFraction.reason", said.reason, expected: "why it was broken off")
    }

    /// Refuses a fraction that may not be delivered now.
    static func mayDeliver(_ said: RTFractionDelivered, in state: TreatmentState) throws(AuthoringRefusal) {
        let plan = try mayUse(said.planUID, in: state)
        if said.fraction > plan.content.fractions {
            throw .misfit("rtFraction.fraction", expected: "1 to \(plan.content.fractions), as the plan has", got: said.fraction)
        }
        let isRepeat = state.deliveries.contains {
            !$0.isInterrupted && $0.planUID == said.planUID && $0.fraction == said.fraction
        }
        if isRepeat && !said.isSeparate {
            throw AuthoringRefusal(
                .state, "Fraction \(said.fraction) of the plan was delivered already.",
                remedy: "Name the fraction delivered now, or say isSeparate where it was one besides.")
        }
        if state.remainingFractions == 0 {
            throw AuthoringRefusal(
                .state, "All \(state.prescription?.fractions ?? 0) prescribed fractions are delivered.",
                remedy: "Complete the course, or have a radiation oncologist amend the prescription.")
        }
    }

    /// Refuses the use of a plan that may not be used now.
    @discardableResult
    static func mayUse(_ uid: String, in state: TreatmentState) throws(AuthoringRefusal) -> TreatmentPlan {
        guard state.prescription != nil else {
            throw AuthoringRefusal(
                .state, "No course is prescribed.", remedy: "Have a radiation oncologist prescribe the course.")
        }
        if let block = state.blocks.first {
            throw AuthoringRefusal(.state, sentence(for: block), remedy: remedy(for: block.reason))
        }
        let plan = try require(uid, in: state, to: "deliver", path: "rtFraction.planUID")
        guard plan.isDeliverable else {
            let other = state.deliverable.first
            throw AuthoringRefusal(
                .state, "The version \(uid) is \(plan.status.rawValue): it may not be delivered.",
                remedy: other.map { "Deliver the approved version \($0)." } ?? "Have it checked and approved first.")
        }
        return plan
    }

    private static func sentence(for block: TreatmentBlock) -> String {
        switch block.reason {
        case .ended: "The course has ended (\(block.event))."
        case .held: "Treatment is held (\(block.event))."
        case .planChanged: "The plan changed while a fraction was delivered (\(block.event))."
        case .prescriptionsCompete: "Prescriptions made apart differ."
        case .plansCompete: "Two versions of the plan are approved: neither may be delivered."
        case .adaptationWanted: "A new version of the plan is wanted before this fraction (\(block.event))."
        }
    }

    private static func remedy(for reason: TreatmentBlock.Reason) -> String {
        switch reason {
        case .ended: "Report an incident if it was delivered; a radiation oncologist may prescribe a new course."
        case .held: "Have a radiation oncologist resume the treatment; report an incident if it was delivered."
        case .planChanged: "Have a physicist check the plan and a radiation oncologist confirm it."
        case .prescriptionsCompete: "Have a radiation oncologist amend the prescription to one."
        case .plansCompete: "Have a radiation oncologist choose one, or retire the other."
        case .adaptationWanted: "Have the new version made, checked and approved."
        }
    }
}
