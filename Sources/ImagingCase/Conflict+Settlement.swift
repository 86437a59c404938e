public import EventLog

extension CaseHistory {
    /// Whether the author at a position had seen every one of some other facts.
    public func follows(_ position: Int, all others: [Int]) -> Bool {
        others.allSatisfy { precedes($0, position) }
    }

    /// The decision of a person that settles a conflict between the facts at some positions; nil while it is open.
    ///
    /// It counts where its author had seen all of them, and where it names the conflict, or has its number and names no other
    /// conflict or chooses one of these facts. Of several the latest counts; two made apart settle it only if they agree.
    ///
    /// - Parameter owner: the role that closes it; a decision by a role that may not is kept and settles nothing.
    public func settlement(of events: [Int], number: Int, id: String, owner: Role? = nil) -> Int? {
        var found: [Int] = []
        for position in self.positions(of: .decision) {
            guard case .conflictResolved(let decision) = facts[position].event else { continue }
            if let owner {
                guard let role = facts[position].role, Authority.mayResolve(role, number: number, ownedBy: owner) else {
                    continue
                }
            }
            let names = decision.conflict == id
            let sameQuestion =
                decision.number == number
                && (decision.conflict.isEmpty || events.contains { facts[$0].id == decision.choose })
            if (names || sameQuestion) && follows(position, all: events) { found.append(position) }
        }
        guard !found.isEmpty else { return nil }
        let latest = ancestry.latest(of: found)
        let choice = chosen(at: latest[0])
        return latest.allSatisfy { chosen(at: $0) == choice } ? latest[0] : nil
    }

    /// Whether a fact is a person's decision of a conflict.
    func isDecision(_ position: Int) -> Bool {
        if case .conflictResolved = facts[position].event { true } else { false }
    }

    /// The event that a decision chooses; nil where it is no decision or chooses none.
    public func chosen(at position: Int) -> EventID? {
        guard case .conflictResolved(let decision) = facts[position].event else { return nil }
        return decision.choose
    }

    /// The position of the event that stands by a decision; nil where nothing was chosen or the choice is not held.
    public func chosenPosition(at position: Int) -> Int? {
        chosen(at: position).flatMap { self.position(of: $0) }
    }

    /// The position of the fact that a person chose when closing a conflict; nil while it is open or where nobody chose.
    public func chosenPosition(by conflict: Conflict) -> Int? {
        conflict.closedBy.flatMap { position(of: $0) }.flatMap { chosenPosition(at: $0) }
    }

    /// The first of some positions whose author had seen all the others' facts.
    public func first(of candidates: some Sequence<Int>, afterAll events: [Int]) -> Int? {
        candidates.first { follows($0, all: events) }
    }
}

/// What the catalogue says of one kind of conflict, as constants.
public struct ConflictRule: Sendable {
    /// The row of the catalogue.
    public let number: Int
    /// Its name in lowerCamelCase.
    public let kind: String
    /// The role that closes it.
    public let owner: Role
    /// How long after the later of its facts it is due, in minutes; policy may shorten it.
    public let dueMinutes: Int64
    /// The rule applied, in one sentence.
    public let rule: String
    /// What stands meanwhile, in one sentence.
    public let inForce: String
    /// Roles told.
    public let told: [Role]

    /// States a rule.
    public init(
        number: Int, kind: String, owner: Role, dueMinutes: Int64, rule: String, inForce: String, told: [Role]
    ) {
        self.number = number
        self.kind = kind
        self.owner = owner
        self.dueMinutes = dueMinutes
        self.rule = rule
        self.inForce = inForce
        self.told = told
    }
}

extension Conflict {
    /// Applies a rule to the facts at some positions: due after the latest occurrence among them, closed where a person's
    /// decision or one of the axis' own settling facts came causally after all of them.
    ///
    /// - Parameter settling: positions of facts that settle this kind of conflict by themselves, ascending.
    /// - Parameter inForce: what stands in this very case, where the rule's own sentence is not enough.
    public init(
        _ rule: ConflictRule, between positions: [Int], in history: CaseHistory, of stream: StreamID, settling: [Int] = [],
        inForce: String? = nil
    ) {
        var latest = Instant(milliseconds: .min)
        for position in positions { latest = max(latest, history[position].occurredAt.instant) }
        self.init(
            case: stream, number: rule.number, kind: rule.kind, owner: rule.owner,
            due: latest.advanced(byMilliseconds: rule.dueMinutes * 60_000), events: positions.map { history[$0].id },
            rule: rule.rule, inForce: inForce ?? rule.inForce, told: rule.told)
        let decision = history.settlement(of: positions, number: rule.number, id: id, owner: rule.owner)
        let own = history.first(of: settling, afterAll: positions)
        if let closing = decision ?? own {
            state = .resolved
            closedBy = history[closing].id
        }
    }

    /// Closes it because a later fact made the question moot.
    public mutating func supersede(by fact: CaseFact) {
        guard state == .open else { return }
        state = .superseded
        closedBy = fact.id
    }
}
