import EventLog

extension ReportLedger {
    /// Says of every version what it counts as, which ones stand, and what the report is at.
    mutating func conclude(into state: inout ReportState) {
        let standing = entries.indices.filter { entries[$0].isSigned && entries[$0].isInForce }
        for index in standing where standing.contains(where: { precedes($0, index) }) {
            entries[index].marks.append(.besideSeenVersion)
        }
        let current = isCompeting ? nil : latest(of: standing)
        state.versions = entries.indices.map { version($0, current: current) }
        if standing.isEmpty {
            let usable = entries.indices.filter { state.versions[$0].status == .preliminary }
            for index in usable { state.versions[index].stands = true }
            state.current = usable.count == 1 ? state.versions[usable[0]].event : nil
        } else {
            state.current = current.map { state.versions[$0].event }
        }
        state.retractions = retractions.map { withdrawal(at: $0.position) }
        state.status = status(state, standing, current)
        findOddities(&state)
    }

    /// The causally latest of the versions that stand; of several the one with the lower hash.
    private func latest(of standing: [Int]) -> Int? {
        let last = standing.filter { one in !standing.contains { precedes(one, $0) } }
        return last.min { history.facts[entries[$0].position].hash < history.facts[entries[$1].position].hash }
    }

    private func status(_ state: ReportState, _ standing: [Int], _ current: Int?) -> ReportState.Status {
        if isCompeting { return .competing }
        guard let current else { return withoutFinal(state) }
        let entry = entries[current]
        let isAddended = entries.indices.contains { index in
            guard state.versions[index].status == .addendum, entries[index].isPrivileged else { return false }
            let position = entries[index].position
            if let chosen = entry.chosenBy, !history.precedes(chosen, position) { return false }
            return root(of: index) == current || history.precedes(entry.position, position)
        }
        if isAddended { return .addended }
        if entry.chosenBy != nil { return .reconciled }
        return entry.kind == .correction || entry.marks.contains(.besideSeenVersion) ? .corrected : .final
    }

    /// Retracted, unless a preliminary was issued by somebody who knew of every retraction.
    private func withoutFinal(_ state: ReportState) -> ReportState.Status {
        let usable = entries.indices.filter {
            state.versions[$0].status == .preliminary || state.versions[$0].status == .unprivileged
        }
        let withdrawals = retractions.filter { !$0.targets.isEmpty }
        if withdrawals.isEmpty { return usable.isEmpty ? .none : .preliminary }
        let isAnew = usable.contains { index in
            withdrawals.allSatisfy { history.precedes($0.position, entries[index].position) }
        }
        let isOnlyPreliminary = !entries.contains { $0.isSigned } && !usable.isEmpty
        return isAnew || isOnlyPreliminary ? .preliminary : .retracted
    }

    private func version(_ index: Int, current: Int?) -> ReportVersion {
        let entry = entries[index]
        let fact = history.facts[entry.position]
        let (status, successor) = standing(of: index)
        let text = ReportText(fact.event)
        var version = ReportVersion(
            event: fact.id, kind: entry.kind, status: status,
            stands: status == .final || status == .corrected || status == .addendum, by: fact.actor.person,
            role: fact.actor.role, site: fact.actor.site, at: fact.occurredAt.instant)
        version.findings = text.findings
        version.impression = text.impression
        version.text = text.text
        version.reason = text.reason
        version.contentVersion = text.contentVersion
        version.replaces = entry.names.map { history.facts[entries[$0].position].id }
        version.addendumTo = entry.target.map { history.facts[entries[$0].position].id }
        version.supersededBy = successor.map { history.facts[$0].id }
        version.retractedBy = (entry.retractedBy ?? entry.quarantinedBy).map { history.facts[$0].id }
        if !entry.competesWith.isEmpty {
            version.competesWith = entry.competesWith.map { history.facts[entries[$0].position].id }.sorted()
        }
        version.marks = entry.marks
        return version
    }

    /// What a version counts as, and the position of what took its place.
    private func standing(of index: Int) -> (ReportVersion.Status, Int?) {
        let entry = entries[index]
        let successor = entry.replacedBy.map { entries[$0].position } ?? entry.lostTo
        if entry.retractedBy != nil { return (.retracted, successor) }
        if entry.quarantinedBy != nil { return (.quarantined, nil) }
        if entry.kind != .preliminary && !entry.isPrivileged { return (.unprivileged, nil) }
        if let successor { return (.superseded, successor) }
        switch entry.kind {
        case .final: return (.final, nil)
        case .correction: return (.corrected, nil)
        case .preliminary:
            if let final = signed.first(where: { precedes(index, $0) }) { return (.superseded, entries[final].position) }
            let isAfter = signed.contains { precedes($0, index) && !isWithdrawn($0, for: index) }
            return (isAfter ? .commentAfterFinal : .preliminary, nil)
        case .addendum:
            guard let target = root(of: index) else { return (.addendum, nil) }
            if let later = signed.first(where: { covers($0, target) && precedes(index, $0) }) {
                return (.superseded, entries[later].position)
            }
            return entries[target].lostTo.map { (.superseded, $0) } ?? (.addendum, nil)
        }
    }

    private func isWithdrawn(_ final: Int, for index: Int) -> Bool {
        retractions.contains { $0.targets.contains(final) && history.precedes($0.position, entries[index].position) }
    }

    private func withdrawal(at position: Int) -> ReportRetraction {
        let fact = history.facts[position]
        var said = ReportRetracted()
        if case .reportRetracted(let retraction) = fact.event { said = retraction }
        return ReportRetraction(
            event: fact.id, which: said.which, by: fact.actor.person, at: fact.occurredAt.instant, reason: said.reason,
            note: said.note)
    }

    private func findOddities(_ state: inout ReportState) {
        var odd: [(EventID, String)] = []
        for index in state.versions.indices {
            let event = history.facts[entries[index].position].id
            switch state.versions[index].status {
            case .commentAfterFinal: odd.append((event, "A preliminary after a final: kept as a comment."))
            case .unprivileged:
                odd.append((event, "Signed by a role that may not sign: shown as unverified, replaces nothing."))
            default: break
            }
            let marks = entries[index].marks
            if marks.contains(.namesNothing) {
                odd.append((event, "It names no version that its author had seen: it replaces nothing."))
            }
            if marks.contains(.besideSeenVersion) {
                odd.append((event, "Signed after another signed version was seen, without naming it: both are shown."))
            }
        }
        for retraction in retractions where retraction.targets.isEmpty {
            odd.append(
                (
                    history.facts[retraction.position].id,
                    "A retraction of a version that its author had not seen: it withdraws nothing."
                ))
        }
        state.oddities = odd.map { Anomaly(event: $0.0, axis: ReportAxis.label, what: $0.1) }
    }
}
