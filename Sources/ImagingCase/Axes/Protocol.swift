public import EventLog

/// What the protocol axis is at.
public struct ProtocolState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case needed
    }

    /// Where it is.
    public internal(set) var status: Status = .needed
}

/// The protocol axis.
public enum ProtocolAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "protocol" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ProtocolState {
        ProtocolState()
    }

    /// Writes the state.
    public static func write(_ state: ProtocolState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: ProtocolState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ProtocolState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
