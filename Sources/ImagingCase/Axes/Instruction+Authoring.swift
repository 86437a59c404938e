public import EventLog

extension InstructionAxis {
    /// Refuses answers to what does not exist or is not open, and acts by roles that may not. That something was done may be said
    /// even of an instruction that was withdrawn or declined: it is a fact.
    public static func mayAuthor(
        _ event: CaseEvent, in state: InstructionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        let isReader = author.role.readsImages || author.role == .system
        let isTechnologist = author.role == .technologist || author.role == .system
        switch event {
        case .instructionIssued(let said):
            try require(isReader, author, to: "instruct the technologist")
            try requirePatient(for: said.kind, in: state)
            if let end = said.validUntil, end <= now {
                throw AuthoringRefusal(
                    .content, "instruction.validUntil: \(Timestamp.text(of: end)) has passed.",
                    remedy: "Name a later time, or none.")
            }
            guard said.kind == .unspecified && said.text.isEmpty else { return }
            throw AuthoringRefusal(.content, "The instruction asks for nothing.", remedy: "Say its kind or its text.")
        case .instructionAcknowledged(let answer):
            try require(isTechnologist, author, to: "acknowledge an instruction")
            try requireCard(answer.instruction, in: state, to: "acknowledge", where: \.isOpen)
        case .instructionCompleted(let answer):
            try require(isTechnologist, author, to: "complete an instruction")
            if answer.instruction == nil {
                try requireCard(nil, in: state, to: "complete", where: \.isOpen)
            } else {
                try requireCard(answer.instruction, in: state, to: "complete") { $0.status != .completed }
            }
        case .instructionDeclined(let answer):
            try require(isTechnologist, author, to: "decline an instruction")
            try requireCard(answer.instruction, in: state, to: "decline", where: \.isOpen)
        case .instructionWithdrawn(let answer):
            try require(isReader, author, to: "withdraw an instruction")
            try requireCard(answer.instruction, in: state, to: "withdraw") { $0.isOpen || $0.status == .declined }
        case .dialogue(let dialogue): try mayAuthor(dialogue, in: state, now: now)
        default: return
        }
    }

    private static func mayAuthor(
        _ event: DialogueEvent, in state: InstructionState, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .delivered(let answer):
            try requireCard(answer.instruction, in: state, to: "deliver", where: \.isOpen)
        case .accepted(let answer):
            try requireCard(answer.instruction, in: state, to: "accept") { $0.isOpen && $0.isValid(at: now) }
        case .impossible(let answer):
            try requireCard(answer.instruction, in: state, to: "answer", where: \.isOpen)
            try Authoring.require(
                answer.reason, "instruction.reason", "it is not said why it is impossible.",
                remedy: "Say why, such as: patient left.")
        case .asked, .answered: return
        }
    }

    /// What needs the patient is not asked for when he is known to have left.
    private static func requirePatient(for kind: InstructionKind, in state: InstructionState) throws(AuthoringRefusal) {
        guard kind.needsPatient, kind != .other, kind != .unspecified, let left = state.patientLeft else { return }
        throw AuthoringRefusal(
            .state, "The patient is not at the site any more: \(left.text).",
            remedy: "Order a recall of the patient, or say it as an instruction of the kind other.")
    }

    private static func require(_ may: Bool, _ author: Author, to act: String) throws(AuthoringRefusal) {
        guard !may else { return }
        throw AuthoringRefusal(
            .role, "A \(author.role.rawValue) may not \(act).",
            remedy: "Radiologists issue and withdraw instructions; technologists answer them.")
    }

    private static func requireCard(
        _ event: EventID?, in state: InstructionState, to act: String, where allows: (InstructionCard) -> Bool
    ) throws(AuthoringRefusal) {
        if let event {
            guard let card = state.cards.first(where: { $0.event == event }) else {
                throw AuthoringRefusal(
                    .content, "There is no instruction \(event) to \(act).", remedy: "Name the event that issued it.")
            }
            if allows(card) { return }
            throw AuthoringRefusal(
                .state, "The instruction is \(card.isOpen ? "expired" : card.status.rawValue).",
                remedy: "Add a comment, or ask for a new instruction.")
        }
        let open = state.cards.filter(allows)
        guard open.count != 1 else { return }
        throw AuthoringRefusal(
            open.isEmpty ? .state : .content,
            open.isEmpty ? "No instruction is open to \(act)." : "Several instructions are open.",
            remedy: open.isEmpty ? "Wait for an instruction, or add a comment." : "Name the instruction to \(act).")
    }
}
