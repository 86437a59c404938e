public import EventLog

/// What the dose axis is at.
public struct DoseState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The dose axis.
public enum DoseAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "dose" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> DoseState {
        DoseState()
    }

    /// Writes the state.
    public static func write(_ state: DoseState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: DoseState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: DoseState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
