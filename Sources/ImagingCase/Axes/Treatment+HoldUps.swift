extension TreatmentAxis {
    /// What keeps the next fraction from being delivered, and a course of which no plan may be.
    public static func holdUps(_ state: TreatmentState) -> [GoAhead.Reason] {
        if isSilent(state) { return [] }
        let held = state.blocks.map(holdUp)
        guard held.isEmpty, state.deliverable.isEmpty else { return held }
        let drafts = state.plans.filter { $0.status == .draft || $0.status == .physicsChecked }
        return [
            GoAhead.Reason(
                .notYet, .harm, label, "no plan may be delivered", Array(drafts.flatMap(\.events).prefix(1)),
                by: [.physicist, .radiationOncologist], "the physicist checks and the radiation oncologist approves one")
        ]
    }

    private static func holdUp(_ block: TreatmentBlock) -> GoAhead.Reason {
        let oncologist: [Role] = [.radiationOncologist]
        let (what, who, remedy): (String, [Role], String) =
            switch block.reason {
            case .held: ("treatment waits", oncologist, "a radiation oncologist who has seen the hold may resume it")
            case .planChanged:
                (
                    "the plan changed while a fraction was delivered", [.physicist, .radiationOncologist],
                    "physicist and radiation oncologist confirm it first"
                )
            case .plansCompete:
                ("two versions of the plan are approved", oncologist, "a radiation oncologist chooses or retires one")
            case .prescriptionsCompete:
                ("prescriptions made apart differ", oncologist, "a radiation oncologist amends them to one")
            case .adaptationWanted:
                (
                    "a new version of the plan is wanted", [.physicist, .radiationOncologist],
                    "the physicist plans it and the radiation oncologist approves it"
                )
            case .ended: ("the course has ended", oncologist, "a radiation oncologist prescribes a new one")
            }
        return GoAhead.Reason(.no, .harm, label, what, [block.event], by: who, remedy)
    }
}
