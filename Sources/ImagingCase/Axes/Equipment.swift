public import EventLog

/// Quality control of machines.
public struct EquipmentState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Quality control of machines.
public enum EquipmentAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "equipment" }

    /// What it looks at.
    public static var concern: Concerns { .equipment }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> EquipmentState {
        EquipmentState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: EquipmentState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: EquipmentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: EquipmentState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: EquipmentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
