public import EventLog
import ImagingCase
public import Problems
public import Replication
import Synchronization
import NodeFiles

/// A site's store: its own log, what it pulled, its place in the feed and the folded cases, in one SQLite file.
public final class SQLiteSiteStore: SiteStore, Sendable {
    /// The folder's file.
    public let file: StoreFile
    /// The site.
    public let site: SiteID
    private let own: Mutex<LogID>

    /// Opens the store in a folder, or makes it; a store that lost its tail goes on under a new incarnation.
    ///
    /// - Parameter drawIncarnation: gives random bits.
    /// - Throws: a problem that says what is wrong with the folder; nothing was changed then.
    public convenience init(folder: String, site: SiteID, drawIncarnation: () -> UInt64) throws(Problem) {
        try self.init(folder: folder, site: site, measure: nil, drawIncarnation: drawIncarnation)
    }

    /// As the public one, with another measure of the volume's room.
    init(
        folder: String, site: SiteID, measure: (@Sendable () -> Volume.Space)?, drawIncarnation: () -> UInt64
    ) throws(Problem) {
        self.site = site
        file = try StoreFile(folder: folder, role: .site, measure: measure) { $0.site == site }
        let drawn = drawIncarnation()
        let isNewLife = file.wasRolledBack
        let log: LogID
        do {
            log = try file.write { writer in
                try SiteMeta.own(writer, site: site, drawn: Incarnation(bits: drawn), isNewLife: isNewLife)
            }
        } catch { throw Self.problem(error) }
        own = Mutex(log)
        file.setIdentity(log.incarnation.bits, restart: isNewLife)
        try file.keepRollback()
    }

    static func problem(_ error: any Error) -> Problem {
        (error as? Problem) ?? Problem(.ioFailed, "The store failed: \(error).")
    }

    /// The log that is written now.
    public var log: LogID { own.withLock { $0 } }

    /// The own log that is written now.
    public func ownLog() throws(Problem) -> LogState {
        try state(of: log) ?? LogState(log: log, head: 0, hash: .zero, tree: MerkleFrontier())
    }

    /// The head of the log that is written now: one row, however much else the file has.
    public func ownHead() throws(Problem) -> UInt64 {
        let log = log
        return try file.database.read { db in
            let select = try RawStatement(db, "SELECT head FROM log WHERE site=?1 AND incarnation=?2", isCached: true)
            select.bind(1, log.site.text)
            select.bind(2, log.incarnation.bits)
            guard try select.step() else { return 0 }
            defer { select.reset() }
            return UInt64(select.integer(0))
        }
    }

    /// How far a log is held; nil for a log never seen.
    public func state(of log: LogID) throws(Problem) -> LogState? {
        try file.snapshot { snapshot in try snapshot.logs().first { $0.log == log }.map { try state(of: $0, snapshot) } }
    }

    /// Every log held, in order of id.
    public func logs() throws(Problem) -> [LogState] {
        try file.snapshot { snapshot in try snapshot.logs().filter { $0.head > 0 }.map { try state(of: $0, snapshot) } }
    }

    /// An own log that the hub gave back with gaps is held up to the first.
    func state(of entry: LogEntry, _ snapshot: StoreSnapshot) throws -> LogState {
        entry.log.site == site ? try snapshot.wholeState(entry) : entry.state
    }

    /// Events of a log from a sequence on, with the hashes of parents outside.
    public func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) throws(Problem) -> Segment {
        try file.readSegment(of: log, from: first, eventsMax: eventsMax, bytesMax: bytesMax)
    }

    /// The hash of an event; nil where it is not held.
    public func hash(of id: EventID) throws(Problem) -> EventHash? { try file.readHash(of: id) }

    /// Appends events that were authored on top of the own log's head; durable when it returns.
    public func append(_ events: [HashedEvent]) throws(Problem) {
        let log = log
        do {
            try file.write { writer in
                let index = try writer.logIndex(log)
                for (offset, event) in events.enumerated() {
                    precondition(
                        event.id.log == log && event.id.sequence == writer.logs[index].head + UInt64(offset) + 1,
                        "own events are appended without gaps")
                }
                for event in events { try SiteMeta.append(event, writer) }
            }
        } catch { throw Self.problem(error) }
    }

    /// How far the hub holds the own log, as was noted last.
    public func shared() throws(Problem) -> UInt64 {
        let log = log
        return try file.readLogs().first { $0.log == log }?.shared ?? 0
    }

    /// Notes how far the hub holds the own log.
    public func confirm(through sequence: UInt64) throws(Problem) {
        let log = log
        do {
            try file.write { writer in
                let index = try writer.logIndex(log)
                guard writer.logs[index].shared != sequence else { return }
                writer.logs[index].shared = sequence
                try writer.writeLog(index)
            }
        } catch { throw Self.problem(error) }
    }

    /// The place in the feed; nil before the first page.
    public func cursor() throws(Problem) -> FeedCursor? {
        try file.meta("cursor").flatMap { FeedCursor(String(decoding: $0, as: UTF8.self)) }
    }

    /// Stores a page and the cursor after it in one commit.
    @discardableResult
    public func store(_ page: Segment, cursor: FeedCursor) throws(Problem) -> Int {
        try file.requireSpace(for: .replication)
        do { return try file.write { try SiteMeta.store(page, cursor: cursor, $0) } } catch { throw Self.problem(error) }
    }

    /// As `store`, suspending instead of blocking.
    public func storeAsync(_ page: Segment, cursor: FeedCursor) async throws(Problem) -> Int {
        try file.requireSpace(for: .replication)
        do { return try await file.writeAsync { try SiteMeta.store(page, cursor: cursor, $0) } } catch {
            throw Self.problem(error)
        }
    }

    /// As `confirm`, suspending instead of blocking.
    public func confirmAsync(through sequence: UInt64) async throws(Problem) {
        let log = log
        do {
            try await file.writeAsync { writer in
                let index = try writer.logIndex(log)
                guard writer.logs[index].shared != sequence else { return }
                writer.logs[index].shared = sequence
                try writer.writeLog(index)
            }
        } catch { throw Self.problem(error) }
    }

    /// Starts over in a new numbering.
    public func reset(to generation: Generation) throws(Problem) {
        do {
            try file.write { writer in
                try SiteMeta.set("cursor", Array(FeedCursor.start(of: generation).description.utf8), writer)
            }
        } catch { throw Self.problem(error) }
    }

    /// Goes on under a new incarnation: the hub holds more of the own log than this store, which was therefore restored or cloned.
    ///
    /// - Returns: the new, empty log.
    public func reincarnate(drawn: UInt64) throws(Problem) -> LogID {
        let site = site
        let log: LogID
        do {
            log = try file.write { writer in
                try SiteMeta.own(writer, site: site, drawn: Incarnation(bits: drawn), isNewLife: true)
            }
        } catch { throw Self.problem(error) }
        own.withLock { $0 = log }
        file.setIdentity(log.incarnation.bits, restart: false)
        return log
    }

    /// Stores own events of an earlier incarnation that the hub gave back.
    public func restore(_ segment: Segment) throws(Problem) {
        do {
            _ = try file.write { try $0.checkedAdd(segment) }
        } catch { throw Self.problem(error) }
    }
}

/// What a site keeps in its meta table, as the writer sees it.
enum SiteMeta {
    static func set(_ key: String, _ value: [UInt8], _ writer: StoreWriter) throws {
        writer.statements.setMeta.bind(1, key)
        writer.statements.setMeta.bind(2, value)
        try writer.statements.setMeta.run()
    }

    static func get(_ key: String, _ writer: StoreWriter) throws -> [UInt8]? {
        let select = writer.statements.getMeta
        select.bind(1, key)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return select.array(0)
    }

    static func own(_ writer: StoreWriter, site: SiteID, drawn: Incarnation, isNewLife: Bool) throws -> LogID {
        if let held = try get("site", writer), held != Array(site.text.utf8) {
            throw Problem(.siteMismatch, "The store belongs to another site than '\(site)'.")
        }
        if !isNewLife, let text = try get("incarnation", writer), let held = Incarnation(String(decoding: text, as: UTF8.self)) {
            return LogID(site: site, incarnation: held)
        }
        let log = LogID(site: site, incarnation: drawn)
        try set("site", Array(site.text.utf8), writer)
        try set("incarnation", Array(drawn.description.utf8), writer)
        _ = try writer.logIndex(log)
        return log
    }

    static func append(_ event: HashedEvent, _ writer: StoreWriter) throws {
        try writer.add(event)
        guard !event.event.sourceKey.isEmpty, let position = writer.position(of: event.id) else { return }
        writer.statements.insertSourceKey.bind(1, event.event.sourceKey)
        writer.statements.insertSourceKey.bind(2, position.bits)
        try writer.statements.insertSourceKey.run()
    }

    static func store(_ page: Segment, cursor: FeedCursor, _ writer: StoreWriter) throws -> Int {
        try checkOwn(page, writer)
        let count = try writer.checkedAdd(page)
        try set("cursor", Array(cursor.description.utf8), writer)
        return count
    }

    /// The log that is written now grows by its own pen alone: what claims more of it is none of a hub that is right.
    static func checkOwn(_ page: Segment, _ writer: StoreWriter) throws {
        if let site = try get("site", writer), let text = try get("incarnation", writer) {
            for event in page.events where event.id.log.site.text.utf8.elementsEqual(site) {
                guard event.id.log.incarnation.description.utf8.elementsEqual(text) else { continue }
                guard try writer.hash(of: event.id) != nil else {
                    throw Refused(
                        error: Problem(.siteMismatch, "The feed holds \(event.id), which this site never recorded."))
                }
            }
        }
    }
}

extension StoreWriter {
    /// Adds what is not held yet of events whose hashes were verified from their bytes.
    ///
    /// - Throws: `fork` as a problem where another event is held under one id.
    @discardableResult
    func checkedAdd(_ segment: Segment) throws -> Int {
        var fresh: [HashedEvent] = []
        fresh.reserveCapacity(segment.events.count)
        for event in segment.events {
            guard let held = try hash(of: event.id) else {
                fresh.append(event)
                continue
            }
            guard held == event.hash else { throw Refused(error: SyncRefusal.fork(event.id).problem) }
        }
        do { try checkParents(of: fresh, in: segment) } catch let problem as Problem {
            throw Refused(error: problem)
        }
        var standings: [LogID: LogStanding] = [:]
        for event in fresh {
            let standing = try standings[event.id.log] ?? standing(event.id.log, false)
            standings[event.id.log] = standing
            try add(
                event, of: segment,
                objection: Admission.objection(to: event.event) ?? standing.objection(to: event.id.sequence))
        }
        return fresh.count
    }
}
