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
    private let isUrgent: (StreamID, [HashedEvent]) -> Bool

    /// An empty store of a site that writes under an incarnation.
    ///
    /// - Parameter isUrgent: whether a history of these events is urgent.
    public init(
        site: SiteID, incarnation: Incarnation, isUrgent: @escaping (StreamID, [HashedEvent]) -> Bool = { _, _ in false }
    ) {
        self.site = site
        self.isUrgent = isUrgent
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

    /// Events by their ids, in this order; those not held are left out.
    public func segment(of ids: [EventID]) -> Segment { held.segment(of: ids.compactMap(held.event)) }

    /// The hash of an event; nil where it is not held.
    public func hash(of id: EventID) -> EventHash? { held.hash(of: id) }

    /// Appends events that were authored on top of the own log's head.
    ///
    /// Precondition: they continue the own log without a gap.
    public func append(_ events: [HashedEvent]) {
        for event in events {
            precondition(event.id == EventID(log: log, sequence: ownLog().head + 1), "own events are appended without gaps")
            held.add(event)
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

    /// How many events are held.
    public var count: UInt64 { held.count }

    /// Keeps what is new of events that came ahead of the feed; gives how many.
    @discardableResult
    public func storeAhead(_ segment: Segment) throws(Problem) -> Int { try held.addNew(of: segment).count }

    /// Own events beyond a sequence of an own log, of the urgent histories in a window, those with the newest first.
    public func express(
        of log: LogID, beyond sequence: UInt64, in window: ExpressWindow, eventsMax: Int, bytesMax: Int
    ) -> ExpressPart? {
        var histories: [StreamID: [HashedEvent]] = [:]
        for event in held.all { histories[event.event.stream, default: []].append(event) }
        var found: [(place: UInt64, history: [HashedEvent])] = []
        for (stream, events) in histories where isUrgent(stream, events) {
            let own = events.filter { $0.id.log == log && $0.id.sequence > sequence }
            guard let place = own.last?.id.sequence, window.contains(place) else { continue }
            found.append((place, own))
        }
        found.sort { $0.place > $1.place }
        guard let part = Express.part(found, eventsMax: eventsMax, bytesMax: bytesMax, events: { $0 }) else { return nil }
        return ExpressPart(
            segment: held.segment(of: part.events.sorted { $0.id < $1.id }), highest: found[0].place, lowest: part.lowest)
    }
}
