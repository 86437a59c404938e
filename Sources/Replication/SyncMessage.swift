public import EventLog
public import Problems

/// How much may travel at once. Source: house rule (DESIGN section 5, reliability.md 4.6).
public enum SyncLimits {
    /// The most events of a segment.
    public static let segmentEventsMax = 8_192
    /// The most bytes of a segment before compression; one event may exceed it alone.
    public static let segmentBytesMax = 1 << 20
    /// The most bytes of a request body.
    public static let bodyBytesMax = 2 << 20
    /// The longest wait of a long poll in seconds.
    public static let waitSecondsMax = 55
    /// Seconds between heartbeats of a held-open stream.
    public static let heartbeatSeconds = 15
}

/// What a site says first: who it is, which of its logs it holds how far, and where it stands in its feed.
public struct HelloRequest: Equatable, Sendable {
    /// One of the site's own logs.
    public struct Log: Equatable, Sendable {
        /// The log.
        public let log: LogID
        /// The highest sequence held.
        public let head: UInt64
        /// The hash of the event there; zero for an empty log.
        public let hash: EventHash
        /// The highest sequence of which anything is held: beyond the head where urgent events came ahead.
        public let highest: UInt64

        /// States a log; where nothing is said of what lies beyond the head, nothing does.
        public init(log: LogID, head: UInt64, hash: EventHash, highest: UInt64? = nil) {
            self.log = log
            self.head = head
            self.hash = hash
            self.highest = max(head, highest ?? head)
        }

        /// States a log as a store holds it.
        public init(_ state: LogState) {
            self.init(log: state.log, head: state.head, hash: state.hash, highest: state.highest)
        }
    }

    /// The version of the wire format that the site speaks.
    public let wireVersion: Int
    /// The site's own logs, the current one last.
    public let logs: [Log]
    /// The cursor; nil before the first pull.
    public let cursor: FeedCursor?

    /// Gathers a hello.
    public init(wireVersion: Int, logs: [Log], cursor: FeedCursor?) {
        self.wireVersion = wireVersion
        self.logs = logs
        self.cursor = cursor
    }
}

/// What the hub answers to a hello.
public struct HelloAnswer: Equatable, Sendable {
    /// The version of the wire format that both speak from now on.
    public let wireVersion: Int
    /// The hub's current generation.
    public let generation: Generation
    /// The hub's head of each of the site's logs, those that the site did not name included.
    public let logs: [HelloRequest.Log]
    /// Whether the cursor is good; false asks to pull from the start of the generation.
    public let cursorIsGood: Bool
    /// How many entries the site's feed has.
    public let feedHead: UInt64
    /// The hub's wall clock.
    public let hubTime: Instant
    /// Own logs of the site that the hub has set under quarantine.
    public let quarantined: [LogID]

    /// Gathers an answer.
    public init(
        wireVersion: Int, generation: Generation, logs: [HelloRequest.Log], cursorIsGood: Bool, feedHead: UInt64,
        hubTime: Instant,
        quarantined: [LogID]
    ) {
        self.wireVersion = wireVersion
        self.generation = generation
        self.logs = logs
        self.cursorIsGood = cursorIsGood
        self.feedHead = feedHead
        self.hubTime = hubTime
        self.quarantined = quarantined
    }
}

/// What the hub answers to a push: how far it holds the log durably, and the hash there.
public struct PushAnswer: Equatable, Sendable {
    /// The hub's head of the log.
    public let head: UInt64
    /// The hash of the event at the head.
    public let hash: EventHash

    /// States a head.
    public init(head: UInt64, hash: EventHash) {
        self.head = head
        self.hash = hash
    }
}

/// Why a push or a pull is refused, with what is needed to go on.
public enum SyncRefusal: Error, Equatable, Sendable {
    /// The log must continue at another sequence.
    case gap(expected: UInt64)
    /// Two different events carry one id; both are kept, the log is quarantined.
    case fork(EventID)
    /// The cursor belongs to another numbering.
    case generation(Generation)
    /// The log is under quarantine since a fork.
    case quarantined(LogID)
    /// Anything else, in the catalogue's words.
    case problem(Problem)

    /// The refusal as the edges show it.
    public var problem: Problem {
        switch self {
        case .gap(let expected):
            Problem(
                .gap, "The log must continue at sequence \(expected).", remedy: "Send from sequence \(expected).",
                facts: [.init("expected", "\(expected)")])
        case .fork(let id):
            Problem(
                .fork, "The hub holds another event under \(id): the log has two histories.", facts: [.init("event", "\(id)")])
        case .generation(let generation):
            Problem(
                .generation, "The cursor belongs to another numbering; the hub's is \(generation).",
                facts: [.init("generation", "\(generation)")])
        case .quarantined(let log):
            Problem(.siteQuarantined, "The log \(log) is under quarantine since two histories of it were seen.")
        case .problem(let problem): problem
        }
    }
}
