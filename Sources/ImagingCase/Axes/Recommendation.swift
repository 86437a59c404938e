public import EventLog

/// One recommended next step, and what came of it.
public struct RecommendationCard: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case open
        case accepted
        case deferred
        case ordered
        case fulfilled
        case declined
        case notNeeded
        /// A recommendation of a later report took its place.
        case superseded
    }

    /// The event that made it.
    public let event: EventID
    /// What is recommended.
    public let said: RecommendationMade
    /// Who recommends it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// How far it is; a window that has passed closes nothing.
    public internal(set) var status: Status = .open
    /// Every act on it, in causal order: a decline stays shown beside an order.
    public internal(set) var acts: [Act] = []
    /// Until when it was put off; nil where it was not.
    public internal(set) var deferredUntil: Instant?
    /// The order that was placed for it.
    public internal(set) var order: IssuedIdentifier?
    /// The case in which it is or was done.
    public internal(set) var caseID = ""
    /// The recommendation of a later report that took its place.
    public internal(set) var supersededBy: EventID?
    /// Whether the report that it stands in was withdrawn: it stays open until somebody says that it is not needed.
    public internal(set) var isReportRetracted = false

    /// Whether it waits for something.
    public var isOpen: Bool { status == .open || status == .accepted || status == .deferred || status == .ordered }

    /// When the next step is due: an answer before the window opens, the examination before it closes.
    public func due(_ policy: TalkPolicy = TalkPolicy()) -> Instant? {
        let answer = at.advanced(byMilliseconds: policy.recommendationMinutes * 60_000)
        switch status {
        case .open: return said.until.map { min($0, answer) } ?? answer
        case .deferred: return deferredUntil ?? said.until ?? answer
        case .accepted, .ordered: return said.until
        case .fulfilled, .declined, .notNeeded, .superseded: return nil
        }
    }

    /// Whether the window has passed and it was not done.
    public func overdue(at now: Instant) -> Bool { isOpen && (said.until.map { $0 <= now } ?? false) }

    /// A draft order for what is recommended, for a person to look at and place: nothing is ordered by itself.
    public func draftOrder(for patient: Patient?, requester: String = "") -> OrderPlaced {
        var reasons = said.finding.isEmpty ? [] : [said.finding]
        reasons.append("recommended \(Timestamp.text(of: at)) by \(by)")
        if !said.guideline.isEmpty { reasons.append("after \(said.guideline)") }
        if let from = said.from { reasons.append("not before \(Timestamp.text(of: from))") }
        if let until = said.until { reasons.append("not after \(Timestamp.text(of: until))") }
        return OrderPlaced(
            patient: patient, procedure: said.action, modality: said.modality, reason: reasons.joined(separator: "; "),
            priority: .routine, requester: requester)
    }
}

/// The next steps that radiologists recommend, to their end.
public struct RecommendationState: Hashable, Sendable {
    /// Every recommendation, in causal order.
    public internal(set) var cards: [RecommendationCard] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Where it is: the status of the recommendation that needs most; nil where there is none.
    public var status: RecommendationCard.Status? {
        let order: [RecommendationCard.Status] = [
            .open, .deferred, .accepted, .ordered, .declined, .fulfilled, .notNeeded, .superseded,
        ]
        return order.first { word in cards.contains { $0.status == word } }
    }
}

extension CaseState {
    /// A draft order for a recommendation of this case; nil where there is none, or where it is done, declined or not needed.
    public func draftOrder(for recommendation: EventID, requester: String = "") -> OrderPlaced? {
        rare.recommendation.cards.first { $0.event == recommendation && $0.isOpen }?
            .draftOrder(for: patient, requester: requester)
    }
}

/// Recommendations: open → accepted → ordered → fulfilled; open → declined | notNeeded; put off; superseded by a later report's.
///
/// Source: LOINC 18783-1; FHIR R4 ServiceRequest (status draft, intent proposal or plan, occurrencePeriod); house rule for 58.
public enum RecommendationAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "recommendation" }

    /// What it looks at.
    public static var concern: Concerns { .recommendation }

    static let declinedWhenOrdered = ConflictRule(
        number: 58, kind: "declinedWhenOrdered", owner: .radiologist, dueMinutes: 1440,
        rule:
            "A recommendation that one doctor declined apart from another's order is ordered: rather once too often than omitted.",
        inForce: "The recommended examination is ordered; the decline and its reason are shown beside it.",
        told: [.radiologist, .referrer])

    /// Derives each recommendation with what came of it.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> RecommendationState {
        var ledger = RecommendationLedger(history)
        return ledger.conclude(of: stream, into: &conflicts)
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: RecommendationState) -> [Anomaly] { state.oddities }

    /// Whether nothing is recommended.
    public static func isSilent(_ state: RecommendationState) -> Bool { state.cards.isEmpty }

    /// Says which events made the state.
    public static func explain(_ state: RecommendationState, _ history: CaseHistory) -> [Explanation] {
        state.cards.map { card in
            let rule =
                switch card.status {
                case .open: "Recommended, and nobody has answered; a window that passes closes nothing."
                case .accepted: "A doctor will follow it; nothing is ordered yet."
                case .deferred: "Put off; it comes back at the time that was named."
                case .ordered: "An order was placed for it; a decline that was made apart does not undo that."
                case .fulfilled: "What was recommended was done, whatever was said beside it."
                case .declined: "A doctor who had seen what there was declined it."
                case .notNeeded: "Somebody said that it is not needed any more."
                case .superseded: "A later report recommends the next step anew."
                }
            let events = [card.event] + card.acts.map(\.event) + (card.supersededBy.map { [$0] } ?? [])
            return Explanation(axis: label, state: card.status.rawValue, rule: rule, events: events)
        }
    }
}
