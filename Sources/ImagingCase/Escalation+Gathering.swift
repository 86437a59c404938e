import EventLog

/// Walks over the axes of a case and gathers what waits for somebody.
struct WaitingGatherer {
    let state: CaseState
    let now: Instant
    let talk: TalkPolicy
    let critical: CriticalPolicy
    private(set) var all: [Waiting] = []

    init(state: CaseState, now: Instant, talk: TalkPolicy, critical: CriticalPolicy) {
        self.state = state
        self.now = now
        self.talk = talk
        self.critical = critical
    }

    mutating func gather() {
        gatherConflicts()
        gatherCriticals()
        gatherRecalls()
        gatherInstructions()
        gatherQuestions()
        gatherDiscrepancies()
        gatherReadings()
        gatherConsults()
        gatherRecommendations()
    }

    private mutating func add(
        _ kind: Waiting.Kind, _ event: EventID, _ what: String, owner: Role, to: String = "", due: Instant, inForce: String,
        conflict: String = "", escalatesTo: Role? = nil
    ) {
        all.append(
            Waiting(
                kind: kind, event: event, conflict: conflict, what: what, owner: owner, to: to, due: due, inForce: inForce,
                escalatesTo: escalatesTo ?? owner.escalatesTo))
    }

    private mutating func gatherConflicts() {
        for conflict in state.openConflicts {
            guard let due = conflict.due, let first = conflict.events.first else { continue }
            add(
                .conflict, first, "Decide conflict \(conflict.number): \(conflict.kind).", owner: conflict.owner, due: due,
                inForce: conflict.inForce, conflict: conflict.id)
        }
    }

    private mutating func gatherCriticals() {
        for card in state.criticalResult.cards {
            guard let step = card.next(at: now, critical) else { continue }
            let names = step.to.joined(separator: ", ")
            let (what, owner): (String, Role) =
                switch step.act {
                case .call: ("Tell of the critical result: \(card.finding).", .radiologist)
                case .escalate: ("Escalate the critical result, step \(step.step): \(card.finding).", .radiologist)
                case .awaitAcknowledgement: ("Acknowledge the critical result: \(card.finding).", .referrer)
                case .tellWithdrawal: ("Tell that the critical result was withdrawn: \(card.finding).", .radiologist)
                }
            let inForce =
                step.act == .tellWithdrawal
                ? "The critical result is withdrawn, and not everybody who was told knows."
                : "The critical result is active and not acknowledged; telling is not acknowledging."
            add(.criticalResult, card.event, what, owner: owner, to: names, due: step.due, inForce: inForce)
        }
    }

    private mutating func gatherRecalls() {
        for item in state.rare.receipt.items {
            for person in item.recall {
                add(
                    .recall, item.event, "Reach who received the withdrawn report \(person.report).", owner: .radiologist,
                    to: person.recipient, due: item.at.advanced(byMilliseconds: talk.recallMinutes * 60_000),
                    inForce: "The report is withdrawn; \(person.recipient) received it and has not seen that.")
            }
        }
    }

    private mutating func gatherInstructions() {
        for card in state.instruction.open where !card.isExpired(at: now) {
            let wanted = card.text.isEmpty ? card.kind.word : "\(card.kind.word): \(card.text)"
            if let proposal = card.proposal {
                add(
                    .instruction, card.event, "Confirm or recall: \(wanted).", owner: .radiologist, to: card.by,
                    due: card.due(talk), inForce: "The instruction is proposed to be \(proposal.text).")
            } else {
                add(
                    .instruction, card.event, "Answer the instruction \(wanted).", owner: .technologist, due: card.due(talk),
                    inForce: "The instruction is \(card.status.rawValue) and waits to be done.")
            }
        }
    }

    private mutating func gatherQuestions() {
        for card in state.rare.question.open {
            // A technologist or a referrer asks the radiologist, and he asks the technologist.
            let asked: Role = Role(rawValue: card.role)?.readsImages == true ? .technologist : .radiologist
            add(
                .question, card.event, "Answer: \(card.text)", owner: asked, due: card.due(talk),
                inForce: card.isBlocking ? "The examination waits for the answer." : "The examination goes on.",
                escalatesTo: asked == .technologist ? .radiologist : .lead)
        }
    }

    private mutating func gatherDiscrepancies() {
        for card in state.rare.discrepancy.cards where card.status != .resolved {
            add(
                .discrepancy, card.event,
                card.isUntold ? "Tell the treating clinician of the major discrepancy." : "Settle the discrepancy.",
                owner: .radiologist, due: card.due(talk), inForce: "Both readings are shown; the later one stands.")
        }
    }

    private mutating func gatherReadings() {
        for task in state.reading.tasks where task.isOpen {
            let part = task.said.part.isEmpty ? "the study" : "the part \(task.said.part)"
            add(
                .reading, task.event, "Read \(part).", owner: .radiologist,
                to: task.reader.isEmpty ? task.said.group : task.reader, due: task.due(talk, isStat: state.priority == .stat),
                inForce: "The reading is \(task.status.rawValue).")
        }
    }

    private mutating func gatherConsults() {
        for card in state.rare.consult.cards where card.status == .requested || card.status == .taken {
            add(
                .consult, card.event, "Advise: \(card.question)", owner: .radiologist,
                to: card.takers.last?.by ?? card.to, due: card.due(talk),
                inForce: "The request for advice is \(card.status.rawValue).")
        }
    }

    private mutating func gatherRecommendations() {
        for card in state.rare.recommendation.cards {
            guard let due = card.due(talk) else { continue }
            let action = card.said.action.map { $0.text.isEmpty ? $0.code : $0.text } ?? ""
            let what = [action, card.said.modality].filter { !$0.isEmpty }.joined(separator: ", ")
            let verb =
                card.status == .open || card.status == .deferred ? "Answer the recommendation" : "See to it that it is done"
            add(
                .recommendation, card.event, "\(verb): \(what).", owner: .referrer, due: due,
                inForce: "The recommendation is \(card.status.rawValue); a window that passes closes nothing.",
                escalatesTo: .radiologist)
        }
    }
}
