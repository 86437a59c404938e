public import EventLog

/// How much a reviewer agrees with a report.
///
/// Source: ACR RADPEER scoring, 2016 revision: 1 concur; 2 discrepancy in what is not ordinarily expected to be seen; 3 in what
/// should be seen most of the time; a unlikely and b likely to be clinically significant.
public enum RadpeerScore: String, CaseIterable, Hashable, Sendable {
    case concur = "1"
    case understandable = "2a"
    case understandableSignificant = "2b"
    case expected = "3a"
    case expectedSignificant = "3b"

    /// How grave, from 0.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One report that is to be reviewed.
public struct ReviewCard: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case assigned
        case scored
    }

    /// One score.
    public struct Score: Hashable, Sendable {
        /// The event.
        public let event: EventID
        /// Who scored.
        public let by: String
        /// When, as asserted.
        public let at: Instant
        /// The score.
        public let score: RadpeerScore
        /// Privileged comment.
        public let comment: String
    }

    /// The event that assigned it first.
    public let event: EventID
    /// The report.
    public let report: EventID?
    /// The case.
    public let caseID: String
    /// Who reviews, each once, in the order of the assignments.
    public internal(set) var reviewers: [String]
    /// The scores that stand: each reviewer's latest, in causal order. Empty for whoever may not see them.
    public internal(set) var scores: [Score] = []
    /// How far it is.
    public internal(set) var status: Status = .assigned

    /// The gravest score that stands; nil without one.
    public var gravest: RadpeerScore? { scores.map(\.score).max { $0.rank < $1.rank } }
}

/// Peer review.
public struct ReviewState: Hashable, Sendable {
    /// Every report that is to be reviewed, in causal order.
    public internal(set) var cards: [ReviewCard] = []
    /// Whether it stands in a history that others than reviewers may see: nothing privileged is then shown.
    public internal(set) var isMisplaced = false
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// What a person may see: a lead everything, a reviewer the cards that are assigned to him, with his own scores; nobody else
    /// anything.
    public func visible(to author: Author) -> ReviewState {
        if author.role == .lead { return self }
        var seen = ReviewState()
        seen.isMisplaced = isMisplaced
        seen.cards = cards.filter { author.role.readsImages && $0.reviewers.contains(author.person) }.map { card in
            var card = card
            card.scores.removeAll { $0.by != author.person }
            return card
        }
        return seen
    }
}

/// Peer review: a lead assigns a report to a reviewer, who scores it. Privileged: it has a history of its own, which only leads
/// and the assigned reviewers may see.
///
/// Source: ACR RADPEER.
public enum ReviewAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "review" }

    /// What it looks at.
    public static var concern: Concerns { .review }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReviewState {
        var state = ReviewState()
        var assigned: [[Int]] = []
        var scores: [(position: Int, said: ReviewScored)] = []
        for position in history.positions(of: .review) {
            let fact = history.facts[position]
            guard case .review(let event) = fact.event else { continue }
            if stream.kind != .reviewFile {
                state.isMisplaced = true
                flag(fact, "Peer review belongs into a review file of its own: what is privileged is not shown here.", &state)
            }
            guard fact.role.map({ Authority.mayRecord(fact.event, as: $0) }) ?? false else {
                flag(fact, "Recorded in the role \(fact.actor.role), which may not: it changes nothing.", &state)
                continue
            }
            switch event {
            case .assigned(let said): assign(said, position, history, &state, &assigned)
            case .scored(let said): scores.append((position, said))
            }
        }
        take(scores, assigned, history, &state)
        return state
    }

    private static func flag(_ fact: CaseFact, _ what: String, _ state: inout ReviewState) {
        state.oddities.append(Anomaly(event: fact.id, axis: label, what: what))
    }

    private static func assign(
        _ said: ReviewAssigned, _ position: Int, _ history: CaseHistory, _ state: inout ReviewState, _ assigned: inout [[Int]]
    ) {
        if let known = state.cards.firstIndex(where: { $0.report == said.report && $0.caseID == said.caseID }) {
            assigned[known].append(position)
            if !state.cards[known].reviewers.contains(said.reviewer) { state.cards[known].reviewers.append(said.reviewer) }
        } else {
            assigned.append([position])
            state.cards.append(
                ReviewCard(
                    event: history.facts[position].id, report: said.report, caseID: said.caseID, reviewers: [said.reviewer]))
        }
    }

    /// A score counts from a reviewer, or a lead, who had seen the assignment; of one person's the latest.
    private static func take(
        _ scores: [(position: Int, said: ReviewScored)], _ assigned: [[Int]], _ history: CaseHistory, _ state: inout ReviewState
    ) {
        for index in state.cards.indices {
            let mine = scores.filter { $0.said.report == state.cards[index].report }.compactMap {
                one -> (Int, ReviewCard.Score)? in
                let fact = history.facts[one.position]
                let isAsked = assigned[index].contains { position in
                    guard case .review(.assigned(let said)) = history.facts[position].event else { return false }
                    return history.precedes(position, one.position)
                        && (said.reviewer == fact.actor.person || fact.role == .lead)
                }
                guard isAsked, let score = RadpeerScore(rawValue: one.said.score) else { return nil }
                let comment = state.isMisplaced ? "" : one.said.comment
                return (
                    one.position,
                    ReviewCard.Score(
                        event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, score: score, comment: comment)
                )
            }
            let latest = mine.filter { one in !mine.contains { $0.1.by == one.1.by && history.precedes(one.0, $0.0) } }
            if !latest.isEmpty { state.cards[index].status = .scored }
            if !state.isMisplaced { state.cards[index].scores = latest.map(\.1) }
        }
        let reports = state.cards.map(\.report)
        for (position, said) in scores {
            let fact = history.facts[position]
            if RadpeerScore(rawValue: said.score) == nil {
                flag(fact, "Its score is no RADPEER score: it changes nothing.", &state)
            } else if !reports.contains(said.report) || !isAsked(position, said, assigned, history) {
                flag(fact, "Its author was not asked for it, or had not seen that he was: it changes nothing.", &state)
            }
        }
    }

    private static func isAsked(_ position: Int, _ said: ReviewScored, _ assigned: [[Int]], _ history: CaseHistory) -> Bool {
        let fact = history.facts[position]
        return assigned.joined().contains { place in
            guard case .review(.assigned(let asked)) = history.facts[place].event, asked.report == said.report else {
                return false
            }
            return history.precedes(place, position) && (asked.reviewer == fact.actor.person || fact.role == .lead)
        }
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ReviewState) -> Bool { state.cards.isEmpty }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ReviewState) -> [Anomaly] { state.oddities }

    /// Writes the state: assigned while any report waits for its score.
    public static func write(_ state: ReviewState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.cards.contains { $0.status == .assigned } ? "assigned" : "scored")
        json.key("reviews")
        json.beginArray()
        for card in state.cards {
            json.beginObject()
            json.member("event", card.event)
            json.member("state", card.status.rawValue)
            if let report = card.report { json.member("report", report) }
            json.memberIfSaid("case", card.caseID)
            // Who reviews whom is privileged as well.
            if !state.isMisplaced { json.member("reviewers", texts: card.reviewers) }
            if !card.scores.isEmpty {
                json.key("scores")
                json.beginArray()
                for score in card.scores {
                    json.beginObject()
                    json.member("event", score.event)
                    json.member("by", score.by)
                    json.moment("at", score.at)
                    json.member("score", score.score.rawValue)
                    json.memberIfSaid("comment", score.comment)
                    json.endObject()
                }
                json.endArray()
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Says which events made each review's state.
    public static func explain(_ state: ReviewState, _ history: CaseHistory) -> [Explanation] {
        state.cards.map { card in
            Explanation(
                axis: label, state: card.status.rawValue,
                rule: card.status == .assigned
                    ? "Assigned; no reviewer who had seen that has scored it." : "Each reviewer's latest score stands.",
                events: [card.event] + card.scores.map(\.event))
        }
    }

    /// Refuses an assignment without report or reviewer, one by others than a lead, and a score by whoever was not asked.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReviewState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .review(let event) = event else { return }
        switch event {
        case .assigned(let said):
            if author.role != .lead {
                throw AuthoringRefusal(
                    .role, "A \(author.role.rawValue) may not assign a review.", remedy: "Have a lead assign it.")
            }
            if said.report == nil { throw .misfit("review.report", expected: "the event of the report", got: "") }
            try AuthoringRefusal.requireText("review.caseID", said.caseID, expected: "the case of the report")
            try AuthoringRefusal.requireText("review.reviewer", said.reviewer, expected: "who reviews")
            let isRepeat = state.cards.contains {
                $0.report == said.report && $0.caseID == said.caseID && $0.reviewers.contains(said.reviewer)
            }
            if isRepeat {
                throw AuthoringRefusal(
                    .state, "The report is assigned to \(said.reviewer) already.",
                    remedy: "Wait for the score, or name another reviewer.")
            }
        case .scored(let said):
            guard let card = state.cards.first(where: { $0.report == said.report }), said.report != nil else {
                throw AuthoringRefusal(
                    .content, "review.report: no such report is assigned.", remedy: "Name a report that was assigned for review.")
            }
            if author.role != .lead && !card.reviewers.contains(author.person) {
                throw AuthoringRefusal(
                    .role, "The review is not assigned to \(author.person).", remedy: "Have a lead assign it first.")
            }
            if RadpeerScore(rawValue: said.score) == nil {
                throw .misfit("review.score", expected: "1, 2a, 2b, 3a or 3b", got: said.score)
            }
        }
    }
}
