public import EventLog

/// The reading, offered to another reader. The holder holds on until somebody accepts.
public struct ReadingOffer: Hashable, Sendable {
    /// How far it is.
    public enum Status: String, Sendable {
        case offered
        case accepted
        case declined
        /// Another offer was accepted, made anew or chosen, or the study was signed.
        case lapsed
    }

    /// The event that offered it.
    public let event: EventID
    /// To whom.
    public let to: String
    /// Why.
    public let reason: String
    /// Whether a draft is handed on.
    public let isWithDraft: Bool
    /// Who offered.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// How far it is.
    public internal(set) var status: Status = .offered
    /// The event that ended it.
    public internal(set) var endedBy: EventID?

    /// Whether it waits for an answer.
    public var isOpen: Bool { status == .offered }
}

/// The offers of one study and who took them; lives for one fold.
struct ReadingOffers {
    private struct Entry {
        let position: Int
        let said: ReadingTransferred
        var acceptances: [Int] = []
        var declinedBy: Int?
        var lapsedBy: Int?
    }

    private let history: CaseHistory
    private let reads: [Int]
    private var entries: [Entry] = []
    /// Acceptances of offers that their authors knew to have lapsed.
    private var late: Set<Int> = []
    /// For acceptances that have ended: by what.
    private var ends: [Int: Int] = [:]
    private(set) var oddities: [Anomaly] = []

    init(_ ledger: ReadingLedger, _ history: CaseHistory) {
        self.history = history
        reads = ledger.reads
        for position in ledger.transfers {
            guard case .readingTask(.transferred(let said)) = history.facts[position].event else { continue }
            guard history.isEntitled(position), !said.to.isEmpty else {
                flag(position, "It offers the study to nobody, or comes from a role that reads no images: it changes nothing.")
                continue
            }
            entries.append(Entry(position: position, said: said))
        }
        for position in ledger.acceptances { accept(at: position) }
        for index in entries.indices { end(index, ledger) }
    }

    /// The acceptances that count, ascending.
    var acceptances: [Int] { entries.isEmpty ? [] : entries.flatMap(\.acceptances).sorted() }

    /// Whether an acceptance came when another reader was known to have accepted.
    func isLate(_ acceptance: Int) -> Bool { late.contains(acceptance) }

    /// Takes note of what ended the claim that an acceptance made.
    mutating func conclude(_ acceptance: Int, endedBy end: Int?) { ends[acceptance] = end }

    private mutating func accept(at position: Int) {
        guard case .readingTask(.transferAccepted(let said)) = history.facts[position].event else { return }
        let person = history.facts[position].actor.person
        let entries = self.entries
        let history = self.history
        let found = history.card(named: said.transfer, at: position, among: entries.map(\.position)) {
            entries[$0].said.to == person && !entries[$0].acceptances.contains { history.precedes($0, position) }
        }
        guard let found, entries[found].said.to == person, history.isEntitled(position) else {
            flag(position, "It accepts no offer that was made to its author, or not which of several: nobody takes over by it.")
            return
        }
        let earlier = entries.indices.filter { $0 != found && !history.precedes(entries[$0].position, entries[found].position) }
        if earlier.contains(where: { entries[$0].acceptances.contains { history.precedes($0, position) } }) {
            late.insert(position)
            flag(position, "Another reader had accepted already: who accepts a lapsed offer reads beside.")
        }
        self.entries[found].acceptances.append(position)
    }

    private mutating func end(_ index: Int, _ ledger: ReadingLedger) {
        let offer = entries[index]
        entries[index].declinedBy = ledger.declines.first {
            history.facts[$0].actor.person == offer.said.to && history.precedes(offer.position, $0)
        }
        let others = entries.indices.filter { $0 != index }
        let taken = others.flatMap { other in entries[other].acceptances.filter { !late.contains($0) } }
        let anew = others.map { entries[$0].position }.filter { history.precedes(offer.position, $0) }
        let past = (taken + ledger.reads).filter { !history.precedes($0, offer.position) }
        entries[index].lapsedBy = (past + anew).min()
    }

    private mutating func flag(_ position: Int, _ what: String) {
        oddities.append(Anomaly(event: history.facts[position].id, axis: ReadingAxis.label, what: what))
    }

    /// Raises conflict 3, lets the offers against which a person decided lapse, and gives the acceptances of the chosen ones. It is
    /// moot when one reader accepts first; while two accepted apart, when one of them gives back or signs.
    mutating func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) -> [[Int]] {
        var chosen: [[Int]] = []
        for first in entries.indices {
            for second in entries.indices where second > first && entries[first].said.to != entries[second].said.to {
                let pair = [entries[first].position, entries[second].position]
                guard history.areConcurrent(pair[0], pair[1]) else { continue }
                let taken = (entries[first].acceptances + entries[second].acceptances).sorted()
                var conflict = Conflict(ReadingAxis.twoTransfers, between: pair, in: history, of: stream, settling: taken)
                if let end = mootness(first, second) { conflict.supersede(by: history[end]) }
                if let choice = history.chosenPosition(by: conflict), let closing = conflict.closedBy.flatMap(history.position) {
                    let (winner, loser) = choice == pair[0] ? (first, second) : (second, first)
                    chosen.append(entries[winner].acceptances)
                    entries[loser].lapsedBy = entries[loser].lapsedBy ?? closing
                }
                conflicts.append(conflict)
            }
        }
        return chosen
    }

    private func mootness(_ first: Int, _ second: Int) -> Int? {
        let (one, other) = (entries[first].acceptances, entries[second].acceptances)
        let declined = [entries[first].declinedBy, entries[second].declinedBy].compactMap { $0 }
        let isContested = one.contains { left in other.contains { history.areConcurrent(left, $0) } }
        let accepted = isContested ? (one + other).compactMap { ends[$0] } : one + other
        let pair = [entries[first].position, entries[second].position]
        let read = reads.first { read in pair.allSatisfy { !history.precedes(read, $0) } }
        return (declined + accepted + (read.map { [$0] } ?? [])).min()
    }

    /// The offers for people.
    func shown() -> [ReadingOffer] {
        entries.map { entry in
            let fact = history.facts[entry.position]
            var offer = ReadingOffer(
                event: fact.id, to: entry.said.to, reason: entry.said.reason, isWithDraft: entry.said.withDraft,
                by: fact.actor.person, at: fact.occurredAt.instant)
            let end: Int?
            switch (entry.acceptances.first { !late.contains($0) }, entry.declinedBy, entry.lapsedBy) {
            case (let accepted?, _, _): (offer.status, end) = (.accepted, accepted)
            case (_, let declined?, _): (offer.status, end) = (.declined, declined)
            case (_, _, let lapsed?): (offer.status, end) = (.lapsed, lapsed)
            default: end = nil
            }
            offer.endedBy = end.map { history.facts[$0].id }
            return offer
        }
    }
}
