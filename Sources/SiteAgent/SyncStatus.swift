public import EventLog
public import Problems
public import Replication

/// How reconciliation stands, as its driver saw it last.
public struct SyncStatus: Sendable {
    /// Whether the hub answered the last call.
    public var isReachable = false
    /// Whether nothing is left to push and the feed is at its end.
    public var isInStep = false
    /// What each lane failed with last; a lane that went well has none.
    var problems: [SyncSession.Lane: Problem] = [:]
    /// Why a person must act; nil while it goes on by itself.
    var fault: Problem?
    /// What the hub was caught at, such as `HUB_REWOUND`; stays until the process ends, because somebody should know.
    public internal(set) var alarm: Problem?
    /// Whether a person must act before it goes on.
    public var isStopped = false
    /// The hub's numbering.
    public var generation: Generation?
    /// The hub's clock minus this machine's, in milliseconds.
    public var clockOffsetMilliseconds: Int64?
    /// How far the hub holds the own log.
    public var shared: UInt64 = 0
    /// The place in the feed.
    public var feedPosition: UInt64 = 0
    /// How many entries the feed had when the hub last said.
    public var feedHead: UInt64 = 0
    /// Events pushed since the start.
    public var pushed: UInt64 = 0
    /// Events pulled since the start.
    public var pulled: UInt64 = 0
    /// Urgent events that went ahead of the log since the start; they count as pushed when the log brings them.
    public var sentAhead: UInt64 = 0
    /// Urgent events that came ahead of the feed since the start.
    public var receivedAhead: UInt64 = 0
    /// Events given back to a hub that had lost them, since the start.
    public var givenBack: UInt64 = 0
    /// Bytes sent and received since the start, header lines included.
    public var bytesSent: Int64 = 0
    /// Bytes received.
    public var bytesReceived: Int64 = 0
    /// When the hub answered last.
    public var lastContact: Instant?
    /// When the next try is, while the hub does not answer.
    public var nextTry: Instant?

    /// What is wrong now; nil while all is well.
    public var problem: Problem? { fault ?? problems[.hello] ?? problems[.push] ?? problems[.feed] }

    /// Nothing seen yet.
    public init() {}
}
