public import EventLog

/// What persons may do.
public struct CredentialState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// What persons may do.
public enum CredentialAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "credential" }

    /// What it looks at.
    public static var concern: Concerns { .credential }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> CredentialState {
        CredentialState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: CredentialState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: CredentialState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: CredentialState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: CredentialState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
