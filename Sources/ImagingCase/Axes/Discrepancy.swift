public import EventLog

/// Readings that differ, until the difference is told and settled.
public struct DiscrepancyState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Readings that differ, until the difference is told and settled.
public enum DiscrepancyAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "discrepancy" }

    /// What it looks at.
    public static var concern: Concerns { .discrepancy }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> DiscrepancyState {
        DiscrepancyState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: DiscrepancyState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: DiscrepancyState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: DiscrepancyState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: DiscrepancyState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
