import EventLog

extension CriticalResultAxis {
    static let raisedTwice = ConflictRule(
        number: 44, kind: "criticalRaisedTwice", owner: .referrer, dueMinutes: 60,
        rule: "Critical results raised apart are one group with an alert for each: an acknowledgement closes what it lists.",
        inForce: "Both alerts run until each is acknowledged; nothing is left out for looking alike.",
        told: [.referrer, .radiologist])
    static let escalatedWhenAcknowledged = ConflictRule(
        number: 45, kind: "escalatedWhenAcknowledged", owner: .lead, dueMinutes: 30,
        rule:
            "An acknowledgement stands at its time, whoever escalated without knowing of it; who was asked is told that it is closed.",
        inForce: "The critical result is acknowledged; the person to whom it was escalated must be told.",
        told: [.referrer, .radiologist, .lead])
    static let withdrawnWhenActedUpon = ConflictRule(
        number: 47, kind: "withdrawnWhenActedUpon", owner: .radiologist, dueMinutes: 30,
        rule:
            "A withdrawal that was made apart from care that followed the finding must reach everybody told; the act stays recorded.",
        inForce: "The critical result is withdrawn, and somebody has acted upon it without knowing.",
        told: [.referrer, .radiologist])
    static let orderedByAnother = ConflictRule(
        number: 73, kind: "orderedByAnotherDoctor", owner: .radiologist, dueMinutes: 60,
        rule:
            "A critical result told to one ordering doctor apart from the change to another concerns both: rather twice than once.",
        inForce: "Both doctors must know of the critical result until the new one has acknowledged it.",
        told: [.referrer, .radiologist])
}

extension CriticalLedger {
    /// Raises conflicts 44, 45, 47 and 73 and joins cards raised apart to groups.
    func raiseConflicts(of stream: StreamID, groups cards: inout [CriticalCard], into conflicts: inout [Conflict]) {
        for (first, entry) in entries.enumerated() {
            for second in entries.indices where second > first && history.areConcurrent(entry.position, entries[second].position)
            {
                conflicts.append(raisedTwice(first, second, of: stream))
                join(cards[first].group, cards[second].group, &cards)
            }
            raiseWithdrawals(entry, cards[first], of: stream, into: &conflicts)
            raiseRequesters(entry, of: stream, into: &conflicts)
            for asked in entry.escalations {
                for noted in entry.acknowledgements where history.areConcurrent(asked, noted) {
                    let conflict = escalated(asked, when: noted, entry, of: stream)
                    let event = history.facts[asked].id
                    if conflict.state == .open, !cards[first].untold.contains(event) { cards[first].untold.append(event) }
                    conflicts.append(conflict)
                }
            }
        }
    }

    private func join(_ one: EventID, _ other: EventID, _ cards: inout [CriticalCard]) {
        for index in cards.indices where cards[index].group == one || cards[index].group == other {
            cards[index].group = min(one, other)
        }
    }

    /// Closed by one acknowledgement that lists both, or as soon as each has been acknowledged; moot when one is withdrawn.
    private func raisedTwice(_ first: Int, _ second: Int, of stream: StreamID) -> Conflict {
        let (one, other) = (entries[first], entries[second])
        let both = one.acknowledgements.filter { other.acknowledgements.contains($0) }
        var conflict = Conflict(
            CriticalResultAxis.raisedTwice, between: [one.position, other.position], in: history, of: stream, settling: both)
        if conflict.state == .open, let noted = one.acknowledgements.first, let alsoNoted = other.acknowledgements.first {
            conflict.state = .resolved
            conflict.closedBy = history[max(noted, alsoNoted)].id
        }
        if let withdrawn = (one.withdrawals + other.withdrawals).min() { conflict.supersede(by: history[withdrawn]) }
        return conflict
    }

    /// Closed when somebody who knows of both tells the person asked, or when that person takes note; by a call to another, not. Where
    /// nobody was named, whoever is told.
    private func escalated(_ asked: Int, when noted: Int, _ entry: Entry, of stream: StreamID) -> Conflict {
        let names = recipients(of: history[asked])
        let telling = (entry.communications + entry.acknowledgements).filter { act in
            names.isEmpty || recipients(of: history[act]).contains(where: names.contains)
        }
        var conflict = Conflict(
            CriticalResultAxis.escalatedWhenAcknowledged, between: [asked, noted], in: history, of: stream,
            settling: telling.sorted())
        if let withdrawn = entry.withdrawals.first { conflict.supersede(by: history[withdrawn]) }
        return conflict
    }
}
