public import EventLog

/// What the report axis is at.
public struct ReportState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
    }

    /// Where it is.
    public internal(set) var status: Status = .none
}

/// The report axis.
public enum ReportAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "report" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReportState {
        ReportState()
    }

    /// Writes the state.
    public static func write(_ state: ReportState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: ReportState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReportState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
