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
            // Who was overtaken gives the study back as well: by that he says that he knows of the signature.
            let isOwn = state.claims.contains { ($0.isActive || $0.status == .overtaken) && $0.by == author.person }
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
        case .readingTask(let task): try mayAuthor(task, in: state, by: author, now: now)
        case .reportReceipt(.draftNoted(let said)): try requireDigest(said.digest)
        default: return
        }
    }

    private static func mayAuthor(
        _ event: ReadingTaskEvent, in state: ReadingState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .requested(let said):
            try Authoring.requireFuture(said.due, "reading.due", now: now)
            guard said.kind == .part, said.part.isEmpty else { return }
            throw AuthoringRefusal(.content, "reading.part: no part is named.", remedy: "Name the part, such as CT or PT.")
        case .declined(let said):
            try Authoring.require(said.reason, "reading.reason", "no reason is given.", remedy: "Say why you cannot read it.")
            let isAsked =
                state.tasks.contains { $0.isOpen } || state.offers.contains { $0.isOpen && $0.to == author.person }
                || state.claims.contains { $0.isActive && $0.by == author.person }
            guard !isAsked else { return }
            throw AuthoringRefusal(
                .state, "Nobody asked \(author.person) to read this study.", remedy: "Nothing is left to do.")
        case .transferred(let said): try mayTransfer(said, in: state, by: author)
        case .transferAccepted(let said): try mayAccept(said, in: state, by: author, now: now)
        }
    }

    private static func mayTransfer(
        _ said: ReadingTransferred, in state: ReadingState, by author: Author
    ) throws(AuthoringRefusal) {
        try Authoring.require(said.to, "reading.to", "nobody is named.", remedy: "Name the reader.")
        if said.to == author.person {
            throw AuthoringRefusal(
                .content, "reading.to: \(author.person) cannot offer the study to himself.", remedy: "Claim it instead.")
        }
        let isHolder = state.claims.contains { $0.isActive && $0.by == author.person }
        let isNamed = state.tasks.contains { $0.isOpen && $0.reader == author.person }
        guard !isHolder, !isNamed, author.role != .lead, author.role != .system else { return }
        throw AuthoringRefusal(
            .state, "\(author.person) does not hold this study.",
            remedy: "Ask the holder or a lead to offer it, or claim it first.")
    }

    private static func mayAccept(
        _ said: ReadingTransferAccepted, in state: ReadingState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        try Authoring.requireFuture(said.leaseUntil, "reading.leaseUntil", now: now)
        let offer = try Authoring.card(
            said.transfer, in: state.offers, \.event, "transfer", to: "accepted", status: \.status.rawValue
        ) { $0.isOpen && (said.transfer != nil || $0.to == author.person) }
        guard offer.to != author.person else { return }
        throw AuthoringRefusal(
            .state, "The study is offered to \(offer.to).", remedy: "Claim it in parallel mode, or ask for an offer of your own.")
    }

    /// A draft is told by its fingerprint alone.
    private static func requireDigest(_ digest: String) throws(AuthoringRefusal) {
        let isHex = digest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard digest.utf8.count != 64 || !isHex else { return }
        throw AuthoringRefusal(
            .content, "report.digest: expected 64 lower-case hexadecimal digits.", remedy: "Give the SHA-256 of the draft.")
    }

    private static func requireReader(_ author: Author, to act: String) throws(AuthoringRefusal) {
        guard !author.role.readsImages && author.role != .system else { return }
        throw AuthoringRefusal(
            .role, "A \(author.role.rawValue) may not \(act).",
            remedy: "Ask a radiologist, a lead or an interventional radiologist.")
    }
}
