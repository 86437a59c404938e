public import EventLog

/// What the safety axis is at.
public struct SafetyState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case unscreened
    }

    /// Where it is.
    public internal(set) var status: Status = .unscreened
}

/// The safety axis.
public enum SafetyAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "safety" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> SafetyState {
        SafetyState()
    }

    /// Writes the state.
    public static func write(_ state: SafetyState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: SafetyState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: SafetyState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
