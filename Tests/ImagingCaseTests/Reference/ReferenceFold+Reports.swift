import EventLog
import ImagingCase

/// What the report is at, and what its preliminaries said.
extension ReferenceFold {
    mutating func foldReports(_ reports: ReferenceReports) {
        for conflict in reports.conflicts { raise(conflict) }
        let counts = reports.versions.map { (place: $0, word: word($0, reports)) }
        let full = reports.signed.filter { place in
            counts.contains { $0.place == place && ["final", "corrected"].contains($0.word) }
        }
        let lines = counts.map { place, word in
            let isUsable = word == "preliminary" && full.isEmpty
            let stands = ["final", "corrected", "addendum"].contains(word) || isUsable
            return "\(history.id(place)) \(word)\(stands ? " stands" : "")"
        }
        say("reports", lines.sorted())
        say("report", word(reports, full, counts))
        raiseDiscordant(reports)
    }

    /// What a version counts as.
    private func word(_ place: Int, _ reports: ReferenceReports) -> String {
        if reports.isWithdrawn(place) { return "retracted" }
        if reports.quarantined.contains(place) { return "quarantined" }
        let kind = reports.kind(place)
        if kind != .preliminaryIssued && !history.isReader(place) { return "unprivileged" }
        // A text in quarantine is not in force and takes nothing's place.
        let isReplaced = reports.signed.contains { reports.replaces($0).contains(place) }
        if isReplaced || reports.laidAside.contains(place) { return "superseded" }
        switch kind {
        case .finalSigned: return "final"
        case .reportCorrected: return "corrected"
        case .preliminaryIssued:
            if reports.signed.contains(where: { history.saw($0, place) }) { return "superseded" }
            let known = reports.signed.filter { history.saw(place, $0) }
            let isAfterFinal = known.contains { final in
                !reports.withdrawn.contains { $0.versions.contains(final) && history.saw(place, $0.by) }
            }
            return isAfterFinal ? "commentAfterFinal" : "preliminary"
        default:
            guard let text = reports.root(place) else { return "addendum" }
            let isTakenUp = reports.signed.contains { reports.line($0).contains(text) && history.saw($0, place) }
            return isTakenUp || reports.laidAside.contains(text) ? "superseded" : "addendum"
        }
    }

    private mutating func word(
        _ reports: ReferenceReports, _ full: [Int], _ counts: [(place: Int, word: String)]
    ) -> String {
        if reports.isCompeting { return "competing" }
        guard let current = history.latest(full).min(by: { history.facts[$0].hash < history.facts[$1].hash }) else {
            return withoutFull(reports, counts)
        }
        say("report current", history.id(current).description)
        let choice = reports.chosen[current]
        let isAddended = counts.contains { place, word in
            guard word == "addendum", history.isReader(place), choice.map({ history.saw(place, $0) }) ?? true else {
                return false
            }
            return reports.root(place) == current || history.saw(place, current)
        }
        if isAddended { return "addended" }
        if choice != nil { return "reconciled" }
        // A text signed beside another that its author had seen says something else than that.
        let isBesideSeen = full.contains { history.saw(current, $0) }
        return reports.kind(current) == .reportCorrected || isBesideSeen ? "corrected" : "final"
    }

    /// Withdrawn, unless a preliminary came from somebody who knew of every withdrawal, or nothing was ever signed.
    private func withoutFull(_ reports: ReferenceReports, _ counts: [(place: Int, word: String)]) -> String {
        let usable = counts.filter { $0.word == "preliminary" || $0.word == "unprivileged" }.map(\.place)
        let withdrawals = reports.withdrawn.filter { !$0.versions.isEmpty }.map(\.by)
        if withdrawals.isEmpty { return usable.isEmpty ? "none" : "preliminary" }
        let isAnew = usable.contains { history.saw($0, all: withdrawals) }
        let isNeverSigned = !reports.versions.contains { reports.isSigned($0) } && !usable.isEmpty
        return isAnew || isNeverSigned ? "preliminary" : "retracted"
    }

    /// Conflict 43: a final says something else than the preliminary that it followed. Asked where the case has more than the first
    /// catalogue's facts.
    private mutating func raiseDiscordant(_ reports: ReferenceReports) {
        let groups = CaseEvent.groups.flatMap { $0 }
        guard history.facts.contains(where: { groups.contains($0.event.kind) }) else { return }
        let early = history.of(.preliminaryIssued)
        let finals = history.of(.finalSigned).filter(history.isReader)
        for final in finals {
            for one in early where history.saw(final, one) {
                let isLast = !(early + finals).contains { history.saw($0, one) && history.saw(final, $0) }
                guard isLast, ReferenceReports.differ(history.event(one), history.event(final)) else { continue }
                let pair = [one, final]
                var conflict = history.conflict(
                    43, "preliminaryDiffersFromFinal", pair, owner: .radiologist, settling: grades(of: pair))
                let isGone = history.of(.reportRetracted).contains { place in
                    guard case .reportRetracted(let said) = history.event(place) else { return false }
                    return said.which.map { pair.map(history.id).contains($0) } ?? history.saw(place, one)
                }
                if conflict.state == .open && isGone { conflict.state = .superseded }
                raise(conflict)
            }
        }
    }

    /// Where somebody who may grades the discrepancy of a pair: as he records it, or as he resolves what was recorded.
    private func grades(of pair: [Int]) -> [Int] {
        let cards = history.of(.discrepancyRecorded)
        let names = { (card: Int) -> Set<EventID> in
            guard case .discrepancy(.recorded(let said)) = history.event(card) else { return [] }
            return Set(
                [said.first, said.second].compactMap { $0 }.filter { history.place($0).map { history.saw(card, $0) } ?? false })
        }
        return history.of(.discrepancyRecorded, .discrepancyResolved).filter { place in
            switch history.event(place) {
            case .discrepancy(.recorded(let said)):
                return said.grade != .unspecified && (history.isReader(place) || history.role(place) == .system)
                    && names(place) == Set(pair.map(history.id))
            case .discrepancy(.resolved(let said)):
                guard said.grade != .unspecified, history.isReader(place) else { return false }
                return card(of: place, cards).map { names($0) == Set(pair.map(history.id)) } ?? false
            default: return false
            }
        }
    }

    /// The recorded discrepancy that a resolution names and that its author had seen; where it names none, the only one.
    private func card(of resolution: Int, _ cards: [Int]) -> Int? {
        guard case .discrepancy(.resolved(let said)) = history.event(resolution), history.isReader(resolution) else { return nil }
        let seen = cards.filter { history.saw(resolution, $0) }
        if let name = said.discrepancy { return seen.first { history.id($0) == name } }
        let open = seen.filter { card in
            !history.of(.discrepancyResolved).contains { history.saw(resolution, $0) && self.card(of: $0, cards) == card }
        }
        return open.count == 1 ? open[0] : nil
    }
}
