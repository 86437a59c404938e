public import EventLog

/// Consent to research and what left for it.
public struct ResearchState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Consent to research and what left for it.
public enum ResearchAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "research" }

    /// What it looks at.
    public static var concern: Concerns { .research }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ResearchState {
        ResearchState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ResearchState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ResearchState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ResearchState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ResearchState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
