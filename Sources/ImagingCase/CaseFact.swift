public import EventLog

/// One event of a case as the fold sees it: where it stands in the history, who said it when, and what it says.
///
/// A class, because every axis looks at every fact: handing one over costs a reference, not a copy of its ten texts.
public final class CaseFact: Sendable {
    /// The event's id.
    public let id: EventID
    /// Its hash: the content-derived order of names.
    public let hash: EventHash
    /// The events that its author had seen last.
    public let parents: [EventID]
    /// When the site recorded it: shown in listings, never folded.
    public let recordedAt: HybridTime
    /// The asserted clinical time.
    public let occurredAt: OccurredAt
    /// Who acted.
    public let actor: Actor
    /// Through which door it came.
    public let source: EventSource
    /// What it says.
    public let event: CaseEvent
    /// The parts of the case that take something from it, and whether its author's role is in doubt: both follow from the fact alone
    /// and are asked by every fold.
    let concerns: Concerns
    /// The actor's role; nil for a word that this version does not know.
    public let role: Role?

    /// Gathers a fact from an event and its decoded payload.
    ///
    /// - Parameter parents: what its author had seen last of what counts; nil for what the event itself names.
    public init(_ hashed: borrowing HashedEvent, _ event: CaseEvent, parents: [EventID]? = nil) {
        id = hashed.event.id
        hash = hashed.hash
        self.parents = parents ?? hashed.event.parents
        recordedAt = hashed.event.recordedAt
        occurredAt = hashed.event.occurredAt
        actor = hashed.event.actor
        source = hashed.event.source
        self.event = event
        (role, concerns) = Self.concerns(of: event, actor)
    }

    /// Gathers a fact from its parts.
    public init(
        id: EventID, hash: EventHash, parents: [EventID], recordedAt: HybridTime, occurredAt: OccurredAt, actor: Actor,
        source: EventSource, event: CaseEvent
    ) {
        self.id = id
        self.hash = hash
        self.parents = parents
        self.recordedAt = recordedAt
        self.occurredAt = occurredAt
        self.actor = actor
        self.source = source
        self.event = event
        (role, concerns) = Self.concerns(of: event, actor)
    }

    private static func concerns(of event: CaseEvent, _ actor: Actor) -> (Role?, Concerns) {
        let entry = Authority.entry(of: actor.role)
        let isDoubtful = Authority.isDoubtful(event, as: entry?.bit ?? 0)
        return (entry?.role, isDoubtful ? event.concerns.union(.doubt) : event.concerns)
    }
}

/// The facts of one case in their causal order, and the question of which came after which.
///
/// Positions count from 0 in an order that depends on content alone: parents first, then by hash. A class, because every axis
/// holds it: handing it over costs one reference, not the seven arrays that it is made of.
public final class CaseHistory: Sendable {
    /// The facts at their positions.
    public let facts: [CaseFact]
    /// Ids of events whose past is not here yet, ascending; they are not folded.
    public let waiting: [EventID]
    /// The facts whose past is not here yet.
    private let held: [CaseFact]
    /// The shape.
    public let ancestry: Ancestry
    /// For each position what the fact there concerns.
    let concerns: [Concerns]

    /// Orders facts that came in any order; a fact given twice counts once.
    public init(_ facts: [CaseFact]) {
        // Nearly every case is a line, and comes in its order: no table of ids is needed to see that.
        if Self.isLine(facts) {
            ancestry = Ancestry(lineOf: facts.count)
            self.facts = facts
        } else if Self.isLine(facts.reversed()) {
            ancestry = Ancestry(lineOf: facts.count, isReversed: true)
            self.facts = facts.reversed()
        } else {
            ancestry = Ancestry(facts.map { Ancestry.Node(id: $0.id, hash: $0.hash, parents: $0.parents) })
            self.facts = ancestry.order.map { facts[$0] }
        }
        concerns = self.facts.map(\.concerns)
        held = ancestry.waiting.isEmpty ? [] : ancestry.waiting.map { facts[$0] }
        waiting = held.isEmpty ? [] : held.map(\.id).sorted()
    }

    /// Whether each fact names just the one before it, and the first none; one that is given twice breaks that.
    private static func isLine(_ facts: some Collection<CaseFact>) -> Bool {
        var last: CaseFact?
        for fact in facts {
            guard fact.parents.count == (last == nil ? 0 : 1), fact.parents.first == last?.id else { return false }
            last = fact
        }
        return true
    }

    /// The history with more facts in it; such as it holds already count once.
    ///
    /// Complexity: O(facts), without looking any up, where each author had seen everything, as most have.
    public func appending(_ new: [CaseFact]) -> CaseHistory {
        var history = self
        for (place, fact) in new.enumerated() {
            guard let longer = history.followed(by: fact) else { return CaseHistory(history.facts + held + new[place...]) }
            history = longer
        }
        return history
    }

    /// Whether it is another history with one fact more, whose author had seen all of it.
    func isLonger(than other: CaseHistory, by fact: CaseFact) -> Bool {
        facts.count == other.facts.count + 1 && waiting.isEmpty && facts[facts.count - 1] === fact
            && ancestry.heads == [facts.count - 1]
    }

    /// The history with one fact more, where its author had seen all of it: such a fact cannot be held already.
    private func followed(by fact: CaseFact) -> CaseHistory? {
        let heads = ancestry.heads
        guard held.isEmpty, !heads.isEmpty, fact.parents.count == heads.count,
            heads.allSatisfy({ fact.parents.contains(facts[$0].id) })
        else { return nil }
        return CaseHistory(self, followedBy: fact)
    }

    private init(_ history: CaseHistory, followedBy fact: CaseFact) {
        ancestry = Ancestry(history.ancestry, followedByIndex: history.facts.count)
        facts = history.facts + [fact]
        concerns = history.concerns + [fact.concerns]
        held = []
        waiting = []
    }

    /// The fact at a position.
    public subscript(position: Int) -> CaseFact { facts[position] }

    /// All positions, in causal order.
    public var positions: Range<Int> { facts.indices }

    /// Whether the author of the later fact had seen the earlier one.
    public func precedes(_ earlier: Int, _ later: Int) -> Bool { ancestry.precedes(earlier, later) }

    /// Whether two facts were recorded apart.
    public func areConcurrent(_ one: Int, _ other: Int) -> Bool { ancestry.areConcurrent(one, other) }

    /// The position of an event; nil where it is not held.
    public func position(of id: EventID) -> Int? { facts.firstIndex { $0.id == id } }

    /// The ids of the facts that no other names as parent, ascending.
    public var heads: [EventID] { ancestry.heads.map { facts[$0].id } }

    /// The history as the author of an event had seen it, the event itself included; nil where the event is not held.
    public func known(to id: EventID) -> CaseHistory? {
        guard let position = position(of: id) else { return nil }
        return CaseHistory(ancestry.closure(of: position).map { facts[$0] })
    }
}
