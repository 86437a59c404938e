public import EventLog

/// One question and its answers.
public struct QuestionCard: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case asked
        case answered
    }

    /// The event that asked.
    public let event: EventID
    /// The question.
    public let text: String
    /// How soon an answer is needed.
    public let urgency: Urgency
    /// The event that it is about; nil where it is about the case.
    public let about: EventID?
    /// Whether the examination waits for the answer.
    public let isBlocking: Bool
    /// Who asked.
    public let by: String
    /// In which role.
    public let role: String
    /// When, as asserted.
    public let at: Instant
    /// Every answer, in causal order; a second one is shown beside the first.
    public internal(set) var answers: [Act] = []

    /// How far it is.
    public var status: Status { answers.isEmpty ? .asked : .answered }

    /// Whether it stops the examination now.
    public var blocks: Bool { isBlocking && answers.isEmpty }

    /// When an answer is due, in minutes after the question: what blocks an examination has somebody waiting on the table.
    public func due(_ policy: TalkPolicy = TalkPolicy()) -> Instant {
        var minutes = policy.answerMinutes(urgency)
        if isBlocking { minutes = min(minutes, policy.blockingAnswerMinutes) }
        return at.advanced(byMilliseconds: minutes * 60_000)
    }

    /// Whether somebody waits for an answer that should have come.
    public func overdue(at now: Instant, _ policy: TalkPolicy = TalkPolicy()) -> Bool {
        status == .asked && due(policy) <= now
    }
}

/// Questions between technologist, radiologist and referrer.
public struct QuestionState: Hashable, Sendable {
    /// The steps of the axis: that of the question that needs most.
    public enum Status: String, Sendable {
        case none
        /// A question that the examination waits for has no answer.
        case blocking
        case asked
        case answered
    }

    /// Every question, in causal order.
    public internal(set) var cards: [QuestionCard] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Where it is.
    public var status: Status {
        if cards.isEmpty { return .none }
        if cards.contains(where: \.blocks) { return .blocking }
        return cards.contains { $0.status == .asked } ? .asked : .answered
    }

    /// The questions that wait for an answer.
    public var open: [QuestionCard] { cards.filter { $0.status == .asked } }
}

/// Questions: asked → answered; one that is marked blocking stops the examination until it is answered.
///
/// Source: FHIR R4 CommunicationRequest and Communication (inResponseTo).
public enum QuestionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "question" }

    /// What it looks at.
    public static var concern: Concerns { .question }

    /// A question that somebody marked as blocking holds the examination up until it is answered.
    public static func holdUps(_ state: QuestionState) -> [GoAhead.Reason] {
        state.cards.filter(\.blocks).map { card in
            GoAhead.Reason(
                .no, .examination, label, "\(card.by) waits for an answer (\(card.text))", [card.event], by: Authority.readers,
                "a radiologist may answer")
        }
    }

    /// Derives each question with its answers.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> QuestionState {
        var state = QuestionState()
        var openings: [Int] = []
        for position in history.positions(of: .question) {
            guard case .dialogue(let event) = history.facts[position].event else { continue }
            switch event {
            case .asked(let said):
                openings.append(position)
                state.cards.append(card(said, history.facts[position]))
            case .answered(let said): take(said, at: position, openings, history, &state)
            case .delivered, .accepted, .impossible: continue
            }
        }
        return state
    }

    private static func card(_ said: QuestionAsked, _ fact: CaseFact) -> QuestionCard {
        QuestionCard(
            event: fact.id, text: said.text, urgency: said.urgency, about: said.about, isBlocking: said.isBlocking,
            by: fact.actor.person, role: fact.actor.role, at: fact.occurredAt.instant)
    }

    private static func take(
        _ said: QuestionAnswered, at position: Int, _ openings: [Int], _ history: CaseHistory, _ state: inout QuestionState
    ) {
        let fact = history.facts[position]
        let cards = state.cards
        let isUnanswered = { (index: Int) in
            !cards[index].answers.contains { answer in
                history.position(of: answer.event).map { history.precedes($0, position) } ?? false
            }
        }
        guard let index = history.card(named: said.question, at: position, among: openings, where: isUnanswered) else {
            state.flag(fact, "It answers no question that its author had seen, or not which of several: the questions stay open.")
            return
        }
        guard history.isEntitled(position), !said.text.isEmpty else {
            state.flag(fact, "It says nothing, or comes from a role that may not answer: the question stays open.")
            return
        }
        state.cards[index].answers.append(Act(fact, "answered", note: said.text))
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: QuestionState) -> [Anomaly] { state.oddities }

    /// Whether nobody asked.
    public static func isSilent(_ state: QuestionState) -> Bool { state.cards.isEmpty }

    /// Writes the state.
    public static func write(_ state: QuestionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.key("questions")
        json.beginArray()
        for card in state.cards {
            json.beginObject()
            json.member("event", card.event)
            json.member("state", card.status.rawValue)
            json.member("text", card.text)
            if card.urgency != .unspecified { json.member("urgency", card.urgency.word) }
            json.memberIfSaid("about", card.about)
            if card.isBlocking { json.member("blocking", true) }
            json.member("by", card.by)
            json.member("role", card.role)
            json.moment("at", card.at)
            json.member("answers", acts: card.answers)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: QuestionState, _ history: CaseHistory) -> [Explanation] {
        state.cards.map { card in
            let rule =
                switch card.status {
                case .asked where card.isBlocking: "Nobody has answered, and the examination waits for the answer."
                case .asked: "Nobody has answered; that it was seen would not be an answer."
                case .answered: "Somebody who had seen the question answered it."
                }
            return Explanation(
                axis: label, state: card.status.rawValue, rule: rule, events: [card.event] + card.answers.map(\.event))
        }
    }

    /// Refuses a question without words and an answer to none.
    public static func mayAuthor(
        _ event: CaseEvent, in state: QuestionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .dialogue(.asked(let said)):
            try Authoring.require(said.text, "question.text", "the question asks nothing.", remedy: "Say what you want to know.")
        case .dialogue(.answered(let said)):
            _ = try Authoring.card(
                said.question, in: state.cards, \.event, "question", to: "answered", status: \.status.rawValue
            ) { said.question != nil || $0.status == .asked }
            try Authoring.require(said.text, "question.text", "the answer says nothing.", remedy: "Say the answer.")
        default: return
        }
    }
}

extension QuestionState {
    fileprivate mutating func flag(_ fact: CaseFact, _ what: String) {
        oddities.append(Anomaly(event: fact.id, axis: QuestionAxis.label, what: what))
    }
}
