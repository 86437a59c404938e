public import EventLog

/// What the order axis is at.
public struct OrderState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The order axis.
public enum OrderAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "order" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> OrderState {
        OrderState()
    }

    /// Writes the state.
    public static func write(_ state: OrderState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: OrderState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: OrderState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
