public import EventLog

extension CriticalResultAxis {
    /// Refuses an acknowledgement where nothing is open or where it does not say which, and acts by roles that may not.
    public static func mayAuthor(
        _ event: CaseEvent, in state: CriticalResultState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .criticalResultRaised(let raised):
            try require(author, author.role.readsImages || author.role == .technologist, to: "raise a critical result")
            if raised.finding.isEmpty {
                throw AuthoringRefusal(.content, "The critical result names no finding.", remedy: "Say what was found.")
            }
            guard !(1...3).contains(raised.category) else { return }
            throw AuthoringRefusal(
                .content, "There is no category \(raised.category).", remedy: "Say 1 (minutes), 2 (hours) or 3 (days).")
        case .criticalResultCommunicated(let told):
            try require(author, author.role.readsImages, to: "communicate a critical result")
            let card = try soleCard(told.raised, in: state, to: "communicate", allowing: isAwaited)
            guard told.to.isEmpty else { return }
            throw AuthoringRefusal(
                .content, "Nobody is named who was told of \"\(card.finding)\".", remedy: "Say who was told.")
        case .criticalResultAcknowledged(let noted):
            try require(author, CriticalLedger.isLicensed(author.role), to: "acknowledge a critical result")
            try mayAcknowledge(noted.raised, in: state, by: author)
        case .criticalResultEscalated(let asked):
            try require(author, author.role.readsImages, to: "escalate a critical result")
            _ = try soleCard(asked.raised, in: state, to: "escalate", allowing: \.isLive)
        case .criticalResultWithdrawn(let taken):
            try require(author, author.role.readsImages, to: "withdraw a critical result")
            _ = try soleCard(taken.raised, in: state, to: "withdraw", allowing: { $0.withdrawals.isEmpty })
        case .criticalAttempt(.attempted(let said)):
            let card = try soleCard(
                said.raised, in: state, to: "call about", allowing: { $0.isLive || $0.status == .withdrawnPending })
            try Authoring.require(
                said.to, "criticalResult.to", "nobody is named who was called about \"\(card.finding)\".",
                remedy: "Say who was called.")
            guard said.outcome == .unspecified else { return }
            throw AuthoringRefusal(
                .content, "criticalResult.outcome: it is not said what came of the call.",
                remedy: "Say noAnswer, voicemail, refused or busy; who was reached was told: record criticalResult.communicated.")
        default: return
        }
    }

    /// Whether somebody must still be told: of the finding, of its withdrawal, or that it was acknowledged apart from his being asked.
    static func isAwaited(_ card: CriticalCard) -> Bool {
        card.isLive || card.status == .withdrawnPending || !card.untold.isEmpty
    }

    private static func require(_ author: Author, _ may: Bool, to act: String) throws(AuthoringRefusal) {
        guard !may && author.role != .system else { return }
        throw AuthoringRefusal(
            .role, "A \(author.role.rawValue) may not \(act).", remedy: "Ask a radiologist or the responsible caregiver.")
    }

    private static func mayAcknowledge(
        _ raised: [EventID], in state: CriticalResultState, by author: Author
    ) throws(AuthoringRefusal) {
        let awaits = { (card: CriticalCard) in
            card.isLive || !card.untold.isEmpty || card.unaware.contains(author.person)
        }
        guard !raised.isEmpty else {
            _ = try soleCard(nil, in: state, to: "acknowledge", allowing: awaits)
            return
        }
        for event in raised { _ = try named(event, in: state, to: "acknowledge") }
        guard !state.cards.contains(where: { raised.contains($0.event) && awaits($0) }) else { return }
        throw AuthoringRefusal(
            .state, "None of these critical results is open.", remedy: "Add a comment, or name one that is open.")
    }

    private static func named(
        _ event: EventID, in state: CriticalResultState, to act: String
    ) throws(AuthoringRefusal) -> CriticalCard {
        if let card = state.cards.first(where: { $0.event == event }) { return card }
        throw AuthoringRefusal(
            .content, "There is no critical result \(event) to \(act).", remedy: "Name the event that raised it.")
    }

    /// The card that an act is about: the named one, or the only one that allows the act.
    private static func soleCard(
        _ event: EventID?, in state: CriticalResultState, to act: String, allowing allows: (CriticalCard) -> Bool
    ) throws(AuthoringRefusal) -> CriticalCard {
        if let event {
            let card = try named(event, in: state, to: act)
            if allows(card) { return card }
            throw AuthoringRefusal(
                .state, "The critical result \"\(card.finding)\" is \(card.status.rawValue).",
                remedy: "Add a comment, or raise it again.")
        }
        let open = state.cards.filter(allows)
        if open.count == 1 { return open[0] }
        throw AuthoringRefusal(
            open.isEmpty ? .state : .content,
            open.isEmpty ? "No critical result is open to \(act)." : "Several critical results are open.",
            remedy: open.isEmpty ? "Raise the finding first." : "Name which: an acknowledgement closes only what it lists.")
    }
}
