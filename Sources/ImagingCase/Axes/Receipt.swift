public import EventLog

/// How far each message went: recorded, delivered, seen, acknowledged.
public struct ReceiptState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// How far each message went: recorded, delivered, seen, acknowledged.
public enum ReceiptAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "receipt" }

    /// What it looks at.
    public static var concern: Concerns { .receipt }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReceiptState {
        ReceiptState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ReceiptState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ReceiptState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ReceiptState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ReceiptState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
