public import EventLog

/// Why the radiation oncologist should see the person now.
public enum TreatmentReviewDue: Hashable, Sendable {
    /// So many deliveries that no review has seen.
    case afterFractions(Int)
    /// So many whole days since the last review, or since the first delivery.
    case afterDays(Int)

    /// Fractions after which a review is due.
    ///
    /// Source: house rule; CPT 77427 counts treatment management in units of five fractions.
    public static let fractionsMax = 5
    /// Days after which a review is due.
    public static let daysMax = 7
}

extension TreatmentState {
    /// Whether and why a review is due at a moment that whoever looks passes in; nil while none is.
    public func reviewDue(at now: Instant) -> TreatmentReviewDue? {
        guard status == .onTreatment || status == .held else { return nil }
        if fractionsSinceReview >= TreatmentReviewDue.fractionsMax { return .afterFractions(fractionsSinceReview) }
        guard !deliveries.isEmpty, let reviewedAt else { return nil }
        let (milliseconds, isTooFar) = now.milliseconds.subtractingReportingOverflow(reviewedAt.milliseconds)
        let days = isTooFar ? 0 : Int(milliseconds / 86_400_000)
        return days >= TreatmentReviewDue.daysMax ? .afterDays(days) : nil
    }
}
