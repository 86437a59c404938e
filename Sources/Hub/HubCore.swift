import Crypto
import Dispatch
import EventLog
import Problems
import Replication
import SQLiteStore
import Synchronization
import Wire

/// What the hub's routes stand on: identity, registry, store, and who waits.
final class HubCore: Sendable {
    let folder: HubFolder
    let registry: SiteRegistry
    let store: SQLiteHubStore
    let notifier = FeedNotifier()
    let seen = Mutex<[SiteID: Int64]>([:])
    /// Damaged events that sites are asked for at their next hello.
    let wanted = Mutex<Set<EventID>>([])
    /// How many events of each site are set aside.
    let aside = Mutex<[SiteID: Int]>([:])
    /// How far sites said to have their feeds, since the start.
    let places = Mutex<[SiteID: FeedCursor]>([:])
    let relay = SegmentRelay()
    let turns = PushTurns()
    /// How much each site pushes.
    let pushes: PushMeter
    /// How many calls each site has under way.
    let calls: SiteCalls
    private let unpacking: Unpacking
    /// The hub's own end of TLS, while it serves by it.
    let tls: HubTLS?
    /// What it asks of its sites in TLS; nil where nothing.
    let certificates: SiteCertificates?
    /// What a rebuild of this hub from its sites has come to.
    let recovery: RecoveryLedger

    init(
        folder: HubFolder, registry: SiteRegistry, store: SQLiteHubStore, now: Instant, tls: HubTLS? = nil,
        certificates: SiteCertificates? = nil, limits: SiteLimits = SiteLimits()
    ) throws(Problem) {
        self.folder = folder
        self.registry = registry
        self.store = store
        self.tls = tls
        self.certificates = certificates
        pushes = PushMeter(limits)
        calls = SiteCalls(callsMax: limits.callsMax)
        unpacking = Unpacking(width: limits.unpackingMax, waitingMax: limits.waitingMax)
        recovery = try RecoveryLedger(
            folder: folder.path, generation: store.generation(),
            sites: registry.all.filter(\.state.isMember).map(\.id), now: now)
        for row in registry.all where row.state.isMember { try open(row) }
        // Also what a process that was killed between the registry and the store had left undone.
        try store.file.judge(noted: now) { log, isOwn throws(Problem) in try registry.standing(of: log, isOwn: isOwn) }
        try sealRetired()
        try countAside()
        let notifier = notifier
        store.file.observeCommits { notifier.grew($0.feeds) }
    }

    /// Opens an active site's feed.
    func open(_ row: RegisteredSite) throws(Problem) {
        guard let site = row.site else { return }
        try store.open(feedOf: site)
        if row.allCases { try store.grantAllCases(to: site) }
    }

    /// Seals the logs of sites that were retired and are not sealed yet, at the newest heads that their own keys signed.
    func sealRetired() throws(Problem) {
        for row in registry.all where row.state == .retired && row.sealed == nil {
            let heads = try store.coverage().filter { $0.log.site == row.site }.map(\.checkpoint)
            try registry.seal(row.id, heads.filter { !$0.isEmpty })
        }
    }

    /// Counts anew how many events of each site are set aside.
    func countAside() throws(Problem) {
        var counts: [SiteID: Int] = [:]
        for aside in try store.file.asideCounts() where aside.isRefused { counts[aside.log.site, default: 0] += aside.count }
        let counted = counts
        aside.withLock { $0 = counted }
    }

    var publicKey: [UInt8] { Array(folder.key.publicKey.rawRepresentation) }

    /// Refuses, for now, a push that rests on what is not held; while a rebuild goes on children come before parents.
    func requirePast(of run: PushedRun) async throws(Problem) {
        guard run.segment.outside.keys.contains(where: { $0.log != run.log }), recovery.isComplete else { return }
        let store = store
        try await store.file.offload { () throws(Problem) in try HubSession.requirePast(of: run, store: store) }
    }

    /// Decodes a pushed segment off the event loops.
    func decode(_ bytes: [UInt8]) async throws(Problem) -> Segment {
        try await store.file.coding(bytes: bytes.count) { zstd throws(Problem) in try SegmentCoding.decode(bytes, using: zstd) }
    }

    /// Does something with a pushed segment; a large one waits for room to be unpacked, and has it until that is done. A part of a log
    /// waits for its turn besides.
    func unpacking<Value: Sendable>(
        _ bytes: [UInt8], in turn: PushTurns.Turn? = nil, _ body: @Sendable (Segment) async throws -> Value
    ) async throws -> Value {
        @Sendable func inRoom() async throws -> Value {
            turn?.hasRoom()
            return try await body(try await decode(bytes))
        }
        try await turn?.comesToUnpack()
        return bytes.count > Self.smallBytesMax ? try await unpacking.run(inRoom) : try await inRoom()
    }

    /// The most bytes of a push that needs no room: what people do now must not wait for what they did last year.
    private static let smallBytesMax = 8 << 10

    /// The next frame of a site's feed after a cursor; nil when there is nothing.
    func frame(for site: SiteID, after cursor: FeedCursor, now: Instant) async throws -> NextFrame? {
        do {
            // Where the entries lie is a look at two rows; what they say may be a megabyte.
            guard
                let entries = try store.entries(
                    for: site, after: cursor, eventsMax: SyncLimits.segmentEventsMax, bytesMax: SyncLimits.segmentBytesMax)
            else { return nil }
            let segment = try await segment(of: entries)
            let cursor = entries.cursor
            let seal = try FeedSeal(
                rows: entries.rows, site: site, generation: cursor.generation, position: cursor.position, digest: entries.digest,
                key: folder.key)
            let frame = FeedFrame(cursor: cursor, segment: segment, hubTime: now, isCaughtUp: false, seal: seal)
            return NextFrame(
                bytes: frame.bytes, cursor: entries.cursor, events: entries.rows.reduce(0, +), isLast: entries.isLast)
        } catch {
            throw (error as? SyncRefusal)?.problem ?? (error as? Problem) ?? Problem(.ioFailed, "The store failed: \(error).")
        }
    }

    private func segment(of entries: FeedEntries) async throws(Problem) -> [UInt8] {
        if let run = entries.run, let known = relay.bytes(of: run.log, first: run.first, count: run.count) { return known }
        let store = store
        return try await store.file.coding(bytes: entries.bytes) { zstd throws(Problem) in
            SegmentCoding.encode(try store.segment(of: entries), using: zstd)
        }
    }
}

/// A frame that a feed goes on with.
struct NextFrame: Sendable {
    let bytes: [UInt8]
    let cursor: FeedCursor
    /// How many events it carries.
    let events: Int
    /// Whether the feed ended there when it was looked up.
    let isLast: Bool
}

/// Pushed segments as they came, for a short while: a feed page that is exactly one of them goes on without being encoded again.
///
/// Only runs that the hub verified and stored are kept, so what goes on is what was checked.
final class SegmentRelay: Sendable {
    /// The most bytes kept.
    static let bytesMax = 16 << 20

    private struct Kept {
        let first: UInt64
        let count: Int
        let log: LogID
        let bytes: [UInt8]
    }

    private struct State {
        var kept: [Kept] = []
        var bytes = 0
    }

    private let state = Mutex(State())

    func keep(_ bytes: [UInt8], log: LogID, first: UInt64, count: Int) {
        state.withLock { state in
            state.kept.append(Kept(first: first, count: count, log: log, bytes: bytes))
            state.bytes += bytes.count
            var drop = 0
            while state.bytes > Self.bytesMax || state.kept.count - drop > 256, drop < state.kept.count {
                state.bytes -= state.kept[drop].bytes.count
                drop += 1
            }
            state.kept.removeFirst(drop)
        }
    }

    func bytes(of log: LogID, first: UInt64, count: Int) -> [UInt8]? {
        state.withLock { state in
            state.kept.last { $0.first == first && $0.count == count && $0.log == log }?.bytes
        }
    }
}
