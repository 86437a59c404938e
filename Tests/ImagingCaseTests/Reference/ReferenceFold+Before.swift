import EventLog
import ImagingCase

/// What is to be in order before the examination: the protocol and the safety gates.
extension ReferenceFold {
    // MARK: the protocol

    private func plan(_ place: Int) -> [String] {
        guard case .protocolAssigned(let said) = history.event(place) else { return [] }
        return [said.name, said.contrast, said.instructions]
    }

    /// The withdrawals of an assignment: such as name it, or name none and came after it.
    private func withdrawals(of assigned: Int) -> [Int] {
        history.of(.protocolWithdrawn).filter { place in
            guard case .protocolWithdrawn(let said) = history.event(place) else { return false }
            return said.which.map { $0 == history.id(assigned) } ?? history.saw(place, assigned)
        }
    }

    mutating func foldProtocol() {
        let assigned = history.of(.protocolAssigned)
        guard !assigned.isEmpty else { return say("protocol", "needed") }
        let live = assigned.filter { withdrawals(of: $0).isEmpty }
        var isCompeting = false
        var laidAside: [Int] = []
        for question in history.questions(assigned, differ: { plan($0) != plan($1) }) {
            var conflict = history.conflict(30, "competingProtocols", question, owner: .radiologist, settling: assigned)
            if conflict.state == .open && question.filter(live.contains).count < 2 { conflict.state = .superseded }
            if conflict.state == .open { isCompeting = true }
            if conflict.decision != nil { laidAside += question.filter { $0 != conflict.chosen } }
            raise(conflict)
        }
        let current = history.latest(assigned).first { live.contains($0) && !laidAside.contains($0) }
        let used = used(assigned)
        foldUse(assigned, live, used)
        // A protocol that was assigned by somebody who knew of the examination is wanted anew.
        let isWantedAnew =
            current.map { current in current != used.place && scans.contains { history.saw(current, $0) } } ?? false
        if isCompeting { return say("protocol", "competing") }
        say("protocol current", current.map { history.id($0).description } ?? "none")
        say("protocol", used.isSaid && !isWantedAnew ? "used" : current == nil ? "needed" : "assigned")
    }

    private var scans: [Int] { history.of(.procedureStepStarted, .procedureStepCompleted) }

    private func named(_ scan: Int) -> EventID? {
        switch history.event(scan) {
        case .procedureStepStarted(let step): step.protocolUsed
        case .procedureStepCompleted(let step): step.protocolUsed
        default: nil
        }
    }

    /// The protocol that was run: the last that a step names, else the latest that the first step's author had seen and not seen
    /// withdrawn. What a step names is believed even where it is no assignment of the case.
    private func used(_ assigned: [Int]) -> (isSaid: Bool, place: Int?) {
        guard let first = scans.first else { return (false, nil) }
        if let name = scans.compactMap(named).last {
            return (true, history.place(name).flatMap { assigned.contains($0) ? $0 : nil })
        }
        let known = assigned.filter { one in
            history.saw(first, one) && !withdrawals(of: one).contains { history.saw(first, $0) }
        }
        let seen = history.latest(known).first
        return (seen != nil, seen)
    }

    /// Conflict 29: something else was assigned apart from the examination, and nobody said so anew before they met.
    private mutating func foldUse(_ assigned: [Int], _ live: [Int], _ used: (isSaid: Bool, place: Int?)) {
        say("protocol used", used.place.map { history.id($0).description } ?? "none")
        for one in live where one != used.place {
            guard let scan = scans.first(where: { history.apart($0, one) }), used.place.map(plan) != plan(one),
                !assigned.contains(where: { history.saw($0, one) && history.apart($0, scan) })
            else { continue }
            raise(history.conflict(29, "protocolChangedWhenScanned", [one, scan], owner: .radiologist, settling: assigned))
        }
    }

    // MARK: safety

    /// The levels of caution in ascending order.
    private static let levels = ["unscreened", "clear", "conditional", "expired", "unable", "contraindicated"]

    private func rank(_ level: String) -> Int { Self.levels.firstIndex(of: level) ?? 0 }

    /// What a screen says: which gate, the word, how cautious, what was found.
    private func screen(_ place: Int) -> (gate: String, word: String, level: String, items: [ScreeningItem])? {
        switch history.event(place) {
        case .mriScreened(let said): ("mri", said.result.word, level(said.result), said.items)
        case .contrastScreened(let said): ("contrast", said.result.word, level(said.result), said.items)
        case .pregnancyScreened(let said): ("pregnancy", said.result.word, level(said.result), said.items)
        case .preparation(.otherScreened(let said)):
            said.kind == .unspecified ? nil : (said.kind.word, said.result.word, level(said.result), said.items)
        default: nil
        }
    }

    private func level(_ result: ScreenResult) -> String {
        result == .unspecified ? "unable" : result.word
    }

    private func level(_ status: PregnancyStatus) -> String {
        switch status {
        case .no, .clear: "clear"
        case .possible, .conditional: "conditional"
        case .yes, .contraindicated: "contraindicated"
        case .unknown, .unable, .unspecified: "unable"
        }
    }

    /// Whether a screen asks for caution: by its result, or by the eGFR that it gives.
    private func isCautious(_ place: Int) -> Bool { rank(screen(place)?.level ?? "") > rank("clear") || isLow(place) == true }

    mutating func foldSafety() {
        let screens = history.all.filter { screen($0) != nil }
        var words: [(word: String, level: String)] = []
        var isBlocked = false
        for gate in Set(screens.compactMap { screen($0)?.gate }).sorted() {
            let answer = fold(gate, screens.filter { screen($0)?.gate == gate })
            say("gate \(gate)", [answer.word, answer.isBlocked ? "blocked" : "free"])
            words.append((answer.word, answer.level))
            isBlocked = isBlocked || answer.isBlocked
        }
        // The most cautious gate's word; accepted where nothing worse than an accepted risk is left.
        let worst = words.filter { $0.word != "accepted" }.map { rank($0.level) }.max() ?? 0
        let hasAccepted = words.contains { $0.word == "accepted" }
        say("safety", worst <= rank("clear") && hasAccepted ? "accepted" : Self.levels[worst])
        say("safety blocked", isBlocked ? "yes" : "no")
    }

    /// The acceptances that count, each with the screens that it names.
    private var acceptances: [(place: Int, covers: [EventID])] {
        history.of(.riskAccepted).compactMap { place in
            guard case .riskAccepted(let said) = history.event(place), history.isReader(place) else { return nil }
            return (place, said.covers)
        }
    }

    /// Whether somebody who had seen a fact registered the person for another visit than the one that the fact belongs to: the one
    /// before it, or the first after it where there is none.
    private func isOfEarlierVisit(_ place: Int) -> Bool {
        let visit = { (arrival: Int) -> String in
            if case .patientArrived(let said) = history.event(arrival) { said.visit } else { "" }
        }
        let arrivals = history.of(.patientArrived).filter { !visit($0).isEmpty }
        let later = arrivals.filter { history.saw($0, place) }
        let before = arrivals.filter { history.saw(place, $0) }
        let firsts = later.filter { one in !later.contains { history.saw(one, $0) } }
        let own = (before.isEmpty ? firsts : before).map(visit)
        return later.contains { !own.contains(visit($0)) }
    }

    private mutating func fold(_ gate: String, _ screens: [Int]) -> (word: String, level: String, isBlocked: Bool) {
        let overtaken = gate == "contrast" ? raiseKidneys(screens) : []
        let overruled = raiseDifferences(gate, screens)
        let standing = history.latest(screens).filter { !overruled.contains($0) }
        let isScreenedNow = standing.contains { !isOfEarlierVisit($0) }
        var worst = 0
        var isBlocked = false
        var hasAcceptedCaution = false
        for place in standing {
            let isLow = isLow(place) == true && !overtaken.contains(place)
            var level = rank(screen(place)?.level ?? "")
            if isLow { level = max(level, rank("conditional")) }
            let isAccepted = acceptances.contains { $0.covers.contains(history.id(place)) && !isOfEarlierVisit($0.place) }
            if isAccepted {
                hasAcceptedCaution = hasAcceptedCaution || level > rank("clear")
                continue
            }
            let isPossible = gate == "pregnancy" && screen(place)?.word == "possible"
            isBlocked = isBlocked || isLow || isPossible || level >= rank("unable")
            // An earlier visit's screen clears nobody; what it found asks for caution still.
            if isOfEarlierVisit(place) && !isScreenedNow { level = max(level, rank("expired")) }
            worst = max(worst, level)
        }
        isBlocked = isBlocked || worst >= rank("expired")
        if raiseUncovered(screens, overtaken) { isBlocked = true }
        if gate == "pregnancy" { raiseExposed(screens) }
        let isAccepted = hasAcceptedCaution && worst <= rank("clear")
        return (isAccepted ? "accepted" : Self.levels[worst], Self.levels[worst], isBlocked)
    }

    /// What settles a difference between screens: a later screen of the kind, or an acceptance of all that ask for caution.
    private func settling(_ screens: [Int], _ cautious: [Int]) -> [Int] {
        screens + acceptances.filter { accepted in cautious.allSatisfy { accepted.covers.contains(history.id($0)) } }.map(\.place)
    }

    /// Conflicts 23 (another result), 24 (another finding) and the first half of 26; gives the screens decided against.
    private mutating func raiseDifferences(_ gate: String, _ screens: [Int]) -> [Int] {
        let result = { [self] (place: Int) in screen(place)?.word }
        let items = { [self] (place: Int, isWhole: Bool) in
            Set((screen(place)?.items ?? []).filter { isWhole || !isKidney($0) })
        }
        var overruled: [Int] = []
        let questions = history.questions(screens) { one, other in
            // Two eGFR on either side of the threshold are a question of their own.
            let straddles = gate == "contrast" && isLow(one) != nil && isLow(other) != nil && isLow(one) != isLow(other)
            return result(one) != result(other) || items(one, !straddles) != items(other, !straddles)
        }
        for question in questions {
            let cautious = question.filter(isCautious)
            if Set(question.map(result)).count == 1 {
                raise(
                    history.conflict(
                        24, "findingsDiffer", question, owner: .technologist, settling: settling(screens, cautious)))
                continue
            }
            let conflict =
                gate == "pregnancy"
                ? history.conflict(
                    26, "pregnancyDiffers", question, owner: .radiologist, settling: settling(screens, cautious))
                : history.conflict(23, "screensDiffer", question, owner: .safetyOfficer, settling: settling(screens, cautious))
            if let chosen = conflict.chosen, question.contains(chosen) { overruled += question.filter { $0 != chosen } }
            raise(conflict)
        }
        return overruled
    }

    private func isKidney(_ item: ScreeningItem) -> Bool { ["egfr", "egfr specimen"].contains(item.kind.lowercased()) }

    /// Whether a screen gives an eGFR below 30; nil where it gives none that a laboratory could report.
    private func isLow(_ place: Int) -> Bool? {
        guard let screen = screen(place), screen.gate == "contrast" else { return nil }
        let values = screen.items.filter { $0.kind.lowercased() == "egfr" }.compactMap { Double($0.value) }
        return values.filter { $0 >= 0 && $0 <= 200 }.min().map { $0 < 30 }
    }

    /// When the specimen was taken, as its text; in the drawn histories all are of one form, so that the text's order is the time's.
    private func specimen(_ place: Int) -> String? {
        screen(place)?.items.first { $0.kind.lowercased() == "egfr specimen" }?.value
    }

    /// Conflict 27; gives the screens whose value a person found overtaken by a specimen that is not known to be older.
    private mutating func raiseKidneys(_ screens: [Int]) -> [Int] {
        let giving = screens.filter { isLow($0) != nil }
        var overtaken: [Int] = []
        for question in history.questions(giving, differ: { isLow($0) != isLow($1) }) {
            let low = question.filter { isLow($0) == true }
            let conflict = history.conflict(
                27, "kidneyFunctionDiffers", question, owner: .radiologist, settling: settling(screens, low))
            if let chosen = conflict.chosen, question.contains(chosen) {
                overtaken += question.filter { other in
                    guard let mine = specimen(other), let theirs = specimen(chosen) else { return other != chosen }
                    return other != chosen && mine <= theirs
                }
            }
            raise(conflict)
        }
        return overtaken
    }

    /// Conflict 25: a screen that asks for caution, made apart from the acceptance of another one of its kind.
    private mutating func raiseUncovered(_ screens: [Int], _ overtaken: [Int]) -> Bool {
        var isOpen = false
        for accepted in acceptances where screens.contains(where: { accepted.covers.contains(history.id($0)) }) {
            let beside = history.latest(screens.filter { history.apart($0, accepted.place) })
            for new in beside where !accepted.covers.contains(history.id(new)) {
                // An eGFR that a person found overtaken by a newer specimen asks for nothing any more.
                let isOvertaken = overtaken.contains(new) && rank(screen(new)?.level ?? "") <= rank("clear")
                if isOvertaken || !isCautious(new) { continue }
                let conflict = history.conflict(
                    25, "findingNotCovered", [accepted.place, new], owner: .radiologist, settling: settling(screens, [new]))
                isOpen = isOpen || conflict.state == .open
                raise(conflict)
            }
        }
        return isOpen
    }

    /// The second half of conflict 26: irradiated while no screen that was known asked for caution, and one does that was not known.
    private mutating func raiseExposed(_ screens: [Int]) {
        let irradiating = ["CT", "CR", "DX", "MG", "XA", "RF", "NM", "PT", "IO", "PX", "BMD", "RG"]
        for scan in scans {
            let modality =
                switch history.event(scan) {
                case .procedureStepStarted(let step): step.modality
                case .procedureStepCompleted(let step): step.modality
                default: ""
                }
            let isKnown = screens.contains { isCautious($0) && history.saw(scan, $0) }
            let late = screens.first { place in
                ["conditional", "contraindicated"].contains(screen(place)?.level) && !history.saw(scan, place)
            }
            if irradiating.contains(modality.uppercased()), !isKnown, let late {
                raise(history.conflict(26, "exposedWhenPregnant", [scan, late], owner: .physicist))
                return
            }
        }
    }
}
