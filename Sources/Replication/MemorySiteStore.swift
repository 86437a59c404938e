public import EventLog
public import Problems

/// The reference of what a site's store does, in memory: for rehearsals and for tests of what stands on a store.
public final class MemorySiteStore: SiteStore, @unchecked Sendable {  // because it is used from one thread at a time, by contract
    /// The site.
    public let site: SiteID
    private var log: LogID
    private var held: MemoryLogs
    private var sharedThrough: UInt64 = 0
    private var place: FeedCursor?

    /// An empty store of a site that writes under an incarnation.
    public init(site: SiteID, incarnation: Incarnation) {
        self.site = site
        log = LogID(site: site, incarnation: incarnation)
        held = MemoryLogs { $0.site == site }
    }

    /// The own log that is written now.
    public func ownLog() -> LogState {
        held.state(of: log) ?? LogState(log: log, head: 0, hash: .zero, tree: MerkleFrontier())
    }

    /// How far a log is held; nil for a log of which nothing is.
    public func state(of log: LogID) -> LogState? { log == self.log ? ownLog() : held.state(of: log) }

    /// Every log of which something is held, in order of id.
    public func logs() -> [LogState] { held.states() }

    /// Events of a log from a sequence on, bounded in number and payload bytes, one event at least.
    public func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) -> Segment {
        held.segment(of: log, from: first, eventsMax: eventsMax, bytesMax: bytesMax)
    }

    /// The hash of an event; nil where it is not held.
    public func hash(of id: EventID) -> EventHash? { held.hash(of: id) }

    /// Appends events that were authored on top of the own log's head.
    ///
    /// Precondition: they continue the own log without a gap.
    public func append(_ events: [HashedEvent]) {
        for event in events {
            precondition(event.id == EventID(log: log, sequence: ownLog().head + 1), "own events are appended without gaps")
            held.add(event, outside: [:])
        }
    }

    /// How far the hub holds the own log.
    public func shared() -> UInt64 { sharedThrough }

    /// Notes how far the hub holds the own log.
    public func confirm(through sequence: UInt64) { sharedThrough = sequence }

    /// The place in the feed; nil before the first page.
    public func cursor() -> FeedCursor? { place }

    /// Keeps what is new of a page, and the cursor after it; gives how many events were new.
    @discardableResult
    public func store(_ page: Segment, cursor: FeedCursor) throws(Problem) -> Int {
        let fresh = try held.addNew(of: page)
        place = cursor
        return fresh.count
    }

    /// Starts over in a new numbering.
    public func reset(to generation: Generation) { place = .start(of: generation) }

    /// Goes on under a new incarnation; what is held stays.
    ///
    /// - Returns: the new, empty log.
    public func reincarnate(drawn: UInt64) -> LogID {
        log = LogID(site: site, incarnation: Incarnation(bits: drawn))
        sharedThrough = 0
        return log
    }

    /// Stores own events of an earlier incarnation that the hub gave back.
    public func restore(_ segment: Segment) throws(Problem) { _ = try held.addNew(of: segment) }
}
