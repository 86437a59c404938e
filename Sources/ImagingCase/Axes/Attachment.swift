public import EventLog

/// Documents by their hash.
public struct AttachmentState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Documents by their hash.
public enum AttachmentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "attachment" }

    /// What it looks at.
    public static var concern: Concerns { .attachment }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> AttachmentState {
        AttachmentState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: AttachmentState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: AttachmentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: AttachmentState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: AttachmentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
