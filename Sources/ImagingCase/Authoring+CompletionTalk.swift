import EventLog

extension Authoring {
    /// Fills in which instruction, question, request, discrepancy, recommendation, transfer or report an answer is about, where the
    /// case has exactly one that it can be about.
    static func completedTalk(_ event: CaseEvent, in state: CaseState) -> CaseEvent {
        switch event {
        case .dialogue(let dialogue): .dialogue(completed(dialogue, in: state))
        case .consult(let consult): .consult(completed(consult, in: state))
        case .discrepancy(let discrepancy): .discrepancy(completed(discrepancy, in: state))
        case .recommendation(let recommendation): .recommendation(completed(recommendation, in: state))
        case .readingTask(.transferAccepted(let said)):
            .readingTask(.transferAccepted(naming(said, \.transfer, state.reading.offers.filter(\.isOpen).map(\.event))))
        case .reportReceipt(.delivered(let said)):
            .reportReceipt(.delivered(naming(said, \.report, state.report.current.map { [$0] } ?? [])))
        case .reportReceipt(.viewed(let said)):
            .reportReceipt(.viewed(naming(said, \.report, state.report.current.map { [$0] } ?? [])))
        case .criticalAttempt(.attempted(let said)):
            .criticalAttempt(.attempted(naming(said, \.raised, state.criticalResult.live.map(\.event))))
        default: event
        }
    }

    private static func naming<P: Payload>(_ said: P, _ field: WritableKeyPath<P, EventID?>, _ open: [EventID]) -> P {
        guard said[keyPath: field] == nil, open.count == 1 else { return said }
        var said = said
        said[keyPath: field] = open[0]
        return said
    }

    private static func completed(_ event: DialogueEvent, in state: CaseState) -> DialogueEvent {
        let instructions = state.instruction.open.map(\.event)
        return switch event {
        case .delivered(let said): .delivered(naming(said, \.instruction, instructions))
        case .accepted(let said): .accepted(naming(said, \.instruction, instructions))
        case .impossible(let said): .impossible(naming(said, \.instruction, instructions))
        case .answered(let said): .answered(naming(said, \.question, state.rare.question.open.map(\.event)))
        case .asked: event
        }
    }

    private static func completed(_ event: ConsultEvent, in state: CaseState) -> ConsultEvent {
        let cards = state.rare.consult.cards
        let waiting = cards.filter { $0.status == .requested || $0.status == .taken }.map(\.event)
        return switch event {
        case .taken(let said): .taken(naming(said, \.consult, waiting))
        case .answered(let said): .answered(naming(said, \.consult, waiting))
        case .closed(let said): .closed(naming(said, \.consult, cards.filter { $0.status != .closed }.map(\.event)))
        case .requested, .conferenceRecorded: event
        }
    }

    private static func completed(_ event: DiscrepancyEvent, in state: CaseState) -> DiscrepancyEvent {
        let open = state.rare.discrepancy.cards.filter { $0.status != .resolved }.map(\.event)
        return switch event {
        case .communicated(let said): .communicated(naming(said, \.discrepancy, open))
        case .resolved(let said): .resolved(naming(said, \.discrepancy, open))
        case .recorded: event
        }
    }

    private static func completed(_ event: RecommendationEvent, in state: CaseState) -> RecommendationEvent {
        let open = state.rare.recommendation.cards.filter(\.isOpen).map(\.event)
        return switch event {
        case .made(let said): .made(naming(said, \.report, state.report.current.map { [$0] } ?? []))
        case .accepted(let said): .accepted(naming(said, \.recommendation, open))
        case .declined(let said): .declined(naming(said, \.recommendation, open))
        case .deferred(let said): .deferred(naming(said, \.recommendation, open))
        case .ordered(let said): .ordered(naming(said, \.recommendation, open))
        case .fulfilled(let said): .fulfilled(naming(said, \.recommendation, open))
        case .notNeeded(let said): .notNeeded(naming(said, \.recommendation, open))
        }
    }
}
