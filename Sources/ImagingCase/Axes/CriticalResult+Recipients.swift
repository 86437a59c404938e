import EventLog

extension CriticalLedger {
    /// Doctors who came to order the examination when the finding had been raised, or apart from it.
    func laterRequesters(_ entry: Entry, besides responsible: String) -> [String] {
        var names: [String] = []
        for requester in requesters where !history.precedes(requester.position, entry.position) {
            let isNew = former(at: requester.position).contains { $0 != requester.name }
            if isNew, requester.name != responsible, !names.contains(requester.name) { names.append(requester.name) }
        }
        return names.sorted()
    }

    /// The doctors who ordered the examination as far as the author at a position had seen.
    private func former(at position: Int) -> [String] {
        requesters.filter { history.precedes($0.position, position) }.map(\.name)
    }

    /// Conflict 47: closed once everybody who was told knows, by the act by which who acted learned of the withdrawal. Who acted
    /// knowing of another withdrawal of the finding acted in spite of it.
    func raiseWithdrawals(_ entry: Entry, _ card: CriticalCard, of stream: StreamID, into conflicts: inout [Conflict]) {
        for withdrawn in entry.withdrawals {
            for noted in entry.acknowledgements where history.areConcurrent(withdrawn, noted) && hasPlan(noted) {
                if entry.withdrawals.contains(where: { history.precedes($0, noted) }) { continue }
                let acts = card.unaware.isEmpty ? learning(history.facts[noted].actor.person, entry) : []
                var conflict = Conflict(
                    CriticalResultAxis.withdrawnWhenActedUpon, between: [withdrawn, noted], in: history, of: stream,
                    settling: acts, inForce: inForce(card, noted))
                if let told = acts.first { conflict.supersede(by: history[told]) }
                conflicts.append(conflict)
            }
        }
    }

    /// The acts after a withdrawal by which a person learned of it.
    private func learning(_ person: String, _ entry: Entry) -> [Int] {
        let telling = (entry.communications + entry.escalations + entry.acknowledgements).filter {
            recipients(of: history[$0]).contains(person)
        }
        let seeing = entry.withdrawals.flatMap { sightings(of: $0, by: person) }
        return Set(telling + seeing).filter { act in entry.withdrawals.contains { history.precedes($0, act) } }.sorted()
    }

    private func hasPlan(_ noted: Int) -> Bool {
        if case .criticalResultAcknowledged(let said) = history.facts[noted].event { return !said.plan.isEmpty }
        return false
    }

    private func inForce(_ card: CriticalCard, _ noted: Int) -> String {
        guard case .criticalResultAcknowledged(let said) = history.facts[noted].event else { return "" }
        let person = history.facts[noted].actor.person
        let rest = card.unaware.isEmpty ? "everybody told knows" : "not yet known to \(card.unaware.joined(separator: ", "))"
        return "The critical result is withdrawn, \(rest); \(person) acted upon it: \(said.plan)."
    }

    /// Conflict 73: the ordering doctor changed apart from the call to the one before. Closed when the new one takes note; moot
    /// when the finding is withdrawn.
    func raiseRequesters(_ entry: Entry, of stream: StreamID, into conflicts: inout [Conflict]) {
        for changed in requesters {
            let former = former(at: changed.position).filter { $0 != changed.name }
            guard !former.isEmpty else { continue }
            for told in (entry.communications + entry.acknowledgements).sorted()
            where history.areConcurrent(changed.position, told) && recipients(of: history[told]).contains(where: former.contains)
            {
                let noted = entry.acknowledgements.filter { history.facts[$0].actor.person == changed.name }
                var conflict = Conflict(
                    CriticalResultAxis.orderedByAnother, between: [changed.position, told], in: history, of: stream,
                    settling: noted)
                if let end = (noted + entry.withdrawals).min() { conflict.supersede(by: history[end]) }
                conflicts.append(conflict)
            }
        }
    }
}
