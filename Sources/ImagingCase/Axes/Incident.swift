public import EventLog

/// One incident with everything that was added to it.
public struct IncidentCard: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case open
        case closed
    }

    /// What somebody added.
    public struct Addition: Hashable, Sendable {
        /// The event.
        public let event: EventID
        /// Who added it.
        public let by: String
        /// When, as asserted.
        public let at: Instant
        /// What else happened.
        public let what: String
        /// What was found and done.
        public let outcome: String
    }

    /// The event that reported it.
    public let event: EventID
    /// Who reported it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// What kind.
    public internal(set) var kind: IncidentKind
    /// The worst severity that anybody gave it.
    public internal(set) var severity: Severity
    /// What happened.
    public let what: String
    /// The case, where there is one.
    public let caseID: String
    /// The clinical event that it is about.
    public let about: EventID?
    /// What was added, in causal order.
    public internal(set) var additions: [Addition] = []
    /// The addition that closed it; nil while it is open.
    public internal(set) var closedBy: EventID?

    /// How far it is.
    public var status: Status { closedBy == nil ? .open : .closed }

    /// By when somebody should have looked into it; the worse, the sooner.
    ///
    /// Source: house rule: severe 24 h, moderate 72 h, else 14 days.
    public var due: Instant {
        let hours: Int64 =
            switch severity {
            case .severe: 24
            case .moderate: 72
            case .mild, .unspecified: 14 * 24
            }
        return at.advanced(byMilliseconds: hours * 3_600_000)
    }

    /// Whether it waits longer than it should at a moment that whoever looks passes in.
    public func isOverdue(at now: Instant) -> Bool { status == .open && now > due }
}

/// Incidents that must be looked into.
public struct IncidentState: Hashable, Sendable {
    /// Every incident, in causal order of the first reports.
    public internal(set) var cards: [IncidentCard] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The incidents that wait for somebody.
    public var open: [IncidentCard] { cards.filter { $0.status == .open } }

    /// The open incidents that wait too long at a moment that whoever looks passes in, the soonest due first.
    public func overdue(at now: Instant) -> [IncidentCard] {
        open.filter { $0.isOverdue(at: now) }.sorted { ($0.due, $0.event) < ($1.due, $1.event) }
    }
}

/// Incidents: anybody reports, and it stays open until somebody who answers for safety, and has seen all that was said, says what
/// was found and done.
///
/// Source: house rule; FHIR R4 AdverseEvent.
public enum IncidentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "incident" }

    /// What it looks at.
    public static var concern: Concerns { .incident }

    /// Who may close an incident.
    static let closing: [Role] = [.safetyOfficer, .physicist, .lead, .siteAdmin]

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> IncidentState {
        var state = IncidentState()
        var additions: [(position: Int, said: IncidentReported)] = []
        var places: [Int] = []
        for position in history.positions(of: .incident) {
            let fact = history.facts[position]
            guard case .register(.incidentReported(let said)) = fact.event else { continue }
            if said.incident != nil {
                additions.append((position, said))
                continue
            }
            places.append(position)
            state.cards.append(
                IncidentCard(
                    event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, kind: said.kind,
                    severity: said.severity, what: said.what, caseID: said.caseID, about: said.about))
            if !said.outcome.isEmpty {
                flag(fact, "A first report closes nothing: its outcome is to be added by who looked into it.", &state)
            }
        }
        for addition in additions {
            let target = addition.said.incident
            let index = state.cards.indices.first {
                state.cards[$0].event == target && history.precedes(places[$0], addition.position)
            }
            if let index {
                add(addition.said, history.facts[addition.position], to: &state.cards[index])
            } else {
                flag(
                    history.facts[addition.position], "It adds to no incident that its author had seen: it changes nothing.",
                    &state)
            }
        }
        for index in state.cards.indices { close(index, places[index], additions, history, &state) }
        return state
    }

    private static func flag(_ fact: CaseFact, _ what: String, _ state: inout IncidentState) {
        state.oddities.append(Anomaly(event: fact.id, axis: label, what: what))
    }

    private static func add(_ said: IncidentReported, _ fact: CaseFact, to card: inout IncidentCard) {
        card.additions.append(
            IncidentCard.Addition(
                event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, what: said.what, outcome: said.outcome))
        if said.severity.rawValue > card.severity.rawValue { card.severity = said.severity }
        if card.kind == .unspecified { card.kind = said.kind }
    }

    /// Closed by the first outcome whose author may close it and had seen everything that was added; what comes later, or apart,
    /// opens it again.
    private static func close(
        _ index: Int, _ place: Int, _ additions: [(position: Int, said: IncidentReported)], _ history: CaseHistory,
        _ state: inout IncidentState
    ) {
        let mine = additions.filter { $0.said.incident == state.cards[index].event && history.precedes(place, $0.position) }
        let news = mine.filter { $0.said.outcome.isEmpty }.map(\.position)
        for outcome in mine where !outcome.said.outcome.isEmpty {
            let fact = history.facts[outcome.position]
            guard let role = fact.role, closing.contains(role) else {
                flag(
                    fact, "An outcome in the role \(fact.actor.role), which may not close an incident: it is kept as a remark.",
                    &state)
                continue
            }
            guard state.cards[index].closedBy == nil, history.follows(outcome.position, all: news) else { continue }
            state.cards[index].closedBy = fact.id
        }
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: IncidentState) -> Bool { state.cards.isEmpty }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: IncidentState) -> [Anomaly] { state.oddities }

    /// Writes the state: open while any incident is.
    public static func write(_ state: IncidentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.open.isEmpty ? "closed" : "open")
        json.key("incidents")
        json.beginArray()
        for card in state.cards { write(card, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(_ card: IncidentCard, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", card.event)
        json.member("state", card.status.rawValue)
        if card.kind != .unspecified { json.member("kind", card.kind.word) }
        if card.severity != .unspecified { json.member("severity", card.severity.word) }
        json.memberIfSaid("what", card.what)
        json.memberIfSaid("case", card.caseID)
        if let about = card.about { json.member("about", about) }
        json.member("by", card.by)
        json.moment("at", card.at)
        json.moment("due", card.due)
        if let event = card.closedBy { json.member("closedBy", event) }
        if !card.additions.isEmpty {
            json.key("additions")
            json.beginArray()
            for addition in card.additions {
                json.beginObject()
                json.member("event", addition.event)
                json.member("by", addition.by)
                json.moment("at", addition.at)
                json.memberIfSaid("what", addition.what)
                json.memberIfSaid("outcome", addition.outcome)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    /// Says which events made each incident's state.
    public static func explain(_ state: IncidentState, _ history: CaseHistory) -> [Explanation] {
        state.cards.map { card in
            Explanation(
                axis: label, state: card.status.rawValue,
                rule: card.status == .open
                    ? "Nobody who may close it and had seen all that was said has told what was found and done."
                    : "Closed with its outcome by somebody who may and had seen all that was said.",
                events: [card.event] + card.additions.map(\.event))
        }
    }

    /// Refuses a report that says nothing, adds to what is not there, or closes what its author may not close.
    public static func mayAuthor(
        _ event: CaseEvent, in state: IncidentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .register(.incidentReported(let said)) = event else { return }
        guard let target = said.incident else {
            if said.kind == .unspecified {
                throw .misfit("incident.kind", expected: "radiation, identity, equipment, fall, medication or other", got: "")
            }
            if said.severity == .unspecified { throw .misfit("incident.severity", expected: "mild, moderate or severe", got: "") }
            try AuthoringRefusal.requireText("incident.what", said.what, expected: "what happened")
            if !said.outcome.isEmpty {
                throw AuthoringRefusal(
                    .content, "A first report has no outcome.", remedy: "Report it, and add the outcome when it was looked into.")
            }
            return
        }
        guard let card = state.cards.first(where: { $0.event == target }) else {
            throw AuthoringRefusal(
                .content, "There is no incident \(target).", remedy: "Name the event that reported it, or report a new one.")
        }
        if said.outcome.isEmpty {
            try AuthoringRefusal.requireText("incident.what", said.what, expected: "what is added, or an outcome")
            return
        }
        if card.status == .closed {
            throw AuthoringRefusal(
                .state, "The incident is closed.", remedy: "Add what else happened; that opens it again.")
        }
        guard closing.contains(author.role) else {
            throw AuthoringRefusal(
                .role, "The role \(author.role.rawValue) may not close an incident.",
                remedy: "Have it closed by one of: \(closing.map(\.rawValue).joined(separator: ", ")).")
        }
    }
}
