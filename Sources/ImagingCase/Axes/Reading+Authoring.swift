public import EventLog

extension ReadingAxis {
    /// Refuses a claim on what another reader holds, a release without a claim, and claims by people who do not read images.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReadingState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .readingClaimed(let claim):
            try requireReader(author, to: "claim a study")
            guard claim.mode != .parallel, let holder = state.holder(at: now), holder.by != author.person else { return }
            throw AuthoringRefusal(
                .state, "\(holder.by) holds the study at \(holder.site).",
                remedy: "Claim it in parallel mode to read beside the holder, or wait until it is released or its lease ends.")
        case .readingReleased:
            try requireReader(author, to: "release a study")
            let isOwn = state.claims.contains { $0.isActive && $0.by == author.person }
            let mayForOthers = author.role == .lead || author.role == .system
            guard !isOwn, !mayForOthers || !state.claims.contains(where: \.isActive) else { return }
            throw AuthoringRefusal(
                .state, "\(author.person) holds no claim on this study.",
                remedy: "Claim the study first, or ask the holder or a lead to release it.")
        case .readingPriorityChanged(let change):
            switch author.role {
            case .radiologist, .lead, .interventionalRadiologist, .referrer, .technologist, .system: break
            default:
                throw AuthoringRefusal(
                    .role, "A \(author.role.rawValue) may not change the urgency of a reading.",
                    remedy: "Ask a radiologist, the referrer or the technologist.")
            }
            guard change.priority == .unspecified else { return }
            throw AuthoringRefusal(.content, "No urgency was named.", remedy: "Say routine, asap, urgent or stat.")
        default: return
        }
    }

    private static func requireReader(_ author: Author, to act: String) throws(AuthoringRefusal) {
        guard !author.role.readsImages && author.role != .system else { return }
        throw AuthoringRefusal(
            .role, "A \(author.role.rawValue) may not \(act).",
            remedy: "Ask a radiologist, a lead or an interventional radiologist.")
    }
}
