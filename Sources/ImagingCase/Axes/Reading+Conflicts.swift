import EventLog

extension ReadingAxis {
    static let twoClaims = ConflictRule(
        number: 1, kind: "twoClaims", owner: .radiologist, dueMinutes: 30,
        rule: "Claims coordinate and decide nothing: the assigned reader, else the claim with the lower hash, holds the study.",
        inForce: "One reader holds the study and the other reads beside; the drafts of both are kept.",
        told: [.radiologist, .lead])
    static let signedOnStaleLease = ConflictRule(
        number: 2, kind: "signedOnStaleLease", owner: .radiologist, dueMinutes: 30,
        rule: "A signature that was made apart from another reader's claim is accepted; that reader is told before further work.",
        inForce: "The signed report stands and the study is reported; the later claim is closed as overtaken.",
        told: [.radiologist, .lead])
    static let lateContent = ConflictRule(
        number: 35, kind: "lateContent", owner: .radiologist, dueMinutes: 120,
        rule: "A report binds to the content that it was read from; content that arrives beside it reopens the reading.",
        inForce: "The report stands for the content that was read; the reading is open again for the rest.",
        told: [.radiologist, .lead])
}

/// The claims of one study: who holds it, who reads beside, and how each claim ended.
struct ReadingDesk {
    private struct Entry {
        let position: Int
        let person: String
        let isExclusive: Bool
        var isAssigned: Bool
        /// The hash that ranks it; a renewal keeps the rank of what it renews.
        var rank: EventHash
        var isChosen = false
        var status: ReadingClaim.Status = .holds
        var endedBy: Int?
    }

    private let history: CaseHistory
    private let ledger: ReadingLedger
    private var entries: [Entry] = []

    init(_ ledger: ReadingLedger, _ history: CaseHistory) {
        self.history = history
        self.ledger = ledger
        for position in ledger.claims {
            guard case .readingClaimed(let claim) = history.facts[position].event else { continue }
            entries.append(
                Entry(
                    position: position, person: history.facts[position].actor.person, isExclusive: claim.mode != .parallel,
                    isAssigned: claim.assigned, rank: history.facts[position].hash))
        }
        for index in entries.indices { end(index) }
    }

    private func person(_ position: Int) -> String { history.facts[position].actor.person }

    /// Finds what ended a claim; the reader's own acts come before those of others.
    private mutating func end(_ index: Int) {
        let claim = entries[index]
        if let signed = ledger.reads.first(where: { person($0) == claim.person && !history.precedes($0, claim.position) })
            ?? ledger.addenda.first(where: { person($0) == claim.person && history.precedes(claim.position, $0) })
        {
            (entries[index].status, entries[index].endedBy) = (.signed, signed)
        } else if let released = ledger.releases.first(where: { gaveBack($0, claim) }) {
            (entries[index].status, entries[index].endedBy) = (.released, released)
        } else if let renewal = entries.indices.first(where: {
            entries[$0].person == claim.person && history.precedes(claim.position, entries[$0].position)
        }) {
            (entries[index].status, entries[index].endedBy) = (.renewed, entries[renewal].position)
            entries[renewal].rank = min(entries[renewal].rank, claim.rank)
            entries[renewal].isAssigned = entries[renewal].isAssigned || claim.isAssigned
        } else if claim.isExclusive, let taken = entries.first(where: { tookOver($0, from: claim) }) {
            (entries[index].status, entries[index].endedBy) = (.lapsed, taken.position)
        } else if let other = ledger.reads.first(where: { !history.precedes($0, claim.position) }) {
            (entries[index].status, entries[index].endedBy) = (.overtaken, other)
        }
    }

    /// A reader gives back his own claim; a lead or the system gives back everybody's.
    private func gaveBack(_ release: Int, _ claim: Entry) -> Bool {
        guard history.precedes(claim.position, release) else { return false }
        if person(release) == claim.person { return true }
        let role = history.facts[release].role
        guard role == .lead || role == .system else { return false }
        return !entries.contains { $0.person == person(release) && history.precedes($0.position, release) }
    }

    /// A later exclusive claim takes the study from whoever it had seen, except from one whom it only renews a contest with.
    private func tookOver(_ later: Entry, from claim: Entry) -> Bool {
        guard later.isExclusive, later.person != claim.person, history.precedes(claim.position, later.position) else {
            return false
        }
        return !entries.contains {
            $0.person == later.person && history.areConcurrent($0.position, claim.position)
                && history.precedes($0.position, later.position)
        }
    }

    /// Raises conflicts 1 and 2 and takes the decisions of 1 into account.
    mutating func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) {
        for first in entries.indices where entries[first].isExclusive {
            for second in entries.indices where second > first && entries[second].isExclusive {
                guard entries[first].person != entries[second].person,
                    history.areConcurrent(entries[first].position, entries[second].position)
                else { continue }
                contest(first, second, of: stream, into: &conflicts)
            }
        }
        for read in ledger.reads {
            let isFirst = !ledger.reads.contains { person($0) == person(read) && history.precedes($0, read) }
            for claim in entries where claim.person != person(read) && history.areConcurrent(claim.position, read) {
                if isFirst { conflicts.append(overtaking(claim, by: read, of: stream)) }
            }
        }
    }

    private mutating func contest(_ first: Int, _ second: Int, of stream: StreamID, into conflicts: inout [Conflict]) {
        let positions = [entries[first].position, entries[second].position]
        let ends = [entries[first].endedBy, entries[second].endedBy].compactMap { $0 }.sorted()
        var conflict = Conflict(ReadingAxis.twoClaims, between: positions, in: history, of: stream, settling: ends)
        if let end = ends.first { conflict.supersede(by: history[end]) }
        let chosen = history.chosenPosition(by: conflict)
        for index in [first, second] where entries[index].position == chosen { entries[index].isChosen = true }
        conflicts.append(conflict)
    }

    /// Closed by anything that the overtaken reader does once he has seen the signature.
    private func overtaking(_ claim: Entry, by read: Int, of stream: StreamID) -> Conflict {
        let acts = ledger.claims + ledger.releases + ledger.reads + ledger.addenda
        let own = acts.filter { person($0) == claim.person }.sorted()
        var conflict = Conflict(
            ReadingAxis.signedOnStaleLease, between: [claim.position, read], in: history, of: stream, settling: own)
        if let end = claim.endedBy, claim.status != .overtaken { conflict.supersede(by: history[end]) }
        return conflict
    }

    /// The claims for people: holder first, then co-readers, then the ended ones in causal order.
    func claims() -> [ReadingClaim] {
        var active = entries.filter { $0.endedBy == nil }
        if active.count > 1 { active.sort(by: outranks) }
        let ended = entries.filter { $0.endedBy != nil }
        var claims = (active + ended).map(shown)
        if let holder = active.first {
            for index in 1..<max(1, active.count) where active[index].person != holder.person { claims[index].status = .coReads }
        }
        return claims
    }

    private func outranks(_ one: Entry, _ other: Entry) -> Bool {
        if one.isExclusive != other.isExclusive { return one.isExclusive }
        if one.isChosen != other.isChosen { return one.isChosen }
        if one.isAssigned != other.isAssigned { return one.isAssigned }
        return one.rank < other.rank
    }

    private func shown(_ entry: Entry) -> ReadingClaim {
        let fact = history.facts[entry.position]
        var claim = ReadingClaim(
            event: fact.id, by: fact.actor.person, site: fact.actor.site, mode: .unspecified, assigned: false,
            at: fact.occurredAt.instant, leaseUntil: nil, status: entry.status, endedBy: nil)
        if case .readingClaimed(let said) = fact.event {
            claim = ReadingClaim(
                event: fact.id, by: fact.actor.person, site: fact.actor.site, mode: said.mode, assigned: said.assigned,
                at: fact.occurredAt.instant, leaseUntil: said.leaseUntil, status: entry.status,
                endedBy: entry.endedBy.map { history.facts[$0].id })
        }
        return claim
    }
}
