public import EventLog

/// What the handOver axis is at.
public struct HandOverState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The handOver axis.
public enum HandOverAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "handOver" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> HandOverState {
        HandOverState()
    }

    /// Writes the state.
    public static func write(_ state: HandOverState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: HandOverState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: HandOverState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
