public import EventLog

/// Treatment under image guidance.
public struct InterventionState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Treatment under image guidance.
public enum InterventionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "intervention" }

    /// What it looks at.
    public static var concern: Concerns { .intervention }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> InterventionState {
        InterventionState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: InterventionState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: InterventionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: InterventionState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: InterventionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
