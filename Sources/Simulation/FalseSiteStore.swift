import EventLog
import Problems
import Replication
import Wire

/// A site's store on a false disk: the reference store in memory, behind a log that can be lost, torn and flipped.
final class FalseSiteStore: StretchStore, @unchecked Sendable {  // because a rehearsal has one thread
    enum Record {
        case born(UInt64)
        case append([HashedEvent])
        case page(Segment, FeedCursor)
        case sealed(Segment, FeedCursor, SealedPlace)
        case forget(Generation)
        case confirm(UInt64)
        case reset(Generation)
        case reincarnate(UInt64)
        case restore(Segment)
        case ahead(Segment)
    }

    let disk: FalseDisk<Record>
    private let memory: MemorySiteStore
    private var shelf = StretchShelf()
    private var total: UInt64 = 0

    /// Opens what a disk holds, or a new store; one that lost its tail goes on under a new incarnation.
    init(site: SiteID, disk: FalseDisk<Record>, drawn: UInt64, bug: PlantedBug?) throws(Problem) {
        self.disk = disk
        let rows = disk.reopen()
        var first = Incarnation(bits: drawn)
        if case .born(let bits)? = rows.first?.record { first = Incarnation(bits: bits) }
        memory = MemorySiteStore(site: site, incarnation: first, isUrgent: { Workload.isUrgent($0, $1) })
        if rows.isEmpty { try disk.write(.born(drawn), total: 0) }
        // What was refused when it came is refused again.
        for row in rows { _ = try? replay(Self.damaged(row)) }
        if let anchor = disk.content.anchor, anchor > total, bug != .ignoresAnchor {
            _ = try reincarnate(drawn: drawn)
            disk.restartAnchor(total)
        }
    }

    /// What a damaged row reads as where nobody looks at its checksum.
    private static func damaged(_ row: FalseDisk<Record>.Row) -> Record {
        guard row.isFlipped, case .append(let events) = row.record else { return row.record }
        return .append(events.map { $0.withPayload($0.event.payload.dropLast() + [0]) })
    }

    private func replay(_ record: Record) throws(Problem) {
        switch record {
        case .born: break
        case .append(let events):
            memory.append(events)
            total += UInt64(events.count)
        case .page(let page, let cursor): total += UInt64(try memory.store(page, cursor: cursor))
        case .sealed(let page, let cursor, let place):
            let checked = try shelf.check(page, after: memory.cursor(), cursor: cursor, place, site: memory.site)
            total += UInt64(try memory.store(page, cursor: cursor))
            if let checked { shelf.keep(page, checked, place.seal, cursor: cursor) }
        case .forget(let generation): shelf.forget(notOf: generation)
        case .confirm(let sequence): memory.confirm(through: sequence)
        case .reset(let generation): memory.reset(to: generation)
        case .reincarnate(let bits): _ = memory.reincarnate(drawn: bits)
        case .ahead(let segment): total += UInt64(try memory.storeAhead(segment))
        case .restore(let segment):
            try memory.restore(segment)
            total = count()
        }
    }

    private func count() -> UInt64 { memory.count }

    /// Writes first what can be taken back, so that a full disk changes nothing; the total is of what will be held.
    private func write(_ record: Record, adding count: UInt64) throws(Problem) {
        if disk.isFull { throw Problem(.diskFull, "The disk is full; nothing was recorded.") }
        try disk.write(record, total: total + count)
        try replay(record)
    }

    func ownLog() -> LogState { memory.ownLog() }
    func state(of log: LogID) -> LogState? { memory.state(of: log) }
    func logs() -> [LogState] { memory.logs() }
    func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) -> Segment {
        memory.segment(of: log, from: first, eventsMax: eventsMax, bytesMax: bytesMax)
    }
    func hash(of id: EventID) -> EventHash? { memory.hash(of: id) }
    func shared() -> UInt64 { memory.shared() }
    func cursor() -> FeedCursor? { memory.cursor() }

    func append(_ events: [HashedEvent]) throws(Problem) { try write(.append(events), adding: UInt64(events.count)) }

    func confirm(through sequence: UInt64) throws(Problem) { try write(.confirm(sequence), adding: 0) }

    func store(_ page: Segment, cursor: FeedCursor) throws(Problem) -> Int {
        try checkForks(page)
        let fresh = page.events.count { memory.hash(of: $0.id) == nil }
        try write(.page(page, cursor), adding: UInt64(fresh))
        return fresh
    }

    func store(_ page: Segment, cursor: FeedCursor, sealed place: SealedPlace?) throws(Problem) -> Int {
        guard let place else { return try store(page, cursor: cursor) }
        _ = try shelf.check(page, after: memory.cursor(), cursor: cursor, place, site: memory.site)
        try checkForks(page)
        let fresh = page.events.count { memory.hash(of: $0.id) == nil }
        try write(.sealed(page, cursor, place), adding: UInt64(fresh))
        return fresh
    }

    func stretches(notOf generation: Generation, after last: Stretch?, limit: Int) -> [Stretch] {
        shelf.stretches(notOf: generation, after: last, limit: limit)
    }

    func segment(of stretch: Stretch) -> Segment { memory.segment(of: stretch.ids) }

    func forgetStretches(notOf generation: Generation) throws(Problem) { try write(.forget(generation), adding: 0) }

    func reset(to generation: Generation) throws(Problem) { try write(.reset(generation), adding: 0) }

    func reincarnate(drawn: UInt64) throws(Problem) -> LogID {
        try write(.reincarnate(drawn), adding: 0)
        return memory.ownLog().log
    }

    func restore(_ segment: Segment) throws(Problem) { try write(.restore(segment), adding: 0) }

    func express(of log: LogID, beyond sequence: UInt64, in window: ExpressWindow, eventsMax: Int, bytesMax: Int) -> ExpressPart?
    {
        memory.express(of: log, beyond: sequence, in: window, eventsMax: eventsMax, bytesMax: bytesMax)
    }

    func storeAhead(_ segment: Segment) throws(Problem) -> Int {
        try checkForks(segment)
        let fresh = segment.events.count { memory.hash(of: $0.id) == nil }
        try write(.ahead(segment), adding: UInt64(fresh))
        return fresh
    }

    /// What is wrong with a page is found before anything is written, as the real store does inside its transaction.
    private func checkForks(_ page: Segment) throws(Problem) {
        for event in page.events {
            guard let held = memory.hash(of: event.id), held != event.hash else { continue }
            throw SyncRefusal.fork(event.id).problem
        }
    }
}

extension HashedEvent {
    /// The same event saying something else under the same hash: what damage and forgery make.
    func withPayload(_ payload: [UInt8]) -> HashedEvent {
        HashedEvent(
            event: Event(
                id: event.id, stream: event.stream, kind: event.kind, schema: event.schema, recordedAt: event.recordedAt,
                occurredAt: event.occurredAt, actor: event.actor, source: event.source, sourceKey: event.sourceKey,
                parents: event.parents, payload: payload), hash: hash)
    }
}
