import EventLog

/// How soon the case is wanted: the most urgent of what was said and not taken back by somebody who had seen it.
enum Priority {
    static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> Urgency {
        .unspecified
    }
}
