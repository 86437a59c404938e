import EventLog

extension InstructionAxis {
    /// A new instruction that contradicts none, and the plain answers to one, change only their own card.
    public static func advanced(_ state: InstructionState, by fact: CaseFact) -> InstructionState? {
        switch fact.event {
        case .preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected: state
        // Somebody who is there again takes back only that he had left.
        case .patientArrived, .procedureStepStarted: state.patientLeft == nil ? state : nil
        case .instructionIssued(let said) where said.kind.contrary == nil: issued(said, fact, state)
        case .instructionAcknowledged(let answer): answered(answer.instruction, .acknowledged, "", fact, state)
        case .instructionCompleted(let answer): answered(answer.instruction, .completed, answer.evidence, fact, state)
        default: nil
        }
    }

    private static func issued(_ said: InstructionIssued, _ fact: CaseFact, _ state: InstructionState) -> InstructionState {
        var state = state
        state.cards.append(InstructionCard(fact, said))
        // Nothing needs more than an instruction that nobody has answered.
        state.status = .issued
        return state
    }

    private static func answered(
        _ named: EventID?, _ kind: InstructionAnswer.Kind, _ note: String, _ fact: CaseFact, _ state: InstructionState
    ) -> InstructionState? {
        // Most answers are to a late one, so that the search begins at the end.
        guard let named, let index = state.cards.lastIndex(where: { $0.event == named }), state.cards[index].isPlain else {
            return nil
        }
        var state = state
        state.cards[index].answers.append(
            InstructionAnswer(event: fact.id, kind: kind, by: fact.actor.person, at: fact.occurredAt.instant, note: note))
        if kind == .completed {
            state.cards[index].status = .completed
            state.cards[index].proposal = nil
        } else if state.cards[index].status != .accepted && state.cards[index].status != .completed {
            state.cards[index].status = .acknowledged
        }
        state.status = neediest(of: state.cards)
        return state
    }
}

extension InstructionCard {
    /// Whether nobody refused it, took it back or said the contrary: a further answer is weighed against nothing.
    fileprivate var isPlain: Bool {
        guard isOpen || status == .completed else { return false }
        return answers.allSatisfy { $0.kind.leavesOpen || $0.kind == .completed }
    }
}
