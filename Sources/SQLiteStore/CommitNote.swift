public import EventLog
public import ImagingCase

/// What a commit changed.
public struct CommitNote: Sendable {
    /// A log's new end.
    public struct Head: Sendable {
        /// The log.
        public let log: LogID
        /// Its highest sequence.
        public let sequence: UInt64
        /// The hash of the event there.
        public let hash: EventHash
    }

    /// A link between two cases that a program may record, because every identifier is exactly the same.
    public struct Link: Sendable {
        /// The case in whose history it is recorded.
        public let stream: StreamID
        /// The other case.
        public let other: StreamID
        /// The event that says it.
        public let answer: CaseEvent

        /// What makes it one event, however often it is noticed.
        public var key: String { "link \(stream) \(other)" }
    }

    /// Logs that grew, or whose row changed.
    public internal(set) var heads: [Head] = []
    /// Sites whose feeds grew.
    public internal(set) var feeds: [SiteID] = []
    /// Links to record, noticed at a hub.
    public internal(set) var links: [Link] = []
}
