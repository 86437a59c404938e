public import EventLog
public import Problems

/// What a node's log holds at its end.
public struct LogState: Equatable, Sendable {
    /// The log.
    public let log: LogID
    /// The sequence up to which it is held without a gap; 0 for none. Of another site's log, of which a site holds what it may, the highest
    /// sequence held.
    public let head: UInt64
    /// The hash of the event there; zero for an empty log.
    public let hash: EventHash
    /// The Merkle tree's right edge over the log's hashes.
    public let tree: MerkleFrontier
    /// The highest sequence of which anything is held: beyond the head where urgent events came ahead of their log, or others gave back
    /// a later part first.
    public let highest: UInt64

    /// States a log; where nothing is said of what lies beyond the head, nothing does.
    public init(log: LogID, head: UInt64, hash: EventHash, tree: MerkleFrontier, highest: UInt64? = nil) {
        self.log = log
        self.head = head
        self.hash = hash
        self.tree = tree
        self.highest = max(head, highest ?? head)
    }
}

/// What both kinds of node keep: logs, append-only. Synchronous, so that a rehearsal can run the real store.
///
/// Law: a call that returns has made its effect durable; a call that throws has changed nothing, except `IO_FAILED`, after which
/// the outcome is unknown and the store refuses further writes until it is opened again.
public protocol EventStore: Sendable {
    /// How far a log is held; nil for a log never seen.
    func state(of log: LogID) throws(Problem) -> LogState?
    /// Every log held, in order of id.
    func logs() throws(Problem) -> [LogState]
    /// Events of a log from a sequence on, at most a count and a number of payload bytes (one event at least), with the hashes of
    /// parents that lie outside.
    func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) throws(Problem) -> Segment
    /// The hash of an event; nil where it is not held.
    func hash(of id: EventID) throws(Problem) -> EventHash?
}

/// What a site keeps beside: its own log and its place in its feed.
public protocol SiteStore: EventStore {
    /// The own log that is written now.
    func ownLog() throws(Problem) -> LogState
    /// Appends events that were authored on top of the own log's head.
    func append(_ events: [HashedEvent]) throws(Problem)
    /// How far the hub holds the own log.
    func shared() throws(Problem) -> UInt64
    /// Notes how far the hub holds the own log; never goes back within a generation.
    func confirm(through sequence: UInt64) throws(Problem)
    /// The place in the feed; nil before the first page.
    func cursor() throws(Problem) -> FeedCursor?
    /// Stores a page and the cursor after it in one commit; events held already are passed over. Gives how many were new.
    @discardableResult
    func store(_ page: Segment, cursor: FeedCursor) throws(Problem) -> Int
    /// Starts over in a new numbering.
    func reset(to generation: Generation) throws(Problem)
    /// Goes on under a new incarnation with drawn bits; what is held stays. Gives the new, empty log.
    func reincarnate(drawn: UInt64) throws(Problem) -> LogID
    /// Stores own events of an earlier incarnation that the hub gave back.
    func restore(_ segment: Segment) throws(Problem)
    /// Own events beyond a sequence of an own log, of the urgent histories whose last one lies in a window: those with the newest first,
    /// each whole as far as the bounds allow. Nil where there is none.
    ///
    /// - Parameter sequence: how far the hub holds the log.
    func express(of log: LogID, beyond sequence: UInt64, in window: ExpressWindow, eventsMax: Int, bytesMax: Int)
        throws(Problem) -> ExpressPart?
    /// Stores events that came ahead of the feed; those held are passed over, and the place in the feed stays. Gives how many were new.
    @discardableResult
    func storeAhead(_ segment: Segment) throws(Problem) -> Int
}

/// One page of a feed.
public struct FeedPage: Sendable {
    /// The events, in the feed's order.
    public let segment: Segment
    /// The place after them.
    public let cursor: FeedCursor
    /// Entries of each row that it covers, in order.
    public let rows: [Int]
    /// The feed's whole digest after the events.
    public let digest: EventHash

    /// Gathers a page.
    public init(segment: Segment, cursor: FeedCursor, rows: [Int], digest: EventHash) {
        self.segment = segment
        self.cursor = cursor
        self.rows = rows
        self.digest = digest
    }
}

/// What a hub keeps beside: feeds, one a site, filled in the commit that stores an event.
public protocol HubStore: EventStore {
    /// The numbering in force.
    func generation() throws(Problem) -> Generation
    /// Stores what is new of a run and fills the feeds of the sites that take part, in one commit.
    ///
    /// - Throws: `SyncRefusal` for a gap, a fork (evidence kept, log quarantined), bad parents or a checkpoint whose root is not that
    ///   of the log; nothing is stored then.
    func accept(_ run: PushedRun) throws(SyncRefusal) -> PushAnswer
    /// Stores what is new of some events of a log that its site sent ahead of the rest, and fills feeds as `accept` does, in one commit.
    /// The log's head stays where its gap-free part ends. Gives how many were new.
    ///
    /// - Throws: `SyncRefusal` for a fork (evidence kept, log quarantined) or bad parents; nothing is stored then.
    @discardableResult
    func acceptAhead(_ run: ExpressRun) throws(SyncRefusal) -> Int
    /// The urgent histories whose last entry in a site's feed lies beyond a cursor and in a window: those with the newest first, each with
    /// all its events but the site's own, as far as the bounds allow. Nil where there is none.
    func express(for site: SiteID, after cursor: FeedCursor, in window: ExpressWindow, eventsMax: Int, bytesMax: Int)
        throws(SyncRefusal) -> ExpressPart?
    /// The next page of a site's feed after a cursor; nil when there is none. Ends where a commit's row ends.
    func page(for site: SiteID, after cursor: FeedCursor, eventsMax: Int, bytesMax: Int) throws(SyncRefusal) -> FeedPage?
    /// Opens a site's feed; nothing happens for one that has it.
    func open(feedOf site: SiteID) throws(Problem)
    /// Whether a cursor is a place in a site's feed; throws what is wrong with it otherwise.
    func check(_ cursor: FeedCursor, of site: SiteID) throws(SyncRefusal)
    /// How many entries a site's feed has.
    func feedHead(of site: SiteID) throws(Problem) -> UInt64
    /// Lets a site take part in every case, past ones included.
    func grantAllCases(to site: SiteID) throws(Problem)
    /// Logs under quarantine, in order of id.
    func quarantined() throws(Problem) -> [LogID]
}
