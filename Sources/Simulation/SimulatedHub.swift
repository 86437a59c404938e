import Crypto
import EventLog
import Problems
import Replication
import Wire

/// The hub of a rehearsal: the product's door, answers and store, with its requests held in virtual time.
final class SimulatedHub {
    /// A site as the registry knows it; the registry outlives the store.
    struct Registered {
        let key: Curve25519.Signing.PublicKey
        var isRevoked = false
        var hasAllCases: Bool
    }

    /// A page that is held back until something comes.
    struct Waiter {
        let site: SiteID
        let cursor: FeedCursor
        let until: Int64
        let answer: (Reply) -> Void
    }

    let machine: any HubMachine
    private(set) var store: (any SalvageStore)?
    private(set) var mirror: Mirror
    var registry: [SiteID: Registered] = [:]
    private var nonces = NonceWindows(opened: Instant(milliseconds: 0))
    private var served: Set<String> = []
    private(set) var waiters: [Waiter] = []
    unowned let world: World
    let zstd = Zstd()
    private var dice: Dice
    /// What it signs with.
    let key: Curve25519.Signing.PrivateKey
    /// Whether it lost its store or a part of it: children come before parents then.
    var isRefilling = false
    /// Until when it states heads that it does not hold, and how.
    var lies: Int64?

    init(_ world: World, machine: any HubMachine, key: Curve25519.Signing.PrivateKey) {
        self.world = world
        self.key = key
        self.machine = machine
        mirror = Mirror(bug: nil)
        dice = Dice(seed: world.swarm.seed, 4)
    }

    var isUp: Bool { store != nil }

    func start() {
        do {
            let opened = try machine.open(drawn: dice.bits())
            for (site, row) in registry.sorted(by: { $0.key < $1.key }) where !row.isRevoked {
                try opened.open(feedOf: site)
                if row.hasAllCases || world.bug == .givesEverythingToAll { try opened.grantAllCases(to: site) }
            }
            mirror = try Mirror(of: opened, bug: world.bug)
            nonces = NonceWindows(opened: Instant(milliseconds: world.now))
            store = opened
            world.tell(.reopened(.hub, mirror.marks))
            world.note("hub", "starts with \(mirror.marks.count) events")
        } catch {
            world.note("hub", "does not start: \((error as? Problem)?.code.rawValue ?? "?")")
            stop(losesPower: false)
            world.at(world.now + 2_000) { [unowned self] in if !isUp { start() } }
        }
    }

    /// The process is gone, and whoever waited hears nothing.
    func stop(losesPower: Bool) {
        store = nil
        served = []
        let left = waiters
        waiters = []
        if machine.stop(&dice, losesPower: losesPower) { world.hit(.unsyncedLoss) }
        for waiter in left { waiter.answer(.silence) }
    }

    func crash(downFor milliseconds: Int64, losesPower: Bool, before: (() -> Void)? = nil) {
        guard isUp else { return }
        world.note("hub", "dies")
        stop(losesPower: losesPower)
        world.at(world.now + milliseconds) { [unowned self] in
            guard !isUp else { return }
            before?()
            start()
        }
    }

    // MARK: - Answering

    /// Serves one request; a page may be held back.
    func serve(_ call: Call, _ answer: @escaping (Reply) -> Void) {
        guard let store else { return answer(.silence) }
        do throws(Problem) {
            let site = try enter(call)
            switch call.what {
            case .hello:
                let reply = try greet(SyncCoding.hello(call.body), site, store)
                answer(.ok(SyncCoding.encode(reply)))
            case .push(let log, let first): answer(.ok(SyncCoding.encode(try take(call, log, first, site, store))))
            case .pushAhead(let log, _): answer(.ok(SyncCoding.encode(try takeAhead(call, log, site, store))))
            case .fetch(let log, let first, let isAhead):
                let part =
                    isAhead
                    ? try HubSession.partAhead(of: log, from: first, for: site, store: store)
                    : try HubSession.part(of: log, from: first, for: site, store: store)
                answer(.ok(SegmentCoding.encode(part, using: zstd)))
            case .express(let cursor, let window): answer(.ok(try express(site, cursor, window, store)))
            case .feed(let cursor, let wait):
                let start = FeedCursor.start(of: try store.generation())
                try feed(site, cursor ?? start, wait, store, answer)
            case .heads: answer(.ok(heads(call.body)))
            case .missing: answer(.ok(try missing(call.body, store)))
            case .stretch: answer(.ok(try salvage(call.body, from: site, store)))
            case .givenBack: answer(.ok(RecoveryCoding.heard))
            }
        } catch {
            answer(.problem(error))
            // A fault of the disk ends the process, which is started again.
            if error.code == .ioFailed { crash(downFor: 1_500, losesPower: dice.chance(perMille: 500)) }
        }
    }

    /// The door: who signed, whether the site still may, and whether the request came before.
    private func enter(_ call: Call) throws(Problem) -> SiteID {
        let signature = try RequestSignature(
            signatureInput: call.signature.signatureInput, signature: call.signature.signature)
        guard let row = registry[signature.site] else { throw Problem(.siteUnknown, "No such site.") }
        if row.isRevoked, world.bug != .letsRevokedIn { throw Problem(.siteRevoked, "The site was revoked.") }
        let now = Instant(milliseconds: world.now)
        if world.bug != .skipsSignature {
            try signature.verify(
                method: Call.method(call.what), path: Call.path(call.what, call.from), query: Call.query(call.what),
                body: call.body, contentDigest: call.signature.contentDigest, key: row.key, now: now)
        }
        do throws(Problem) { try nonces.take(signature, now: now) } catch {
            guard world.bug == .takesReplays else { throw error }
        }
        let nonce = "\(signature.site) \(signature.nonce)"
        world.tell(.served(signature.site, isRevoked: row.isRevoked, isRepeat: !served.insert(nonce).inserted))
        return signature.site
    }

    private func greet(_ hello: HelloRequest, _ site: SiteID, _ store: any HubStore) throws(Problem) -> HelloAnswer {
        let answer = try HubSession.greet(
            hello, from: site, store: store, wireVersion: 1, now: Instant(milliseconds: world.now))
        guard let lies, world.now < lies else { return answer }
        world.hit(.maliciousHub)
        world.tell(.hubLied)
        let bent = answer.logs.map { head -> HelloRequest.Log in
            let moved = dice.chance(perMille: 500) ? head.head / 2 : head.head + 1 + UInt64(dice.below(3))
            // A fault of the store shows at the next call.
            let hash = moved <= head.head ? (try? store.hash(of: EventID(log: head.log, sequence: moved))) ?? .zero : head.hash
            return HelloRequest.Log(log: head.log, head: moved, hash: hash, highest: max(moved, head.highest))
        }
        return HelloAnswer(
            wireVersion: answer.wireVersion, generation: answer.generation, logs: bent, cursorIsGood: answer.cursorIsGood,
            feedHead: answer.feedHead, hubTime: answer.hubTime, quarantined: answer.quarantined)
    }

    private func take(
        _ call: Call, _ log: LogID, _ first: UInt64, _ site: SiteID, _ store: any HubStore
    ) throws(Problem) -> PushAnswer {
        guard let key = registry[site]?.key else { throw Problem(.siteUnknown, "No such site.") }
        let checkpoint =
            world.bug == .skipsSignature
            ? call.note.flatMap { SignedCheckpoint(note: $0) }
            : try HubSession.checkpoint(call.note, for: log, from: site, keys: [key])
        guard let checkpoint else { throw Problem(.badSignature, "No checkpoint.") }
        let segment = try SegmentCoding.decode(call.body, using: zstd)
        do {
            let run = try PushedRun(log: log, first: first, segment: segment, checkpoint: checkpoint)
            if !isRefilling { try HubSession.requirePast(of: run, store: store) }
            let held = try store.state(of: log)?.head ?? 0
            let answer: PushAnswer
            do throws(SyncRefusal) {
                answer = try store.accept(run)
                world.tell(.offered(Self.marks(run.segment.events), wasTaken: true))
            } catch {
                if Self.wasJudged(error) { world.tell(.offered(Self.marks(run.segment.events), wasTaken: false)) }
                throw error
            }
            let fresh = segment.events.filter { $0.id.sequence > held && $0.id.sequence <= answer.head }
            let stored = fresh.filter { (try? store.hash(of: $0.id)) != nil }  // a fault of the store shows at the next call
            world.tell(.arrived(.hub, mirror.add(stored)))
            if !fresh.isEmpty { release() }
            return answer
        } catch { throw (error as? SyncRefusal)?.problem ?? (error as? Problem) ?? Problem(.internalError, "\(error)") }
    }

    /// Whether a refusal says that the events were compared with those that are held: a disk that failed compared nothing, and what comes
    /// behind a gap is compared when the gap is closed.
    private static func wasJudged(_ refusal: SyncRefusal) -> Bool {
        switch refusal {
        case .gap: false
        case .problem(let problem): problem.code != .ioFailed && problem.code != .diskFull
        case .fork, .generation, .quarantined: true
        }
    }

    private func takeAhead(_ call: Call, _ log: LogID, _ site: SiteID, _ store: any HubStore) throws(Problem) -> PushAnswer {
        guard log.site == site || world.bug == .skipsSignature else {
            throw Problem(.siteMismatch, "The site '\(site)' signed, the address names a log of '\(log.site)'.")
        }
        let segment = try SegmentCoding.decode(call.body, using: zstd)
        do {
            let run = try ExpressRun(log: log, segment: segment)
            try HubSession.requirePast(of: run, store: store)
            do throws(SyncRefusal) {
                _ = try store.acceptAhead(run)
                world.tell(.offered(Self.marks(segment.events), wasTaken: true))
            } catch {
                if Self.wasJudged(error) { world.tell(.offered(Self.marks(segment.events), wasTaken: false)) }
                throw error
            }
            let fresh = mirror.add(segment.events)
            world.tell(.arrived(.hub, fresh))
            world.sentAhead += fresh.count
            if !fresh.isEmpty { release() }
            let state = try store.state(of: log)
            if world.bug == .confirmsWhatWentAhead, let last = segment.events.last {
                return PushAnswer(head: last.id.sequence, hash: last.hash)
            }
            return PushAnswer(head: state?.head ?? 0, hash: state?.hash ?? .zero)
        } catch { throw (error as? SyncRefusal)?.problem ?? (error as? Problem) ?? Problem(.internalError, "\(error)") }
    }

    private func express(
        _ site: SiteID, _ cursor: FeedCursor, _ window: ExpressWindow, _ store: any HubStore
    ) throws(Problem) -> [UInt8] {
        do throws(SyncRefusal) {
            let part = try store.express(
                for: site, after: cursor, in: window, eventsMax: world.swarm.pageMax, bytesMax: SyncLimits.segmentBytesMax)
            guard let part, !part.segment.events.isEmpty else { return ExpressAnswer.none.bytes }
            let segment = SegmentCoding.encode(part.segment, using: zstd)
            do { return try ExpressAnswer(part, segment: segment, for: site, after: cursor, key: key).bytes } catch {
                throw .problem(Problem(.internalError, "The hub's key cannot sign."))
            }
        } catch { throw error.problem }
    }

    static func marks(_ events: [HashedEvent]) -> [EventMark] {
        events.map { EventMark(id: $0.id, hash: $0.hash, stream: $0.event.stream) }
    }

    /// Shows events that its store holds now, and answers who waits for them.
    func took(_ events: [HashedEvent]) {
        world.tell(.arrived(.hub, mirror.add(events)))
        if !events.isEmpty { release() }
    }

    // MARK: - Feeds

    private func feed(
        _ site: SiteID, _ cursor: FeedCursor, _ wait: Int64, _ store: any HubStore, _ answer: @escaping (Reply) -> Void
    ) throws(Problem) {
        let (bytes, count) = try frames(site, cursor, store)
        guard count == 0, wait > 0 else { return answer(.ok(bytes)) }
        waiters.append(Waiter(site: site, cursor: cursor, until: world.now + wait, answer: answer))
        world.at(world.now + wait) { [unowned self] in release() }
    }

    /// Frames as a page holds them, and the word for the end of the feed.
    private func frames(_ site: SiteID, _ start: FeedCursor, _ store: any HubStore) throws(Problem) -> ([UInt8], Int) {
        var body: [UInt8] = []
        var cursor = start
        var count = 0
        let now = Instant(milliseconds: world.now)
        do throws(SyncRefusal) {
            while count < world.swarm.framesMax, body.count < 1 << 20 {
                guard
                    let page = try store.page(
                        for: site, after: cursor, eventsMax: world.swarm.pageMax, bytesMax: SyncLimits.segmentBytesMax)
                else {
                    body += FeedFrame(cursor: cursor, segment: [], hubTime: now, isCaughtUp: true).bytes
                    return (body, count)
                }
                cursor = page.cursor
                count += 1
                let segment = SegmentCoding.encode(bent(page.segment), using: zstd)
                let frame = FeedFrame(
                    cursor: cursor, segment: segment, hubTime: now, isCaughtUp: false, seal: seal(page, for: site))
                body += frame.bytes
            }
        } catch { throw error.problem }
        return (body, count)
    }

    /// Its word for the place after a page; a hub that changes what it passes on cannot give it.
    private func seal(_ page: FeedPage, for site: SiteID) -> FeedSeal? {
        guard world.bug != .changesWhatItRelays else { return nil }
        return try? FeedSeal(  // a key that signs always does
            rows: page.rows, site: site, generation: page.cursor.generation, position: page.cursor.position, digest: page.digest,
            key: key)
    }

    private func bent(_ segment: Segment) -> Segment {
        guard world.bug == .changesWhatItRelays else { return segment }
        let changed = segment.events.map { event in
            event.id.sequence % 4 == 2 ? event.withPayload(event.event.payload + [0x9a, 0x3f, 0x00]) : event
        }
        return Segment(events: changed, outside: segment.outside, disputed: segment.disputed)
    }

    /// Answers whoever waits for what came, and whose time is over.
    private func release() {
        let all = waiters
        waiters = []
        for waiter in all {
            guard let store else { return waiter.answer(.silence) }
            do throws(Problem) {
                guard registry[waiter.site]?.isRevoked == false else { throw Problem(.siteRevoked, "The site was revoked.") }
                let (bytes, count) = try frames(waiter.site, waiter.cursor, store)
                if count > 0 || waiter.until <= world.now { waiter.answer(.ok(bytes)) } else { waiters.append(waiter) }
            } catch { waiter.answer(.problem(error)) }
        }
    }
}
