public import EventLog
public import Problems
public import Replication

extension SQLiteSiteStore {
    /// Own events beyond a sequence of an own log, of the urgent histories in a window, those with the newest first.
    public func express(of log: LogID, beyond sequence: UInt64, in window: ExpressWindow, eventsMax: Int, bytesMax: Int)
        throws(Problem) -> ExpressPart?
    {
        try file.snapshot { snapshot in
            guard let lane = snapshot.dictionaries.index(of: log) else { return nil }
            return try snapshot.express(
                lane: lane, in: ExpressWindow(above: max(sequence, window.above), below: window.below), eventsMax: eventsMax,
                bytesMax: bytesMax, inOrderOfLog: true
            ) { $0.log == lane && $0.sequence > sequence }
        }
    }

    /// Stores events that came ahead of the feed, in one commit; the place in the feed stays.
    @discardableResult
    public func storeAhead(_ segment: Segment) throws(Problem) -> Int {
        try file.requireSpace(for: .replication)
        do { return try file.write { try SiteMeta.storeAhead(segment, $0) } } catch { throw Self.problem(error) }
    }

    /// As `storeAhead`, suspending instead of blocking.
    public func storeAheadAsync(_ segment: Segment) async throws(Problem) -> Int {
        try file.requireSpace(for: .replication)
        do { return try await file.writeAsync { try SiteMeta.storeAhead(segment, $0) } } catch { throw Self.problem(error) }
    }
}

extension SQLiteHubStore {
    /// The urgent histories whose last entry in a site's feed lies beyond a cursor and in a window, those with the newest first.
    public func express(for site: SiteID, after cursor: FeedCursor, in window: ExpressWindow, eventsMax: Int, bytesMax: Int)
        throws(SyncRefusal) -> ExpressPart?
    {
        try check(cursor, of: site)
        do {
            return try file.snapshot { snapshot in
                guard let lane = try snapshot.lane(of: site) else { return nil }
                let logs = snapshot.dictionaries.logs
                return try snapshot.express(
                    lane: lane, in: ExpressWindow(above: max(cursor.position, window.above), below: window.below),
                    eventsMax: eventsMax, bytesMax: bytesMax, inOrderOfLog: false
                ) { logs[$0.log].site != site }
            }
        } catch { throw .problem(error) }
    }

    /// Stores what is new of events that came ahead of their log.
    @discardableResult
    public func acceptAhead(_ run: ExpressRun) throws(SyncRefusal) -> Int {
        do {
            try file.requireSpace(for: .replication)
            return try file.write { try Acceptance.acceptAhead(run, $0).count }
        } catch { throw Self.refusal(error) }
    }

    /// As `acceptAhead`, suspending instead of blocking; gives how far the log is whole then.
    public func acceptAheadAsync(_ run: ExpressRun) async throws(SyncRefusal) -> (count: Int, whole: PushAnswer) {
        do {
            try file.requireSpace(for: .replication)
            return try await file.writeAsync { try Acceptance.acceptAhead(run, $0) }
        } catch { throw Self.refusal(error) }
    }
}

extension Acceptance {
    /// Takes what a site sent ahead of its log: each event once, wherever it stands.
    static func acceptAhead(_ run: ExpressRun, _ writer: StoreWriter) throws -> (count: Int, whole: PushAnswer) {
        if let held = writer.dictionaries.index(of: run.log), writer.logs[held].isQuarantined {
            throw Refused(error: SyncRefusal.quarantined(run.log))
        }
        let standing = try Self.standing(of: run.log, writer)
        let fresh = try Self.fresh(of: run.segment.events, note: "", writer)
        try keep(fresh, of: run.segment, standing, writer)
        let whole = try writer.wholeHead(try writer.logIndex(run.log))
        return (fresh.count, PushAnswer(head: whole.head, hash: whole.hash))
    }
}

extension SiteMeta {
    static func storeAhead(_ segment: Segment, _ writer: StoreWriter) throws -> Int {
        try checkOwn(segment, writer)
        return try writer.checkedAdd(segment)
    }
}
