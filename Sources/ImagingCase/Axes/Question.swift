public import EventLog

/// Questions between technologist, radiologist and referrer.
public struct QuestionState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Questions between technologist, radiologist and referrer.
public enum QuestionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "question" }

    /// What it looks at.
    public static var concern: Concerns { .question }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> QuestionState {
        QuestionState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: QuestionState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: QuestionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: QuestionState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: QuestionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
