public import EventLog
import Problems

/// The reference of what a hub's store does, in memory: for rehearsals and for tests of what stands on a store.
///
/// Blind to meaning: closures say to which sites an event routes its case, and which persons it names. Once a site takes part, it goes
/// on taking part.
public final class MemoryHubStore: HubStore, @unchecked Sendable {  // because it is used from one thread at a time, by contract
    private struct Feed {
        var hasAllCases = false
        var rows: [Row] = []
        var head: UInt64 { rows.last?.end ?? 0 }
        var digest: EventHash { rows.last?.digest ?? .zero }
    }

    /// What one commit put into a feed.
    private struct Row {
        let events: [HashedEvent]
        let bytes: Int
        let end: UInt64
        let digest: EventHash
    }

    private struct Stream {
        var events: [HashedEvent] = []
        var newCount = 0
        var members: Set<SiteID> = []
        /// The persons that its events name.
        var persons: Set<String> = []
    }

    /// A second history of a log: the event that differs from the one held, and the checkpoint that it came with.
    public struct Evidence: Sendable {
        /// The event that came second.
        public let event: HashedEvent
        /// The state that the site signed over it; nil for one that went ahead of its log.
        public let checkpoint: SignedCheckpoint?
    }

    /// Forks that were seen, in order of arrival.
    public private(set) var evidence: [Evidence] = []
    private let numbering: Generation
    private let routes: (HashedEvent) -> [SiteID]
    private let persons: (HashedEvent) -> [String]
    private let isUrgent: (StreamID, [HashedEvent]) -> Bool
    private var held = MemoryLogs { _ in true }
    private var forked: Set<LogID> = []
    private var feeds: [SiteID: Feed] = [:]
    private var streams: [StreamID: Stream] = [:]
    /// Streams in order of their first event here.
    private var order: [StreamID] = []

    /// An empty store.
    ///
    /// - Parameters:
    ///   - routes: the sites to which an event routes the case that it belongs to.
    ///   - persons: the persons by whom the history of an event is found: one text for one identifier.
    ///   - isUrgent: whether a history of these events is urgent.
    public init(
        generation: Generation, routes: @escaping (HashedEvent) -> [SiteID],
        persons: @escaping (HashedEvent) -> [String] = { _ in [] },
        isUrgent: @escaping (StreamID, [HashedEvent]) -> Bool = { _, _ in false }
    ) {
        self.isUrgent = isUrgent
        numbering = generation
        self.routes = routes
        self.persons = persons
    }

    /// The numbering that it was made with.
    public func generation() -> Generation { numbering }

    /// How far a log is held; nil for a log of which nothing is.
    public func state(of log: LogID) -> LogState? { held.state(of: log) }

    /// Every log of which something is held, in order of id.
    public func logs() -> [LogState] { held.states() }

    /// Events of a log from a sequence on, bounded in number and payload bytes, one event at least.
    public func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) -> Segment {
        held.segment(of: log, from: first, eventsMax: eventsMax, bytesMax: bytesMax)
    }

    /// The hash of an event; nil where it is not held.
    public func hash(of id: EventID) -> EventHash? { held.hash(of: id) }

    /// Logs of which two histories were seen, in order of id.
    public func quarantined() -> [LogID] { forked.sorted() }

    // MARK: - Taking a push

    /// Keeps what is new of a run and fills the feeds, or refuses it whole.
    public func accept(_ run: PushedRun) throws(SyncRefusal) -> PushAnswer {
        guard !forked.contains(run.log) else { throw .quarantined(run.log) }
        let head = held.state(of: run.log)?.head ?? 0
        switch try judged(run, head: head) {
        case .duplicate: break
        case .accept(let offset):
            let fresh = try self.fresh(of: run.segment.events[offset...], run.checkpoint)
            try check(fresh, of: run, from: offset)
            keep(fresh, of: run.segment)
        }
        guard let state = held.state(of: run.log) else { preconditionFailure("an accepted run has events") }
        return PushAnswer(head: state.head, hash: state.hash)
    }

    private func judged(_ run: PushedRun, head: UInt64) throws(SyncRefusal) -> PushVerdict {
        do {
            return try PushVerdict.judge(run, head: head) { sequence throws(SyncRefusal) in
                guard let hash = held.hash(of: EventID(log: run.log, sequence: sequence)) else {
                    throw .problem(Problem(.integrityFailed, "The hub's log has a hole."))
                }
                return hash
            }
        } catch {
            if case .fork(let id) = error, let event = run.segment.events.first(where: { $0.id == id }) {
                evidence.append(Evidence(event: event, checkpoint: run.checkpoint))
                forked.insert(run.log)
            }
            throw error
        }
    }

    /// What of a log's events is not held; what is must be the same event.
    private func fresh(of events: some Sequence<HashedEvent>, _ checkpoint: SignedCheckpoint?) throws(SyncRefusal)
        -> [HashedEvent]
    {
        var fresh: [HashedEvent] = []
        for event in events {
            guard let known = held.hash(of: event.id) else {
                fresh.append(event)
                continue
            }
            guard known == event.hash else {
                evidence.append(Evidence(event: event, checkpoint: checkpoint))
                forked.insert(event.id.log)
                throw .fork(event.id)
            }
        }
        return fresh
    }

    /// Keeps what is new of events that came ahead of their log, or refuses them whole.
    @discardableResult
    public func acceptAhead(_ run: ExpressRun) throws(SyncRefusal) -> Int {
        guard !forked.contains(run.log) else { throw .quarantined(run.log) }
        let fresh = try self.fresh(of: run.segment.events, nil)
        try checkParents(fresh, in: run.segment)
        keep(fresh, of: run.segment)
        return fresh.count
    }

    /// Keeps what a hub that lost its store is given back, wherever it stands in its log; gives how many events were new.
    @discardableResult
    public func salvage(_ segment: Segment) -> Int {
        let segment = segment.spelledOut
        var fresh: [HashedEvent] = []
        for event in segment.events {
            if let known = held.hash(of: event.id) {
                guard known != event.hash else { continue }
                if !evidence.contains(where: { $0.event.hash == event.hash }) {
                    evidence.append(Evidence(event: event, checkpoint: nil))
                }
                forked.insert(event.id.log)
            } else if (try? held.checkParents(of: [event], in: segment, mayDiffer: mayDiffer(from: event.id.log))) != nil {
                // Of a log with two histories what rests on the other than the one held is passed over.
                add(event, of: segment)
                fresh.append(event)
            }
        }
        fillFeeds(with: fresh)
        return fresh.count
    }

    private func keep(_ fresh: [HashedEvent], of segment: Segment) {
        for event in fresh { add(event, of: segment) }
        fillFeeds(with: fresh)
    }

    private func checkParents(_ fresh: [HashedEvent], in segment: Segment) throws(SyncRefusal) {
        for event in fresh { try PushVerdict.checkParents(of: event.event) }
        try PushVerdict.checkStreams(of: segment.events)
        guard let log = fresh.first?.id.log else { return }
        do throws(Problem) { try held.checkParents(of: fresh, in: segment, mayDiffer: mayDiffer(from: log)) } catch {
            throw .problem(error)
        }
    }

    /// Whether an event of one log may rest on another event of a second than the one held: where two histories of the second were seen, its
    /// author saw the other, and is not to blame.
    private func mayDiffer(from log: LogID) -> (LogID) -> Bool { { [forked] in forked.contains($0) && !forked.contains(log) } }

    private func check(_ fresh: [HashedEvent], of run: PushedRun, from offset: Int) throws(SyncRefusal) {
        var tree = held.state(of: run.log)?.tree ?? MerkleFrontier()
        for event in run.segment.events[offset...] { tree.append(event.hash) }
        guard tree.size == run.checkpoint.checkpoint.size, tree.root == run.checkpoint.checkpoint.root else {
            throw .problem(PushVerdict.rootDiffers(run.log, held: held.state(of: run.log)?.head ?? 0))
        }
        try checkParents(fresh, in: run.segment)
    }

    private func add(_ event: HashedEvent, of segment: Segment) {
        held.add(event, of: segment)
        if streams[event.event.stream] == nil { order.append(event.event.stream) }
        streams[event.event.stream, default: Stream()].events.append(event)
        streams[event.event.stream, default: Stream()].newCount += 1
        streams[event.event.stream, default: Stream()].persons.formUnion(persons(event))
    }

    // MARK: - Feeds

    /// Opens a site's feed; nothing happens for one that has it. Cases in which it takes part already come whole.
    public func open(feedOf site: SiteID) {
        guard feeds[site] == nil else { return }
        feeds[site] = Feed()
        for id in order where streams[id]?.events.contains(where: { takesPart(site, in: $0) }) == true {
            streams[id]?.members.insert(site)
            append(streams[id]?.events ?? [], to: site)
        }
        for id in follow(site) { append(streams[id]?.events ?? [], to: site) }
    }

    /// Makes a site take part in what its histories lead to; gives what came in, in an order in which each follows from what is before.
    private func follow(_ site: SiteID) -> [StreamID] {
        var joined: [StreamID] = []
        for kind in [StreamKind.course, .person] {
            for id in order where id.kind == kind && streams[id]?.members.contains(site) == false {
                guard let persons = streams[id]?.persons, !persons.isEmpty else { continue }
                let isLed = streams.contains { other, stream in
                    other.kind.leads(to: kind) && stream.members.contains(site) && !stream.persons.isDisjoint(with: persons)
                }
                guard isLed else { continue }
                streams[id]?.members.insert(site)
                joined.append(id)
            }
        }
        return joined
    }

    /// Lets a site take part in every case: what its feed does not have yet is appended, in order of arrival.
    public func grantAllCases(to site: SiteID) {
        guard let feed = feeds[site], !feed.hasAllCases else { return }
        append(order.compactMap { streams[$0] }.filter { !$0.members.contains(site) }.flatMap(\.events), to: site)
        feeds[site]?.hasAllCases = true
    }

    /// Whether an event makes a site take part in its case: it recorded it or was routed to by it.
    private func takesPart(_ site: SiteID, in event: HashedEvent) -> Bool {
        event.id.log.site == site || event.event.stream.kind.isForEverySite || routes(event).contains(site)
    }

    private func fillFeeds(with fresh: [HashedEvent]) {
        let touched = order.filter { streams[$0]?.newCount ?? 0 > 0 }
        for site in feeds.keys.sorted() {
            guard let feed = feeds[site] else { continue }
            var entries: [HashedEvent] = []
            // A case that was routed just now comes whole, its past before what is new.
            for id in touched where !feed.hasAllCases {
                guard let stream = streams[id], !stream.members.contains(site),
                    stream.events.suffix(stream.newCount).contains(where: { takesPart(site, in: $0) })
                else { continue }
                streams[id]?.members.insert(site)
                entries += stream.events.dropLast(stream.newCount)
            }
            // And so does what is known of the persons of its cases.
            for id in feed.hasAllCases ? [] : follow(site) {
                if let stream = streams[id] { entries += stream.events.dropLast(stream.newCount) }
            }
            entries += fresh.filter { feed.hasAllCases || streams[$0.event.stream]?.members.contains(site) == true }
            append(entries, to: site)
        }
        for id in touched { streams[id]?.newCount = 0 }
    }

    /// Appends entries in rows that fit a page; a site's own events are not sent back to it.
    private func append(_ entries: [HashedEvent], to site: SiteID) {
        var rest = entries.filter { $0.id.log.site != site }[...]
        while !rest.isEmpty, var feed = feeds[site] {
            var bytes = 0
            let row = rest.prefix(SyncLimits.segmentEventsMax).prefix { event in
                defer { bytes += event.event.payload.count }
                return bytes < SyncLimits.segmentBytesMax / 2
            }
            feed.rows.append(
                Row(
                    events: Array(row), bytes: row.reduce(0) { $0 + $1.event.payload.count }, end: feed.head + UInt64(row.count),
                    digest: FeedDigest.next(after: feed.digest, entries: row.map(\.hash))))
            feeds[site] = feed
            rest = rest.dropFirst(row.count)
        }
    }

    /// The next page of a site's feed after a cursor, ending where a row ends; nil when there is none.
    public func page(for site: SiteID, after cursor: FeedCursor, eventsMax: Int, bytesMax: Int) throws(SyncRefusal) -> FeedPage? {
        let feed = try checked(cursor, of: site)
        var events: [HashedEvent] = []
        var bytes = 0
        var rows: [Int] = []
        var digest = EventHash.zero
        var next = cursor
        for row in feed.rows where row.end > cursor.position {
            guard events.isEmpty || (events.count + row.events.count <= eventsMax && bytes + row.bytes <= bytesMax) else { break }
            events += row.events
            bytes += row.bytes
            rows.append(row.events.count)
            digest = row.digest
            next = FeedCursor(generation: numbering, position: row.end, digest: FeedDigest.prefix(row.digest))
        }
        guard !events.isEmpty else { return nil }
        return FeedPage(segment: held.segment(of: events), cursor: next, rows: rows, digest: digest)
    }

    /// The urgent histories whose last entry in a site's feed lies beyond a cursor and in a window, those with the newest first.
    public func express(
        for site: SiteID, after cursor: FeedCursor, in window: ExpressWindow, eventsMax: Int, bytesMax: Int
    ) throws(SyncRefusal) -> ExpressPart? {
        let feed = try checked(cursor, of: site)
        var places: [StreamID: UInt64] = [:]
        for row in feed.rows where row.end > cursor.position {
            for (offset, event) in row.events.enumerated() {
                places[event.event.stream] = row.end - UInt64(row.events.count - 1 - offset)
            }
        }
        var found: [(place: UInt64, history: StreamID)] = []
        for (id, place) in places where window.contains(place) {
            if let stream = streams[id], isUrgent(id, stream.events) { found.append((place, id)) }
        }
        found.sort { $0.place > $1.place }
        let part = Express.part(found, eventsMax: eventsMax, bytesMax: bytesMax) { id in
            (streams[id]?.events ?? []).filter { $0.id.log.site != site }
        }
        guard let part else { return nil }
        return ExpressPart(segment: held.segment(of: part.events), highest: found[0].place, lowest: part.lowest)
    }

    /// How many events are held.
    public var count: UInt64 { held.count }

    /// Whether a cursor is a place in a site's feed; throws what is wrong with it otherwise.
    public func check(_ cursor: FeedCursor, of site: SiteID) throws(SyncRefusal) { _ = try checked(cursor, of: site) }

    private func checked(_ cursor: FeedCursor, of site: SiteID) throws(SyncRefusal) -> Feed {
        guard let feed = feeds[site] else { throw .problem(Problem(.siteUnknown, "The site is not known to this hub.")) }
        try FeedVerdict.check(cursor, generation: numbering, head: feed.head) { position in
            feed.rows.first { $0.end == position }?.digest
        }
        return feed
    }

    /// How many entries a site's feed has; 0 for one that was not opened.
    public func feedHead(of site: SiteID) -> UInt64 { feeds[site]?.head ?? 0 }
}
