import EventLog

extension ReportAxis {
    static let competingFinals = ConflictRule(
        number: 38, kind: "competingFinals", owner: .lead, dueMinutes: 240,
        rule: "Signed reports made apart never replace each other: both stand until somebody who has seen both chooses.",
        inForce: "Both reports stand as competing interpretations; the critical findings of both are active.",
        told: [.radiologist, .lead, .referrer])
    static let preliminaryBesideFinal = ConflictRule(
        number: 39, kind: "preliminaryBesideFinal", owner: .radiologist, dueMinutes: 60,
        rule:
            "A preliminary that meets a final is kept as a comment; where the impressions differ a person checks the discordance.",
        inForce: "The final stands; the preliminary is shown beside it and differs from it.",
        told: [.radiologist, .referrer])
    static let addendumOnEarlierVersion = ConflictRule(
        number: 40, kind: "addendumOnEarlierVersion", owner: .radiologist, dueMinutes: 1440,
        rule:
            "An addendum stays with the version that it was written on and is shown on the corrected one until it is confirmed.",
        inForce: "The corrected report stands; the addendum is shown on it as written on the earlier version.",
        told: [.radiologist])
    static let competingCorrections = ConflictRule(
        number: 41, kind: "competingCorrections", owner: .lead, dueMinutes: 240,
        rule:
            "Corrections of one version made apart never replace each other: both stand until somebody who has seen both chooses.",
        inForce: "The corrected version is superseded; both corrections stand beside each other.",
        told: [.radiologist, .lead, .referrer])
    static let continuedAfterRetraction = ConflictRule(
        number: 42, kind: "continuedAfterRetraction", owner: .radiologist, dueMinutes: 60,
        rule:
            "A retraction governs the display; what was written on the withdrawn report without it is quarantined to its author.",
        inForce:
            "The report is withdrawn from use; the late text is in quarantine, and critical findings raised with it stay active.",
        told: [.radiologist, .lead, .referrer])
}

extension ReportLedger {
    /// Conflict 42: quarantines text that was written on a withdrawn version, and what hangs on such text. Only a new final by
    /// somebody who knew of the retraction is free of it; an addendum that the retracting person had seen goes with its version.
    mutating func quarantineLateText(of stream: StreamID, into conflicts: inout [Conflict]) {
        guard !retractions.isEmpty else { return }
        for index in entries.indices {
            let basis = entries[index].names + (entries[index].target.map { [$0] } ?? [])
            for withdrawn in basis.flatMap(withdrawals) { meet(withdrawn, index) }
            guard let retraction = entries[index].quarantinedBy else { continue }
            let late = entries[index].position
            let anew = entries.filter { $0.isSigned && $0.kind == .final && history.precedes(retraction, $0.position) }
            let conflict = Conflict(
                ReportAxis.continuedAfterRetraction, between: [retraction, late], in: history, of: stream,
                settling: anew.map(\.position))
            if history.chosenPosition(by: conflict) == late { entries[index].quarantinedBy = nil }
            conflicts.append(conflict)
        }
        // A text in quarantine is not in force: it takes the place of none.
        for index in entries.indices { entries[index].replacedBy = signed.first { entries[$0].names.contains(index) } }
    }

    private func withdrawals(of index: Int) -> [Int] {
        retractions.filter { $0.targets.contains(index) }.map(\.position) + (entries[index].quarantinedBy.map { [$0] } ?? [])
    }

    private mutating func meet(_ retraction: Int, _ index: Int) {
        let position = entries[index].position
        if history.precedes(position, retraction) {
            if entries[index].kind == .addendum && entries[index].retractedBy == nil { entries[index].retractedBy = retraction }
        } else if entries[index].kind != .final || !history.precedes(retraction, position) {
            if entries[index].quarantinedBy == nil { entries[index].quarantinedBy = retraction }
            hasQuarantine = true
        }
    }

    /// Conflicts 38 and 41: signed texts made apart, two by two, so that a third that arrives later leaves a settled pair settled.
    mutating func weighSignedVersions(of stream: StreamID, into conflicts: inout [Conflict]) {
        let signed = entries.indices.filter { entries[$0].isSigned }
        guard signed.count > 1 else { return }
        var pairs: [(one: Int, other: Int, conflict: Conflict)] = []
        for (place, one) in signed.enumerated() {
            for other in signed[(place + 1)...] where areConcurrent(one, other) {
                pairs.append((one, other, question(one, other, of: stream)))
            }
        }
        for retried in reconciliations { lay(aside: retried, among: signed) }
        for pair in pairs {
            var conflict = pair.conflict
            if let end = end(of: pair.one, beside: pair.other) ?? end(of: pair.other, beside: pair.one) {
                conflict.supersede(by: history[end])
            }
            if conflict.state == .open {
                isCompeting = true
                entries[pair.one].competesWith.append(pair.other)
                entries[pair.other].competesWith.append(pair.one)
            }
            conflicts.append(conflict)
        }
    }

    private mutating func question(_ one: Int, _ other: Int, of stream: StreamID) -> Conflict {
        let isOfOneVersion = entries[one].names.contains { entries[other].names.contains($0) }
        var conflict = Conflict(
            isOfOneVersion ? ReportAxis.competingCorrections : ReportAxis.competingFinals,
            between: [entries[one].position, entries[other].position], in: history, of: stream)
        settle(&conflict, one, other)
        guard let closing = index(of: conflict.closedBy), let chosen = choice(at: closing) else { return conflict }
        let isOne = chosen == one || covers(chosen, one)
        let isOther = chosen == other || covers(chosen, other)
        if !isOne { lose(one, to: chosen, by: closing) }
        if !isOther { lose(other, to: chosen, by: closing) }
        entries[chosen].chosenBy = closing
        return conflict
    }

    private func index(of event: EventID?) -> Int? { event.flatMap { history.position(of: $0) } }

    /// A person's decision, a reconciliation or a later text that names both sides settles it. Two settlements made apart that
    /// choose differently settle nothing.
    private func settle(_ conflict: inout Conflict, _ one: Int, _ other: Int) {
        let decision = index(of: conflict.closedBy)
        let sides = [entries[one].position, entries[other].position]
        if let text = signed.first(where: { covers($0, one) && covers($0, other) }).map({ entries[$0].position }) {
            guard decision.map({ history.precedes(text, $0) }) != true else { return }
            (conflict.state, conflict.closedBy) = (.resolved, history[text].id)
            return
        }
        let reconciling = reconciliations.filter { history.follows($0, all: sides) && compares($0, one, other) }
        guard !reconciling.isEmpty else { return }
        let latest = history.ancestry.latest(of: (reconciling + (decision.map { [$0] } ?? [])).sorted())
        let isAgreed = latest.allSatisfy { choice(at: $0) == choice(at: latest[0]) }
        conflict.state = isAgreed ? .resolved : .open
        conflict.closedBy = isAgreed ? history[latest[0]].id : nil
    }

    /// Whether a reconciliation, by somebody who reads images, is about both versions; one that lists none is about all, one that chooses
    /// what is no signed report is about none.
    private func compares(_ position: Int, _ one: Int, _ other: Int) -> Bool {
        guard case .reportReconciled(let reconciled) = history.facts[position].event,
            history.facts[position].role?.readsImages == true, reconciled.chosen == nil || choice(at: position) != nil
        else { return false }
        let compared = reconciled.competing + (reconciled.chosen.map { [$0] } ?? [])
        return reconciled.competing.isEmpty
            || [one, other].allSatisfy { side in compared.contains(history.facts[entries[side].position].id) }
    }

    /// The version that stands by a decision or a reconciliation: a signed report, because nothing else can stand in the place of one.
    private func choice(at position: Int) -> Int? {
        let chosen: Int? =
            switch history.facts[position].event {
            case .reportReconciled(let reconciled): index(at: index(of: reconciled.chosen))
            default: index(at: history.chosenPosition(at: position))
            }
        return chosen.flatMap { entries[$0].isSigned ? $0 : nil }
    }

    /// A losing version takes the later texts of its own line with it, as far as the person who decided had seen them.
    private mutating func lose(_ loser: Int, to chosen: Int, by closing: Int) {
        for index in entries.indices where index == loser || (covers(index, loser) && !covers(index, chosen)) {
            guard index != chosen, history.precedes(entries[index].position, closing), entries[index].lostTo == nil else {
                continue
            }
            entries[index].lostTo = closing
        }
    }

    /// Among versions that were not made apart a reconciliation lays aside those that it lists and does not choose.
    private mutating func lay(aside position: Int, among signed: [Int]) {
        guard case .reportReconciled(let reconciled) = history.facts[position].event, let chosen = choice(at: position) else {
            return
        }
        for index in signed where index != chosen && !areConcurrent(index, chosen) && compares(position, index, chosen) {
            if !reconciled.competing.isEmpty { lose(index, to: chosen, by: position) }
        }
    }

    /// The fact that took a version out of a question with another: its retraction, a decision, or a successor that was written
    /// without the other and now stands in the question itself.
    func end(of index: Int, beside other: Int) -> Int? {
        let entry = entries[index]
        if let gone = entry.retractedBy ?? entry.quarantinedBy ?? entry.lostTo { return gone }
        return signed.first { entries[$0].names.contains(index) && areConcurrent($0, other) }.map { entries[$0].position }
    }
}
