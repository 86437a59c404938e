public import EventLog

/// One request for advice, to its end.
public struct ConsultCard: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case requested
        /// Somebody will answer.
        case taken
        case answered
        case closed
    }

    /// The event that asked.
    public let event: EventID
    /// The question.
    public let question: String
    /// The subspecialty or person asked.
    public let to: String
    /// Whether a written, billable answer is asked for.
    public let isFormal: Bool
    /// When the asker wants it; nil where he said no time.
    public let wanted: Instant?
    /// Who asked.
    public let by: String
    /// In which role.
    public let role: String
    /// When, as asserted.
    public let at: Instant
    /// Who took it, in causal order: two who took it apart both see it.
    public internal(set) var takers: [Act] = []
    /// Every answer, in causal order.
    public internal(set) var answers: [ConsultAnswer] = []
    /// Who closed it.
    public internal(set) var closings: [Act] = []

    /// How far it is.
    public var status: Status {
        if !closings.isEmpty { return .closed }
        if !answers.isEmpty { return .answered }
        return takers.isEmpty ? .requested : .taken
    }

    /// When the answer is due: as the asker said, else by policy.
    public func due(_ policy: TalkPolicy = TalkPolicy()) -> Instant {
        wanted ?? at.advanced(byMilliseconds: policy.consultMinutes * 60_000)
    }

    /// Whether it was neither answered nor closed when it was due: it goes to the lead then.
    public func isEscalated(at now: Instant, _ policy: TalkPolicy = TalkPolicy()) -> Bool {
        (status == .requested || status == .taken) && due(policy) <= now
    }
}

/// One answer to a request for advice.
public struct ConsultAnswer: Hashable, Sendable {
    /// Who answered, when, and the advice.
    public let act: Act
    /// The options that were weighed.
    public let options: [String]
    /// The report that the advice contradicts, where it does.
    public let contradictsReport: EventID?
}

/// What a conference concluded.
public struct Conference: Hashable, Sendable {
    /// Who wrote it down, when, and the conclusion.
    public let act: Act
    /// Who took part.
    public let attendees: [String]
}

/// Advice that referrers ask radiologists for, and conferences.
public struct ConsultState: Hashable, Sendable {
    /// The steps of the axis: that of the request that needs most.
    public enum Status: String, Sendable {
        case none
        case requested
        case taken
        case answered
        case closed
        /// No advice was asked for; a conference spoke of the case.
        case discussed
    }

    /// Every request, in causal order.
    public internal(set) var cards: [ConsultCard] = []
    /// Every conference, in causal order.
    public internal(set) var conferences: [Conference] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// Where it is.
    public var status: Status {
        for word in [ConsultCard.Status.requested, .taken, .answered, .closed] where cards.contains(where: { $0.status == word })
        {
            return Status(rawValue: word.rawValue) ?? .none
        }
        return conferences.isEmpty ? .none : .discussed
    }
}

/// Consultation: requested → taken → answered → closed. Nothing but an answer is an answer.
///
/// Source: LOINC 11487-6 and 74466-4; FHIR R4 CommunicationRequest and Communication; house rule for the conference.
public enum ConsultAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "consult" }

    /// What it looks at.
    public static var concern: Concerns { .consult }

    /// Derives each request with what came of it.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ConsultState {
        var ledger = ConsultLedger(history)
        for position in history.positions(of: .consult) {
            if case .consult(let event) = history.facts[position].event { ledger.take(event, at: position) }
        }
        return ledger.state
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ConsultState) -> [Anomaly] { state.oddities }

    /// Whether nobody asked and no conference spoke.
    public static func isSilent(_ state: ConsultState) -> Bool { state.status == .none }

    /// Says which events made the state.
    public static func explain(_ state: ConsultState, _ history: CaseHistory) -> [Explanation] {
        let cards = state.cards.map { card in
            let (rule, events) = reason(for: card)
            return Explanation(axis: label, state: card.status.rawValue, rule: rule, events: [card.event] + events)
        }
        let conferences = state.conferences.map {
            Explanation(axis: label, state: "discussed", rule: "A conference spoke of the case.", events: [$0.act.event])
        }
        return cards + conferences
    }

    private static func reason(for card: ConsultCard) -> (String, [EventID]) {
        switch card.status {
        case .requested: ("Asked for, and nobody has taken it.", [])
        case .taken: ("Somebody will answer; that is no answer yet.", card.takers.map(\.event))
        case .answered: ("Answered; the asker has not closed it.", card.answers.map(\.act.event))
        case .closed: ("The asker has what he needs, or takes the question back.", card.closings.map(\.event))
        }
    }
}

/// The requests for advice at their positions; lives for one fold.
private struct ConsultLedger {
    let history: CaseHistory
    var state = ConsultState()
    private var openings: [Int] = []
    /// For each request the acts that ended it: answers and closings.
    private var ends: [[Int]] = []
    /// For each request the acts that closed it.
    private var closings: [[Int]] = []

    init(_ history: CaseHistory) { self.history = history }

    mutating func take(_ event: ConsultEvent, at position: Int) {
        let fact = history.facts[position]
        switch event {
        case .requested(let said):
            openings.append(position)
            ends.append([])
            closings.append([])
            state.cards.append(
                ConsultCard(
                    event: fact.id, question: said.question, to: said.to, isFormal: said.isFormal, wanted: said.due,
                    by: fact.actor.person, role: fact.actor.role, at: fact.occurredAt.instant))
        case .taken(let said):
            if let index = card(said.consult, at: position) { state.cards[index].takers.append(Act(fact, "taken")) }
        case .answered(let said):
            guard let index = card(said.consult, at: position) else { return }
            ends[index].append(position)
            state.cards[index].answers.append(
                ConsultAnswer(
                    act: Act(fact, "answered", note: said.answer), options: said.options,
                    contradictsReport: said.contradictsReport))
        case .closed(let said):
            guard let index = card(said.consult, at: position) else { return }
            ends[index].append(position)
            closings[index].append(position)
            state.cards[index].closings.append(Act(fact, "closed"))
        case .conferenceRecorded(let said):
            state.conferences.append(
                Conference(act: Act(fact, "discussed", note: said.conclusion), attendees: said.attendees))
        }
    }

    /// The card that an act counts for; an act that counts for none is flagged.
    private mutating func card(_ named: EventID?, at position: Int) -> Int? {
        let isOpen = { [ends, history] (index: Int) in !ends[index].contains { history.precedes($0, position) } }
        var isClosing = false
        if case .consult(.closed) = history.facts[position].event { isClosing = true }
        // Who has his answer closes it: there the answered ones are open too.
        let isUnclosed = { [closings, history] (index: Int) in !closings[index].contains { history.precedes($0, position) } }
        let found = history.card(
            named: named, at: position, among: openings, where: isClosing ? isUnclosed : isOpen)
        let isEntitled = history.isEntitled(position)
        if let found, isEntitled { return found }
        let what =
            found == nil
            ? "It belongs to no request for advice that its author had seen, or not to which of several: it changes nothing."
            : "It comes from a role that may not do this: the request stays open."
        state.oddities.append(Anomaly(event: history.facts[position].id, axis: ConsultAxis.label, what: what))
        return nil
    }
}
