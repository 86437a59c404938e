import EventLog

/// The recommendations and the acts on them at their positions; lives for one fold.
struct RecommendationLedger {
    private struct Entry {
        let position: Int
        let said: RecommendationMade
        var acts: [Int] = []
        var supersededBy: Int?
        /// A decline that a person chose over the order that was placed apart from it.
        var chosenDecline: Int?
    }

    private let history: CaseHistory
    private var entries: [Entry] = []
    private var retractions: [(position: Int, which: EventID?)] = []
    /// For each later version of a report the versions that it replaces.
    private var replaced: [(position: Int, names: [EventID])] = []
    private var oddities: [Anomaly] = []

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: .recommendation) {
            switch history.facts[position].event {
            case .finalSigned(let said): replaced.append((position, said.supersedes))
            case .reportCorrected(let said): replaced.append((position, said.replaces.map { [$0] } ?? []))
            case .reportRetracted(let said): retractions.append((position, said.which))
            case .recommendation(let event): take(event, at: position)
            default: continue
            }
        }
    }

    private mutating func take(_ event: RecommendationEvent, at position: Int) {
        guard let named = event.answered else {
            if case .made(let said) = event { make(said, at: position) }
            return
        }
        let entries = self.entries
        let history = self.history
        let isOpen = { (index: Int) -> Bool in
            let seen = entries[index].acts.filter { history.precedes($0, position) }
            return !history.ancestry.latest(of: seen).contains { Self.ends(history.facts[$0].event) }
        }
        let found = history.card(named: named.event, at: position, among: entries.map(\.position), where: isOpen)
        if found == nil {
            flag(position, "It answers no recommendation that its author had seen, or not which of several: it closes nothing.")
        } else if !history.isEntitled(position) {
            flag(position, "It comes from a role that may not answer a recommendation: it closes nothing.")
        } else if let found {
            self.entries[found].acts.append(position)
        }
    }

    /// A recommendation of a later report by somebody who had seen this one takes its place where it says the same or its report
    /// replaced the other's.
    private mutating func make(_ said: RecommendationMade, at position: Int) {
        for index in entries.indices where entries[index].supersededBy == nil && succeeds(said, at: position, entries[index]) {
            entries[index].supersededBy = position
        }
        entries.append(Entry(position: position, said: said))
        if !history.isEntitled(position) { flag(position, "It comes from a role that may not recommend: it is shown and open.") }
    }

    private func succeeds(_ said: RecommendationMade, at position: Int, _ earlier: Entry) -> Bool {
        guard history.precedes(earlier.position, position), history.isEntitled(position),
            let later = said.report, let first = earlier.said.report, later != first,
            let one = history.position(of: first), let other = history.position(of: later), history.precedes(one, other)
        else { return false }
        if let action = said.action, !action.code.isEmpty, action.code == earlier.said.action?.code,
            action.scheme == earlier.said.action?.scheme
        {
            return true
        }
        return replaced.contains { $0.position == other && $0.names.contains(first) }
    }

    private static func ends(_ event: CaseEvent) -> Bool {
        switch event {
        case .recommendation(.fulfilled), .recommendation(.declined), .recommendation(.notNeeded): true
        default: false
        }
    }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: RecommendationAxis.label, what: what))
    }

    /// Raises conflict 58 and gives the cards.
    mutating func conclude(of stream: StreamID, into conflicts: inout [Conflict]) -> RecommendationState {
        for index in entries.indices {
            for declined in acts(entries[index], "declined") {
                for ordered in acts(entries[index], "ordered") where history.areConcurrent(declined, ordered) {
                    conflicts.append(contest(declined, ordered, index, of: stream))
                }
            }
        }
        var state = RecommendationState()
        state.cards = entries.map(card)
        state.oddities = oddities
        return state
    }

    private func acts(_ entry: Entry, _ word: String) -> [Int] {
        entry.acts.filter { self.word($0) == word }
    }

    /// Closed by whatever somebody who knows of both says next; moot once it was done, is not needed or was recommended anew.
    private mutating func contest(_ declined: Int, _ ordered: Int, _ index: Int, of stream: StreamID) -> Conflict {
        let entry = entries[index]
        var conflict = Conflict(
            RecommendationAxis.declinedWhenOrdered, between: [declined, ordered], in: history, of: stream, settling: entry.acts)
        let ends = acts(entry, "fulfilled") + acts(entry, "notNeeded") + (entry.supersededBy.map { [$0] } ?? [])
        if let end = ends.min() { conflict.supersede(by: history[end]) }
        if history.chosenPosition(by: conflict) == declined { entries[index].chosenDecline = declined }
        return conflict
    }

    private func card(_ entry: Entry) -> RecommendationCard {
        let fact = history.facts[entry.position]
        var card = RecommendationCard(event: fact.id, said: entry.said, by: fact.actor.person, at: fact.occurredAt.instant)
        for position in entry.acts {
            guard case .recommendation(let event) = history.facts[position].event, let answer = event.answered else { continue }
            card.acts.append(Act(history.facts[position], answer.word, note: answer.note))
            switch event {
            case .ordered(let said): (card.order, card.caseID) = (said.order ?? card.order, said.caseID)
            case .fulfilled(let said): card.caseID = said.caseID.isEmpty ? card.caseID : said.caseID
            default: continue
            }
        }
        card.deferredUntil = history.ancestry.latest(of: acts(entry, "deferred")).compactMap(until).min()
        card.supersededBy = entry.supersededBy.map { history.facts[$0].id }
        card.isReportRetracted = retractions.contains { retraction in
            guard let report = entry.said.report, let place = history.position(of: report) else { return false }
            return retraction.which == report || (retraction.which == nil && history.precedes(place, retraction.position))
        }
        card.status = status(entry)
        return card
    }

    /// Until when a fact puts it off; of several made apart the earliest counts.
    private func until(_ position: Int) -> Instant? {
        guard case .recommendation(.deferred(let said)) = history.facts[position].event else { return nil }
        return said.until
    }

    private func word(_ position: Int) -> String? {
        guard case .recommendation(let event) = history.facts[position].event else { return nil }
        return event.answered?.word
    }

    /// Done is done. Else the last word counts; of words apart the one that lets the patient be examined.
    private func status(_ entry: Entry) -> RecommendationCard.Status {
        if !acts(entry, "fulfilled").isEmpty { return .fulfilled }
        var live = history.ancestry.latest(of: entry.acts)
        if let declined = entry.chosenDecline, !entry.acts.contains(where: { history.precedes(declined, $0) }) {
            live = [declined]
        }
        let words = live.compactMap(word)
        if words.contains("ordered") { return .ordered }
        if entry.supersededBy != nil { return .superseded }
        for status in [RecommendationCard.Status.accepted, .deferred, .declined, .notNeeded] where words.contains(status.rawValue)
        {
            return status
        }
        return .open
    }
}

extension RecommendationEvent {
    /// What an answer is called, which recommendation it names and what it says; nil for the recommendation itself.
    var answered: (word: String, event: EventID?, note: String)? {
        switch self {
        case .made: nil
        case .accepted(let said): ("accepted", said.recommendation, said.note)
        case .declined(let said): ("declined", said.recommendation, said.reason)
        case .deferred(let said): ("deferred", said.recommendation, said.reason)
        case .ordered(let said): ("ordered", said.recommendation, said.order?.value ?? said.caseID)
        case .fulfilled(let said): ("fulfilled", said.recommendation, said.evidence)
        case .notNeeded(let said): ("notNeeded", said.recommendation, said.reason)
        }
    }
}
