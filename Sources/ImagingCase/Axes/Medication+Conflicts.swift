import EventLog

/// The facts that concern medication, at their positions; lives for one fold.
struct MedicationFacts {
    private let history: CaseHistory
    private var administrations: [(position: Int, said: MedicationAdministered)] = []
    private var reactions: [Int] = []
    private var screens: [(position: Int, said: ContrastScreened)] = []
    private var acceptances: [(position: Int, said: RiskAccepted)] = []
    private var plans: [(position: Int, said: ProtocolAssigned)] = []
    /// What cancels or forbids contrast medium, with the words for it.
    private var forbidding: [(position: Int, words: String)] = []
    /// What a radiologist says of contrast medium: it settles the question where its author had seen both sides.
    private var rulings: [Int] = []

    static let givenWhenForbidden = ConflictRule(
        number: 28, kind: "contrastGivenWhenForbidden", owner: .radiologist, dueMinutes: 30,
        rule: "Contrast medium that was given stands; the person is watched, and allergy and kidneys are looked at.",
        inForce: "Contrast medium was given: watch for a reaction for 30 minutes.", told: [.radiologist, .nurse, .technologist])

    init(_ history: CaseHistory) { self.history = history }

    var isEmpty: Bool { administrations.isEmpty && reactions.isEmpty }

    /// Takes what concerns medication.
    mutating func gather() {
        for position in history.positions(of: .medication) {
            switch history.facts[position].event {
            case .preparation(.medicationAdministered(let said)): administrations.append((position, said))
            case .preparation(.adverseReactionRecorded): reactions.append(position)
            case .contrastScreened(let said): screens.append((position, said))
            case .riskAccepted(let said):
                if history.facts[position].role?.readsImages == true { acceptances.append((position, said)) }
            case .protocolAssigned(let said): take(said, at: position)
            case .protocolWithdrawn(let said): take(said, at: position)
            case .instructionIssued(let said): take(said, at: position)
            case let other:
                if let words = other.cancelsContrast { forbidding.append((position, words)) }
            }
        }
    }

    /// A protocol without contrast by somebody who had seen one with it takes the contrast away.
    private mutating func take(_ plan: ProtocolAssigned, at position: Int) {
        let before = plans.filter { history.precedes($0.position, position) }
        let latest = history.ancestry.latest(of: before.map(\.position))
        if !plan.hasContrast, before.contains(where: { latest.contains($0.position) && $0.said.hasContrast }) {
            forbidding.append((position, "the protocol was changed to one without contrast"))
        }
        plans.append((position, plan))
        rulings.append(position)
    }

    private mutating func take(_ withdrawal: ProtocolWithdrawn, at position: Int) {
        let named = plans.filter { plan in
            history.precedes(plan.position, position)
                && (withdrawal.which == nil || withdrawal.which == history.facts[plan.position].id)
        }
        if named.contains(where: \.said.hasContrast) {
            forbidding.append((position, "the protocol with contrast was withdrawn"))
        }
    }

    private mutating func take(_ instruction: InstructionIssued, at position: Int) {
        switch instruction.kind {
        case .contrastNo:
            forbidding.append((position, "a radiologist instructed to give none"))
            rulings.append(position)
        case .contrastYes: rulings.append(position)
        default: return
        }
    }

    /// The whole state, and conflict 28.
    func state(of stream: StreamID, _ conflicts: inout [Conflict]) -> MedicationState {
        var state = MedicationState()
        for entry in administrations {
            let fact = history.facts[entry.position]
            if let known = state.given.firstIndex(where: { isSame($0, entry) }) {
                state.given[known].witnesses.append(fact.id)
            } else {
                state.given.append(
                    Administration(
                        event: fact.id, by: fact.actor.person, said: entry.said, at: entry.said.given ?? fact.occurredAt.instant))
                if entry.said.isContrast { state.flags += flags(entry.position) }
            }
        }
        for position in reactions { take(reaction: position, &state) }
        findConflicts(stream, &conflicts)
        return state
    }

    /// Whether a record tells of an administration that is known: the same in every word, its time said.
    private func isSame(_ known: Administration, _ entry: (position: Int, said: MedicationAdministered)) -> Bool {
        known.said == entry.said && entry.said.given != nil
    }

    private func take(reaction position: Int, _ state: inout MedicationState) {
        let fact = history.facts[position]
        guard case .preparation(.adverseReactionRecorded(let said)) = fact.event else { return }
        state.reactions.append(AdverseReaction(event: fact.id, by: fact.actor.person, at: fact.occurredAt.instant, said: said))
        guard let named = said.medication, !administrations.contains(where: { history.facts[$0.position].id == named }) else {
            return
        }
        state.anomalies.append(
            Anomaly(
                event: fact.id, axis: MedicationAxis.label,
                what: "The reaction names \(named), which is no administration of this case: the reaction stands."))
    }

    /// What the latest screens that its author had seen, and those made apart, say of an administration of contrast medium.
    private func flags(_ position: Int) -> [MedicationFlag] {
        let event = history.facts[position].id
        let seen = screens.map(\.position).filter { history.precedes($0, position) }
        var found: [MedicationFlag] = []
        if seen.isEmpty { found.append(MedicationFlag(event: event, kind: .unscreened, screen: nil)) }
        let apart = screens.map(\.position).filter { history.areConcurrent($0, position) }
        let judged = history.ancestry.latest(of: seen) + history.ancestry.latest(of: apart)
        for screen in screens where judged.contains(screen.position) {
            let id = history.facts[screen.position].id
            func flag(_ kind: MedicationFlag.Kind) { found.append(MedicationFlag(event: event, kind: kind, screen: id)) }
            let isAccepted = acceptances.contains { $0.said.covers.contains(id) && history.precedes($0.position, position) }
            if ScreenLevel(screen.said.result) >= .unable && !isAccepted { flag(.contraindicated) }
            if KidneyFunction(screen.said.items, event: id)?.isLow == true { flag(.renal) }
            if screen.said.items.contains(where: \.tellsOfReaction) { flag(.allergy) }
        }
        return found
    }

    /// Conflict 28: for each thing that takes contrast away the first administrations that its author had not seen.
    private func findConflicts(_ stream: StreamID, _ conflicts: inout [Conflict]) {
        let contrast = administrations.filter(\.said.isContrast).map(\.position)
        for entry in forbidding {
            let apart = contrast.filter { history.areConcurrent($0, entry.position) }
            for given in apart where !apart.contains(where: { history.precedes($0, given) }) {
                conflicts.append(
                    Conflict(
                        Self.givenWhenForbidden, between: [given, entry.position], in: history, of: stream, settling: rulings,
                        inForce: "Contrast medium was given while \(entry.words): watch for a reaction for 30 minutes."))
            }
        }
    }
}

extension CaseEvent {
    /// How the event takes an examination and its contrast medium away; nil where it does not.
    fileprivate var cancelsContrast: String? {
        switch self {
        case .orderCancelled, .ordering(.cancelRequested): "the order was cancelled"
        case .ordering(.replaced): "the order was replaced"
        case .orderReviewed(let review) where review.decision == .rejected: "the order was rejected"
        case .orderChanged(let change) where change.procedure != nil: "the order was changed to another procedure"
        default: nil
        }
    }
}

extension ScreeningItem {
    /// Whether it lists an earlier reaction to contrast medium.
    fileprivate var tellsOfReaction: Bool {
        let word = kind.lowercased()
        let isAbout = word.contains("reaction") || word.contains("allerg")
        return isAbout && !["", "no", "none", "never"].contains(value.lowercased())
    }
}

extension ProtocolAssigned {
    /// Whether contrast medium is part of the plan.
    var hasContrast: Bool { !["", "none", "no", "without"].contains(contrast.lowercased()) }
}
