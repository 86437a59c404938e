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
    static let twoTransfers = ConflictRule(
        number: 3, kind: "twoTransfers", owner: .lead, dueMinutes: 30,
        rule:
            "A study offered to two readers apart is offered to both: the first who accepts holds it, and the other offer lapses.",
        inForce: "Both offers stand until one reader accepts; a draft that is handed on is kept.",
        told: [.radiologist, .lead])
    static let releasedWhenWorkedOn = ConflictRule(
        number: 4, kind: "releasedWhenWorkedOn", owner: .radiologist, dueMinutes: 60,
        rule: "A reader who released a study on one device and worked on it on another apart from that holds it still.",
        inForce: "The reader holds the study; the release does not count until he releases it knowing of the work.",
        told: [.radiologist])
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
        /// Whether it took an offer; what it takes over was handed on.
        var isAcceptance = false
        var isAssigned: Bool
        /// The hash that ranks it; a renewal keeps the rank of what it renews.
        var rank: EventHash
        var isChosen = false
        var status: ReadingClaim.Status = .holds
        var endedBy: Int?
    }

    private let history: CaseHistory
    private let ledger: ReadingLedger
    private var offers: ReadingOffers
    private var entries: [Entry] = []
    /// Releases that the same reader's work apart from them undoes: the claim, the release, the work.
    private var undone: [(index: Int, release: Int, work: Int)] = []

    init(_ ledger: ReadingLedger, _ history: CaseHistory) {
        self.history = history
        self.ledger = ledger
        offers = ReadingOffers(ledger, history)
        for position in (ledger.claims + offers.acceptances).sorted() {
            var entry = Entry(
                position: position, person: history.facts[position].actor.person, isExclusive: isExclusive(position),
                isAssigned: false, rank: history.facts[position].hash)
            if case .readingClaimed(let claim) = history.facts[position].event {
                entry.isAssigned = claim.assigned
            } else {
                entry.isAcceptance = true
            }
            entries.append(entry)
        }
        for index in entries.indices { end(index) }
        for entry in entries where entry.isAcceptance { offers.conclude(entry.position, endedBy: entry.endedBy) }
    }

    /// A claim holds alone unless it says otherwise; who accepts an offer that had lapsed reads beside.
    private func isExclusive(_ position: Int) -> Bool {
        if case .readingClaimed(let claim) = history.facts[position].event { return claim.mode != .parallel }
        return !offers.isLate(position)
    }

    /// What arrived although it was illegal.
    var oddities: [Anomaly] { offers.oddities }

    /// The offers for people.
    func shownOffers() -> [ReadingOffer] { offers.shown() }

    private func person(_ position: Int) -> String { history.facts[position].actor.person }

    /// Finds what ended a claim; the reader's own acts come before those of others.
    private mutating func end(_ index: Int) {
        let claim = entries[index]
        if let signed = ledger.reads.first(where: { person($0) == claim.person && !history.precedes($0, claim.position) })
            ?? ledger.addenda.first(where: { person($0) == claim.person && history.precedes(claim.position, $0) })
        {
            (entries[index].status, entries[index].endedBy) = (.signed, signed)
        } else if let released = ledger.releases.first(where: { gaveBack($0, claim) && !isUndone($0, index) }) {
            (entries[index].status, entries[index].endedBy) = (.released, released)
        } else if let declined = ledger.declines.first(where: {
            person($0) == claim.person && history.precedes(claim.position, $0)
        }) {
            (entries[index].status, entries[index].endedBy) = (.declined, declined)
        } else if let renewal = entries.indices.first(where: {
            entries[$0].person == claim.person && history.precedes(claim.position, entries[$0].position)
        }) {
            (entries[index].status, entries[index].endedBy) = (.renewed, entries[renewal].position)
            entries[renewal].rank = min(entries[renewal].rank, claim.rank)
            entries[renewal].isAssigned = entries[renewal].isAssigned || claim.isAssigned
        } else if claim.isExclusive, let taken = entries.first(where: { tookOver($0, from: claim) }) {
            (entries[index].status, entries[index].endedBy) = (taken.isAcceptance ? .handedOn : .lapsed, taken.position)
        } else if let other = ledger.reads.first(where: { !history.precedes($0, claim.position) }) {
            (entries[index].status, entries[index].endedBy) = (.overtaken, other)
        }
    }

    /// Whether the reader went on with the work apart from his own release: by a draft, a preliminary or a claim.
    private mutating func isUndone(_ release: Int, _ index: Int) -> Bool {
        let claim = entries[index]
        guard person(release) == claim.person else { return false }
        let work = (ledger.drafts + ledger.preliminaries + ledger.claims + offers.acceptances).sorted().first {
            person($0) == claim.person && history.precedes(claim.position, $0) && history.areConcurrent($0, release)
        }
        guard let work else { return false }
        if !undone.contains(where: { $0.release == release && $0.work == work }) { undone.append((index, release, work)) }
        return true
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

    /// Raises conflicts 1 to 4 and takes the decisions of 1, 3 and 4 into account.
    mutating func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) {
        for first in entries.indices where entries[first].isExclusive {
            for second in entries.indices where second > first && entries[second].isExclusive {
                guard entries[first].person != entries[second].person,
                    !(entries[first].isAcceptance && entries[second].isAcceptance),
                    history.areConcurrent(entries[first].position, entries[second].position)
                else { continue }
                contest(first, second, of: stream, into: &conflicts)
            }
        }
        for chosen in offers.raiseConflicts(of: stream, into: &conflicts) {
            for index in entries.indices where chosen.contains(entries[index].position) { entries[index].isChosen = true }
        }
        raiseUndone(of: stream, into: &conflicts)
        for read in ledger.reads {
            let isFirst = !ledger.reads.contains { person($0) == person(read) && history.precedes($0, read) }
            for claim in entries where claim.person != person(read) && history.areConcurrent(claim.position, read) {
                if isFirst { conflicts.append(overtaking(claim, by: read, of: stream)) }
            }
        }
    }

    /// Conflict 4: closed by whatever the reader does once he knows of both; a decision for the release gives the study back.
    private mutating func raiseUndone(of stream: StreamID, into conflicts: inout [Conflict]) {
        for (index, release, work) in undone {
            let claim = entries[index]
            let acts = ledger.claims + ledger.releases + ledger.reads + ledger.addenda + ledger.drafts + ledger.declines
            var conflict = Conflict(
                ReadingAxis.releasedWhenWorkedOn, between: [release, work], in: history, of: stream,
                settling: acts.filter { person($0) == claim.person }.sorted())
            if let end = claim.endedBy { conflict.supersede(by: history[end]) }
            if history.chosenPosition(by: conflict) == release, claim.endedBy == nil {
                entries[index].status = .released
                entries[index].endedBy = conflict.closedBy.flatMap { history.position(of: $0) }
            }
            conflicts.append(conflict)
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
        } else if case .readingTask(.transferAccepted(let said)) = fact.event {
            claim = ReadingClaim(
                event: fact.id, by: fact.actor.person, site: fact.actor.site, mode: .unspecified, assigned: false,
                at: fact.occurredAt.instant, leaseUntil: said.leaseUntil, status: entry.status,
                endedBy: entry.endedBy.map { history.facts[$0].id })
        }
        return claim
    }
}
