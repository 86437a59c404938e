public import EventLog

/// A course of radiotherapy.
public struct TreatmentState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// A course of radiotherapy.
public enum TreatmentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "treatment" }

    /// What it looks at.
    public static var concern: Concerns { .treatment }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> TreatmentState {
        TreatmentState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: TreatmentState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: TreatmentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: TreatmentState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: TreatmentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
