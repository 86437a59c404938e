public import EventLog

/// Two readings that differ, and what was done about it.
public struct DiscrepancyCard: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case recorded
        /// The treating clinician was told.
        case communicated
        case resolved
    }

    /// The event that recorded it.
    public let event: EventID
    /// The earlier report; nil where it names none that its author had seen.
    public let first: EventID?
    /// The later report.
    public let second: EventID?
    /// The grade as recorded.
    public let recordedGrade: DiscrepancyGrade
    /// What it meant for the patient.
    public let impact: String
    /// Who recorded it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// The grade that counts: that of the last resolution that names one, the worst of several made apart; else as recorded.
    public internal(set) var grade: DiscrepancyGrade
    /// Who was told, in causal order; the note says who by which medium.
    public internal(set) var communications: [Act] = []
    /// How it was settled, in causal order.
    public internal(set) var resolutions: [Act] = []

    /// Whether the treating clinician must learn of it and has not.
    public var isUntold: Bool { grade == .major && communications.isEmpty }

    /// How far it is: a major one is not resolved before the treating clinician was told.
    public var status: Status {
        if !resolutions.isEmpty && !isUntold { return .resolved }
        return communications.isEmpty ? .recorded : .communicated
    }

    /// When the next step is due.
    public func due(_ policy: TalkPolicy = TalkPolicy()) -> Instant {
        at.advanced(byMilliseconds: (isUntold ? policy.majorDiscrepancyMinutes : policy.discrepancyMinutes) * 60_000)
    }

    /// Whether the next step should have been made.
    public func overdue(at now: Instant, _ policy: TalkPolicy = TalkPolicy()) -> Bool {
        status != .resolved && due(policy) <= now
    }
}

/// A pair that may differ and that nobody has graded yet.
public struct DiscrepancySuggestion: Hashable, Sendable {
    /// Why it is suggested.
    public enum Ground: String, Sendable {
        /// A preliminary and the final after it say something else.
        case impressionsDiffer
        /// A consultant's answer contradicts a report.
        case adviceContradicts
    }

    /// Why.
    public let ground: Ground
    /// The earlier text.
    public let first: EventID
    /// What it says.
    public let firstText: String
    /// The later text.
    public let second: EventID
    /// What it says.
    public let secondText: String
    /// The conflict that asks for a grade.
    public let conflict: String
}

/// Readings that differ, until the difference is told and settled.
public struct DiscrepancyState: Hashable, Sendable {
    /// The steps of the axis: that of the card that needs most.
    public enum Status: String, Sendable {
        case none
        /// A pair waits for somebody to grade it.
        case suggested
        case recorded
        case communicated
        case resolved
    }

    /// Every recorded discrepancy, in causal order.
    public internal(set) var cards: [DiscrepancyCard] = []
    /// The pairs that wait for a grade, in causal order of the later text.
    public internal(set) var suggestions: [DiscrepancySuggestion] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Where it is.
    public var status: Status {
        if !suggestions.isEmpty { return .suggested }
        for word in [DiscrepancyCard.Status.recorded, .communicated, .resolved] where cards.contains(where: { $0.status == word })
        {
            return Status(rawValue: word.rawValue) ?? .none
        }
        return .none
    }
}

/// Discrepancies: recorded → communicated, where it is clinically significant → resolved. Opened by a person, or suggested where a
/// preliminary and its final, or a consultant's answer and a report, say something else.
///
/// Source: ACR RADPEER (grades); ACR Practice Parameter for Communication (a discrepancy reaches the treating clinician and is
/// documented); house rule for conflicts 43 and 66.
public enum DiscrepancyAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "discrepancy" }

    /// What it looks at.
    public static var concern: Concerns { .discrepancy }

    static let preliminaryDiffers = ConflictRule(
        number: 43, kind: "preliminaryDiffersFromFinal", owner: .radiologist, dueMinutes: 60,
        rule:
            "A final that says something else than the preliminary before it is a possible discrepancy until a reader grades it.",
        inForce: "The final stands; who acted on the preliminary may not know that it says something else.",
        told: [.radiologist, .referrer])
    static let adviceContradicts = ConflictRule(
        number: 66, kind: "adviceContradictsReport", owner: .radiologist, dueMinutes: 1440,
        rule: "Advice that contradicts a report replaces nothing: both are shown, and a discrepancy is suggested.",
        inForce: "The report stands and the advice stands beside it, until a reader grades the difference or mends the report.",
        told: [.radiologist, .referrer])

    /// Derives the recorded discrepancies and those that are suggested.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> DiscrepancyState {
        var ledger = DiscrepancyLedger(history)
        ledger.raiseConflicts(of: stream, into: &conflicts)
        return ledger.state
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: DiscrepancyState) -> [Anomaly] { state.oddities }

    /// Whether no difference is known.
    public static func isSilent(_ state: DiscrepancyState) -> Bool { state.status == .none }

    /// Says which events made the state.
    public static func explain(_ state: DiscrepancyState, _ history: CaseHistory) -> [Explanation] {
        let suggested = state.suggestions.map { pair in
            let rule =
                switch pair.ground {
                case .impressionsDiffer: "The final says something else than the preliminary that its author had seen; ungraded."
                case .adviceContradicts: "A consultant says that his advice contradicts the report; ungraded."
                }
            return Explanation(axis: label, state: "suggested", rule: rule, events: [pair.first, pair.second])
        }
        return suggested
            + state.cards.map { card in
                let rule =
                    switch card.status {
                    case .recorded where card.isUntold: "Major, and the treating clinician has not been told."
                    case .recorded: "Recorded; nobody has settled it."
                    case .communicated: "The treating clinician was told; nobody has settled it."
                    case .resolved: "Settled; a major one after the treating clinician was told."
                    }
                let acts = (card.communications + card.resolutions).map(\.event)
                return Explanation(axis: label, state: card.status.rawValue, rule: rule, events: [card.event] + acts)
            }
    }

    /// Refuses a pair that is none, a step on a discrepancy that is not there, and an end before the clinician was told.
    public static func mayAuthor(
        _ event: CaseEvent, in state: DiscrepancyState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .discrepancy(let discrepancy) = event else { return }
        switch discrepancy {
        case .recorded(let said): try mayRecord(said)
        case .communicated(let said):
            try require(said.discrepancy, in: state, to: "communicated") { said.discrepancy != nil || $0.status == .recorded }
            try Authoring.require(said.to, "discrepancy.to", "nobody is named who was told.", remedy: "Say who was told.")
        case .resolved(let said):
            try require(said.discrepancy, in: state, to: "resolved") { card in
                let grade = said.grade == .unspecified ? card.grade : said.grade
                return card.status != .resolved && !(grade == .major && card.communications.isEmpty)
            }
            try Authoring.require(
                said.conclusion, "discrepancy.conclusion", "nothing is concluded.", remedy: "Say what was concluded.")
        }
    }

    private static func mayRecord(_ said: DiscrepancyRecorded) throws(AuthoringRefusal) {
        guard let first = said.first, let second = said.second else {
            throw AuthoringRefusal(
                .content, "discrepancy.\(said.first == nil ? "first" : "second"): no report is named.",
                remedy: "Name both reports, the earlier one first.")
        }
        guard first == second else { return }
        throw AuthoringRefusal(
            .content, "discrepancy.second: a report does not differ from itself.", remedy: "Name another report.")
    }

    private static func require(
        _ named: EventID?, in state: DiscrepancyState, to act: String, where allows: (DiscrepancyCard) -> Bool
    ) throws(AuthoringRefusal) {
        let status = { (card: DiscrepancyCard) in
            card.isUntold ? "\(card.status.rawValue), major, and the treating clinician has not been told" : card.status.rawValue
        }
        _ = try Authoring.card(
            named, in: state.cards, \.event, "discrepancy", to: act, status: status, where: allows)
    }
}
