public import EventLog

/// Advice that referrers ask radiologists for, and conferences.
public struct ConsultState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Advice that referrers ask radiologists for, and conferences.
public enum ConsultAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "consult" }

    /// What it looks at.
    public static var concern: Concerns { .consult }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ConsultState {
        ConsultState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ConsultState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ConsultState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ConsultState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ConsultState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
