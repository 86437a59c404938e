public import EventLog

/// What the reading axis is at.
public struct ReadingState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The reading axis.
public enum ReadingAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "reading" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReadingState {
        ReadingState()
    }

    /// Writes the state.
    public static func write(_ state: ReadingState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: ReadingState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReadingState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
