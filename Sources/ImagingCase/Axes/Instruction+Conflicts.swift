import EventLog

extension InstructionAxis {
    static let contradiction = ConflictRule(
        number: 31, kind: "contradictoryInstructions", owner: .radiologist, dueMinutes: 10,
        rule:
            "Contradictory instructions given apart are both shown, the cautious one first, and none counts as done by the other.",
        inForce: "The cautious instruction comes first; the technologist calls before acting on the other.",
        told: [.technologist, .radiologist])
    static let withdrawnWhenDone = ConflictRule(
        number: 33, kind: "withdrawnWhenDone", owner: .radiologist, dueMinutes: 240,
        rule: "An instruction that was done apart from its withdrawal counts as done: what was done cannot be taken back.",
        inForce: "The instruction was performed; its withdrawal came too late.",
        told: [.radiologist, .technologist])
    static let issuedWhenLeft = ConflictRule(
        number: 32, kind: "issuedWhenPatientLeft", owner: .radiologist, dueMinutes: 60,
        rule:
            "An instruction that was issued apart from the patient's leaving is proposed to be impossible; a recall is offered.",
        inForce: "The patient had left; the instruction is open until the technologist says so or a recall is ordered.",
        told: [.radiologist, .technologist])
    static let acceptedWhenDeclined = ConflictRule(
        number: 34, kind: "acceptedWhenDeclined", owner: .radiologist, dueMinutes: 30,
        rule:
            "An instruction that one technologist accepted apart from another's refusal stays open; the refusal's reason is shown.",
        inForce: "The instruction is accepted and waits to be done; the other technologist's reason stands beside it.",
        told: [.radiologist, .technologist])
}

extension InstructionKind {
    /// The kind that asks for the contrary.
    var contrary: InstructionKind? {
        switch self {
        case .contrastYes: .contrastNo
        case .contrastNo: .contrastYes
        case .keepPatient: .releasePatient
        case .releasePatient: .keepPatient
        default: nil
        }
    }

    /// Whether it is the one of its pair that exposes the patient to less.
    var isCautious: Bool { self == .contrastNo || self == .keepPatient }
}

/// The instructions and their answers at their positions; lives for one fold.
struct InstructionLedger {
    private struct Entry {
        let position: Int
        let said: InstructionIssued
        var answers: [Int] = []
        var replacedBy: Int?
        var contradicts: [Int] = []
        /// A refusal that a person chose over the acceptance that was made apart from it.
        var chosenRefusal: Int?
    }

    let history: CaseHistory
    private var entries: [Entry] = []
    /// Facts by which somebody who reads images shows that he has seen what was done.
    private var readings: [Int] = []
    /// Hand-overs that say that the patient left, and facts that show him at the site.
    private(set) var departures: [Int] = []
    private(set) var presences: [Int] = []
    private(set) var oddities: [Anomaly] = []

    var isEmpty: Bool { entries.isEmpty && oddities.isEmpty }

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: .instruction) {
            switch history.facts[position].event {
            case .instructionIssued(let said): issue(said, at: position)
            case .instructionAcknowledged(let answer): take(answer.instruction, at: position)
            case .instructionCompleted(let answer): take(answer.instruction, at: position)
            case .instructionDeclined(let answer): take(answer.instruction, at: position)
            case .instructionWithdrawn(let answer): take(answer.instruction, at: position)
            case .dialogue(.delivered(let answer)): take(answer.instruction, at: position)
            case .dialogue(.accepted(let answer)): take(answer.instruction, at: position)
            case .dialogue(.impossible(let answer)): take(answer.instruction, at: position)
            case .studyHandedOver(let said):
                if said.patientState == .left { departures.append(position) }
                if said.patientState == .onTable || said.patientState == .waiting { presences.append(position) }
            case .patientArrived, .procedureStepStarted: presences.append(position)
            case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected:
                if history.facts[position].role?.readsImages == true { readings.append(position) }
            default: continue
            }
        }
    }

    /// A later instruction to the contrary, by somebody who had seen the earlier one, replaces it.
    private mutating func issue(_ said: InstructionIssued, at position: Int) {
        if let contrary = said.kind.contrary {
            for index in entries.indices where entries[index].said.kind == contrary && entries[index].replacedBy == nil {
                if history.precedes(entries[index].position, position) { entries[index].replacedBy = position }
            }
        }
        entries.append(Entry(position: position, said: said))
    }

    /// An answer belongs to the instruction that it names, or to the only open one that its author had seen.
    private mutating func take(_ named: EventID?, at position: Int) {
        var found: Int?
        if let named {
            // Most answers are to a late one, so that the search begins at the end.
            found = entries.indices.last {
                history.facts[entries[$0].position].id == named && history.precedes(entries[$0].position, position)
            }
        } else {
            let seen = entries.indices.filter { history.precedes(entries[$0].position, position) }
            let open = seen.filter { index in
                !entries[index].answers.contains { history.precedes($0, position) && !kind($0).leavesOpen }
            }
            if open.count == 1 { found = open[0] }
        }
        if found != nil, isNew(position), !history.isEntitled(position) {
            oddities.append(
                Anomaly(
                    event: history.facts[position].id, axis: InstructionAxis.label,
                    what: "It comes from a role that may not answer an instruction: it changes nothing."))
        } else if let found {
            entries[found].answers.append(position)
        } else {
            oddities.append(
                Anomaly(
                    event: history.facts[position].id, axis: InstructionAxis.label,
                    what: "It answers no instruction that its author had seen, or not which of several: it changes nothing."))
        }
    }

    private func kind(_ position: Int) -> InstructionAnswer.Kind {
        switch history.facts[position].event {
        case .instructionCompleted: .completed
        case .instructionDeclined: .declined
        case .instructionWithdrawn: .withdrawn
        case .dialogue(.delivered): .delivered
        case .dialogue(.accepted): .accepted
        case .dialogue(.impossible): .impossible
        default: .acknowledged
        }
    }

    /// Whether it is of a kind of the groups, which only those count for who may record it.
    private func isNew(_ position: Int) -> Bool {
        if case .dialogue = history.facts[position].event { return true }
        return false
    }

    /// The answers to an instruction with their kinds, in causal order.
    func answers(of index: Int) -> [(position: Int, kind: InstructionAnswer.Kind)] {
        entries[index].answers.map { ($0, kind($0)) }
    }

    /// Whether two answers could contradict each other.
    func isAnsweredTwice(_ index: Int) -> Bool { entries[index].answers.count > 1 }

    /// Where an instruction was issued, and what it asks.
    func opening(_ index: Int) -> (position: Int, kind: InstructionKind) {
        (entries[index].position, entries[index].said.kind)
    }

    /// What replaced an instruction.
    func ended(_ index: Int) -> [Int] { entries[index].replacedBy.map { [$0] } ?? [] }

    /// Lets a refusal that a person chose prevail over the acceptances.
    mutating func choose(_ refusal: Int, against index: Int) { entries[index].chosenRefusal = refusal }

    private func answers(_ entry: Entry, _ wanted: InstructionAnswer.Kind) -> [Int] {
        entry.answers.filter { kind($0) == wanted }
    }

    /// Raises conflicts 31 to 34.
    mutating func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) {
        raiseContradictions(of: stream, into: &conflicts)
        for first in entries.indices {
            raiseRefusals(first, of: stream, into: &conflicts)
            raiseDepartures(first, of: stream, into: &conflicts)
            let entry = entries[first]
            let withdrawals = answers(entry, .withdrawn)
            for done in withdrawals.isEmpty ? [] : answers(entry, .completed) {
                for taken in withdrawals where history.areConcurrent(done, taken) {
                    conflicts.append(
                        Conflict(
                            InstructionAxis.withdrawnWhenDone, between: [done, taken], in: history, of: stream,
                            settling: (readings + entries.map(\.position)).sorted()))
                }
            }
        }
    }

    /// Conflict 31. What settles one pair replaces instructions, and so makes another pair moot: first all are settled.
    private mutating func raiseContradictions(of stream: StreamID, into conflicts: inout [Conflict]) {
        var pairs: [(indices: [Int], conflict: Conflict)] = []
        for first in entries.indices {
            for second in entries.indices where second > first && entries[first].said.kind.contrary == entries[second].said.kind {
                guard history.areConcurrent(entries[first].position, entries[second].position) else { continue }
                pairs.append(([first, second], contradiction(first, second, of: stream)))
            }
        }
        for (indices, var conflict) in pairs {
            let ends = indices.flatMap { index in
                entries[index].answers.filter { !kind($0).leavesOpen } + (entries[index].replacedBy.map { [$0] } ?? [])
            }
            if let end = ends.min() { conflict.supersede(by: history[end]) }
            if conflict.state == .open {
                entries[indices[0]].contradicts.append(indices[1])
                entries[indices[1]].contradicts.append(indices[0])
            }
            conflicts.append(conflict)
        }
    }

    private mutating func contradiction(_ first: Int, _ second: Int, of stream: StreamID) -> Conflict {
        let positions = [entries[first].position, entries[second].position]
        let kinds = [entries[first].said.kind, entries[second].said.kind]
        let later = entries.filter { kinds.contains($0.said.kind) }.map(\.position)
        let conflict = Conflict(InstructionAxis.contradiction, between: positions, in: history, of: stream, settling: later)
        let closing = conflict.closedBy.flatMap { history.position(of: $0) }
        for index in [first, second] where closing != nil && entries[index].replacedBy == nil {
            // After a decision the chosen one remains; after a new instruction of the pair neither does.
            let chosen = history.chosenPosition(by: conflict)
            let isDecision = closing.map { history.chosen(at: $0) != nil || !later.contains($0) } ?? false
            if !isDecision || (chosen != nil && chosen != entries[index].position) { entries[index].replacedBy = closing }
        }
        return conflict
    }

    /// The instructions for people: of contradictory ones the cautious first, else in causal order.
    func cards() -> [InstructionCard] {
        let all = entries.map(card)
        let disputed = all.filter { !$0.contradicts.isEmpty }
        guard !disputed.isEmpty else { return all }
        return disputed.filter(\.kind.isCautious) + disputed.filter { !$0.kind.isCautious } + all.filter(\.contradicts.isEmpty)
    }

    private func card(_ entry: Entry) -> InstructionCard {
        let fact = history.facts[entry.position]
        var card = InstructionCard(fact, entry.said)
        card.answers = entry.answers.map(answer)
        card.replacedBy = entry.replacedBy.map { history.facts[$0].id }
        if !entry.contradicts.isEmpty {
            card.contradicts = entry.contradicts.map { history.facts[entries[$0].position].id }.sorted()
        }
        card.status = status(entry)
        if card.isOpen { card.proposal = proposal(at: entry.position, entry.said.kind) }
        return card
    }

    /// Done prevails over everything; a decline holds unless somebody accepts apart from or after it.
    private func status(_ entry: Entry) -> InstructionCard.Status {
        if entry.answers.contains(where: { kind($0) == .completed }) { return .completed }
        if entry.answers.contains(where: { kind($0) == .withdrawn }) { return .withdrawn }
        if entry.replacedBy != nil { return .replaced }
        let accepted = answers(entry, .accepted)
        let taken = answers(entry, .acknowledged) + accepted
        let refused = (answers(entry, .declined) + answers(entry, .impossible)).sorted()
        let open: InstructionCard.Status = accepted.isEmpty ? .acknowledged : .accepted
        if refused.isEmpty {
            guard taken.isEmpty else { return open }
            return answers(entry, .delivered).isEmpty ? .issued : .delivered
        }
        let isHeld = taken.contains { act in
            !refused.contains { history.precedes(act, $0) || ($0 == entry.chosenRefusal && !history.precedes($0, act)) }
        }
        if isHeld { return open }
        let last = history.ancestry.latest(of: refused)
        return last.contains { kind($0) == .impossible } ? .impossible : .declined
    }

    private func answer(_ position: Int) -> InstructionAnswer {
        let fact = history.facts[position]
        let note =
            switch fact.event {
            case .instructionCompleted(let said): said.evidence
            case .instructionDeclined(let said): said.reason
            case .instructionWithdrawn(let said): said.reason
            case .dialogue(.delivered(let said)): said.device
            case .dialogue(.impossible(let said)): said.reason
            default: ""
            }
        return InstructionAnswer(
            event: fact.id, kind: kind(position), by: fact.actor.person, at: fact.occurredAt.instant, note: note)
    }
}
