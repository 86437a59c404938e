public import EventLog

/// Incidents that must be looked into.
public struct IncidentState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Incidents that must be looked into.
public enum IncidentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "incident" }

    /// What it looks at.
    public static var concern: Concerns { .incident }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> IncidentState {
        IncidentState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: IncidentState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: IncidentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: IncidentState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: IncidentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
