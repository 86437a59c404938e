public import EventLog

/// What the identity axis is at.
public struct IdentityState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case unverified
    }

    /// Where it is.
    public internal(set) var status: Status = .unverified
    /// The person as shown first.
    public internal(set) var shown: Patient?
}

/// The identity axis.
public enum IdentityAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "identity" }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> IdentityState {
        IdentityState()
    }

    /// Writes the state.
    public static func write(_ state: IdentityState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        json.endObject()
    }

    /// Explains the state.
    public static func explain(_ state: IdentityState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Every act is legal here.
    public static func mayAuthor(
        _ event: CaseEvent, in state: IdentityState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
