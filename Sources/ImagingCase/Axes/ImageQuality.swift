public import EventLog

/// Repeats, rejections and the judged quality of images.
public struct ImageQualityState: Hashable, Sendable {
    /// Nothing said.
    public init() {}
}

/// Repeats, rejections and the judged quality of images.
public enum ImageQualityAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "imageQuality" }

    /// What it looks at.
    public static var concern: Concerns { .imageQuality }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ImageQualityState {
        ImageQualityState()
    }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ImageQualityState) -> Bool { true }

    /// Writes the state.
    public static func write(_ state: ImageQualityState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", "none")
        json.endObject()
    }

    /// Says which events made the state.
    public static func explain(_ state: ImageQualityState, _ history: CaseHistory) -> [Explanation] { [] }

    /// Refuses what is illegal.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ImageQualityState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {}
}
