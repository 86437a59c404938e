public import EventLog

/// Somebody outside who is told of what happens in cases.
public struct OutboundTarget: Hashable, Sendable {
    /// Its name at this node.
    public let name: String
    /// How it is reached and what it is told, as whoever delivers wrote it.
    public let settings: [UInt8]
    /// Whether nothing goes to it until somebody resumes it.
    public let isPaused: Bool
    /// Why it is paused; empty where it is not, or where nobody said.
    public let reason: String
}

/// A history that changed since somebody looked for what a target is to be told.
public struct OutboundChange: Hashable, Sendable {
    /// The history.
    public let stream: StreamID
    /// Its row.
    let index: Int
    /// How many of its events there were when it changed last.
    let events: Int
}

/// What a target was told last of a subject of a history.
public struct OutboundTold: Hashable, Sendable {
    /// What it came to.
    public let meaning: String
    /// How many messages there were about it.
    public let count: Int

    /// States it.
    public init(meaning: String, count: Int) {
        self.meaning = meaning
        self.count = count
    }
}

/// A message before it is kept.
public struct OutboundDraft: Hashable, Sendable {
    /// What it is about, within its history.
    public let subject: String
    /// What makes it one message, however often it is made or sent: at most one message of a target has it.
    public let key: String
    /// Its bytes; they are the same at every try.
    public let body: [UInt8]

    /// Drafts one.
    public init(subject: String, key: String, body: [UInt8]) {
        self.subject = subject
        self.key = key
        self.body = body
    }
}

/// A message that is kept until it was taken.
public struct OutboundMessage: Hashable, Sendable {
    /// How far it is.
    public enum State: Int64, Sendable {
        /// It is to go.
        case waiting = 0
        /// It was refused and waits for a person; later ones of its history wait behind it.
        case parked = 1
        /// It was taken.
        case sent = 2
        /// A person decided that it is not to go.
        case dropped = 3
    }

    /// Its number at this node, ascending.
    public let number: Int64
    /// For whom.
    public let target: String
    /// The how manieth of its target it is: 1, 2, 3 ... without gaps.
    public let ordinal: Int64
    /// Of which history.
    public let stream: StreamID
    /// What makes it one message.
    public let key: String
    /// What it is about.
    public let subject: String
    /// Its bytes.
    public let body: [UInt8]
    /// When it was made.
    public let made: Instant
    /// How far it is.
    public let state: State
    /// How often it was tried.
    public let attempts: Int
    /// Before when it is not tried again.
    public let due: Instant
    /// Why it is not there yet, or why it was dropped; empty where nothing went wrong.
    public let reason: String
}

/// How much of a target's messages is where.
public struct OutboundCounts: Hashable, Sendable {
    /// Messages that are to go.
    public var waiting = 0
    /// Messages that wait for a person.
    public var parked = 0
    /// When the oldest of these was made; nil where there is none.
    public var oldest: Instant?
    /// Histories that nobody looked at yet.
    public var changes = 0
    /// Histories of which something is held back.
    public var held = 0
}

/// Bounds on what is kept for targets.
public enum OutboundLimits {
    /// Targets of a node.
    public static let targetsMax = 16
    /// Messages that wait for one target: beyond, changed histories wait unread, of which there is one a history at most.
    public static let waitingMax = 100_000
    /// Bytes of one message.
    public static let bodyBytesMax = 1 << 20
    /// For how long a message that was taken can be sent again.
    public static let keptMilliseconds: Int64 = 30 * 24 * 3_600_000
}
