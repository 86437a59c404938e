public import EventLog
public import Problems
public import Replication
import Synchronization
import NodeFiles

/// A hub's store: all logs, the folded cases and one feed a site, in one SQLite file.
public final class SQLiteHubStore: HubStore, Sendable {
    /// The folder's file.
    public let file: StoreFile
    private let numbering: Generation

    /// Opens the store in a folder, or makes it; a store that lost its tail numbers its feeds anew.
    ///
    /// - Throws: a problem that says what is wrong with the folder; nothing was changed then.
    public convenience init(folder: String, drawGeneration: () -> UInt64) throws(Problem) {
        try self.init(folder: folder, measure: nil, drawGeneration: drawGeneration)
    }

    /// As the public one, with another measure of the volume's room.
    init(folder: String, measure: (@Sendable () -> Volume.Space)?, drawGeneration: () -> UInt64) throws(Problem) {
        file = try StoreFile(folder: folder, role: .hub, measure: measure) { _ in true }
        let drawn = Generation(bits: drawGeneration())
        let isNewLife = file.wasRolledBack
        do {
            numbering = try file.write { writer in
                if !isNewLife, let text = try SiteMeta.get("generation", writer),
                    let held = Generation(String(decoding: text, as: UTF8.self))
                {
                    return held
                }
                try SiteMeta.set("generation", Array(drawn.description.utf8), writer)
                return drawn
            }
        } catch { throw SQLiteSiteStore.problem(error) }
        file.setIdentity(numbering.bits, restart: isNewLife)
        try file.keepRollback()
    }

    /// The numbering in force.
    public func generation() -> Generation { numbering }

    /// How far a log is held; nil for a log never seen.
    public func state(of log: LogID) throws(Problem) -> LogState? {
        try file.snapshot { snapshot in try snapshot.logs().first { $0.log == log }.map(snapshot.wholeState) }
    }

    /// Every log of which something is held, in order of id, each up to its gap-free end.
    public func logs() throws(Problem) -> [LogState] {
        try file.snapshot { snapshot in try snapshot.logs().map(snapshot.wholeState).filter { $0.highest > 0 } }
    }

    /// Events of a log from a sequence on, with the hashes of parents outside.
    public func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) throws(Problem) -> Segment {
        try file.readSegment(of: log, from: first, eventsMax: eventsMax, bytesMax: bytesMax)
    }

    /// The hash of an event; nil where it is not held.
    public func hash(of id: EventID) throws(Problem) -> EventHash? { try file.readHash(of: id) }

    /// Logs under quarantine.
    public func quarantined() throws(Problem) -> [LogID] { try file.readLogs().filter(\.isQuarantined).map(\.log) }

    /// Stores what is new of a run and fills feeds, in one commit.
    public func accept(_ run: PushedRun) throws(SyncRefusal) -> PushAnswer {
        do {
            try file.requireSpace(for: .replication)
            return try file.write { try Acceptance.accept(run, received: nil, $0) }
        } catch { throw Self.refusal(error) }
    }

    /// As `accept`, suspending instead of blocking.
    ///
    /// - Parameters:
    ///   - received: when the hub got it, for the statement of lateness.
    ///   - stored: called on the committing queue when the run is new and whole, just before the commit is announced; with whether it may
    ///     be given on as it came: not where it rests on another history of a log than the one that others get.
    public func acceptAsync(
        _ run: PushedRun, received: Instant, stored: @escaping @Sendable (Bool) -> Void = { _ in }
    ) async throws(SyncRefusal) -> PushAnswer {
        do {
            try file.requireSpace(for: .replication)
            return try await file.writeAsync { writer in
                let disputed = writer.disputedCount
                let answer = try Acceptance.accept(run, received: received, writer)
                stored(writer.disputedCount == disputed)
                return answer
            }
        } catch { throw Self.refusal(error) }
    }

    static func refusal(_ error: any Error) -> SyncRefusal {
        (error as? SyncRefusal) ?? .problem(SQLiteSiteStore.problem(error))
    }

    /// The next page of a site's feed; nil when there is none.
    public func page(for site: SiteID, after cursor: FeedCursor, eventsMax: Int, bytesMax: Int) throws(SyncRefusal) -> FeedPage? {
        do {
            guard let entries = try readFeed(site, cursor, eventsMax, bytesMax) else { return nil }
            return FeedPage(
                segment: try file.readSegment(at: entries.positions), cursor: entries.cursor, rows: entries.rows,
                digest: entries.digest)
        } catch { throw Self.refusal(error) }
    }

    /// The next entries of a site's feed by their places alone; nil when there is none.
    public func entries(
        for site: SiteID, after cursor: FeedCursor, eventsMax: Int, bytesMax: Int
    ) throws(SyncRefusal) -> FeedEntries? {
        do { return try readFeed(site, cursor, eventsMax, bytesMax) } catch { throw Self.refusal(error) }
    }

    /// Whether a cursor is a place in a site's feed; throws what is wrong with it otherwise.
    public func check(_ cursor: FeedCursor, of site: SiteID) throws(SyncRefusal) {
        _ = try entries(for: site, after: cursor, eventsMax: 1, bytesMax: 1)
    }

    /// The events of entries.
    public func segment(of entries: FeedEntries) throws(Problem) -> Segment { try file.readSegment(at: entries.positions) }

    /// The newest signed state of a log; nil for none.
    public func checkpoint(of log: LogID) throws(Problem) -> String? {
        try file.readLogs().first { $0.log == log && !$0.checkpoint.isEmpty }?.checkpoint
    }

    private func readFeed(
        _ site: SiteID, _ cursor: FeedCursor, _ eventsMax: Int, _ bytesMax: Int
    ) throws -> FeedEntries? {
        try file.database.readOrRefuse { db in
            let dictionaries = try StoreSnapshot(db, file.dictionaries).dictionaries
            let head = try RawStatement(db, "SELECT idx, feed_head FROM site WHERE id=?1", isCached: true)
            head.bind(1, site.text)
            guard try head.step() else { throw SyncRefusal.problem(Problem(.siteUnknown, "The site is not known to this hub.")) }
            let index = head.integer(0)
            let feedHead = UInt64(head.integer(1))
            head.reset()
            try FeedVerdict.check(cursor, generation: numbering, head: feedHead) { position throws(SyncRefusal) in
                do {
                    let row = try RawStatement(db, "SELECT digest FROM feed WHERE site=?1 AND position=?2", isCached: true)
                    row.bind(1, index)
                    row.bind(2, position)
                    guard try row.step() else { return nil }
                    defer { row.reset() }
                    return EventHash(bytes: row.array(0))
                } catch { throw Self.refusal(error) }
            }
            guard cursor.position < feedHead else { return nil }
            let rows = try RawStatement(
                db, "SELECT position, count, bytes, digest, entries FROM feed WHERE site=?1 AND position>?2 ORDER BY position",
                isCached: true)
            rows.bind(1, index)
            rows.bind(2, cursor.position)
            defer { rows.reset() }
            var positions: [Position] = []
            var counts: [Int] = []
            var end = EventHash.zero
            var bytes = 0
            var next = cursor
            while try rows.step() {
                guard
                    positions.isEmpty
                        || (positions.count + Int(rows.integer(1)) <= eventsMax && bytes + Int(rows.integer(2)) <= bytesMax)
                else { break }
                guard let digest = EventHash(bytes: rows.array(3)) else { throw EventRecord.damaged(nil) }
                positions += try PositionList.read(rows.bytes(4))
                counts.append(Int(rows.integer(1)))
                end = digest
                bytes += Int(rows.integer(2))
                next = FeedCursor(
                    generation: numbering, position: UInt64(rows.integer(0)), digest: FeedDigest.prefix(digest))
            }
            return FeedEntries(
                positions: positions, rows: counts, digest: end, cursor: next, bytes: bytes, isLast: next.position == feedHead,
                dictionaries: dictionaries)
        }
    }

    /// How many entries a site's feed has.
    public func feedHead(of site: SiteID) throws(Problem) -> UInt64 {
        try file.database.read { db in
            let head = try RawStatement(db, "SELECT feed_head FROM site WHERE id=?1", isCached: true)
            head.bind(1, site.text)
            guard try head.step() else { return 0 }
            defer { head.reset() }
            return UInt64(head.integer(0))
        }
    }

    /// Opens a site's feed; nothing happens for one that has it.
    public func open(feedOf site: SiteID) throws(Problem) {
        do { try file.write { try $0.openFeed(of: site) } } catch { throw SQLiteSiteStore.problem(error) }
    }

    /// Lets a site take part in every case, past ones included.
    public func grantAllCases(to site: SiteID) throws(Problem) {
        do { try file.write { try $0.grantAllCases(to: site) } } catch { throw SQLiteSiteStore.problem(error) }
    }
}

/// Entries of a feed by their places.
public struct FeedEntries: Sendable {
    let positions: [Position]
    /// Entries of each stored row.
    public let rows: [Int]
    /// The feed's digest after them.
    public let digest: EventHash
    /// The place after them.
    public let cursor: FeedCursor
    /// Their size as stored.
    public let bytes: Int
    /// Whether the feed ended there when they were looked up.
    public let isLast: Bool
    /// The log, first sequence and number, when the entries are one gap-free run of one log.
    public let run: (log: LogID, first: UInt64, count: Int)?

    init(
        positions: [Position], rows: [Int], digest: EventHash, cursor: FeedCursor, bytes: Int, isLast: Bool,
        dictionaries: Dictionaries
    ) {
        self.positions = positions
        self.rows = rows
        self.digest = digest
        self.cursor = cursor
        self.bytes = bytes
        self.isLast = isLast
        guard let first = positions.first, let last = positions.last, last.bits - first.bits == Int64(positions.count) - 1,
            first.log == last.log, first.log < dictionaries.logs.count,
            zip(positions, positions.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            run = nil
            return
        }
        run = (dictionaries.logs[first.log], first.sequence, positions.count)
    }
}

/// How a hub takes a pushed run into its store.
enum Acceptance {
    static func accept(_ run: PushedRun, received: Instant?, _ writer: StoreWriter) throws -> PushAnswer {
        let held = writer.dictionaries.index(of: run.log)
        let standing = try Self.standing(of: run.log, writer)
        let head = held.map { writer.logs[$0].tree.size } ?? 0
        if let held, writer.logs[held].isQuarantined { throw Refused(error: SyncRefusal.quarantined(run.log)) }
        let verdict: PushVerdict
        do {
            verdict = try PushVerdict.judge(run, head: head) { sequence throws(SyncRefusal) in
                do {
                    guard let hash = try writer.hash(of: EventID(log: run.log, sequence: sequence)) else {
                        throw SyncRefusal.problem(Problem(.integrityFailed, "The hub's log has a hole."))
                    }
                    return hash
                } catch { throw SQLiteHubStore.refusal(error) }
            }
        } catch SyncRefusal.fork(let id) {
            if let event = run.segment.events.first(where: { $0.id == id }) {
                try keepEvidence(event, note: run.checkpoint.note, writer)
            }
            // The evidence is part of this commit, so the refusal is said as the job's answer and not as its fault.
            throw Refused(error: SyncRefusal.fork(id))
        } catch { throw Refused(error: error) }
        guard case .accept(let offset) = verdict else {
            let whole = try writer.wholeHead(held ?? 0)
            return PushAnswer(head: whole.head, hash: whole.hash)
        }
        var tree = held.map { writer.logs[$0].tree } ?? MerkleFrontier()
        for event in run.segment.events[offset...] { tree.append(event.hash) }
        // Where nothing lies beyond the gap-free part, all that is beyond it is new.
        let mayBeHeld = held.map { writer.logs[$0].head > writer.logs[$0].tree.size } ?? false
        let news = run.segment.events[offset...]
        let fresh = mayBeHeld ? try Self.fresh(of: news, note: run.checkpoint.note, writer) : Array(news)
        try keep(fresh, of: run.segment, standing, writer) {
            guard tree.size == run.checkpoint.checkpoint.size, tree.root == run.checkpoint.checkpoint.root else {
                throw PushVerdict.rootDiffers(run.log, held: head)
            }
        }
        let index = try writer.logIndex(run.log)
        writer.logs[index].checkpoint = run.checkpoint.note
        let whole = try writer.wholeHead(index)
        if let received {
            try writer.noteReceipt(index, before: head, received: received)
            writer.logs[index].received = received.milliseconds
        }
        return PushAnswer(head: whole.head, hash: whole.hash)
    }

    /// How what a log's own site sends counts.
    static func standing(of log: LogID, _ writer: StoreWriter) throws -> LogStanding {
        do { return try writer.standing(log, true) } catch { throw Refused(error: error) }
    }

    /// What of a log's events is not held; what is must be the same event.
    ///
    /// - Parameter note: the state that the site signed over them; empty for none.
    static func fresh(of events: some Sequence<HashedEvent>, note: String, _ writer: StoreWriter) throws -> [HashedEvent] {
        var fresh: [HashedEvent] = []
        for event in events {
            guard let held = try writer.hash(of: event.id) else {
                fresh.append(event)
                continue
            }
            guard held == event.hash else {
                try keepEvidence(event, note: note, writer)
                throw Refused(error: SyncRefusal.fork(event.id))
            }
        }
        return fresh
    }

    /// Checks what of a log is new and puts it there.
    static func keep(
        _ fresh: [HashedEvent], of segment: Segment, _ standing: LogStanding, _ writer: StoreWriter,
        check: () throws -> Void = {}
    ) throws {
        do {
            try check()
            for event in fresh { try PushVerdict.checkParents(of: event.event) }
            try PushVerdict.checkStreams(of: segment.events)
            try writer.checkParents(of: fresh, in: segment, mayDiffer: writer.isQuarantined)
        } catch { throw Refused(error: error) }
        for event in fresh {
            try writer.add(
                event, of: segment,
                objection: Admission.objection(to: event.event) ?? standing.objection(to: event.id.sequence))
        }
    }

    static func keepEvidence(_ event: HashedEvent, note: String, _ writer: StoreWriter) throws {
        let index = try writer.logIndex(event.id.log)
        let insert = try RawStatement(
            writer.db, "INSERT OR IGNORE INTO evidence(log, sequence, hash, segment, received) VALUES(?1, ?2, ?3, ?4, 0)",
            isCached: true)
        insert.bind(1, index)
        insert.bind(2, event.id.sequence)
        insert.bind(3, event.hash)
        insert.bind(4, CanonicalEvent.bytes(of: event.event) + Array(note.utf8))
        try insert.run()
        writer.logs[index].isQuarantined = true
        try writer.writeLog(index)
    }
}
