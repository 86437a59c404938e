public import EventLog

/// The next steps that radiologists recommend, to their end.
public struct RecommendationState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// The next steps that radiologists recommend, to their end.
public enum RecommendationAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "recommendation" }

    /// What it looks at.
    public static var concern: Concerns { .recommendation }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> RecommendationState {
        RecommendationState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: RecommendationState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: RecommendationState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: RecommendationState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: RecommendationState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
