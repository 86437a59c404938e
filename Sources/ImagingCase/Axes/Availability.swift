public import EventLog

/// Where the images are, per destination.
public struct AvailabilityState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Where the images are, per destination.
public enum AvailabilityAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "availability" }

    /// What it looks at.
    public static var concern: Concerns { .availability }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> AvailabilityState {
        AvailabilityState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: AvailabilityState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: AvailabilityState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: AvailabilityState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: AvailabilityState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
