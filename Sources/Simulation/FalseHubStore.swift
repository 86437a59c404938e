import EventLog
import ImagingCase
import Problems
import Replication
import Wire

/// A hub's store on a false disk: the reference store in memory, behind a log that can be lost and torn.
final class FalseHubStore: SalvageStore, @unchecked Sendable {  // because a rehearsal has one thread
    enum Record {
        case born(UInt64)
        case run(PushedRun)
        case ahead(ExpressRun)
        case salvaged(Segment)
        case open(SiteID)
        case grant(SiteID)
        case renumber(UInt64)
    }

    let disk: FalseDisk<Record>
    private let memory: MemoryHubStore
    private let bug: PlantedBug?
    private var opened: Set<SiteID> = []
    private var granted: Set<SiteID> = []

    /// Opens what a disk holds, or a new store; one that lost its tail numbers anew.
    init(disk: FalseDisk<Record>, drawn: UInt64, bug: PlantedBug?) throws(Problem) {
        self.disk = disk
        self.bug = bug
        let rows = disk.reopen()
        var bits = drawn
        for row in rows {
            if case .born(let held) = row.record { bits = held }
            if case .renumber(let held) = row.record { bits = held }
        }
        var memory = Self.empty(bits, bug)
        for row in rows { Self.replay(row.record, in: memory, bug) }
        let isCut = (disk.content.anchor ?? 0) > Self.total(memory)
        if isCut {
            memory = Self.empty(drawn, bug)
            for row in rows { Self.replay(row.record, in: memory, bug) }
        }
        self.memory = memory
        for row in rows {
            if case .open(let site) = row.record { opened.insert(site) }
            if case .grant(let site) = row.record { granted.insert(site) }
        }
        if rows.isEmpty { try disk.write(.born(drawn), total: 0) }
        guard isCut else { return }
        try disk.write(.renumber(drawn), total: Self.total(memory))
        disk.restartAnchor(Self.total(memory))
    }

    private static func empty(_ bits: UInt64, _ bug: PlantedBug?) -> MemoryHubStore {
        MemoryHubStore(
            generation: Generation(bits: bits), routes: { bug == .ignoresRouting ? [] : Self.routes($0) },
            isUrgent: { Workload.isUrgent($0, $1) })
    }

    private static func total(_ memory: MemoryHubStore) -> UInt64 { memory.count }

    /// The sites that an event routes its case to.
    static func routes(_ event: HashedEvent) -> [SiteID] {
        guard
            case .caseRouted(let routing) = PayloadCoding.event(
                of: event.event.kind, schema: event.event.schema, payload: event.event.payload)
        else { return [] }
        return SiteID(routing.site).map { [$0] } ?? []
    }

    private static func replay(_ record: Record, in memory: MemoryHubStore, _ bug: PlantedBug?) {
        switch record {
        case .born, .renumber: break
        case .run(let run):
            if bug == .forgetsQuarantine, isFork(run, in: memory) { return }
            _ = try? memory.accept(run)  // a run that was refused is kept for its evidence alone
        case .ahead(let run):
            _ = try? memory.acceptAhead(run)  // as above
        case .salvaged(let segment): memory.salvage(segment)
        case .open(let site): memory.open(feedOf: site)
        case .grant(let site): memory.grantAllCases(to: site)
        }
    }

    private static func isFork(_ run: PushedRun, in memory: MemoryHubStore) -> Bool {
        run.segment.events.contains { event in memory.hash(of: event.id).map { $0 != event.hash } ?? false }
    }

    func accept(_ run: PushedRun) throws(SyncRefusal) -> PushAnswer {
        if disk.isFull { throw .problem(Problem(.diskFull, "The disk is full; nothing was stored.")) }
        if let answer = bent(run) { return answer }
        let before = memory.quarantined()
        let head = memory.state(of: run.log)?.head ?? 0
        let count = memory.count
        do {
            let answer = try memory.accept(run)
            if answer.head > head || memory.count > count { try write(.run(run)) }
            return answer
        } catch {
            if memory.quarantined() != before { try write(.run(run)) }
            throw error
        }
    }

    func acceptAhead(_ run: ExpressRun) throws(SyncRefusal) -> Int {
        if disk.isFull { throw .problem(Problem(.diskFull, "The disk is full; nothing was stored.")) }
        let before = memory.quarantined()
        do {
            let count = try memory.acceptAhead(run)
            if count > 0 { try write(.ahead(run)) }
            return count
        } catch {
            if memory.quarantined() != before { try write(.ahead(run)) }
            throw error
        }
    }

    func hashes(of ids: [EventID]) -> [EventHash?] { ids.map { memory.hash(of: $0) } }

    func salvage(_ segment: Segment) throws(Problem) -> Int {
        if disk.isFull { throw Problem(.diskFull, "The disk is full; nothing was stored.") }
        let before = memory.quarantined()
        let count = memory.salvage(segment)
        if count > 0 || memory.quarantined() != before { try disk.write(.salvaged(segment), total: Self.total(memory)) }
        return count
    }

    func express(
        for site: SiteID, after cursor: FeedCursor, in window: ExpressWindow, eventsMax: Int, bytesMax: Int
    ) throws(SyncRefusal) -> ExpressPart? {
        try memory.express(for: site, after: cursor, in: window, eventsMax: eventsMax, bytesMax: bytesMax)
    }

    /// The answers of planted bugs.
    private func bent(_ run: PushedRun) -> PushAnswer? {
        guard let last = run.segment.events.last else { return nil }
        if bug == .acceptsForks, Self.isFork(run, in: memory) { return PushAnswer(head: last.id.sequence, hash: last.hash) }
        if bug == .acknowledgesMoreThanStored, run.last > (memory.state(of: run.log)?.head ?? 0) + 1 {
            return PushAnswer(head: last.id.sequence, hash: last.hash)
        }
        return nil
    }

    private func write(_ record: Record) throws(SyncRefusal) {
        do { try disk.write(record, total: Self.total(memory)) } catch { throw .problem(error) }
    }

    func generation() -> Generation { memory.generation() }
    func state(of log: LogID) -> LogState? { memory.state(of: log) }
    func logs() -> [LogState] { memory.logs() }
    func segment(of log: LogID, from first: UInt64, eventsMax: Int, bytesMax: Int) -> Segment {
        memory.segment(of: log, from: first, eventsMax: eventsMax, bytesMax: bytesMax)
    }
    func hash(of id: EventID) -> EventHash? { memory.hash(of: id) }
    func quarantined() -> [LogID] { memory.quarantined() }
    func feedHead(of site: SiteID) -> UInt64 { memory.feedHead(of: site) }
    func check(_ cursor: FeedCursor, of site: SiteID) throws(SyncRefusal) {
        if bug != .believesAnyCursor { try memory.check(cursor, of: site) }
    }

    /// The place in the feed that has a cursor's number, whatever else the cursor says: what a planted bug believes.
    private func believed(_ cursor: FeedCursor, _ site: SiteID) throws(SyncRefusal) -> FeedCursor {
        var place = FeedCursor.start(of: memory.generation())
        while place.position < cursor.position,
            let page = try memory.page(for: site, after: place, eventsMax: 1, bytesMax: 1)
        {
            place = page.cursor
        }
        return place
    }

    func page(for site: SiteID, after cursor: FeedCursor, eventsMax: Int, bytesMax: Int) throws(SyncRefusal) -> FeedPage? {
        let start = bug == .believesAnyCursor ? try believed(cursor, site) : cursor
        return try memory.page(for: site, after: start, eventsMax: eventsMax, bytesMax: bytesMax)
    }

    func open(feedOf site: SiteID) throws(Problem) {
        guard opened.insert(site).inserted else { return }
        try disk.write(.open(site), total: Self.total(memory))
        memory.open(feedOf: site)
    }

    func grantAllCases(to site: SiteID) throws(Problem) {
        guard granted.insert(site).inserted else { return }
        try disk.write(.grant(site), total: Self.total(memory))
        memory.grantAllCases(to: site)
    }
}
