import EventLog
import Foundation
import GRDBSQLite
import ImagingCase
import Replication
import SQLiteStore
import Synchronization
import Wire

/// Figures of one node's store, in this process: the same code that the agent runs.
enum StoreBenches {
    static let site: SiteID = {
        guard let site = SiteID("northside") else { preconditionFailure("a site id") }
        return site
    }()

    static func open(_ folder: String) throws -> SQLiteSiteStore {
        try SQLiteSiteStore(folder: folder, site: site) { UInt64.random(in: .min ... .max) }
    }

    static func recorder(_ store: SQLiteSiteStore) -> EventRecorder {
        EventRecorder(file: store.file, log: { store.log }, draw: { UInt64.random(in: .min ... .max) }, now: now)
    }

    static let now: @Sendable () -> Instant = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    static func intent(_ mix: inout Mix) -> RecordIntent {
        let (stream, event, person, role, at) = mix.next()
        return RecordIntent(
            event: event, stream: stream, author: Author(person: person, role: role), assurance: .local,
            occurredAt: OccurredAt(at), source: .page)
    }

    /// One writer, one event at a time: durable, folded, projected.
    static func record(in folder: String, count: Int) async throws -> [Figure] {
        let raw = Limits.rawCommit(in: folder)
        let sync = Limits.dataSync(in: folder)
        let store = try open(folder + "/site")
        let recorder = recorder(store)
        var mix = Mix(seed: 1)
        var times: [Double] = []
        for index in 0..<(count + 200) {
            let intent = intent(&mix)
            let start = ContinuousClock.now
            let recorded = try await recorder.record(intent)
            if index >= 200 { times.append(elapsedMilliseconds(since: start)) }
            mix.told(recorded.id)
        }
        let again = Limits.rawCommit(in: folder)
        let samples = Samples(times)
        let limit = (raw.p50 + again.p50) / 2
        return [
            Figure(
                name: "record one event, p50", value: samples.p50, unit: "ms", limit: limit,
                limitName: "raw SQLite FULL commit p50"),
            Figure(
                name: "record one event, p99", value: samples.p99, unit: "ms", limit: (raw.p99 + again.p99) / 2,
                limitName: "raw commit p99"),
            Figure(name: "fdatasync of 256 B, p50", value: sync.p50, unit: "ms"),
        ]
    }

    /// Many writers at once: group commit.
    static func writers(in folder: String, writers: Int, each: Int) async throws -> [Figure] {
        let raw = Limits.rawCommit(in: folder)
        let store = try open(folder + "/site")
        let recorder = recorder(store)
        let start = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var mix = Mix(seed: UInt64(writer) + 10, openMax: 4)
                    var times: [Double] = []
                    for _ in 0..<each {
                        let intent = intent(&mix)
                        let start = ContinuousClock.now
                        mix.told(try await recorder.record(intent).id)
                        times.append(elapsedMilliseconds(since: start))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let seconds = elapsedMilliseconds(since: start) / 1000
        let samples = Samples(times)
        return [
            Figure(
                name: "\(writers) writers", value: Double(writers * each) / seconds, unit: "events/s", limit: 1000 / raw.p50,
                limitName: "raw commits/s, one at a time"),
            Figure(name: "\(writers) writers, p50 each", value: samples.p50, unit: "ms"),
            Figure(name: "\(writers) writers, p99 each", value: samples.p99, unit: "ms"),
        ]
    }

    /// Folding, decoding included, on one core.
    static func fold(events count: Int) throws -> [Figure] {
        var synthetic = SyntheticLog(seed: 3, log: LogID(site: site, incarnation: Incarnation(bits: 1)))
        var byCase: [StreamID: [HashedEvent]] = [:]
        for event in try synthetic.events(count) { byCase[event.event.stream, default: []].append(event) }
        let cases = byCase.keys.sorted().map { ($0, (byCase[$0] ?? []).reversed() as [HashedEvent]) }
        var best = Double.infinity
        var withDigest = Double.infinity
        var checksum = 0
        for _ in 0..<3 {
            var start = ContinuousClock.now
            for (stream, events) in cases { checksum += CaseFold.fold(stream, events.map(fact)).events }
            best = min(best, elapsedMilliseconds(since: start))
            start = ContinuousClock.now
            for (stream, events) in cases {
                checksum &+= Int(truncatingIfNeeded: CaseFold.fold(stream, events.map(fact)).digest().words.0)
            }
            withDigest = min(withDigest, elapsedMilliseconds(since: start))
        }
        return [
            Figure(
                name: "fold, decoding included", value: Double(count) / best * 1000, unit: "events/s",
                note: "\(cases.count) cases"),
            Figure(
                name: "fold and digest of the state", value: Double(count) / withDigest * 1000, unit: "events/s",
                note: "check \(checksum & 0xffff)"),
        ] + [coldFold(20)] + [20, 200, 1000].flatMap(longFold)
    }

    /// Cases of so many events from their bytes, on every core: what a rebuild or a verification can come to at most.
    private static func coldFold(_ count: Int) -> Figure {
        let (cores, rounds) = (ProcessInfo.processInfo.activeProcessorCount, 10_000)
        // Each core has events of its own, as those that are read from a log are: shared ones would measure how cores pass on the counts
        // of who holds them.
        let made = (0..<cores).map { _ in
            let facts = LongCase.facts(count, site: site)
            return (facts, facts.map { PayloadCoding.payload(of: $0.event) })
        }
        let checksum = Mutex(0)
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: cores) { core in
            let (facts, bodies) = made[core]
            var sum = 0
            for _ in 0..<rounds {
                let read = zip(facts, bodies).map { fact, body in
                    CaseFact(
                        id: fact.id, hash: fact.hash, parents: fact.parents, recordedAt: fact.recordedAt,
                        occurredAt: fact.occurredAt, actor: fact.actor, source: fact.source,
                        event: PayloadCoding.event(of: fact.event.kind, schema: 1, payload: body))
                }
                sum &+= CaseFold.fold(LongCase.stream, read).events
            }
            checksum.withLock { $0 &+= sum }
        }
        let milliseconds = elapsedMilliseconds(since: start)
        return Figure(
            name: "cases of \(count) events on every core, decoding included",
            value: Double(cores * rounds * count) / milliseconds * 1000, unit: "events/s",
            note: "\(cores) cores, check \(checksum.withLock { $0 } & 0xffff)")
    }

    /// A case of so many events: folded whole, and the cost of one event more.
    private static func longFold(_ count: Int) -> [Figure] {
        let more = 200
        let facts = LongCase.facts(count + more, site: site)
        let rounds = max(3, 20_000 / count)
        var start = ContinuousClock.now
        var checksum = 0
        for _ in 0..<rounds { checksum &+= FoldedCase(LongCase.stream, Array(facts.prefix(count))).state.events }
        let whole = elapsedMilliseconds(since: start) / Double(rounds)
        let before = FoldedCase(LongCase.stream, Array(facts.prefix(count)))
        var folded = before
        start = ContinuousClock.now
        for fact in facts[count...] { folded = folded.appending([fact]) }
        let each = elapsedMilliseconds(since: start) / Double(more) * 1000
        checksum &+= folded.state.events
        return [
            Figure(
                name: "a case of \(count) events, decoded before", value: Double(count) / whole * 1000, unit: "events/s",
                note: "check \(checksum & 0xffff)"),
            Figure(name: "one event more on \(count)", value: each, unit: "us", note: "state included, digest not"),
        ]
    }

    private static func fact(_ event: HashedEvent) -> CaseFact {
        CaseFact(event, PayloadCoding.event(of: event.event.kind, schema: event.event.schema, payload: event.event.payload))
    }

    /// Bytes of an event on the wire and on disk.
    static func wire(in folder: String, count: Int) throws -> [Figure] {
        var synthetic = SyntheticLog(seed: 4, log: LogID(site: site, incarnation: Incarnation(bits: 1)))
        let events = try synthetic.events(count)
        let zstd = Zstd()
        var figures: [Figure] = [
            Figure(
                name: "payload of an event, mean",
                value: Double(events.reduce(0) { $0 + $1.event.payload.count }) / Double(count), unit: "B")
        ]
        for size in [1, 64, 512, 4096] {
            var bytes = 0
            var start = 0
            var encode = 0.0
            var decode = 0.0
            while start + size <= min(count, 40_960) {
                let part = Array(events[start..<start + size])
                let inside = Set(part.map(\.id))
                var outside: [EventID: EventHash] = [:]
                for event in part {
                    for parent in event.event.parents where !inside.contains(parent) {
                        outside[parent] = events[Int(parent.sequence) - 1].hash
                    }
                }
                let segment = Segment(events: part, outside: outside)
                var clock = ContinuousClock.now
                let encoded = SegmentCoding.encode(segment, using: zstd)
                encode += elapsedMilliseconds(since: clock)
                bytes += encoded.count
                clock = ContinuousClock.now
                _ = try SegmentCoding.decode(encoded, using: zstd)
                decode += elapsedMilliseconds(since: clock)
                start += size
                if size == 1, start >= 4000 { break }
            }
            figures.append(
                Figure(
                    name: "wire, segment of \(size)", value: Double(bytes) / Double(start), unit: "B/event",
                    note:
                        "encode \(Figure.number(Double(start) / encode * 1000))/s, decode and hash \(Figure.number(Double(start) / decode * 1000))/s"
                ))
        }
        let store = try open(folder + "/site")
        var disk = SyntheticLog(seed: 4, log: store.log)
        let began = ContinuousClock.now
        for _ in 0..<(count / 2000) { try store.append(try disk.events(2000)) }
        let seconds = elapsedMilliseconds(since: began) / 1000
        try checkpoint(folder + "/site")
        let size = (try? FileManager.default.attributesOfItem(atPath: folder + "/site/store.sqlite")[.size] as? Int) ?? 0
        figures.append(
            Figure(
                name: "disk, log and folded state", value: Double(size) / Double(count), unit: "B/event",
                note: "stored and folded \(Figure.number(Double(count) / seconds))/s, making the events included"))
        return figures
    }

    private static func checkpoint(_ folder: String) throws {
        // A second connection moves the write-ahead log into the file, so that the file's size is the store's.
        var connection: OpaquePointer?
        sqlite3_open(folder + "/store.sqlite", &connection)
        sqlite3_exec(connection, "PRAGMA wal_checkpoint(TRUNCATE)", nil, nil, nil)
        sqlite3_close(connection)
    }
}
