public import EventLog

/// The appointment and the visit.
public struct ScheduleState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// The appointment and the visit.
public enum ScheduleAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "schedule" }

    /// What it looks at.
    public static var concern: Concerns { .schedule }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ScheduleState {
        ScheduleState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ScheduleState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ScheduleState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ScheduleState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ScheduleState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
