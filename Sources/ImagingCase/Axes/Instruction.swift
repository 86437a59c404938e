public import EventLog

/// What the instruction axis is at.
public struct InstructionState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The instruction axis.
public enum InstructionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "instruction" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> InstructionState {
        InstructionState()
    }

    /// Writes the state.
    public static func write(_ state: InstructionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: InstructionState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: InstructionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
