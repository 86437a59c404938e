public import EventLog

/// What the person consents to.
public struct ConsentState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// What the person consents to.
public enum ConsentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "consent" }

    /// What it looks at.
    public static var concern: Concerns { .consent }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ConsentState {
        ConsentState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ConsentState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ConsentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ConsentState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ConsentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
