public import EventLog

/// The next step that a radiologist recommends, to its end.
///
/// Source: FHIR R4 ServiceRequest (intent proposal, plan), LOINC 18783-1.
public enum RecommendationEvent: Hashable, Sendable {
    /// A next step is recommended.
    case made(RecommendationMade)
    /// The referrer will follow it.
    case accepted(RecommendationAccepted)
    /// The referrer will not follow it.
    case declined(RecommendationDeclined)
    /// It is decided later.
    case deferred(RecommendationDeferred)
    /// An order was placed for it.
    case ordered(RecommendationOrdered)
    /// What was recommended was done.
    case fulfilled(RecommendationFulfilled)
    /// It is not needed any more.
    case notNeeded(RecommendationNotNeeded)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .made: .recommendationMade
        case .accepted: .recommendationAccepted
        case .declined: .recommendationDeclined
        case .deferred: .recommendationDeferred
        case .ordered: .recommendationOrdered
        case .fulfilled: .recommendationFulfilled
        case .notNeeded: .recommendationNotNeeded
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .recommendationMade, .recommendationAccepted, .recommendationDeclined, .recommendationDeferred, .recommendationOrdered,
        .recommendationFulfilled, .recommendationNotNeeded,
    ]
}

extension EventKind {
    /// A next step is recommended.
    public static let recommendationMade = EventKind("recommendation.made")
    /// The referrer will follow it.
    public static let recommendationAccepted = EventKind("recommendation.accepted")
    /// The referrer will not follow it.
    public static let recommendationDeclined = EventKind("recommendation.declined")
    /// It is decided later.
    public static let recommendationDeferred = EventKind("recommendation.deferred")
    /// An order was placed for it.
    public static let recommendationOrdered = EventKind("recommendation.ordered")
    /// What was recommended was done.
    public static let recommendationFulfilled = EventKind("recommendation.fulfilled")
    /// It is not needed any more.
    public static let recommendationNotNeeded = EventKind("recommendation.notNeeded")
}
