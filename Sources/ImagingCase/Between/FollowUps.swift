import EventLog

extension BetweenCases {
    /// Conflict 59: a recommended next step, and an examination of the same person elsewhere that may be it. A person confirms.
    ///
    /// It fits where the code is the same, or, where the recommendation has none, the modality, and where the examination was made
    /// within the window that was recommended.
    public func followUps() -> [Suggestion] {
        cases.flatMap { folded in
            folded.openRecommendations.flatMap { position, wanted in
                cases.compactMap { match(folded, position, wanted, $0) }
            }
        }
    }

    private func match(
        _ folded: FoldedCase, _ position: Int, _ wanted: RecommendationMade, _ other: FoldedCase
    ) -> Suggestion? {
        guard other.state.stream != folded.state.stream, let made = other.exposurePosition,
            clusters.isSame(folded.state.patient, other.state.patient), other.fits(wanted)
        else { return nil }
        let recommendation = folded.history[position]
        let at = other.history[made].occurredAt.instant
        guard at >= wanted.from ?? recommendation.occurredAt.instant, wanted.until.map({ at <= $0 }) ?? true else { return nil }
        let code = wanted.action.map { $0.text.isEmpty ? $0.code : $0.text } ?? ""
        return Suggestion(
            number: 59, kind: "followUpElsewhere", stream: folded.state.stream, other: other.state.stream,
            events: [recommendation.id, other.history[made].id].sorted(),
            basis: [
                code.isEmpty ? "modality \(wanted.modality)" : code, "person \(other.state.patient?.id ?? "")",
                "within the window",
            ],
            owner: .radiologist, isAutomatic: false,
            answer: .recommendation(
                .fulfilled(
                    RecommendationFulfilled(
                        recommendation: recommendation.id, caseID: other.state.stream.description,
                        evidence: "Performed as \(other.state.stream)."))))
    }
}

extension FoldedCase {
    /// The recommendations that nobody answered with fulfilled or not needed; a declined one may have been followed elsewhere all the
    /// same, and is matched no more.
    fileprivate var openRecommendations: [(Int, RecommendationMade)] {
        history.positions(of: .recommendation).compactMap { position in
            guard case .recommendation(.made(let wanted)) = history[position].event, Authority.isEntitled(history[position])
            else {
                return nil
            }
            let isClosed = history.positions(of: .recommendation).contains { later in
                history.precedes(position, later) && closes(later, history[position].id)
            }
            return isClosed ? nil : (position, wanted)
        }
    }

    private func closes(_ position: Int, _ recommendation: EventID) -> Bool {
        guard case .recommendation(let said) = history[position].event else { return false }
        switch said {
        case .fulfilled(let answer): return answer.recommendation ?? recommendation == recommendation
        case .notNeeded(let answer): return answer.recommendation ?? recommendation == recommendation
        case .declined(let answer): return answer.recommendation ?? recommendation == recommendation
        case .made, .accepted, .deferred, .ordered: return false
        }
    }

    fileprivate func fits(_ wanted: RecommendationMade) -> Bool {
        if let action = wanted.action, !action.code.isEmpty {
            return state.order.content?.hasSameCode(as: action) == true
        }
        guard !wanted.modality.isEmpty else { return false }
        return state.acquisition.modalities.contains(wanted.modality) || state.order.content?.modality == wanted.modality
    }
}
