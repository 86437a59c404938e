public import EventLog

/// What was given, and how the person reacted.
public struct MedicationState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// What was given, and how the person reacted.
public enum MedicationAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "medication" }

    /// What it looks at.
    public static var concern: Concerns { .medication }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> MedicationState {
        MedicationState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: MedicationState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: MedicationState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: MedicationState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: MedicationState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
