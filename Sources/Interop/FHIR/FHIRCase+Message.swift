import EventLog
import ImagingCase

/// CommunicationRequest and Communication: what must be told or done, and what was said of it: critical results, instructions, remarks.
extension FHIRCase {
    func communicationRequests() -> [FHIRResource] {
        state.criticalResult.cards.map(request) + state.instruction.cards.map(request)
    }

    func communications() -> [FHIRResource] {
        state.criticalResult.cards.flatMap(communications) + state.instruction.cards.flatMap(communications)
            + state.comments.map(communication)
    }

    // MARK: - Critical results

    /// Source: FHIR R4 request-status; ACR Practice Parameter for Communication (categories 1 to 3).
    private func request(_ card: CriticalCard) -> FHIRResource {
        let status =
            switch card.status {
            case .open, .attempted, .communicated, .escalated: "active"
            case .acknowledged: "completed"
            case .withdrawnPending, .withdrawn: "revoked"
            }
        let base = order.map { [$0] } ?? []
        let steps = [card.attempts, card.communications, card.escalations, card.acknowledgements, card.withdrawals].joined()
        return FHIRResource(
            .communicationRequest, id(card.event), status: status, references: base, events: [card.event] + steps.map(\.event),
            tags: [.own("criticalResult", card.status.rawValue)]
        ) { json in
            json.references("basedOn", base)
            json.concepts("category", [FHIRConcept(text: "critical result, category \(card.category)")])
            json.member("priority", Self.priority(ofCategory: card.category))
            if state.patient != nil { json.reference("subject", subject) }
            json.references("about", card.report.flatMap(report).map { [$0] } ?? [])
            writePayload(card.finding, to: &json)
            json.period("occurrencePeriod", card.at, card.acknowledgeDue)
            json.when("authoredOn", card.at)
            json.reference("requester", .person(card.by))
            json.references("recipient", ([card.responsible] + card.alsoResponsible).filter { !$0.isEmpty }.map { .person($0) })
        }
    }

    private static func priority(ofCategory category: Int) -> String {
        switch category {
        case 1: "stat"
        case 2: "urgent"
        default: "routine"
        }
    }

    private func communications(_ card: CriticalCard) -> [FHIRResource] {
        let attempts = card.attempts.map { communication($0, of: card, "not-done", $0.outcome.word) }
        let told = (card.communications + card.escalations).map { communication($0, of: card, "completed", "") }
        let answered = (card.acknowledgements + card.withdrawals).map { communication($0, of: card, "completed", "") }
        return attempts + told + answered
    }

    private func communication(_ step: CriticalStep, of card: CriticalCard, _ status: String, _ reason: String) -> FHIRResource {
        let base = FHIRReference.to(.communicationRequest, id(card.event).description)
        return FHIRResource(
            .communication, id(step.event, part(of: card.event)), status: status, references: [base], events: [step.event]
        ) { json in
            json.references("basedOn", [base])
            if !reason.isEmpty { json.concept("statusReason", FHIRConcept(text: reason)) }
            json.concepts("category", [FHIRConcept(.hl7("communication-category", "notification"))])
            json.member("priority", Self.priority(ofCategory: card.category))
            if !step.medium.isEmpty { json.concepts("medium", [FHIRConcept(text: step.medium)]) }
            if state.patient != nil { json.reference("subject", subject) }
            json.when("sent", step.at)
            // Only what was read back is known to have arrived.
            if step.readBack { json.when("received", step.at) }
            if !step.to.isEmpty { json.references("recipient", [.person(step.to)]) }
            json.reference("sender", .person(step.by))
            json.references("reasonReference", card.report.flatMap(report).map { [$0] } ?? [])
            writePayload(card.finding, to: &json)
            json.notes([FHIRNote(by: step.by, at: step.at, text: step.note)])
        }
    }

    // MARK: - Instructions

    /// Source: FHIR R4 request-status, request-priority.
    private func request(_ card: InstructionCard) -> FHIRResource {
        let status =
            switch card.status {
            case .issued, .delivered, .acknowledged, .accepted: "active"
            case .completed: "completed"
            case .impossible, .declined, .withdrawn, .replaced: "revoked"
            }
        let base = order.map { [$0] } ?? []
        return FHIRResource(
            .communicationRequest, id(card.event), status: status, references: base,
            events: [card.event] + card.answers.map(\.event) + (card.replacedBy.map { [$0] } ?? []),
            tags: [.own("instruction", card.status.rawValue)]
        ) { json in
            json.references("basedOn", base)
            json.concepts("category", [FHIRConcept(.own("instruction", card.kind.word), text: "instruction to the technologist")])
            json.member("priority", card.urgency.spoken)
            if state.patient != nil { json.reference("subject", subject) }
            writePayload(card.text.isEmpty ? card.kind.word : card.text, to: &json)
            json.period("occurrencePeriod", card.at, card.validUntil)
            json.when("authoredOn", card.at)
            json.reference("requester", .person(card.by))
        }
    }

    private func communications(_ card: InstructionCard) -> [FHIRResource] {
        card.answers.map { answer in
            let base = FHIRReference.to(.communicationRequest, id(card.event).description)
            return FHIRResource(
                .communication, id(answer.event, part(of: card.event)), status: "completed", references: [base],
                events: [answer.event]
            ) { json in
                json.references("basedOn", [base])
                json.concepts("category", [FHIRConcept(.own("instruction", answer.kind.rawValue), text: answer.kind.rawValue)])
                if state.patient != nil { json.reference("subject", subject) }
                json.when("sent", answer.at)
                json.references("recipient", [.person(card.by)])
                json.reference("sender", .person(answer.by))
                writePayload(answer.note, to: &json)
            }
        }
    }

    /// One act may answer several requests: each answer is named by both.
    private func part(of request: EventID) -> String { id(request).suffix }

    // MARK: - Remarks

    private func communication(_ comment: Comment) -> FHIRResource {
        FHIRResource(.communication, id(comment.event), status: "completed", events: [comment.event]) { json in
            json.concepts("category", [FHIRConcept(text: "remark")])
            if state.patient != nil { json.reference("subject", subject) }
            json.when("sent", comment.at)
            json.reference("sender", .person(comment.by))
            writePayload(comment.text, to: &json)
        }
    }

    private func writePayload(_ text: String, to json: inout JSONWriter) {
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        json.list("payload", [text]) { $1.member("contentString", $0) }
    }
}
