public import EventLog

/// Dose of the staff.
public struct StaffDoseState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Dose of the staff.
public enum StaffDoseAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "staffDose" }

    /// What it looks at.
    public static var concern: Concerns { .staffDose }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> StaffDoseState {
        StaffDoseState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: StaffDoseState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: StaffDoseState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: StaffDoseState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: StaffDoseState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
