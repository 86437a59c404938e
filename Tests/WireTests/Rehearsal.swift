import EventLog
import Problems
import Replication

@testable import Wire

/// One site of a rehearsal: its store, its session, and what it waits for.
final class RehearsedSite {
    let store: MemorySiteStore
    var session: SyncSession
    /// The newest events of each stream, as an author here sees them.
    var heads: [StreamID: [HashedEvent]] = [:]
    /// How many events of other sites came, each counted as often as it was new.
    var pulled = 0
    /// The request that each lane waits for; an answer to any other is nobody's.
    var awaited: [SyncSession.Lane: Int] = [:]
    /// Counts restarts, so that what was planned before one does not happen after it.
    var life = 0
    var cutUntil: Int64 = 0

    init(_ id: SiteID) {
        store = MemorySiteStore(site: id, incarnation: Incarnation(bits: 1))
        session = Self.begin(store, seed: 0)
    }

    static func begin(_ store: MemorySiteStore, seed: UInt64) -> SyncSession {
        let own = store.ownLog()
        return SyncSession(log: own.log, head: own.head, headHash: own.hash, seed: seed)
    }

    func see(_ event: HashedEvent) {
        let parents = Set(event.event.parents)
        heads[event.event.stream, default: []].removeAll { parents.contains($0.id) || $0.id == event.id }
        heads[event.event.stream, default: []].append(event)
    }
}

/// Sites and a hub in one thread, in virtual time, over a network that one seed decides: it loses, delays, reorders and repeats
/// requests, loses answers and cuts them in the middle, cuts links, and restarts sites. After healing it does none of that.
final class Rehearsal {
    private static let healsAt: Int64 = 30_000
    private static let endsAt: Int64 = 600_000
    let sites: [RehearsedSite]
    let hub: MemoryHubStore
    private(set) var written: [EventID: EventHash] = [:]
    /// What was seen that must not happen.
    private(set) var faults: [String] = []
    private var random: SplitMix64
    private var now: Int64 = 0
    private var queue: [(at: Int64, order: Int, action: () -> Void)] = []
    private var planned = 0
    private var requests = 0
    private let zstd: Zstd

    init(seed: UInt64, zstd: Zstd) {
        random = SplitMix64(seed: seed)
        self.zstd = zstd
        let names = ["alpha", "beta", "gamma", "delta"].prefix(Int.random(in: 2...4, using: &random))
        sites = names.compactMap { SiteID($0) }.map(RehearsedSite.init)
        hub = MemoryHubStore(generation: Generation(bits: random.next())) { _ in [] }
        for site in sites {
            hub.open(feedOf: site.store.site)
            // The right to see every case may come late: then the past comes after what is newer.
            at(Int64.random(in: 0...Self.healsAt, using: &random)) { [self] in hub.grantAllCases(to: site.store.site) }
            at(Int64.random(in: 0...1000, using: &random)) { [self] in tell(site, .wake) }
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                at(Int64.random(in: 0..<Self.healsAt, using: &random)) { [self] in write(site) }
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                at(Int64.random(in: 0..<Self.healsAt, using: &random)) { [self] in restart(site) }
                let until = Int64.random(in: 0..<Self.healsAt, using: &random)
                at(until / 2) { site.cutUntil = until }
            }
        }
    }

    /// Plays until all is equal, or too much time went by.
    func play() {
        while let next = queue.indices.min(by: { (queue[$0].at, queue[$0].order) < (queue[$1].at, queue[$1].order) }) {
            let step = queue.remove(at: next)
            now = step.at
            if now > Self.endsAt || (now > Self.healsAt && isDone) { return }
            step.action()
        }
    }

    private var isDone: Bool {
        let held = hub.logs().reduce(0) { $0 + Int($1.head) }
        return held == written.count
            && sites.allSatisfy { site in
                site.pulled + Int(site.store.ownLog().head) == written.count && site.session.isDrained
            }
    }

    // MARK: - What happens

    private var isTroubled: Bool { now < Self.healsAt }

    private func chance(_ percent: Int) -> Bool { isTroubled && Int.random(in: 0..<100, using: &random) < percent }

    private func at(_ moment: Int64, _ action: @escaping () -> Void) {
        planned += 1
        queue.append((max(moment, now), planned, action))
    }

    private func later(_ action: @escaping () -> Void) {
        at(now + Int64.random(in: 5...(chance(20) ? 4_000 : 60), using: &random), action)
    }

    private func write(_ site: RehearsedSite) {
        let own = site.store.ownLog()
        let stream = StreamID(kind: .imagingCase, high: 1, low: UInt64.random(in: 0..<4, using: &random))
        let parents = (site.heads[stream] ?? []).sorted { $0.id < $1.id }
        let event = Event(
            id: EventID(log: own.log, sequence: own.head + 1), stream: stream, kind: EventKind("comment.added"), schema: 1,
            recordedAt: HybridTime(startOf: Instant(milliseconds: now)), occurredAt: OccurredAt(Instant(milliseconds: now)),
            actor: Actor(person: "t", role: "reader", site: own.log.site, assurance: .local), source: .page, sourceKey: "",
            parents: parents.map(\.id), payload: Array("\(random.next())".utf8))
        let hashed = HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: parents.map(\.hash)))
        site.store.append([hashed])
        site.see(hashed)
        written[hashed.id] = hashed.hash
        tell(site, .appended(head: event.id.sequence, hash: hashed.hash))
    }

    private func restart(_ site: RehearsedSite) {
        site.life += 1
        site.awaited = [:]
        site.session = RehearsedSite.begin(site.store, seed: random.next())
        tell(site, .wake)
    }

    private func tell(_ site: RehearsedSite, _ input: SyncSession.Input) {
        for effect in site.session.step(input, now: Instant(milliseconds: now)) { perform(effect, site) }
    }

    private func perform(_ effect: SyncSession.Effect, _ site: RehearsedSite) {
        switch effect {
        case .hello: hello(site)
        case .push(let first): push(site, from: first)
        case .openFeed: feed(site)
        case .confirm(let sequence): site.store.confirm(through: sequence)
        case .wakeAt(let moment):
            let life = site.life
            at(moment.milliseconds) { [self] in if site.life == life { tell(site, .wake) } }
        case .resetCursor(let generation): site.store.reset(to: generation)
        case .recover, .stop: faults.append("\(site.store.site) at \(now) ms: \(effect)")
        }
    }

    // MARK: - The network

    /// Sends a request and takes its answer, if both come through.
    private func ask(
        _ site: RehearsedSite, _ lane: SyncSession.Lane, hub answer: @escaping () -> Result<[UInt8], SyncRefusal>,
        then take: @escaping ([UInt8]) -> Void
    ) {
        requests += 1
        let number = requests
        site.awaited[lane] = number
        func settle(_ action: @escaping () -> Void) {
            later {
                guard site.awaited[lane] == number else { return }
                site.awaited[lane] = nil
                action()
            }
        }
        func fail(_ failure: SyncFailure, asked: Int64? = nil) {
            settle { [self] in tell(site, .failed(lane, failure, retryAfterMilliseconds: asked)) }
        }
        let lost = SyncFailure.unreachable(Problem(.hubUnreachable, "x"))
        guard !(isTroubled && now < site.cutUntil), !chance(15) else { return fail(lost) }
        if chance(5) { return fail(.temporary(Problem(.tooManyRequests, "x")), asked: 3_000) }
        // A request that is repeated on the way arrives long after others.
        if chance(15) { at(now + 9_000) { _ = answer() } }
        later { [self] in
            let result = answer()
            if chance(15) { return fail(lost) }
            switch result {
            case .success(let bytes): settle { take(bytes) }
            case .failure(.gap(let expected)): fail(.gap(expected: expected))
            case .failure(.generation(let generation)): fail(.generation(generation))
            case .failure(let refusal): fail(.refusedForGood(refusal.problem))
            }
        }
    }

    private func good<Value>(_ what: String, _ body: () throws -> Value) -> Value? {
        do { return try body() } catch {
            faults.append("\(what) at \(now) ms: \(error)")
            return nil
        }
    }

    private func hello(_ site: RehearsedSite) {
        let (own, cursor) = (site.store.ownLog(), site.store.cursor())
        ask(site, .hello) { [self] in
            let held = hub.logs().filter { $0.log.site == own.log.site }.map {
                HelloRequest.Log(log: $0.log, head: $0.head, hash: $0.hash)
            }
            return .success(
                SyncCoding.encode(
                    HelloAnswer(
                        wireVersion: 1, generation: hub.generation(), logs: held, cursorIsGood: cursor != nil,
                        feedHead: hub.feedHead(of: own.log.site), hubTime: Instant(milliseconds: now), quarantined: [])))
        } then: { [self] bytes in
            if let answer = good("hello", { try SyncCoding.helloAnswer(bytes) }) { tell(site, .greeted(answer)) }
        }
    }

    private func push(_ site: RehearsedSite, from first: UInt64) {
        let own = site.store.ownLog()
        let segment = site.store.segment(
            of: own.log, from: first, eventsMax: Int.random(in: 1...5, using: &random), bytesMax: 1 << 20)
        let bytes = SegmentCoding.encode(segment, using: zstd)
        var tree = MerkleFrontier()
        let size = first + UInt64(segment.events.count) - 1
        for event in site.store.segment(of: own.log, from: 1, eventsMax: Int(size), bytesMax: 1 << 20).events {
            tree.append(event.hash)
        }
        let note = "\(Checkpoint(log: own.log, size: size, root: tree.root).text)\n\u{2014} \(own.log.site) "
        let signed = SignedCheckpoint(note: note + Base64.text(of: [UInt8](repeating: 0, count: 68)) + "\n")
        guard let signed else { return faults.append("\(own.log): no note") }
        ask(site, .push) { [self] in
            guard let came = good("push", { try SegmentCoding.decode(bytes, using: zstd) }) else { return .success([]) }
            do throws(SyncRefusal) {
                let run = try PushedRun(log: own.log, first: first, segment: came, checkpoint: signed)
                return .success(SyncCoding.encode(try hub.accept(run)))
            } catch {
                return .failure(error)
            }
        } then: { [self] bytes in
            if let answer = good("push", { try SyncCoding.pushAnswer(bytes) }) { tell(site, .pushed(answer)) }
        }
    }

    private func feed(_ site: RehearsedSite) {
        let start = site.store.cursor() ?? .start(of: hub.generation())
        ask(site, .feed) { [self] in
            var (place, body) = (start, [UInt8]())
            do throws(SyncRefusal) {
                for _ in 0..<3 {
                    guard let page = try hub.page(for: site.store.site, after: place, eventsMax: 4, bytesMax: 1 << 20) else {
                        break
                    }
                    place = page.cursor
                    body += frame(page.cursor, SegmentCoding.encode(page.segment, using: zstd))
                }
                return .success(body + frame(place, []))
            } catch {
                return .failure(error)
            }
        } then: { [self] bytes in
            let isCut = chance(15)
            take(isCut ? Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))) : bytes, site, isCut: isCut)
        }
    }

    private func frame(_ cursor: FeedCursor, _ segment: [UInt8]) -> [UInt8] {
        FeedFrame(cursor: cursor, segment: segment, hubTime: Instant(milliseconds: now), isCaughtUp: segment.isEmpty).bytes
    }

    private func take(_ bytes: [UInt8], _ site: RehearsedSite, isCut: Bool) {
        var reader = FeedFrameReader()
        bytes.withUnsafeBytes { reader.append($0) }
        while let frame = good("feed", { try reader.next() }) ?? nil {
            guard !frame.segment.isEmpty, let cursor = frame.cursor else { continue }
            store(frame.segment, cursor, site)
            // The page is durable and the site falls over before it can say so.
            if chance(5) { return restart(site) }
            tell(site, .pageStored(cursor))
        }
        if isCut {
            return tell(site, .failed(.feed, .unreachable(Problem(.hubUnreachable, "cut")), retryAfterMilliseconds: nil))
        }
        let life = site.life
        at(now + 1_500) { [self] in if site.life == life { tell(site, .feedEnded) } }
    }

    private func store(_ bytes: [UInt8], _ cursor: FeedCursor, _ site: RehearsedSite) {
        guard let page = good("page", { try SegmentCoding.decode(bytes, using: zstd) }) else { return }
        let before = site.store.cursor()?.position ?? 0
        if before + UInt64(page.events.count) != cursor.position {
            faults.append(
                "\(site.store.site): the cursor went from \(before) to \(cursor.position) over \(page.events.count) events")
        }
        let fresh = page.events.filter { site.store.hash(of: $0.id) == nil }
        guard let count = good("page", { try site.store.store(page, cursor: cursor) }) else { return }
        if count != page.events.count { faults.append("\(site.store.site): a page brought an event a second time") }
        site.pulled += count
        for event in fresh { site.see(event) }
    }
}
