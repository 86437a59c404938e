import EventLog

/// The reports, answers and discrepancies at their positions; lives for one fold.
struct DiscrepancyLedger {
    private let history: CaseHistory
    private(set) var state = DiscrepancyState()
    private var openings: [Int] = []
    private var preliminaries: [Int] = []
    /// Finals signed by somebody who reads images.
    private var finals: [Int] = []
    /// Addenda and corrections by somebody who reads images: a way to mend a report.
    private var mendings: [Int] = []
    private var retractions: [(position: Int, which: EventID?)] = []
    private var answers: [(position: Int, report: EventID)] = []
    /// Acts that grade a pair: its two reports, and where.
    private var grades: [(position: Int, pair: Set<EventID>)] = []

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: .discrepancy) {
            let isReader = history.facts[position].role?.readsImages == true
            switch history.facts[position].event {
            case .preliminaryIssued: preliminaries.append(position)
            case .finalSigned: if isReader { finals.append(position) }
            case .addendumSigned, .reportCorrected: if isReader { mendings.append(position) }
            case .reportRetracted(let said): retractions.append((position, said.which))
            case .consult(.answered(let said)):
                if let report = said.contradictsReport { answers.append((position, report)) }
            case .discrepancy(let event): take(event, at: position)
            default: continue
            }
        }
    }

    private mutating func take(_ event: DiscrepancyEvent, at position: Int) {
        switch event {
        case .recorded(let said): open(said, at: position)
        case .communicated(let said):
            guard let index = card(said.discrepancy, at: position) else { return }
            let note = said.medium.isEmpty ? said.to : "\(said.to), \(said.medium)"
            state.cards[index].communications.append(Act(history.facts[position], "communicated", note: note))
        case .resolved(let said):
            guard let index = card(said.discrepancy, at: position) else { return }
            resolve(index, said, at: position)
        }
    }

    private mutating func open(_ said: DiscrepancyRecorded, at position: Int) {
        let fact = history.facts[position]
        let known = [said.first, said.second].map { named in
            named.flatMap { history.position(of: $0) }.flatMap { history.precedes($0, position) ? named : nil }
        }
        openings.append(position)
        state.cards.append(
            DiscrepancyCard(
                event: fact.id, first: known[0], second: known[1], recordedGrade: said.grade, impact: said.impact,
                by: fact.actor.person, at: fact.occurredAt.instant, grade: said.grade))
        guard let first = known[0], let second = known[1], first != second else {
            flag(position, "It names no two reports that its author had seen: it is shown and answers no question.")
            return
        }
        if said.grade != .unspecified && history.isEntitled(position) { grades.append((position, [first, second])) }
    }

    private mutating func resolve(_ index: Int, _ said: DiscrepancyResolved, at position: Int) {
        let earlier = state.cards[index].resolutions
        let isBeside = earlier.contains { act in
            history.position(of: act.event).map { history.areConcurrent($0, position) } ?? false
        }
        state.cards[index].resolutions.append(Act(history.facts[position], "resolved", note: said.conclusion))
        if said.grade != .unspecified {
            let worst = max(said.grade.rawValue, isBeside ? state.cards[index].grade.rawValue : 0)
            state.cards[index].grade = DiscrepancyGrade(rawValue: worst) ?? said.grade
            if let first = state.cards[index].first, let second = state.cards[index].second {
                grades.append((position, [first, second]))
            }
        }
        guard state.cards[index].isUntold else { return }
        flag(position, "A major discrepancy was settled before the treating clinician was told: it stays open until he is.")
    }

    private mutating func card(_ named: EventID?, at position: Int) -> Int? {
        let (cards, history) = (state.cards, self.history)
        // Open is what its author had not seen settled.
        let found = history.card(named: named, at: position, among: openings) { index in
            !cards[index].resolutions.contains { act in
                history.position(of: act.event).map { history.precedes($0, position) } ?? false
            }
        }
        guard let found else {
            flag(
                position, "It belongs to no discrepancy that its author had seen, or not to which of several: it changes nothing."
            )
            return nil
        }
        guard history.isEntitled(position) else {
            flag(position, "It comes from a role that may not do this: the discrepancy stays as it is.")
            return nil
        }
        return found
    }

    private mutating func flag(_ position: Int, _ what: String) {
        state.oddities.append(Anomaly(event: history.facts[position].id, axis: DiscrepancyAxis.label, what: what))
    }

    /// Raises conflicts 43 and 66; the open ones are suggestions.
    mutating func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) {
        for final in finals {
            for preliminary in lastPreliminaries(seenBy: final) where differ(preliminary, final) {
                raise(
                    DiscrepancyAxis.preliminaryDiffers, .impressionsDiffer, preliminary, final, settling: [], of: stream,
                    into: &conflicts)
            }
        }
        for answer in answers {
            guard let report = history.position(of: answer.report), history.precedes(report, answer.position) else {
                flag(answer.position, "It contradicts a report that its author had not seen: the advice is shown without it.")
                continue
            }
            raise(
                DiscrepancyAxis.adviceContradicts, .adviceContradicts, report, answer.position, settling: mends(answer.report),
                of: stream, into: &conflicts)
        }
    }

    /// The addenda to a report and its corrections.
    private func mends(_ report: EventID) -> [Int] {
        mendings.filter { position in
            switch history.facts[position].event {
            case .addendumSigned(let said): said.addendumTo == nil || said.addendumTo == report
            case .reportCorrected(let said): said.replaces == nil || said.replaces == report
            default: false
            }
        }
    }

    /// The preliminaries that a final followed and no other of either kind came between.
    private func lastPreliminaries(seenBy final: Int) -> [Int] {
        preliminaries.filter { early in
            history.precedes(early, final)
                && !(preliminaries + finals).contains { history.precedes(early, $0) && history.precedes($0, final) }
        }
    }

    private func differ(_ one: Int, _ other: Int) -> Bool {
        ReportText(history.facts[one].event).differs(from: ReportText(history.facts[other].event))
    }

    private mutating func raise(
        _ rule: ConflictRule, _ ground: DiscrepancySuggestion.Ground, _ first: Int, _ second: Int, settling mends: [Int],
        of stream: StreamID, into conflicts: inout [Conflict]
    ) {
        let (one, other) = (history.facts[first], history.facts[second])
        let graded = grades.filter { grade in
            ground == .impressionsDiffer ? grade.pair == [one.id, other.id] : grade.pair.contains(one.id)
        }
        var conflict = Conflict(
            rule, between: [first, second], in: history, of: stream, settling: (graded.map(\.position) + mends).sorted())
        let withdrawn = retractions.first { retraction in
            guard let which = retraction.which else { return history.precedes(first, retraction.position) }
            return which == one.id || which == other.id
        }
        if let withdrawn { conflict.supersede(by: history[withdrawn.position]) }
        conflicts.append(conflict)
        guard conflict.state == .open else { return }
        state.suggestions.append(
            DiscrepancySuggestion(
                ground: ground, first: one.id, firstText: text(one.event), second: other.id, secondText: text(other.event),
                conflict: conflict.id))
    }

    private func text(_ event: CaseEvent) -> String {
        if case .consult(.answered(let said)) = event { return said.answer }
        let text = ReportText(event)
        return text.conclusion.isEmpty ? text.text : text.conclusion
    }
}
