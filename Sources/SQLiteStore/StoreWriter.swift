import EventLog
import GRDB
import ImagingCase
import Problems
import Replication
import Wire

/// The one writer of a node's file: puts events into their log, their stream and, at the hub, into feeds, and folds what they touch.
///
/// Lives on the writer's queue. Between `begin` and `commit` its memory runs ahead of the file; when a commit fails everything
/// in memory is dropped and read again, because a failed commit is unknown, not "no".
final class StoreWriter {
    let db: GRDB.Database
    let statements: WriterStatements
    let shared: SharedDictionaries
    var dictionaries: Dictionaries
    var logs: [LogEntry]
    var sites: [FeedSite]
    var cache = StreamCache()
    private(set) var touched: [StreamRecord] = []
    /// What this transaction added, in order: for feeds.
    var added: [(position: Position, stream: StreamRecord, hash: EventHash, bytes: Int)] = []
    /// The persons' identifiers that streams got in this transaction (hub only).
    var named: [(stream: StreamRecord, id: IssuedIdentifier)] = []
    private var dirtyLogs: Set<Int> = []
    /// What all cases come to, with this transaction's folds.
    var sum = StateSum()
    /// Logs with a whole tree: at a site those of its own site.
    let keepsTree: (LogID) -> Bool
    let isHub: Bool
    private var record: [UInt8] = []
    /// What can make parents count otherwise than they are named.
    var needs: CountedParents.Needs
    /// How many parents were named with another hash than is held, or may be, since the store was opened.
    private(set) var disputedCount = 0
    /// The stretch of time in which each log's growth was noted last.
    var receiptSlots: [Int: Int64] = [:]
    /// What the transaction changed, for whoever waits for it.
    var note = CommitNote()
    /// How far the events of a log count, and whether its own site may send any; said by the registry of sites.
    var standing: @Sendable (LogID, _ isOwn: Bool) throws -> LogStanding = { _, _ in .admitted }
    /// Tells the time of arrivals; nil where nobody asks how late they are.
    var clock: (@Sendable () -> Instant)?
    /// How many late arrivals are kept, and noted on one day; older ones make room.
    var lateMax = 10_000
    /// Whether a history that has nothing to do with any other is left alone until what the rules look at changes; false to compare.
    var skipsQuiet = true
    /// How often somebody's neighbours were looked at.
    var lookedAround = 0
    /// How many late arrivals were noted on which day.
    var lateNoted: (day: Int64, count: Int) = (0, 0)
    /// Who outside is told of what happens in cases.
    var outboundTargets: [String] = []
    /// Which sites keep a register of who may do what, as far as somebody asked: every case is judged by it.
    var registers: [SiteID: Bool] = [:]
    /// The first event that is held beyond each log's tree, as far as it was looked up; `UInt64.max` where there is none.
    private var ahead: [Int: UInt64] = [:]
    /// Parents that some event names and that are not held: what their hash must be when they come.
    private var awaited: [Position: EventHash]

    init(_ db: GRDB.Database, shared: SharedDictionaries, isHub: Bool, keepsTree: @escaping (LogID) -> Bool) throws {
        self.db = db
        self.shared = shared
        self.isHub = isHub
        self.keepsTree = keepsTree
        statements = try WriterStatements(db)
        (dictionaries, logs) = try StoreTables.dictionaries(db)
        sites = isHub ? try StoreTables.sites(db) : []
        awaited = try StoreTables.parentHashes(db)
        needs = try CountedParents.Needs(db)
        sum = try StoreTables.sum(db)
        outboundTargets = try StoreTables.outboundTargets(db).map(\.name)
        shared.publish(dictionaries)
    }

    /// How many events the file holds: what the anchor beside it remembers.
    var total: UInt64 { logs.reduce(0) { $0 + $1.held } }

    func reload() throws {
        cache.removeAll()
        touched = []
        added = []
        named = []
        dirtyLogs = []
        note = CommitNote()
        (dictionaries, logs) = try StoreTables.dictionaries(db)
        sites = isHub ? try StoreTables.sites(db) : []
        awaited = try StoreTables.parentHashes(db)
        needs = try CountedParents.Needs(db)
        receiptSlots = [:]
        registers = [:]
        ahead = [:]
        sum = try StoreTables.sum(db)
        outboundTargets = try StoreTables.outboundTargets(db).map(\.name)
        shared.publish(dictionaries)
    }

    // MARK: - Reading what is held

    func position(of id: EventID) -> Position? {
        guard let log = dictionaries.index(of: id.log), id.sequence <= logs[log].head else { return nil }
        return Position(log: log, sequence: id.sequence)
    }

    /// The hash of a held event; nil where it is not held.
    func hash(of id: EventID) throws -> EventHash? {
        guard let position = position(of: id) else { return nil }
        if logs[position.log].head == id.sequence { return logs[position.log].hash }
        let select = statements.selectEvent
        select.bind(1, position.bits)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return try EventRecord.hash(select.bytes(0))
    }

    func isHeld(_ id: EventID) throws -> Bool { try hash(of: id) != nil }

    /// The stream's record, read from the file when it is not in memory; nil for a stream never seen.
    func stream(_ id: StreamID) throws -> StreamRecord? {
        if let record = cache.find(id) { return record }
        let select = statements.selectStream
        select.bind(id)
        guard try select.step() else { return nil }
        let index = Int(select.integer(0))
        let positions = try PositionList.read(select.bytes(1))
        let members = try PositionList.read(select.bytes(2)).map { Int($0.bits) }
        let digest = EventHash(bytes: select.array(3))
        select.reset()
        let record = StreamRecord(index: index, id: id, positions: positions, members: members, digest: digest)
        record.facts = try facts(at: positions, of: id)
        cache.insert(record)
        return record
    }

    /// What events of a stream say, in the order given.
    private func facts(at positions: [Position], of id: StreamID) throws -> [CaseFact] {
        guard needs.isAny else { return try positions.map { Self.fact(try event(at: $0, stream: id)) } }
        return try countedParents.facts(of: positions.map { try event(at: $0, stream: id) })
    }

    private var countedParents: CountedParents { CountedParents(db: db, dictionaries: dictionaries, needs: needs) }

    func event(at position: Position, stream: StreamID) throws -> HashedEvent {
        let select = statements.selectEvent
        select.bind(1, position.bits)
        guard try select.step() else { throw EventRecord.damaged(position) }
        defer { select.reset() }
        return try EventRecord.event(select.bytes(0), at: position, in: dictionaries, of: stream)
    }

    static func fact(_ event: HashedEvent, parents: [EventID]? = nil) -> CaseFact {
        CaseFact(
            event, PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload),
            parents: parents)
    }

    // MARK: - Adding

    /// Checks, before anything is written, that the parents of new events are what the events' hashes were computed from.
    ///
    /// - Parameter mayDiffer: whether another event than the one held may be a child's parent, said for the parent's log; where the segment
    ///   itself says that it is, it always may.
    /// - Throws: a problem that names the parent; nothing was written then.
    func checkParents(
        of events: some Sequence<HashedEvent>, in segment: Segment, mayDiffer: (LogID) -> Bool = { _ in false }
    ) throws {
        for event in events {
            if !awaited.isEmpty, let position = position(orUnheld: event.id), let named = awaited[position], named != event.hash {
                throw Problem(.badParents, "Another event names \(event.id) as parent with another hash.")
            }
            guard event.event.parents.contains(where: { segment.hash(of: $0, namedBy: event.id) != nil }) else { continue }
            let stream = try stream(event.event.stream)
            for parent in event.event.parents {
                guard let named = segment.hash(of: parent, namedBy: event.id), let position = position(of: parent),
                    let held = try hash(of: parent)
                else { continue }
                guard held == named else {
                    if segment.disputed[event.id]?[parent] != nil || mayDiffer(parent.log) { continue }
                    throw PushVerdict.parentDiffers(event.id, parent)
                }
                guard let stream, try stream.positions.contains(position) || isStored(position, in: stream) else {
                    throw Problem(.badParents, "\(event.id) names \(parent), which belongs to another stream.")
                }
            }
        }
    }

    /// Whether an event is of a stream's history although it is set aside and in no state.
    private func isStored(_ position: Position, in stream: StreamRecord) throws -> Bool {
        let select = statements.selectEvent
        select.bind(1, position.bits)
        guard try select.step() else { return false }
        defer { select.reset() }
        return try EventRecord.stream(select.bytes(0)) == stream.index
    }

    private func position(orUnheld id: EventID) -> Position? {
        dictionaries.index(of: id.log).map { Position(log: $0, sequence: id.sequence) }
    }

    /// Remembers what a parent's hash must be that is not held yet.
    private func expect(_ parent: Position, _ hash: EventHash) throws {
        awaited[parent] = hash
        statements.insertParentHash.bind(1, parent.bits)
        statements.insertParentHash.bind(2, hash)
        try statements.insertParentHash.run()
    }

    /// Remembers that a child names a parent with a hash of its own.
    private func dispute(_ child: Position, _ parent: Position, _ hash: EventHash) throws {
        let insert = try RawStatement(
            db, "INSERT OR REPLACE INTO disputed(child, parent, hash) VALUES(?1, ?2, ?3)", isCached: true)
        insert.bind(1, child.bits)
        insert.bind(2, parent.bits)
        insert.bind(3, hash)
        try insert.run()
        needs.hasDisputed = true
        disputedCount += 1
    }

    /// Whether a held child waits for no parent, and rests on this very event now that it comes.
    private func isSeen(_ parent: Position, _ hash: EventHash) throws -> Bool {
        guard needs.hasDisputed else { return false }
        let select = try RawStatement(db, "SELECT 1 FROM disputed WHERE parent=?1 AND hash=?2 LIMIT 1", isCached: true)
        select.bind(1, parent.bits)
        select.bind(2, hash)
        defer { select.reset() }
        return try select.step()
    }

    /// Puts an event into its log and stream. The caller has checked that it is new and may come.
    ///
    /// - Parameters:
    ///   - segment: what it came in; nil for one that was recorded here.
    ///   - objection: why it is set aside: it gets its place in the log and is part of no state then.
    func add(_ event: HashedEvent, of segment: Segment? = nil, objection: Problem? = nil) throws {
        let log = try logIndex(event.id.log)
        let position = Position(log: log, sequence: event.id.sequence)
        if !awaited.isEmpty, awaited.removeValue(forKey: position) != nil {
            statements.deleteParentHash.bind(1, position.bits)
            try statements.deleteParentHash.run()
        }
        let stream = try stream(event.event.stream) ?? newStream(event.event.stream)
        let kind = try kindIndex(event.event.kind)
        let actor = try actorIndex(event.event.actor)
        var parents: [Position] = []
        parents.reserveCapacity(event.event.parents.count)
        for parent in event.event.parents {
            let place = Position(log: try logIndex(parent.log), sequence: parent.sequence)
            parents.append(place)
            guard let named = segment?.hash(of: parent, namedBy: event.id) else { continue }
            let held = try hash(of: parent)
            if held == nil, segment?.disputed[event.id]?[parent] == nil {
                try expect(place, named)
            } else if held != named {
                try dispute(position, place, named)
            }
        }
        record.removeAll(keepingCapacity: true)
        EventRecord.append(
            event, position: position, stream: stream.index, kind: kind, actor: actor, parents: parents, to: &record)
        statements.insertEvent.bind(1, position.bits)
        statements.insertEvent.bind(2, record)
        try statements.insertEvent.run()
        try extend(log, by: event)
        if !isHub, !keepsTree(event.id.log) { try noteUnproven(position, of: event.id.log.site) }
        if try isSeen(position, event.hash) {
            // A child that came before it stood on nothing in its place.
            stream.lostFacts = true
            touch(stream)
        }
        if let objection {
            try noteAside(position, stream: stream.index, objection, noted: clock?().milliseconds ?? 0)
            if stream.facts.contains(where: { $0.parents.contains(event.id) }) {
                // A child that came before it stands on what it had seen.
                stream.lostFacts = true
                touch(stream)
            }
            // Who takes part in the case may hold children of it: these need it to have their place.
            if isHub, objection.code == .siteRevoked { added.append((position, stream, event.hash, record.count)) }
            return
        }
        if event.event.kind == Canary.kind { try noteCanary(event) }
        try admit(event, position, stream, bytes: record.count)
    }

    /// Puts an event that has its place in the log into its stream, and into the feeds at the end of the transaction.
    func admit(_ event: HashedEvent, _ position: Position, _ stream: StreamRecord, bytes: Int) throws {
        let parents =
            needs.isAny ? try countedParents.of(event) { id in stream.facts.last { $0.id == id } != nil } : event.event.parents
        touch(stream)
        stream.newCount += 1
        stream.positions.append(position)
        stream.facts.append(Self.fact(event, parents: parents))
        cache.grew(by: 1)
        if isHub { added.append((position, stream, event.hash, bytes)) }
    }

    /// Reads anew what a stream's events say where one of them was taken out: its children stand on what it had seen.
    func refresh(_ stream: StreamRecord) throws {
        guard stream.lostFacts else { return }
        stream.facts = try facts(at: stream.positions, of: stream.id)
        stream.unfold()
    }

    /// Has a stream judged again whenever something new may matter.
    func forgetQuiet(_ id: StreamID) { cache.peek(id)?.quiet = nil }

    /// Reads every stream anew when it is asked for next.
    func forgetStreams() { cache.removeAll() }

    /// Has a stream folded and written at the end of the transaction.
    func touch(_ stream: StreamRecord) {
        guard !stream.isTouched else { return }
        stream.isTouched = true
        touched.append(stream)
    }

    private func extend(_ log: Int, by event: HashedEvent) throws {
        logs[log].held += 1
        dirtyLogs.insert(log)
        if event.id.sequence > logs[log].head {
            logs[log].head = event.id.sequence
            logs[log].hash = event.hash
        }
        guard keepsTree(event.id.log) else { return }
        guard logs[log].tree.size + 1 == event.id.sequence else {
            if let known = ahead[log] { ahead[log] = min(known, event.id.sequence) }
            return
        }
        try grow(log, event.hash)
        // What other sites gave back, or what went ahead, before this event came: it is part of the whole now.
        while logs[log].tree.size < logs[log].head, try firstAhead(of: log) == logs[log].tree.size + 1,
            let next = try hash(of: EventID(log: event.id.log, sequence: logs[log].tree.size + 1))
        {
            try grow(log, next)
        }
    }

    /// The first event that is held beyond a log's tree.
    private func firstAhead(of log: Int) throws -> UInt64 {
        if let known = ahead[log], known > logs[log].tree.size { return known }
        let select = statements.selectNextEvent
        select.bind(1, Position(log: log, sequence: logs[log].tree.size).bits)
        select.bind(2, Position(log: log + 1, sequence: 0).bits)
        defer { select.reset() }
        let found = try select.step() ? Position(bits: select.integer(0)).sequence : .max
        ahead[log] = found
        return found
    }

    private func grow(_ log: Int, _ hash: EventHash) throws {
        var completed: [(Int, UInt64, EventHash)] = []
        logs[log].tree.append(hash) { level, index, root in
            if level % 8 == 0 { completed.append((level, index, root)) }
        }
        for (level, index, root) in completed {
            let insert = statements.insertTile
            insert.bind(1, log)
            insert.bind(2, level)
            insert.bind(3, index)
            insert.bind(4, root)
            try insert.run()
        }
    }

    // MARK: - The end of a transaction

    /// Folds what was touched, fills feeds, writes the small rows and publishes what readers need to understand them; afterwards the
    /// transaction can be committed.
    func finish() throws {
        var joined: [(site: Int, stream: StreamRecord)] = []
        let before = sum
        try foldTouched(&joined)
        // After all are folded: what one shares with another rests on both.
        for stream in touched where stream.lostFacts { try judgeWithout(stream) }
        for stream in touched where stream.newCount > 0 { try judgeShared(stream, news: stream.facts.suffix(stream.newCount)) }
        if sum != before { try SiteMeta.set(StateSum.key, sum.bytes, self) }
        if isHub {
            try follow(&joined)
            if !added.isEmpty || !joined.isEmpty { try fillFeeds(joined) }
        }
        for log in dirtyLogs.sorted() {
            try writeLog(log)
            note.heads.append(CommitNote.Head(log: logs[log].log, sequence: logs[log].head, hash: logs[log].hash))
        }
        if !outboundTargets.isEmpty { try noteOutboundChanges() }
        for stream in touched {
            stream.newCount = 0
            stream.lostFacts = false
            stream.isTouched = false
        }
        touched.removeAll(keepingCapacity: true)
        added.removeAll(keepingCapacity: true)
        named.removeAll(keepingCapacity: true)
        dirtyLogs.removeAll(keepingCapacity: true)
        shared.publish(dictionaries)
    }

    /// Says what the committed transaction changed.
    func takeNote() -> CommitNote {
        defer { note = CommitNote() }
        return note
    }

    func writeLog(_ index: Int) throws {
        let update = statements.updateLog
        let entry = logs[index]
        update.bind(1, entry.head)
        update.bind(2, entry.held)
        update.bind(3, entry.hash)
        update.bind(4, StoreTables.treeBytes(entry.tree))
        update.bind(5, entry.shared)
        update.bind(6, entry.isQuarantined ? 1 : 0)
        update.bind(7, entry.checkpoint)
        update.bind(8, entry.received)
        update.bind(9, index)
        try update.run()
    }
}
