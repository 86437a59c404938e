import EventLog

/// The facts that concern safety, at their positions; lives for one fold.
struct SafetyFacts {
    var screens: [(position: Int, kind: ScreenKind, level: ScreenLevel)] = []
    var acceptances: [Int] = []
    var exposures: [Int] = []
    private var visits: Visits

    init(_ history: CaseHistory) { visits = Visits(history) }

    static let screensDiffer = ConflictRule(
        number: 23, kind: "screensDiffer", owner: .safetyOfficer, dueMinutes: 15,
        rule:
            "Of screens made apart the more cautious stands until it is accepted by name or somebody who saw both screens again.",
        inForce: "The more cautious screen blocks.", told: [.technologist, .radiologist, .safetyOfficer])
    static let findingsDiffer = ConflictRule(
        number: 24, kind: "findingsDiffer", owner: .technologist, dueMinutes: 30,
        rule: "Findings listed apart are taken together, each with its worst label.",
        inForce: "All findings of both lists count.", told: [.technologist])
    static let findingNotCovered = ConflictRule(
        number: 25, kind: "findingNotCovered", owner: .radiologist, dueMinutes: 15,
        rule: "An acceptance covers only the screens that it names; a screen that its author had not seen blocks.",
        inForce: "Blocked: the new finding is not covered by the accepted risk.", told: [.radiologist, .technologist])
    static let pregnancyDiffers = ConflictRule(
        number: 26, kind: "pregnancyDiffers", owner: .radiologist, dueMinutes: 15,
        rule: "Of pregnancy screens made apart the more cautious stands.",
        inForce: "Pregnancy counts as the more cautious screen says.", told: [.radiologist, .physicist, .referrer])
    static let exposedWhenPregnant = ConflictRule(
        number: 26, kind: "exposedWhenPregnant", owner: .physicist, dueMinutes: 24 * 60,
        rule: "What was irradiated stays performed; the dose to the unborn child is to be estimated.",
        inForce: "The examination stands; fetal dose is to be estimated.", told: [.radiologist, .physicist, .referrer])

    var isEmpty: Bool { screens.isEmpty && acceptances.isEmpty }

    /// Takes what concerns safety.
    mutating func gather(_ history: CaseHistory) {
        for position in history.positions(of: .safety) {
            switch history.facts[position].event {
            case .mriScreened(let screen): screens.append((position, .mri, ScreenLevel(screen.result)))
            case .contrastScreened(let screen): screens.append((position, .contrast, ScreenLevel(screen.result)))
            case .pregnancyScreened(let screen): screens.append((position, .pregnancy, ScreenLevel(screen.result)))
            case .preparation(.otherScreened(let screen)):
                guard let kind = ScreenKind(screen.kind) else { continue }
                screens.append((position, kind, ScreenLevel(screen.result)))
            case .patientArrived(let arrival): visits.take(arrival, at: position)
            case .riskAccepted: acceptances.append(position)
            case .procedureStepStarted(let step): exposed(at: position, step.modality)
            case .procedureStepCompleted(let step): exposed(at: position, step.modality)
            default: continue
            }
        }
    }

    private mutating func exposed(at position: Int, _ modality: String) {
        if SafetyAxis.isIonising(modality) { exposures.append(position) }
    }

    /// Which acceptances count. Authority is judged here again: an acceptance by somebody who may not is kept and lifts nothing.
    func judgeAcceptances(_ history: CaseHistory, _ state: inout SafetyState) {
        for position in acceptances {
            let fact = history[position]
            guard case .riskAccepted(let said) = fact.event else { continue }
            let isEntitled = fact.role?.readsImages ?? false
            state.accepted.append(
                RiskAcceptance(
                    event: fact.id, by: fact.actor.person, covers: said.covers, justification: said.justification,
                    isEffective: isEntitled, endedBy: visits.end(of: position).map { history.facts[$0].id }))
            if !isEntitled {
                state.anomalies.append(
                    Anomaly(
                        event: fact.id, axis: SafetyAxis.label,
                        what: "Risk accepted in the role \(fact.actor.role), which may not: it lifts nothing."))
            }
        }
    }

    /// One gate and its conflicts.
    func gate(
        _ kind: ScreenKind, _ history: CaseHistory, _ stream: StreamID, _ accepted: [RiskAcceptance],
        _ conflicts: inout [Conflict]
    ) -> SafetyGate {
        let positions = screens.filter { $0.kind == kind }.map(\.position)
        let latest = history.ancestry.latest(of: positions)
        let kidney = kind == .contrast ? kidneyFunctions(at: positions, history) : []
        let overtaken = findKidneyConflicts(kidney, positions, history, stream, &conflicts)
        let overruled = findDifferences(kind, positions, history, stream, &conflicts)
        let standing = positions.filter { latest.contains($0) && !overruled.contains($0) }
        let isScreenedNow = standing.contains { visits.end(of: $0) == nil }
        var gate = SafetyGate()
        gate.kidney = kidney.map(\.value)
        var worst = ScreenLevel.unscreened
        var cautions = 0
        for position in positions {
            var screen = screen(at: position, history)
            let known = kidney.firstIndex { $0.position == position }
            if let known { gate.kidney[known].counts = standing.contains(position) && !overtaken.contains(position) }
            if !standing.contains(position) {
                screen.standing = .superseded
            } else {
                merge(screen.items, into: &gate.items)
                let isLow = known.map { gate.kidney[$0].isLow && gate.kidney[$0].counts } ?? false
                let level = isLow ? max(screen.level, .conditional) : screen.level
                if isCovered(position, accepted, history) {
                    screen.standing = .accepted
                    cautions += level > .clear ? 1 : 0
                } else {
                    let isExpired = visits.end(of: position) != nil
                    if isExpired { screen.standing = .expired }
                    worst = max(worst, isExpired && !isScreenedNow ? max(level, .expired) : level)
                    gate.isBlocked = gate.isBlocked || isLow || blocks(screen, kind)
                }
            }
            gate.screens.append(screen)
        }
        gate.isAccepted = cautions > 0 && worst <= .clear
        gate.level = worst
        gate.isBlocked = gate.isBlocked || worst >= .expired
        let asking = positions.filter { isCautious($0, history) && !(overtaken.contains($0) && !isFinding($0, history)) }
        if findUncovered(asking, positions, history, stream, accepted, &conflicts) { gate.isBlocked = true }
        if kind == .pregnancy { findExposures(positions, history, stream, &conflicts) }
        return gate
    }

    private func blocks(_ screen: Screen, _ kind: ScreenKind) -> Bool {
        screen.level >= .unable || (kind == .pregnancy && screen.result == PregnancyStatus.possible.word)
    }

    private func isCovered(_ position: Int, _ accepted: [RiskAcceptance], _ history: CaseHistory) -> Bool {
        let event = history.facts[position].id
        return accepted.contains { $0.isEffective && $0.endedBy == nil && $0.covers.contains(event) }
    }

    /// Conflicts 23, 24 and 26: screens made apart that differ. Gives those that an entitled person decided against.
    private func findDifferences(
        _ kind: ScreenKind, _ positions: [Int], _ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]
    ) -> [Int] {
        guard positions.count > 1 else { return [] }
        var overruled: [Int] = []
        let groups = history.standoffs(among: positions) { one, other in
            let (left, right) = (screen(at: one, history), screen(at: other, history))
            if left.level != right.level || left.result != right.result { return true }
            // What differs in the kidneys alone, on either side of the threshold, is a question of its own.
            let (mine, theirs) = (kidney(left), kidney(right))
            let straddles = mine != nil && theirs != nil && mine != theirs
            guard straddles else { return isOther(left.items, right.items) }
            return isOther(left.items.filter { !KidneyFunction.reads($0) }, right.items.filter { !KidneyFunction.reads($0) })
        }
        for group in groups {
            let levels = group.map { screen(at: $0, history) }
            let differs = levels.contains { $0.level != levels[0].level || $0.result != levels[0].result }
            let rule = !differs ? Self.findingsDiffer : kind == .pregnancy ? Self.pregnancyDiffers : Self.screensDiffer
            let conflict = Conflict(
                rule, between: group, in: history, of: stream, settling: settling(group, positions, history),
                inForce: differs ? inForce(kind, levels) : nil)
            conflicts.append(conflict)
            if differs, let chosen = history.chosenPosition(by: conflict), group.contains(chosen) {
                overruled += group.filter { $0 != chosen }
            }
        }
        return overruled
    }

    private func kidney(_ screen: Screen) -> Bool? { KidneyFunction(screen.items, event: screen.event)?.isLow }

    /// What settles a difference by itself: a screen after all of them, or an acceptance of every one that asks for caution.
    private func settling(_ group: [Int], _ positions: [Int], _ history: CaseHistory) -> [Int] {
        let cautious = group.filter { isCautious($0, history) }.map { history.facts[$0].id }
        let accepting = acceptances.filter { position in
            guard case .riskAccepted(let said) = history.facts[position].event,
                history.facts[position].role?.readsImages ?? false
            else { return false }
            return cautious.allSatisfy { said.covers.contains($0) }
        }
        return (positions + accepting).sorted()
    }

    private func inForce(_ kind: ScreenKind, _ screens: [Screen]) -> String {
        guard let worst = screens.max(by: { $0.level < $1.level }) else { return "" }
        return "The \(kind.rawValue) screen \"\(worst.result)\" by \(worst.by) stands as the more cautious one."
    }

    private func isFinding(_ position: Int, _ history: CaseHistory) -> Bool { screen(at: position, history).level > .clear }

    /// Whether a screen asks for caution: by its result, or by the eGFR that it gives.
    private func isCautious(_ position: Int, _ history: CaseHistory) -> Bool {
        isFinding(position, history) || kidneyFunctions(at: [position], history).contains { $0.value.isLow }
    }

    /// Conflict 25: an acceptance and a screen of the same kind that asks for caution, made apart. Gives whether one is open.
    private func findUncovered(
        _ asking: [Int], _ positions: [Int], _ history: CaseHistory, _ stream: StreamID, _ accepted: [RiskAcceptance],
        _ conflicts: inout [Conflict]
    ) -> Bool {
        var isOpen = false
        for (index, acceptance) in accepted.enumerated() where acceptance.isEffective {
            let position = acceptances[index]
            guard positions.contains(where: { acceptance.covers.contains(history.facts[$0].id) }) else { continue }
            for new in history.ancestry.latest(of: positions.filter { history.areConcurrent($0, position) }) {
                let id = history.facts[new].id
                guard asking.contains(new), !acceptance.covers.contains(id) else { continue }
                let covering = zip(acceptances, accepted).filter { $1.isEffective && $1.covers.contains(id) }.map(\.0)
                let conflict = Conflict(
                    Self.findingNotCovered, between: [position, new], in: history, of: stream,
                    settling: (positions + covering).sorted())
                isOpen = isOpen || conflict.state == .open
                conflicts.append(conflict)
            }
        }
        return isOpen
    }

    /// Conflict 26: a possible pregnancy that was not known when the patient was irradiated.
    private func findExposures(
        _ positions: [Int], _ history: CaseHistory, _ stream: StreamID, _ conflicts: inout [Conflict]
    ) {
        for exposure in exposures {
            let known = positions.contains { history.precedes($0, exposure) && screen(at: $0, history).level > .clear }
            let late = positions.first { position in
                let level = screen(at: position, history).level
                return !history.precedes(position, exposure) && (level == .conditional || level == .contraindicated)
            }
            guard !known, let late else { continue }
            conflicts.append(Conflict(Self.exposedWhenPregnant, between: [exposure, late], in: history, of: stream))
            return
        }
    }

    private func screen(at position: Int, _ history: CaseHistory) -> Screen {
        let fact = history.facts[position]
        let (result, items, note, level): (String, [ScreeningItem], String, ScreenLevel) =
            switch fact.event {
            case .mriScreened(let said): (said.result.word, said.items, said.note, ScreenLevel(said.result))
            case .contrastScreened(let said): (said.result.word, said.items, said.note, ScreenLevel(said.result))
            case .pregnancyScreened(let said): (said.result.word, said.items, said.note, ScreenLevel(said.result))
            case .preparation(.otherScreened(let said)):
                (said.result.word, said.items, said.note, ScreenLevel(said.result))
            default: ("", [], "", .unscreened)
            }
        return Screen(
            event: fact.id, by: fact.actor.person, result: result, level: level, items: items, note: note, standing: .stands)
    }
}

extension SafetyFacts {
    /// Adds findings to a list that holds each finding once, with its worst label.
    private func merge(_ items: [ScreeningItem], into all: inout [ScreeningItem]) {
        for item in items {
            if let known = all.firstIndex(where: { $0.kind == item.kind && $0.value == item.value }) {
                if danger(item.label) > danger(all[known].label) { all[known].label = item.label }
            } else {
                all.append(item)
            }
        }
        all.sort { ($0.kind, $0.value) < ($1.kind, $1.value) }
    }

    /// How dangerous a label is; one that is not known is worse than conditional.
    private func danger(_ label: String) -> Int {
        switch label.lowercased() {
        case "": 0
        case "safe": 1
        case "conditional": 2
        case "unsafe": 4
        default: 3
        }
    }

    private func isOther(_ one: [ScreeningItem], _ other: [ScreeningItem]) -> Bool {
        one.count != other.count || one.contains { !other.contains($0) } || other.contains { !one.contains($0) }
    }
}

extension ScreenLevel {
    /// The level of a result; one that was not said counts as unable.
    init(_ result: ScreenResult) {
        self =
            switch result {
            case .clear: .clear
            case .conditional: .conditional
            case .contraindicated: .contraindicated
            case .unable, .unspecified: .unable
            }
    }

    /// The level of a pregnancy status: possible asks for conditions, yes is a contraindication, unknown could not be screened.
    init(_ status: PregnancyStatus) {
        self =
            switch status {
            case .clear, .no: .clear
            case .conditional, .possible: .conditional
            case .contraindicated, .yes: .contraindicated
            case .unable, .unknown, .unspecified: .unable
            }
    }
}
