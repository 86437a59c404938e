import EventLog

/// The links and moves of a case at their positions, and the texts that moves meet; lives for one fold.
struct LinkageLedger {
    static let movedUnderText = ConflictRule(
        number: 22, kind: "movedUnderText", owner: .radiologist, dueMinutes: 60,
        rule: "A text that was signed while the examination was labelled with another person follows the examination unchanged.",
        inForce:
            "The text stands on the moved examination, marked with the person that it was signed for, until its author confirms.",
        told: [.radiologist, .referrer, .frontDesk])
    static let linkedAndSeparated = ConflictRule(
        number: 20, kind: "linkedAndSeparated", owner: .frontDesk, dueMinutes: 24 * 60,
        rule: "Of a link of two cases and their separation made apart the separation stands until a person decides.",
        inForce: "The cases stay two; both claims are shown.", told: [.frontDesk, .radiologist, .siteAdmin])

    private let history: CaseHistory
    private let stream: StreamID
    private(set) var links: [(position: Int, link: CaseLink)] = []
    private(set) var moves: [(position: Int, move: CaseMove)] = []
    private(set) var oddities: [Anomaly] = []
    private var texts: [Int] = []
    private var retractions: [Int] = []

    init(_ history: CaseHistory, _ stream: StreamID) {
        self.history = history
        self.stream = stream
        for position in history.positions(of: LinkageAxis.concern) {
            switch history[position].event {
            case .linkage(.linked(let said)): link(said.to, said.basis, said.reason, isLink: true, at: position)
            case .linkage(.unlinked(let said)): link(said.from, .unspecified, said.reason, isLink: false, at: position)
            case .linkage(.moved(let said)): move(said, at: position)
            case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected:
                if history[position].role?.readsImages == true { texts.append(position) }
            case .reportRetracted: retractions.append(position)
            default: continue
            }
        }
    }

    /// Whether nothing was said of links and moves.
    var isEmpty: Bool { links.isEmpty && moves.isEmpty && oddities.isEmpty }

    private mutating func link(_ text: String, _ basis: LinkBasis, _ reason: String, isLink: Bool, at position: Int) {
        let fact = history[position]
        guard let to = StreamID(text), to.kind == stream.kind || to.kind == .imagingCase || to.kind == .course else {
            return flag(fact.id, "It names no case: it links and separates nothing.")
        }
        guard to != stream else { return flag(fact.id, "A link of a case to itself: kept, it says nothing.") }
        guard Authority.isEntitled(fact) else { return }
        if isLink && fact.role == .system && basis != .exactIdentifiers {
            return flag(fact.id, "A link by a program that does not rest on exact identifiers: a suggestion only.")
        }
        let link = CaseLink(
            event: fact.id, to: to, isLink: isLink, basis: basis, by: fact.actor.person, at: fact.occurredAt.instant,
            reason: reason)
        links.append((position, link))
    }

    private mutating func move(_ said: CaseMoved, at position: Int) {
        let fact = history[position]
        guard let patient = said.patient, !patient.id.isEmpty else {
            return flag(fact.id, "It names no person: the examination stays where it is.")
        }
        guard Authority.isEntitled(fact) else { return }
        moves.append(
            (
                position,
                CaseMove(
                    event: fact.id, patient: patient, by: fact.actor.person, at: fact.occurredAt.instant, reason: said.reason)
            ))
    }

    private mutating func flag(_ event: EventID, _ what: String) {
        oddities.append(Anomaly(event: event, axis: LinkageAxis.label, what: what))
    }

    /// For each other case the last word; of a link and a separation made apart the separation, until somebody decides.
    mutating func judgeLinks(_ conflicts: inout [Conflict]) {
        for other in Set(links.map(\.link.to)).sorted() {
            let about = links.indices.filter { links[$0].link.to == other }
            let positions = about.map { links[$0].position }
            var latest = history.ancestry.latest(of: positions)
            let linking = about.filter { links[$0].link.isLink }.map { links[$0].position }
            let isLink = { (position: Int) in linking.contains(position) }
            for group in history.standoffs(among: positions, where: { isLink($0) != isLink($1) }) {
                let conflict = Conflict(
                    Self.linkedAndSeparated, between: group, in: history, of: stream, settling: positions)
                if let chosen = history.chosenPosition(by: conflict), group.contains(chosen) {
                    latest.removeAll { group.contains($0) && isLink($0) != isLink(chosen) }
                }
                conflicts.append(conflict)
            }
            let isSeparate = latest.contains { !isLink($0) }
            for index in about where latest.contains(links[index].position) {
                links[index].link.stands = links[index].link.isLink != isSeparate
            }
        }
    }

    /// Texts that were written under another label than the person to whom the case was moved, and conflict 22 where their authors
    /// had not seen the move.
    func labelledTexts(_ conflicts: inout [Conflict]) -> [LabelledText] {
        var found: [LabelledText] = []
        for (position, move) in moves {
            for text in texts where !history.precedes(position, text) {
                let label = label(at: text)
                if let label, !label.isOtherPerson(than: move.patient) { continue }
                let isApart = history.areConcurrent(position, text)
                var labelled = LabelledText(
                    event: history[text].id, by: history[text].actor.person, label: label, movedBy: isApart ? move.event : nil)
                if isApart {
                    let conflict = question(text, position)
                    labelled.confirmedBy = conflict.closedBy
                    conflicts.append(conflict)
                }
                found.append(labelled)
            }
        }
        return found
    }

    /// Closed by a further text of the same author, by the withdrawal of the text, or by a decision.
    private func question(_ text: Int, _ move: Int) -> Conflict {
        let author = history[text].actor.person
        let confirming = texts.filter { $0 != text && history[$0].actor.person == author }
        let withdrawing = retractions.filter {
            guard case .reportRetracted(let said) = history[$0].event else { return false }
            return said.which == nil || said.which == history[text].id
        }
        var conflict = Conflict(
            Self.movedUnderText, between: [text, move], in: history, of: stream, settling: (confirming + withdrawing).sorted())
        let end = withdrawing.first { history.precedes(text, $0) && !history.precedes(move, $0) }
        if let end { conflict.supersede(by: history[end]) }
        return conflict
    }

    /// The person with whom the case was labelled for the author of a text.
    private func label(at text: Int) -> Patient? {
        var facts = IdentityFacts()
        guard let known = history.known(to: history[text].id) else { return nil }
        facts.gather(known)
        var state = IdentityState()
        facts.judgePersons(known, &state)
        return state.shown
    }
}
