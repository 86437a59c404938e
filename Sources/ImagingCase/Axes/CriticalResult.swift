public import EventLog

/// What the criticalResult axis is at.
public struct CriticalResultState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The criticalResult axis.
public enum CriticalResultAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "criticalResult" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> CriticalResultState {
        CriticalResultState()
    }

    /// Writes the state.
    public static func write(_ state: CriticalResultState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: CriticalResultState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: CriticalResultState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
