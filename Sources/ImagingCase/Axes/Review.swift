public import EventLog

/// Peer review.
public struct ReviewState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Peer review.
public enum ReviewAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "review" }

    /// What it looks at.
    public static var concern: Concerns { .review }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReviewState {
        ReviewState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ReviewState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ReviewState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ReviewState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReviewState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
