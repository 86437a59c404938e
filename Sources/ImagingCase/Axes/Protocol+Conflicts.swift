import EventLog

/// The facts that concern the protocol, at their positions; lives for one fold.
struct ProtocolFacts {
    var assigned: [Int] = []
    var withdrawn: [(position: Int, which: EventID?)] = []
    var steps: [(position: Int, used: EventID?)] = []
    var deviations: [Int] = []

    static let changedWhenScanned = ConflictRule(
        number: 29, kind: "protocolChangedWhenScanned", owner: .radiologist, dueMinutes: 15,
        rule: "The study is marked with the protocol that was run; the other is an instruction while the patient is present.",
        inForce: "Scanned under the protocol that the technologist had seen.", told: [.radiologist, .technologist])
    static let competing = ConflictRule(
        number: 30, kind: "competingProtocols", owner: .radiologist, dueMinutes: 15,
        rule: "Of different protocols assigned apart none may be run until one is chosen.",
        inForce:
            "No protocol may be run; with the patient on the table, lower dose and no contrast until the radiologist is called.",
        told: [.radiologist, .technologist])

    /// Takes what concerns the protocol.
    mutating func gather(_ history: CaseHistory) {
        for position in history.positions(of: .protocoling) {
            switch history.facts[position].event {
            case .protocolAssigned: assigned.append(position)
            case .protocolWithdrawn(let withdrawal): withdrawn.append((position, withdrawal.which))
            case .procedureStepStarted(let step): steps.append((position, step.protocolUsed))
            case .procedureStepCompleted(let step): steps.append((position, step.protocolUsed))
            case .deviation: deviations.append(position)
            default: continue
            }
        }
    }

    private func plan(at position: Int, _ history: CaseHistory) -> ProtocolAssigned {
        guard case .protocolAssigned(let plan) = history.facts[position].event else { return ProtocolAssigned() }
        return plan
    }

    private func differ(_ one: Int, _ other: Int, _ history: CaseHistory) -> Bool {
        let (left, right) = (plan(at: one, history), plan(at: other, history))
        return left.name != right.name || left.contrast != right.contrast || left.instructions != right.instructions
    }

    /// The withdrawals of an assignment: such as name it, or name none and came after it.
    private func withdrawals(of position: Int, _ history: CaseHistory) -> [Int] {
        withdrawn.filter {
            $0.which == history.facts[position].id || ($0.which == nil && history.precedes(position, $0.position))
        }.map(\.position)
    }

    private func withdrawal(of position: Int, _ history: CaseHistory) -> Int? { withdrawals(of: position, history).first }

    /// Whether whoever scanned knew that an assignment had been withdrawn: what is withdrawn afterwards was run all the same.
    private func isWithdrawn(_ position: Int, knownTo scan: Int, _ history: CaseHistory) -> Bool {
        withdrawals(of: position, history).contains { history.precedes($0, scan) }
    }

    /// Conflict 30, and how each assignment stands.
    func judgeStandings(
        _ history: CaseHistory, _ stream: StreamID, _ state: inout ProtocolState, _ conflicts: inout [Conflict]
    ) {
        let latest = history.ancestry.latest(of: assigned)
        var competing: [Int] = []
        var rejected: [Int] = []
        for group in history.standoffs(among: assigned, where: { differ($0, $1, history) }) {
            var conflict = Conflict(Self.competing, between: group, in: history, of: stream, settling: assigned)
            let standing = group.filter { withdrawal(of: $0, history) == nil }
            if standing.count < 2 {
                let closing = group.compactMap { withdrawal(of: $0, history) }.max()
                if let closing { conflict.supersede(by: history[closing]) }
            }
            if conflict.state == .open { competing += standing }
            if let chosen = history.chosenPosition(by: conflict) {
                rejected += group.filter { $0 != chosen }
            } else if conflict.state == .resolved, let closing = conflict.closedBy.flatMap(history.position),
                !assigned.contains(closing)
            {
                rejected += group
            }
            conflicts.append(conflict)
        }
        for position in assigned {
            let standing: ProtocolVersion.Standing =
                if withdrawal(of: position, history) != nil {
                    .withdrawn
                } else if competing.contains(position) && latest.contains(position) {
                    .competing
                } else if latest.contains(position) && !rejected.contains(position) && competing.isEmpty {
                    .current
                } else {
                    .superseded
                }
            let fact = history[position]
            state.versions.append(
                ProtocolVersion(
                    event: fact.id, by: fact.actor.person, plan: plan(at: position, history), standing: standing))
        }
        state.current = state.versions.first { $0.standing == .current }?.event
    }

    /// Conflict 29, and under which assignment the examination was made.
    func judgeUse(
        _ history: CaseHistory, _ stream: StreamID, _ state: inout ProtocolState, _ conflicts: inout [Conflict]
    ) {
        guard let first = steps.first?.position else { return }
        let named = steps.last { $0.used != nil }?.used
        let seen = history.ancestry.latest(
            of: assigned.filter { history.precedes($0, first) && !isWithdrawn($0, knownTo: first, history) })
        state.used = named ?? seen.first.map { history[$0].id }
        let used = state.used.flatMap { history.position(of: $0) }
        if let named, used == nil || !assigned.contains(where: { $0 == used }) {
            state.anomalies.append(
                Anomaly(
                    event: history[first].id, axis: ProtocolAxis.label,
                    what: "The step names \(named) as its protocol, which is no assignment of this case."))
        }
        for position in assigned where position != used && withdrawal(of: position, history) == nil {
            guard let step = steps.first(where: { history.areConcurrent(position, $0.position) })?.position,
                used.map({ differ($0, position, history) }) ?? true,
                !assigned.contains(where: { history.precedes(position, $0) && history.areConcurrent($0, step) })
            else { continue }
            state.usedIsOutdated = true
            conflicts.append(
                Conflict(
                    Self.changedWhenScanned, between: [position, step], in: history, of: stream, settling: assigned,
                    inForce: used == nil ? "Scanned before the technologist had seen a protocol." : nil))
        }
        if let used, let current = state.current.flatMap({ history.position(of: $0) }), current != used,
            differ(current, used, history), !history.precedes(first, current)
        {
            state.usedIsOutdated = true
        }
    }

    /// Whether the examination was made under the current assignment, or before anybody who knew of it assigned another.
    func isUsed(_ state: ProtocolState, _ history: CaseHistory) -> Bool {
        guard state.used != nil else { return false }
        guard let current = state.current, current != state.used, let position = history.position(of: current) else {
            return true
        }
        return !steps.contains { history.precedes($0.position, position) }
    }
}
