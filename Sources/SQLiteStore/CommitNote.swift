public import EventLog

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

    /// Logs that grew, or whose row changed.
    public internal(set) var heads: [Head] = []
    /// Sites whose feeds grew.
    public internal(set) var feeds: [SiteID] = []
}
