import EventLog
import ImagingCase

/// The versions of a report and what became of each.
struct ReferenceReports {
    let history: ReferenceHistory
    /// Every preliminary, final, correction and addendum.
    let versions: [Int]
    /// The withdrawals with the versions that each takes back.
    private(set) var withdrawn: [(by: Int, versions: [Int])] = []
    /// Late texts in quarantine.
    private(set) var quarantined: Set<Int> = []
    /// Addenda that went with the version that was withdrawn.
    private(set) var goneAlong: Set<Int> = []
    /// Versions that a person decided against.
    private(set) var laidAside: Set<Int> = []
    /// Versions that a person chose among competing ones, with who chose.
    private(set) var chosen: [Int: Int] = [:]
    private(set) var isCompeting = false
    /// Conflicts 38 to 42.
    private(set) var conflicts: [ReferenceConflict] = []

    init(_ history: ReferenceHistory) {
        self.history = history
        versions = history.of(.preliminaryIssued, .finalSigned, .reportCorrected, .addendumSigned)
        for place in history.of(.reportRetracted) {
            guard case .reportRetracted(let said) = history.event(place) else { continue }
            let seen = versions.filter { history.saw(place, $0) }
            // One that names nothing takes back every signed full text that its author had seen.
            withdrawn.append((place, said.which.map { name in seen.filter { history.id($0) == name } } ?? seen.filter(isSigned)))
        }
        quarantine()
        compete()
        comparePreliminaries()
        compareAddenda()
    }

    func kind(_ place: Int) -> EventKind { history.event(place).kind }

    /// A full text by somebody who may sign.
    func isSigned(_ place: Int) -> Bool {
        [.finalSigned, .reportCorrected].contains(kind(place)) && history.isReader(place)
    }

    private func isAddendum(_ place: Int) -> Bool { kind(place) == .addendumSigned }

    /// The only full text that an author had seen and that nothing else that he had seen replaces.
    private func sole(_ author: Int) -> [Int] {
        let seen = versions.filter { isSigned($0) && history.saw(author, $0) }
        let last = seen.filter { one in !seen.contains { replaces($0).contains(one) } }
        return last.count == 1 ? last : []
    }

    /// The versions that a text replaces, of those that its author had seen.
    func replaces(_ place: Int) -> [Int] {
        let names: [EventID]
        switch history.event(place) {
        case .finalSigned(let said): names = said.supersedes
        case .reportCorrected(let said):
            guard let name = said.replaces else { return sole(place) }
            names = [name]
        default: return []
        }
        return names.compactMap { name in versions.first { history.id($0) == name && history.saw(place, $0) } }
    }

    /// All versions that a text replaces, directly or through those that it replaces.
    func line(_ place: Int) -> Set<Int> {
        replaces(place).reduce(into: []) { all, one in all.formUnion(line(one).union([one])) }
    }

    /// The text that an addendum adds to; the full text at the end of a chain of addenda.
    private func target(_ addendum: Int) -> Int? {
        guard case .addendumSigned(let said) = history.event(addendum) else { return nil }
        guard let name = said.addendumTo else { return sole(addendum).first }
        return versions.first { history.id($0) == name && history.saw(addendum, $0) }
    }

    func root(_ addendum: Int) -> Int? {
        guard let target = target(addendum) else { return nil }
        return isAddendum(target) ? root(target) : target
    }

    private func withdrawals(_ place: Int) -> [Int] { withdrawn.filter { $0.versions.contains(place) }.map(\.by) }

    /// Whether a version was taken back, by itself or with the text that it was added to.
    func isWithdrawn(_ place: Int) -> Bool { goneAlong.contains(place) || !withdrawals(place).isEmpty }

    /// The signed full texts that are in no quarantine.
    var signed: [Int] { versions.filter { isSigned($0) && !quarantined.contains($0) } }

    // MARK: conflict 42

    /// What was written upon a withdrawn version without knowing, or upon it all the same, waits in quarantine with what hangs on it.
    /// A final by somebody who knew is new; an addendum that the withdrawer had seen goes with its version.
    private mutating func quarantine() {
        var cause: [Int: Int] = [:]
        for place in versions {
            let basis = replaces(place) + (target(place).map { [$0] } ?? [])
            for gone in basis.flatMap({ withdrawals($0) + (cause[$0].map { [$0] } ?? []) }) {
                if history.saw(gone, place) {
                    if isAddendum(place) { goneAlong.insert(place) }
                } else if kind(place) != .finalSigned || !history.saw(place, gone) {
                    cause[place] = cause[place] ?? gone
                }
            }
            guard let gone = cause[place] else { continue }
            let anew = versions.filter { isSigned($0) && kind($0) == .finalSigned && history.saw($0, gone) }
            let conflict = history.conflict(42, "continuedAfterRetraction", [gone, place], owner: .radiologist, settling: anew)
            if conflict.chosen == place { cause[place] = nil }
            conflicts.append(conflict)
        }
        quarantined = Set(cause.keys)
    }

    // MARK: conflicts 38 and 41

    private func chosenBy(_ place: Int) -> Int? {
        let name: EventID?
        switch history.event(place) {
        case .conflictResolved(let said): name = said.choose
        case .reportReconciled(let said): name = said.chosen
        default: return nil
        }
        return versions.first { history.id($0) == name && isSigned($0) }
    }

    /// Whether somebody who reads images reconciles two versions: a reconciliation that lists none is about all, one that chooses what is
    /// no signed report is about none.
    private func reconciles(_ place: Int, _ sides: [Int]) -> Bool {
        guard case .reportReconciled(let said) = history.event(place), history.isReader(place) else { return false }
        if said.chosen != nil && chosenBy(place) == nil { return false }
        let listed = said.competing + (said.chosen.map { [$0] } ?? [])
        return said.competing.isEmpty || sides.allSatisfy { listed.contains(history.id($0)) }
    }

    private mutating func compete() {
        let full = versions.filter(isSigned)
        var pairs: [(sides: [Int], conflict: ReferenceConflict)] = []
        for one in full {
            for other in full where one < other && history.apart(one, other) {
                let conflict = settled([one, other])
                pairs.append(([one, other], conflict))
            }
        }
        // A reconciliation lays aside what it lists and does not choose, also among texts that were not made apart.
        for place in history.of(.reportReconciled) {
            guard case .reportReconciled(let said) = history.event(place), let winner = chosenBy(place), !said.competing.isEmpty
            else { continue }
            for loser in full where loser != winner && !history.apart(loser, winner) && reconciles(place, [loser, winner]) {
                lay(aside: loser, for: winner, by: place)
            }
        }
        for (sides, var conflict) in pairs {
            if conflict.state == .open && (hasLeft(sides[0], sides[1]) || hasLeft(sides[1], sides[0])) {
                conflict.state = .superseded
            }
            isCompeting = isCompeting || conflict.state == .open
            conflicts.append(conflict)
        }
    }

    /// A pair with what settles it: a later text that names both, else a decision or reconciliations that choose alike.
    private mutating func settled(_ sides: [Int]) -> ReferenceConflict {
        let isOfOneVersion = !Set(replaces(sides[0])).isDisjoint(with: replaces(sides[1]))
        var conflict = history.conflict(
            isOfOneVersion ? 41 : 38, isOfOneVersion ? "competingCorrections" : "competingFinals", sides, owner: .lead)
        let decision = conflict.decision
        if let text = signed.first(where: { line($0).isSuperset(of: sides) }) {
            if decision.map({ history.saw($0, text) }) != true {
                (conflict.state, conflict.decision) = (.resolved, nil)
                return conflict
            }
        } else {
            let words = history.of(.reportReconciled).filter { history.saw($0, all: sides) && reconciles($0, sides) }
            let latest = history.latest((words + (decision.map { [$0] } ?? [])).sorted())
            if !words.isEmpty {
                conflict.state = Set(latest.map(chosenBy)).count == 1 ? .resolved : .open
                conflict.decision = conflict.state == .resolved ? latest[0] : nil
            }
        }
        if let closing = conflict.decision, let winner = chosenBy(closing) {
            for side in sides where side != winner && !line(winner).contains(side) { lay(aside: side, for: winner, by: closing) }
            chosen[winner] = closing
        }
        return conflict
    }

    /// A version that loses takes with it the later texts of its own line that whoever decided had seen.
    private mutating func lay(aside loser: Int, for winner: Int, by place: Int) {
        for one in versions where one != winner && history.saw(place, one) {
            if one == loser || line(one).contains(loser) && !line(one).contains(winner) { laidAside.insert(one) }
        }
    }

    /// Whether a version left a question with another: withdrawn, in quarantine, decided against, or replaced by a text that had
    /// not seen the other and now stands in the question itself.
    private func hasLeft(_ place: Int, _ other: Int) -> Bool {
        isWithdrawn(place) || quarantined.contains(place) || laidAside.contains(place)
            || signed.contains { replaces($0).contains(place) && history.apart($0, other) }
    }

    // MARK: conflicts 39 and 40

    /// The words of the impression, or of the findings where neither has one; without case, commas, semicolons and stops.
    static func differ(_ one: CaseEvent, _ other: CaseEvent) -> Bool {
        let texts = [one, other].map { event in
            switch event {
            case .preliminaryIssued(let said): (said.impression, said.findings)
            case .finalSigned(let said): (said.impression, said.findings)
            case .reportCorrected(let said): (said.impression, said.findings)
            default: ("", "")
            }
        }
        let isByFindings = texts.allSatisfy { $0.0.isEmpty }
        let words = texts.map { (isByFindings ? $0.1 : $0.0).lowercased().split { " \n\t.,;".contains($0) } }
        return words[0] != words[1]
    }

    private mutating func comparePreliminaries() {
        for early in versions where kind(early) == .preliminaryIssued {
            for final in signed where !history.saw(final, early) {
                let isKnownGone =
                    withdrawals(final).contains { history.saw(early, $0) }
                    || signed.contains { replaces($0).contains(final) && history.saw(early, $0) }
                if isKnownGone || !Self.differ(history.event(early), history.event(final)) { continue }
                let texts = versions.filter { isSigned($0) || isAddendum($0) && history.isReader($0) }
                var conflict = history.conflict(
                    39, "preliminaryBesideFinal", [early, final], owner: .radiologist, settling: texts)
                if conflict.state == .open && (isWithdrawn(early) || hasLeft(final, early)) { conflict.state = .superseded }
                if conflict.chosen == final { laidAside.insert(early) }
                conflicts.append(conflict)
            }
        }
    }

    private mutating func compareAddenda() {
        for addendum in versions where isAddendum(addendum) && history.isReader(addendum) {
            guard let text = root(addendum) else { continue }
            for later in signed where line(later).contains(text) && history.apart(later, addendum) {
                let confirming = versions.filter { one in
                    isSigned(one)
                        || isAddendum(one) && history.isReader(one) && history.author(one) == history.author(addendum)
                }
                var conflict = history.conflict(
                    40, "addendumOnEarlierVersion", [addendum, later], owner: .radiologist, settling: confirming)
                let isGone = isWithdrawn(addendum) || quarantined.contains(addendum) || hasLeft(later, addendum)
                if conflict.state == .open && isGone { conflict.state = .superseded }
                if conflict.chosen == later { laidAside.insert(addendum) }
                conflicts.append(conflict)
            }
        }
    }
}
