public import EventLog

/// A fact at its place in one of several histories that are looked at together.
///
/// Between histories there is no before and after: parents never cross from one to another, and clocks decide nothing.
public struct PlacedFact: Sendable {
    /// The history's id.
    public let stream: StreamID
    /// The history.
    public let history: CaseHistory
    /// The place in it.
    public let position: Int

    /// Names a place.
    public init(_ stream: StreamID, _ history: CaseHistory, _ position: Int) {
        self.stream = stream
        self.history = history
        self.position = position
    }

    /// The fact itself.
    public var fact: CaseFact { history[position] }

    /// Whether the author of another fact had seen this one; never so between histories.
    func precedes(_ other: PlacedFact) -> Bool { stream == other.stream && history.precedes(position, other.position) }

    /// Whether neither author had seen the other's fact, as far as anybody can tell.
    func isApart(from other: PlacedFact) -> Bool { !isSame(as: other) && !precedes(other) && !other.precedes(self) }

    func isSame(as other: PlacedFact) -> Bool { stream == other.stream && position == other.position }
}

extension FoldedCase {
    /// A fact of this history, for a look at several.
    func placed(_ position: Int) -> PlacedFact { PlacedFact(state.stream, history, position) }
}

extension Conflict {
    /// Applies a rule to facts of one history or of several: listed with the least of their histories, so that every node names it
    /// alike, and due after the latest occurrence.
    ///
    /// Within one history it is closed as any conflict is. Across several a decision counts where it names the conflict by its id and
    /// came after all of the conflict's facts in its own history; decisions that choose differently settle nothing.
    ///
    /// - Parameter settling: facts that settle this kind of conflict by themselves, if they came after its facts in their history.
    init(_ rule: ConflictRule, across facts: [PlacedFact], settling: [PlacedFact] = [], inForce: String? = nil) {
        let sorted = facts.sorted { ($0.stream, $0.position) < ($1.stream, $1.position) }
        let first = sorted[0]
        guard sorted.contains(where: { $0.stream != first.stream }) else {
            let own = settling.filter { $0.stream == first.stream }.map(\.position).sorted()
            self.init(
                rule, between: sorted.map(\.position), in: first.history, of: first.stream, settling: own, inForce: inForce)
            return
        }
        var latest = Instant(milliseconds: .min)
        for place in sorted { latest = max(latest, place.fact.occurredAt.instant) }
        self.init(
            case: first.stream, number: rule.number, kind: rule.kind, owner: rule.owner,
            due: latest.advanced(byMilliseconds: rule.dueMinutes * 60_000), events: sorted.map(\.fact.id), rule: rule.rule,
            inForce: inForce ?? rule.inForce, told: rule.told)
        let decisions = Self.decisions(on: id, of: sorted, rule)
        let own = settling.first { Self.follows($0, sorted) }
        if let decided = Self.agreed(decisions) ?? own {
            state = .resolved
            closedBy = decided.fact.id
        }
    }

    /// The event that the closing decision chooses, wherever it was recorded; nil while it is open or where nobody chose.
    func chosen(in places: [PlacedFact]) -> EventID? {
        guard let closedBy else { return nil }
        for place in places {
            guard let position = place.history.position(of: closedBy) else { continue }
            return place.history.chosen(at: position)
        }
        return nil
    }

    private static func decisions(on id: String, of facts: [PlacedFact], _ rule: ConflictRule) -> [PlacedFact] {
        var found: [PlacedFact] = []
        for place in facts where !found.contains(where: { $0.stream == place.stream }) {
            var here: [Int] = []
            for position in place.history.positions(of: .decision) {
                guard case .conflictResolved(let decision) = place.history[position].event, decision.conflict == id,
                    let role = place.history[position].role,
                    Authority.mayResolve(role, number: rule.number, ownedBy: rule.owner),
                    follows(PlacedFact(place.stream, place.history, position), facts)
                else { continue }
                here.append(position)
            }
            found += place.history.ancestry.latest(of: here).map { PlacedFact(place.stream, place.history, $0) }
        }
        return found
    }

    /// Whether a fact came after all those of its own history, of which there is one at least.
    private static func follows(_ place: PlacedFact, _ facts: [PlacedFact]) -> Bool {
        let own = facts.filter { $0.stream == place.stream }
        return !own.isEmpty && own.allSatisfy { $0.precedes(place) }
    }

    private static func agreed(_ decisions: [PlacedFact]) -> PlacedFact? {
        guard let first = decisions.min(by: { $0.fact.id < $1.fact.id }) else { return nil }
        let choice = first.history.chosen(at: first.position)
        return decisions.allSatisfy { $0.history.chosen(at: $0.position) == choice } ? first : nil
    }
}
