public import EventLog

/// The same examination, it seems, ordered twice under different numbers.
public struct PossibleDuplicate: Hashable, Sendable {
    /// The question.
    public let conflict: Conflict
    /// The case that may go ahead.
    public let first: StreamID
    /// The case that waits before exposure; nil where both were exposed or the question is closed.
    public let held: StreamID?
}

extension BetweenCases {
    static let possibleDuplicate = ConflictRule(
        number: 9, kind: "possibleDuplicate", owner: .radiologist, dueMinutes: 60,
        rule:
            "Two orders for what may be one examination are never merged; the second waits before exposure until a person says.",
        inForce: "Possible duplicate: the second is held before exposure.", told: [.referrer, .radiologist, .technologist])

    /// Conflict 9: orders of one person for one procedure, or one modality and body site, whose asserted times are near.
    ///
    /// Closed by a decision, or by a link or separation of the two cases; superseded where one of them is cancelled, or both were
    /// exposed. A decision that chooses an order lets the other wait no longer either: whoever wants it cancelled cancels it.
    public func possibleDuplicates() -> [PossibleDuplicate] {
        pairs.compactMap { one, other in
            guard let left = one.orderPosition, let right = other.orderPosition, isSameExamination(one, other),
                one.history[left].occurredAt.instant.isWithin(
                    hours: limits.duplicateHours, of: other.history[right].occurredAt.instant)
            else { return nil }
            return duplicate(one.placed(left), one, other.placed(right), other)
        }
    }

    private func duplicate(
        _ left: PlacedFact, _ one: FoldedCase, _ right: PlacedFact, _ other: FoldedCase
    ) -> PossibleDuplicate {
        // Who was exposed goes first; else who was ordered first as asserted, else the lesser id.
        let isSwapped =
            one.exposurePosition == nil && other.exposurePosition != nil
            || (one.exposurePosition == nil) == (other.exposurePosition == nil)
                && right.fact.occurredAt.instant < left.fact.occurredAt.instant
        let (first, second) = isSwapped ? (other, one) : (one, other)
        let settling = linkClaims(in: one, on: other) + linkClaims(in: other, on: one)
        var conflict = Conflict(Self.possibleDuplicate, across: [left, right], settling: settling)
        for folded in [one, other] where folded.isOrderClosed {
            let ending = folded.state.order.cancellations.last { $0.effective }?.event ?? folded.state.order.reviewedBy
            if let position = ending.flatMap({ folded.history.position(of: $0) }) {
                conflict.supersede(by: folded.history[position])
            }
        }
        if let exposed = second.exposurePosition, first.exposurePosition != nil {
            conflict.supersede(by: second.history[exposed])
        }
        return PossibleDuplicate(
            conflict: conflict, first: first.state.stream, held: conflict.state == .open ? second.state.stream : nil)
    }

    private func linkClaims(in folded: FoldedCase, on other: FoldedCase) -> [PlacedFact] {
        let claims = folded.state.rare.linkage.links.filter { $0.to == other.state.stream && $0.stands }
        return claims.compactMap { folded.history.position(of: $0.event).map { folded.placed($0) } }
    }

    /// Whether two cases are of one person and want one thing.
    private func isSameExamination(_ one: FoldedCase, _ other: FoldedCase) -> Bool {
        guard clusters.isSame(one.state.patient, other.state.patient), let left = one.state.order.content,
            let right = other.state.order.content
        else { return false }
        if left.laterality != .unspecified && right.laterality != .unspecified && left.laterality != right.laterality {
            return false
        }
        return left.hasSameCode(as: right.procedure)
            || (!left.modality.isEmpty && left.modality == right.modality && !left.bodySite.isEmpty
                && left.bodySite.lowercased() == right.bodySite.lowercased())
    }
}

extension OrderPlaced {
    /// Whether it wants exactly a procedure, by code and scheme.
    func hasSameCode(as procedure: Coded?) -> Bool {
        guard let mine = self.procedure, let procedure, !mine.code.isEmpty else { return false }
        return mine.code == procedure.code && mine.scheme == procedure.scheme
    }
}
