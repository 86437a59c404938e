public import EventLog

/// Which case belongs to which order and person.
public struct LinkageState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Which case belongs to which order and person.
public enum LinkageAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "linkage" }

    /// What it looks at.
    public static var concern: Concerns { .linkage }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> LinkageState {
        LinkageState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: LinkageState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: LinkageState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: LinkageState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: LinkageState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
