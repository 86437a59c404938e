public import EventLog

/// Which identifiers are one person.
public struct ClusterState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Which identifiers are one person.
public enum ClusterAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "cluster" }

    /// What it looks at.
    public static var concern: Concerns { .cluster }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ClusterState {
        ClusterState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ClusterState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ClusterState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ClusterState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ClusterState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
