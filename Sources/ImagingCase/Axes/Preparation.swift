public import EventLog

/// The checklist before an examination.
public struct PreparationState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// The checklist before an examination.
public enum PreparationAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "preparation" }

    /// What it looks at.
    public static var concern: Concerns { .preparation }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> PreparationState {
        PreparationState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: PreparationState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: PreparationState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: PreparationState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: PreparationState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
