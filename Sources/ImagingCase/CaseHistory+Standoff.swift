extension CaseHistory {
    /// Groups of facts that stand against each other: recorded apart, different by the caller's measure, and each the last word of
    /// its side while it had not seen the other's.
    ///
    /// A later fact that saw both sides does not dissolve the group, so that a settled question stays listed.
    /// Complexity: cubic in the positions given, which are few.
    func standoffs(among positions: [Int], where differ: (Int, Int) -> Bool) -> [[Int]] {
        guard positions.count > 1 else { return [] }
        func opposed(_ one: Int, _ other: Int) -> Bool {
            areConcurrent(one, other) && differ(one, other)
                && !positions.contains { precedes(one, $0) && areConcurrent($0, other) }
                && !positions.contains { precedes(other, $0) && areConcurrent($0, one) }
        }
        var groups: [[Int]] = []
        for (index, one) in positions.enumerated() {
            for other in positions[(index + 1)...] where opposed(one, other) {
                if groups.contains(where: { $0.contains(one) && $0.contains(other) }) { continue }
                var group = [one, other]
                for third in positions where third > other && group.allSatisfy({ opposed($0, third) }) { group.append(third) }
                groups.append(group)
            }
        }
        return groups
    }

    /// Whether the role in which a fact was recorded may record it: authority is judged again when facts meet, and what loosens a
    /// block counts only by who may.
    func isByEntitled(_ position: Int) -> Bool {
        facts[position].role.map { Authority.mayRecord(facts[position].event, as: $0) } ?? false
    }
}
