public import EventLog

/// What the acquisition axis is at.
public struct AcquisitionState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The acquisition axis.
public enum AcquisitionAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "acquisition" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> AcquisitionState {
        AcquisitionState()
    }

    /// Writes the state.
    public static func write(_ state: AcquisitionState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: AcquisitionState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: AcquisitionState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
