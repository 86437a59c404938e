import EventLog

extension ReportLedger {
    /// Conflict 39: a preliminary that came beside or after a final and says something else.
    mutating func weighPreliminaries(of stream: StreamID, into conflicts: inout [Conflict]) {
        for index in entries.indices where entries[index].kind == .preliminary {
            for final in signed where !precedes(index, final) && !isBehind(final, index) {
                let text = ReportText(history.facts[entries[index].position].event)
                guard text.differs(from: ReportText(history.facts[entries[final].position].event)) else { continue }
                var conflict = Conflict(
                    ReportAxis.preliminaryBesideFinal, between: [entries[index].position, entries[final].position], in: history,
                    of: stream,
                    settling: entries.filter { $0.isSigned || ($0.isPrivileged && $0.kind == .addendum) }.map(\.position))
                if let end = entries[index].retractedBy ?? end(of: final, beside: index) { conflict.supersede(by: history[end]) }
                if history.chosenPosition(by: conflict) == entries[final].position {
                    entries[index].lostTo = conflict.closedBy.flatMap { history.position(of: $0) }
                }
                conflicts.append(conflict)
            }
        }
    }

    /// Whether the author of a preliminary knew that a final was no longer in force.
    func isBehind(_ final: Int, _ preliminary: Int) -> Bool {
        let position = entries[preliminary].position
        if retractions.contains(where: { $0.targets.contains(final) && history.precedes($0.position, position) }) { return true }
        return signed.contains { entries[$0].names.contains(final) && precedes($0, preliminary) }
    }

    /// Conflict 40: an addendum to a version that was replaced by somebody who had not seen the addendum.
    mutating func weighAddenda(of stream: StreamID, into conflicts: inout [Conflict]) {
        for index in entries.indices where entries[index].kind == .addendum && entries[index].isPrivileged {
            guard let target = root(of: index) else { continue }
            for later in signed where covers(later, target) && areConcurrent(later, index) {
                var conflict = Conflict(
                    ReportAxis.addendumOnEarlierVersion, between: [entries[index].position, entries[later].position],
                    in: history, of: stream, settling: confirmations(of: index))
                if let end = entries[index].retractedBy ?? entries[index].quarantinedBy ?? end(of: later, beside: index) {
                    conflict.supersede(by: history[end])
                }
                if conflict.state == .open { mark(index, .onEarlierVersion) }
                if history.chosenPosition(by: conflict) == entries[later].position {
                    entries[index].lostTo = conflict.closedBy.flatMap { history.position(of: $0) }
                }
                conflicts.append(conflict)
            }
            if signed.contains(where: { covers($0, target) && precedes($0, index) }) { mark(index, .onEarlierVersion) }
        }
    }

    /// A further addendum by the same author, or a full text by anybody, confirms or takes up an addendum.
    private func confirmations(of addendum: Int) -> [Int] {
        let author = history.facts[entries[addendum].position].actor.person
        return entries.filter { entry in
            entry.isSigned
                || (entry.kind == .addendum && entry.isPrivileged && history.facts[entry.position].actor.person == author)
        }.map(\.position)
    }

    private mutating func mark(_ index: Int, _ mark: ReportVersion.Mark) {
        if !entries[index].marks.contains(mark) { entries[index].marks.append(mark) }
    }

    /// The full text that an addendum belongs to, through addenda to addenda.
    func root(of index: Int) -> Int? {
        var target = entries[index].target
        while let step = target, entries[step].kind == .addendum { target = entries[step].target }
        return target
    }
}

/// The text parts of a version, whatever its kind.
struct ReportText {
    var findings = ""
    var impression = ""
    var text = ""
    var reason = ""
    var contentVersion = ""

    init(_ event: CaseEvent) {
        switch event {
        case .preliminaryIssued(let said):
            (findings, impression, contentVersion) = (said.findings, said.impression, said.contentVersion)
        case .finalSigned(let said):
            (findings, impression, contentVersion) = (said.findings, said.impression, said.contentVersion)
        case .reportCorrected(let said):
            (findings, impression, contentVersion) = (said.findings, said.impression, said.contentVersion)
            reason = said.reason
        case .addendumSigned(let said): text = said.text
        default: return
        }
    }

    /// Whether two texts say something else: compares the impressions, or the findings where neither has one, without regard to
    /// case, spacing and final stop.
    func differs(from other: ReportText) -> Bool {
        if impression.isEmpty && other.impression.isEmpty { return Self.words(findings) != Self.words(other.findings) }
        return Self.words(impression) != Self.words(other.impression)
    }

    /// The words of a text, or the sense of one that is sealed.
    static func words(_ text: String) -> [String] {
        if let sealed = SealedText(text) { return [sealed.sense] }
        return text.lowercased().split { $0.isWhitespace || $0 == "." || $0 == "," || $0 == ";" }.map(String.init)
    }

    /// The impression; the findings where it has none.
    var conclusion: String { impression.isEmpty ? findings : impression }
}
