public import EventLog

/// Who holds copies: the hub or a site's machine. A copied machine is another node of the same site.
public struct Node: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The machine's number; -1 for the hub.
    public let number: Int
    /// The site; nil for the hub.
    public let site: SiteID?

    /// Names a site's machine.
    public init(_ number: Int, _ site: SiteID) {
        self.number = number
        self.site = site
    }

    private init() {
        number = -1
        site = nil
    }

    /// The hub.
    public static let hub = Node()

    /// The text form.
    public var description: String { site.map { "\($0)#\(number)" } ?? "hub" }

    /// By number, the hub first.
    public static func < (left: Node, right: Node) -> Bool { left.number < right.number }
}

/// An event as a checker knows it.
public struct EventMark: Equatable, Sendable {
    /// Its id.
    public let id: EventID
    /// Its hash.
    public let hash: EventHash
    /// The history that it belongs to.
    public let stream: StreamID
    /// The events that its author had seen.
    public let parents: [EventID]
    /// The outside identity under which it counts once; empty for none.
    public let key: String
    /// The site that it routes its case to; nil for none.
    public let routedTo: SiteID?
    /// Whether its bytes still give its hash.
    public let isWhole: Bool

    /// Marks an event.
    public init(
        id: EventID, hash: EventHash, stream: StreamID, parents: [EventID] = [], key: String = "", routedTo: SiteID? = nil,
        isWhole: Bool = true
    ) {
        self.id = id
        self.hash = hash
        self.stream = stream
        self.parents = parents
        self.key = key
        self.routedTo = routedTo
        self.isWhole = isWhole
    }
}

/// One thing that was seen of a rehearsal, in order.
public enum Moment: Sendable {
    /// A recording was answered with ok; `isHeld` is whether the node showed it at once.
    case recorded(Node, EventMark, isHeld: Bool)
    /// A recording whose outcome nobody knows: the process died meanwhile.
    case unsure(Node, EventMark)
    /// A malicious node with a valid key made it.
    case forged(EventMark)
    /// Events became durable at a node from elsewhere.
    case arrived(Node, [EventMark])
    /// The hub was offered events by somebody whom its door let in, and took them or not.
    case offered([EventMark], wasTaken: Bool)
    /// A site counts its log as shared through a sequence.
    case acknowledged(Node, LogID, through: UInt64)
    /// A node's disk legitimately lost something: wiped, restored, damaged.
    case diskLost(Node)
    /// A node's process began anew and holds this.
    case reopened(Node, [EventMark])
    /// A log may have two histories from here on: its folder was copied, or an old state of it put back.
    case forkPossible(SiteID)
    /// The hub stated what it does not hold, on purpose.
    case hubLied
    /// The hub served a request.
    case served(SiteID, isRevoked: Bool, isRepeat: Bool)
    /// Everything was sent a second time; whether what a node shows stayed the same.
    case replayed(Node, isUnchanged: Bool)
}

/// A node when all is quiet.
public struct NodeEnd: Sendable {
    /// Who.
    public let node: Node
    /// All events that it holds, each as often as it holds it.
    public var marks: [EventMark]
    /// Whether a person must act before it goes on: what it owes and is owed is not asked for.
    public var isStopped = false
    /// Whether its folder was copied: what it holds of its own site is not asked for.
    public var isCopied = false
    /// Whether it may see every case.
    public var hasAllCases = false
    /// Whether nothing is left to push or to pull.
    public var isInStep = true
    /// The entries of its feed up to its cursor.
    public var taken: [EventID] = []
    /// What it shows of each stream.
    public var digests: [StreamID: EventHash] = [:]
    /// The current log's head, and how it is counted.
    public var log: LogID?
    /// Events recorded in the current log.
    public var recorded: UInt64 = 0
    /// Those at the hub, by the site's word.
    public var shared: UInt64 = 0
    /// Those that wait.
    public var pending: UInt64 = 0
    /// Those that the hub refused.
    public var refused: UInt64 = 0
    /// Logs that are under quarantine here.
    public var quarantined: [LogID] = []

    /// States a node.
    public init(_ node: Node, marks: [EventMark]) {
        self.node = node
        self.marks = marks
    }
}
