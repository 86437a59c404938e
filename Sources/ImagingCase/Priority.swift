import EventLog

/// How soon the case is wanted: of what was said apart the more urgent, until somebody who had seen it says less.
enum Priority {
    static let raisedAndLowered = ConflictRule(
        number: 48, kind: "priorityRaisedAndLowered", owner: .radiologist, dueMinutes: 30,
        rule: "Of a priority raised and lowered apart the higher stands until somebody who has seen it lowers it.",
        inForce: "The higher priority stands.", told: [.radiologist])

    static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> Urgency {
        var said: [(position: Int, urgency: Urgency)] = []
        for position in history.positions(of: .priority) {
            let urgency: Urgency? =
                switch history.facts[position].event {
                case .orderPlaced(let order): order.priority
                case .orderChanged(let change): change.priority
                case .readingPriorityChanged(let change): change.priority
                default: nil
                }
            if let urgency, urgency != .unspecified { said.append((position, urgency)) }
        }
        guard said.count > 1 else { return said.first?.urgency ?? .unspecified }
        var latest = history.ancestry.latest(of: said.map(\.position))
        let urgency = { (position: Int) in said.first { $0.position == position }?.urgency ?? .unspecified }
        let groups = history.standoffs(among: said.map(\.position)) { urgency($0) != urgency($1) }
        for group in groups where isRaisedAndLowered(group, said, history) {
            let conflict = Conflict(raisedAndLowered, between: group, in: history, of: stream, settling: said.map(\.position))
            conflicts.append(conflict)
            if let chosen = history.chosenPosition(by: conflict), group.contains(chosen) {
                latest.removeAll { group.contains($0) && $0 != chosen }
            }
        }
        return latest.map(urgency).max { $0.rawValue < $1.rawValue } ?? .unspecified
    }

    /// What somebody says who had seen all that was said is the last word.
    static func advanced(_ state: Urgency, by fact: CaseFact) -> Urgency? {
        guard case .readingPriorityChanged(let change) = fact.event else { return nil }
        return change.priority == .unspecified ? state : change.priority
    }

    /// Whether one side went below what both had seen and another did not.
    private static func isRaisedAndLowered(
        _ group: [Int], _ said: [(position: Int, urgency: Urgency)], _ history: CaseHistory
    ) -> Bool {
        let seen = said.filter { known in group.allSatisfy { history.precedes(known.position, $0) } }
        let before = history.ancestry.latest(of: seen.map(\.position))
        let sides = said.filter { group.contains($0.position) }.map(\.urgency.rawValue)
        guard let base = seen.filter({ before.contains($0.position) }).map(\.urgency.rawValue).max(), let low = sides.min(),
            let high = sides.max()
        else { return false }
        return low < base && high >= base
    }
}

extension CaseState {
    /// Whether its events go ahead of a backlog: the examination is STAT, or a critical result waits for somebody's acknowledgement.
    public var isUrgent: Bool { priority == .stat || !criticalResult.live.isEmpty }
}
