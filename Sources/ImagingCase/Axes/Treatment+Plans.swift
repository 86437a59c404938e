import EventLog

extension TreatmentAxis {
    /// Refuses an illegal step of a version of the plan.
    static func checkPlan(_ event: TreatmentEvent, in state: TreatmentState) throws(AuthoringRefusal) {
        switch event {
        case .planVersionCreated(let said): try check(said, in: state)
        case .planPhysicsChecked(let said):
            let plan = try require(said.planUID, in: state, to: "check")
            try requireAlive(plan, to: "checked")
            if !said.passed {
                try AuthoringRefusal.requireText("rtPlan.note", said.note, expected: "what the check found")
            }
        case .planApproved(let said): try mayApprove(said.planUID, in: state)
        case .planRejected(let said):
            let plan = try require(said.planUID, in: state, to: "reject")
            if plan.status == .approved || plan.status == .inUse {
                throw AuthoringRefusal(
                    .state, "The version \(plan.uid) is approved.", remedy: "Retire it with the reason, or hold the treatment.")
            }
            try requireAlive(plan, to: "rejected")
            try AuthoringRefusal.requireText("rtPlan.reason", said.reason, expected: "why it is rejected")
        case .planRetired(let said):
            let plan = try require(said.planUID, in: state, to: "retire")
            try requireAlive(plan, to: "retired")
            try AuthoringRefusal.requireText("rtPlan.reason", said.reason, expected: "why it is retired")
        default: return
        }
    }

    private static func check(_ said: RTPlanVersionCreated, in state: TreatmentState) throws(AuthoringRefusal) {
        try AuthoringRefusal.requireUID("rtPlan.planUID", said.planUID)
        try AuthoringRefusal.requireCount("rtPlan.fractions", said.fractions, in: 1...fractionsMax)
        try AuthoringRefusal.requireDose("rtPlan.fractionCentigray", said.fractionCentigray)
        if let prescription = state.prescription {
            let total = said.fractionCentigray * Double(said.fractions)
            if total > prescription.totalCentigray + 1 {
                throw .misfit(
                    "rtPlan.fractionCentigray",
                    expected: "at most the prescribed \(prescription.totalCentigray.short) cGy in all",
                    got: "\(said.fractions) x \(said.fractionCentigray.short) = \(total.short) cGy")
            }
        }
        if let old = state.plan(said.planUID), old.isKnown, !old.isAmbiguous {
            throw AuthoringRefusal(
                .state, "The version \(said.planUID) exists.",
                remedy: "Give the new version a UID of its own and say what it replaces.")
        }
        guard !said.replaces.isEmpty else { return }
        let old = try require(said.replaces, in: state, to: "replace", path: "rtPlan.replaces")
        if old.uid == said.planUID {
            throw .misfit("rtPlan.replaces", expected: "another version than itself", got: said.replaces)
        }
        if old.content.phase != said.phase {
            throw .misfit("rtPlan.phase", expected: "the replaced version's phase '\(old.content.phase)'", got: "'\(said.phase)'")
        }
    }

    /// A version that is held, with its content.
    static func require(
        _ uid: String, in state: TreatmentState, to act: String, path: String = "rtPlan.planUID"
    ) throws(AuthoringRefusal) -> TreatmentPlan {
        if let plan = state.plan(uid), plan.isKnown { return plan }
        let known = state.plans.filter(\.isKnown).map(\.uid)
        throw AuthoringRefusal(
            .content, "\(path): there is no version '\(uid)' to \(act).",
            remedy: known.isEmpty ? "Record a version of the plan first." : "Name one of: \(known.joined(separator: ", ")).")
    }

    private static func requireAlive(_ plan: TreatmentPlan, to act: String) throws(AuthoringRefusal) {
        guard plan.status == .retired || plan.status == .rejected else { return }
        throw AuthoringRefusal(
            .state, "The version \(plan.uid) is \(plan.status.rawValue) and cannot be \(act).", remedy: "Record a new version.")
    }

    private static func mayApprove(_ uid: String, in state: TreatmentState) throws(AuthoringRefusal) {
        let plan = try require(uid, in: state, to: "approve")
        try requireAlive(plan, to: "approved")
        if plan.isAmbiguous {
            throw AuthoringRefusal(
                .state, "The version \(uid) has two contents.", remedy: "Have it created again by a physicist who has seen both.")
        }
        guard plan.hasPassed == true else {
            throw AuthoringRefusal(
                .state,
                plan.hasPassed == nil ? "No physicist has checked the version \(uid)." : "The physics check of \(uid) failed.",
                remedy: "Have a physicist check it, or record a new version.")
        }
        if plan.status == .approved || plan.status == .inUse {
            let isConfirming = state.blocks.contains { $0.reason == .planChanged }
            if isConfirming { return }
            throw AuthoringRefusal(
                .state, "The version \(uid) is approved already.", remedy: "Deliver it, or retire it.")
        }
        let others = state.plans.filter { other in
            other.uid != uid && other.content.phase == plan.content.phase && other.uid != plan.content.replaces
                && (other.status == .approved || other.status == .inUse)
        }
        guard let other = others.first else { return }
        throw AuthoringRefusal(
            .state, "The version \(other.uid) of the same phase is approved.",
            remedy: "Retire it first, or approve a version that replaces it.")
    }
}
