import Crypto
import EventLog
import Problems
import Replication
import Wire

/// The calls of a site, in the order in which the product's driver makes them.
extension SimulatedSite {
    /// Signs and sends a request; what comes back after this life is over is nobody's.
    func send(_ what: Call.What, body: [UInt8] = [], note: String? = nil, _ then: @escaping (Reply) -> Void) {
        let now = life
        do {
            let signature = try RequestSignature.sign(
                method: Call.method(what), path: Call.path(what, site), query: Call.query(what), body: body, site: site,
                key: key, now: signing.reading(at: clockNow), nonce: dice.bits())
            let call = Call(what: what, from: site, body: body, note: note, signature: signature)
            world.send(call, from: self) { [unowned self] reply in
                inLife(now) { [unowned self] in
                    if case .problem(let problem) = reply { signing.learn(from: problem) }
                    then(reply)
                }
            }
        } catch { self.note("cannot sign") }
    }

    func failed(_ lane: SyncSession.Lane, _ reply: Reply) {
        guard let (failure, wait) = reply.failure else { return }
        note("\(lane) fails: \(failure.word)")
        step(.failed(lane, failure, retryAfterMilliseconds: wait))
    }

    /// Bytes that are no answer of a hub.
    func alien(_ lane: SyncSession.Lane) { failed(lane, .alien) }

    /// Does something with the store for a lane; a fault ends it.
    func attempt(_ lane: SyncSession.Lane, _ body: () throws(Problem) -> Void) {
        do throws(Problem) { try body() } catch { fault(error, lane: lane) }
    }

    // MARK: - Hello

    func hello() {
        attempt(.hello) { () throws(Problem) in
            guard let store else { return }
            let own = try store.ownLog()
            let earlier = try store.logs().filter { $0.log.site == site && $0.log != own.log }
            let cursor = try store.cursor()
            let request = HelloRequest(wireVersion: 1, logs: (earlier + [own]).map { .init($0) }, cursor: cursor)
            send(.hello, body: SyncCoding.encode(request)) { [unowned self] reply in
                guard case .ok(let bytes) = reply else { return failed(.hello, reply) }
                let read = try? SyncCoding.helloAnswer(bytes)  // nil: no hub's answer
                guard let answer = read.map(bent) else { return alien(.hello) }
                doubts.greeted(answer)
                meet(own, earlier, answer, GiveBack(after: answer, cursor: cursor))
            }
        }
    }

    private func meet(_ own: LogState, _ earlier: [LogState], _ answer: HelloAnswer, _ giving: GiveBack) {
        guard let held = answer.logs.first(where: { $0.log == own.log }), !answer.quarantined.contains(own.log) else {
            return begin(own, earlier, answer, giving)
        }
        switch Reunion.meeting(own: own, held: held) {
        case .none: begin(own, earlier, answer, giving)
        case .here(let sequence, let hash):
            attempt(.hello) { () throws(Problem) in
                let mine = try store?.hash(of: EventID(log: own.log, sequence: sequence))
                meet(own, held, mine == hash ? nil : sequence) { [unowned self] in begin(own, earlier, answer, giving) }
            }
        case .there(let sequence, let hash):
            fetch(own.log, from: sequence) { [unowned self] segment in
                let place = segment.events.first?.hash == hash ? nil : sequence
                meet(own, held, place) { [unowned self] in begin(own, earlier, answer, giving) }
            }
        }
    }

    /// Goes on where the hub's own log is this one: by the ends that were compared, and event by event where it is in doubt.
    private func meet(_ own: LogState, _ held: HelloRequest.Log, _ differing: UInt64?, _ then: @escaping () -> Void) {
        if let differing { return step(.diverged(at: differing)) }
        compare(own, held) { [unowned self] place in
            if let place { step(.diverged(at: place)) } else { then() }
        }
    }

    /// Urgent events go first, of the log that is written now before those of earlier ones.
    private func begin(_ own: LogState, _ earlier: [LogState], _ answer: HelloAnswer, _ giving: GiveBack) {
        express.greeted(answer)
        let logs = ([own] + earlier).filter { !answer.quarantined.contains($0.log) }
        sendAhead(logs[...], answer) { [unowned self] in settle(earlier, answer, giving) }
    }

    private func sendAhead(_ logs: ArraySlice<LogState>, _ answer: HelloAnswer, _ then: @escaping () -> Void) {
        guard let state = logs.first else { return then() }
        let held = answer.logs.first { $0.log == state.log }?.head ?? 0
        sendAhead(state.log, beyond: held, lane: .hello) { [unowned self] in sendAhead(logs.dropFirst(), answer, then) }
    }

    func fetch(_ log: LogID, from first: UInt64, isAhead: Bool = false, _ then: @escaping (Segment) -> Void) {
        send(.fetch(log, first: first, isAhead: isAhead)) { [unowned self] reply in
            guard case .ok(let bytes) = reply else { return failed(.hello, reply) }
            attempt(.hello) { () throws(Problem) in
                let segment = try SegmentCoding.decode(bytes, using: zstd)
                guard
                    isAhead
                        ? Reunion.isPart(segment, of: log, from: first) : Reunion.isRun(segment, of: log, from: first)
                else {
                    throw Problem(.malformed, "The hub answered other events than were asked for.")
                }
                then(segment)
            }
        }
    }

    private func settle(_ earlier: [LogState], _ answer: HelloAnswer, _ giving: GiveBack) {
        guard let store else { return }
        do throws(Problem) {
            let lost = Reunion.lost(own: try store.ownLog().log, earlier: earlier, answer: answer)
            let ahead = Reunion.lostAhead(own: try store.ownLog().log, earlier: earlier, answer: answer)
            contradicted = []
            bring(world.bug == .leavesLostTail ? [] : lost[...]) { [unowned self] in
                bringAhead(ahead[...], answer) { [unowned self] in
                    compare(earlier[...], answer, [:]) { [unowned self] differing in
                        let owed = Reunion.owed(
                            earlier: earlier, answer: answer, contradicted: contradicted, differing: differing)
                        owe(owed[...]) { [unowned self] in
                            giveBack(giving) { [unowned self] in step(.greeted(answer)) }
                        }
                    }
                }
            }
        } catch { fault(error, lane: .hello) }
    }

    private func bring(_ parts: ArraySlice<Reunion.Part>, _ then: @escaping () -> Void) {
        guard let part = parts.first else { return then() }
        guard part.first <= part.last else { return bring(parts.dropFirst(), then) }
        fetch(part.log, from: part.first) { [unowned self] segment in
            attempt(.hello) { () throws(Problem) in
                guard try keeps(segment, of: part.log) else { return bring(parts.dropFirst(), then) }
                let next = part.first + UInt64(segment.events.count)
                let rest = Reunion.Part(log: part.log, first: next, last: part.last)
                bring([rest] + parts.dropFirst(), then)
            }
        }
    }

    private func bringAhead(_ places: ArraySlice<EventID>, _ answer: HelloAnswer, _ then: @escaping () -> Void) {
        guard let place = places.first else { return then() }
        let end = answer.logs.first { $0.log == place.log }?.highest ?? 0
        guard place.sequence <= end, !contradicted.contains(place.log) else {
            return bringAhead(places.dropFirst(), answer, then)
        }
        fetch(place.log, from: place.sequence, isAhead: true) { [unowned self] segment in
            attempt(.hello) { () throws(Problem) in
                guard try keeps(segment, of: place.log) else { return bringAhead(places.dropFirst(), answer, then) }
                let next = EventID(log: place.log, sequence: (segment.events.last?.id.sequence ?? end) + 1)
                bringAhead([next] + places.dropFirst(), answer, then)
            }
        }
    }

    /// Whether what the hub gave back could be kept; where it contradicts the own history, the log is remembered.
    private func keeps(_ segment: Segment, of log: LogID) throws(Problem) -> Bool {
        do throws(Problem) { try store?.restore(segment) } catch {
            guard error.code.isOfEvents else { throw error }
            contradicted.insert(log)
            return false
        }
        world.tell(.arrived(node, mirror.add(segment.events, of: segment)))
        return true
    }

    /// What a planted bug leaves of a greeting.
    private func bent(_ answer: HelloAnswer) -> HelloAnswer {
        guard world.bug == .forgetsWhatWentAhead else { return answer }
        return HelloAnswer(
            wireVersion: answer.wireVersion, generation: answer.generation,
            logs: answer.logs.map { .init(log: $0.log, head: $0.head, hash: $0.hash) }, cursorIsGood: answer.cursorIsGood,
            feedHead: answer.feedHead, hubTime: answer.hubTime, quarantined: answer.quarantined)
    }

    private func owe(_ parts: ArraySlice<Reunion.Part>, _ then: @escaping () -> Void) {
        guard let part = parts.first else { return then() }
        guard part.first <= part.last else { return owe(parts.dropFirst(), then) }
        attempt(.hello) { () throws(Problem) in
            guard let segment = try prepare(part.log, from: part.first) else { return owe(parts.dropFirst(), then) }
            deliver(segment, of: part.log, lane: .hello) { [unowned self] answer in
                let rest = Reunion.Part(log: part.log, first: answer.head + 1, last: part.last)
                owe([rest] + parts.dropFirst(), then)
            }
        }
    }

    // MARK: - Push

    func push(from first: UInt64) {
        let log = session.log
        sendAhead(log, beyond: first - 1, lane: .push) { [unowned self] in pushPart(log, from: first) }
    }

    private func pushPart(_ log: LogID, from first: UInt64) {
        attempt(.push) { () throws(Problem) in
            guard let part = try prepare(log, from: first), let last = part.events.last else {
                return step(.failed(.push, .gap(expected: first), retryAfterMilliseconds: nil))
            }
            step(.appended(head: last.id.sequence, hash: last.hash))
            if world.bug == .countsSentAsShared { confirm(log, through: last.id.sequence) }
            deliver(part, of: log, lane: .push) { [unowned self] answer in
                confirm(log, through: answer.head)
                let isFull = part.events.count >= world.swarm.pushMax
                guard isFull, isUp,
                    (try? store?.ownLog().head) ?? 0 > answer.head  // a fault of the store shows at the next step
                else { return step(.pushed(answer)) }
                push(from: answer.head + 1)
            }
        }
    }

    /// The part of an own log that goes next; nil where the log ends before.
    private func prepare(_ log: LogID, from first: UInt64) throws(Problem) -> Segment? {
        guard let store else { return nil }
        let from = world.bug == .remembersInsteadOfAsking && first > 1 ? max(first, (remembered[log] ?? 0) + 1) : first
        guard let end = try store.state(of: log)?.head, from <= end else { return nil }
        let part = try store.segment(
            of: log, from: from, eventsMax: min(world.swarm.pushMax, Int(end - from + 1)), bytesMax: 1 << 19)
        return part.events.isEmpty ? nil : part
    }

    private func deliver(
        _ part: Segment, of log: LogID, lane: SyncSession.Lane, _ then: @escaping (PushAnswer) -> Void
    ) {
        guard let store, let first = part.events.first, let last = part.events.last else { return }
        do {
            var tree = MerkleFrontier()
            let before = try store.segment(of: log, from: 1, eventsMax: Int(first.id.sequence) - 1, bytesMax: .max)
            if first.id.sequence > 1 { for event in before.events { tree.append(event.hash) } }
            for event in part.events { tree.append(event.hash) }
            let checkpoint = try SignedCheckpoint(
                Checkpoint(log: log, size: tree.size, root: tree.root), signer: site.text, key: key)
            let bytes = SegmentCoding.encode(part, using: zstd)
            send(.push(log, first: first.id.sequence), body: bytes, note: checkpoint.note) { [unowned self] reply in
                if world.bug == .believesProxy, case .alien = reply {
                    return then(PushAnswer(head: last.id.sequence, hash: last.hash))
                }
                guard case .ok(let bytes) = reply else { return refused(log, lane, reply) }
                guard let answer = try? SyncCoding.pushAnswer(bytes) else { return alien(lane) }  // no hub's answer
                // A fault of the store shows at the next step.
                let failure = answer.failure(sentThrough: last.id.sequence) { sequence in
                    try? self.store?.hash(of: EventID(log: log, sequence: sequence))
                }
                if let failure {
                    note("\(lane) is answered \(failure.word)")
                    return step(.failed(lane, failure, retryAfterMilliseconds: nil))
                }
                note("pushed \(log) through \(answer.head)")
                then(answer)
            }
        } catch { fault((error as? Problem) ?? Problem(.internalError, "\(error)"), lane: lane) }
    }

    // MARK: - Feed

    func page(waitMilliseconds wait: Int64, hasty: Int = 0) {
        guard wait == 0 else { return pagePart(wait, hasty) }
        fetchAhead { [unowned self] in pagePart(wait, hasty) }
    }

    private func pagePart(_ wait: Int64, _ hasty: Int) {
        attempt(.feed) { () throws(Problem) in
            guard let store else { return }
            let cursor = try store.cursor()
            let began = world.now
            send(.feed(cursor, waitMilliseconds: wait)) { [unowned self] reply in
                guard case .ok(let bytes) = reply else { return failed(.feed, reply) }
                guard let frames = Self.frames(bytes) else { return alien(.feed) }
                take(frames, after: cursor, wait, world.now - began < 1000 ? hasty + 1 : 0)
            }
        }
    }

    /// The frames of a body; nil for one that is none, or was cut.
    private static func frames(_ bytes: [UInt8]) -> [FeedFrame]? {
        var reader = FeedFrameReader()
        bytes.withUnsafeBytes { reader.append($0) }
        var frames: [FeedFrame] = []
        do throws(Problem) { while let frame = try reader.next() { frames.append(frame) } } catch { return nil }
        return reader.hasPartialFrame ? nil : frames
    }

    private func take(_ frames: [FeedFrame], after cursor: FeedCursor?, _ wait: Int64, _ hasty: Int) {
        let now = life
        attempt(.feed) { () throws(Problem) in
            let end = frames.last { $0.cursor != nil }?.cursor ?? cursor
            let isCaughtUp = frames.contains { $0.isCaughtUp } || frames.isEmpty
            guard wait > 0 || isCaughtUp || end?.isBeyond(cursor) == true else {
                throw Problem(.proxyAnswered, "The feed gives the same page again and again.")
            }
            for frame in frames {
                guard life == now else { return }
                try keep(frame)
            }
            guard life == now else { return }
            if isCaughtUp { step(.caughtUp) }
            guard life == now, world.bug != .stopsAtFirstPage else { return }
            let isEmpty = !frames.contains { !$0.segment.isEmpty }
            guard wait == 0 || !isEmpty || hasty < 3 else {
                throw Problem(.proxyAnswered, "The feed's long poll is answered at once with nothing.")
            }
            page(waitMilliseconds: isCaughtUp || wait > 0 ? 25_000 : 0, hasty: isEmpty && wait > 0 ? hasty : 0)
        }
    }

    /// Stores a frame's events and the cursor after them.
    private func keep(_ frame: FeedFrame) throws(Problem) {
        guard let store, let cursor = frame.cursor, !frame.segment.isEmpty else { return }
        let whole = try SegmentCoding.decode(frame.segment, using: zstd)
        let segment = bent(whole)
        // What a planted bug makes of a page is not what was signed.
        let isBent = segment.events.count != whole.events.count
        let place = isBent ? nil : frame.seal.map { SealedPlace(seal: $0, hubKey: world.hub.key.publicKey) }
        if world.bug == .cursorBeforePage {
            try store.store(Segment(events: [], outside: [:]), cursor: cursor)
            if world.dies(at: self) { return }
        }
        let count = try store.store(segment, cursor: cursor, sealed: place)
        feedRefusal = nil
        note("stored \(count) events, at \(cursor.position)")
        world.tell(.arrived(node, mirror.add(segment.events, of: segment)))
        step(.pageStored(cursor))
    }

    /// What planted bugs leave of a page.
    private func bent(_ segment: Segment) -> Segment {
        var events = segment.events
        switch world.bug {
        case .dropsLastOfPage where events.count > 1: events.removeLast()
        case .skipsPageSeenAhead where events.contains { mirror.holds($0.id) }: events.removeAll()
        case .dropsUnknownKinds: events.removeAll { $0.event.kind.text.hasPrefix("future.") }
        case .comparesWithoutIncarnation:
            let known = Set(mirror.marks.map { "\($0.id.log.site)/\($0.id.sequence)" })
            events.removeAll { known.contains("\($0.id.log.site)/\($0.id.sequence)") && !mirror.holds($0.id) }
        default: break
        }
        return Segment(events: events, outside: segment.outside, disputed: segment.disputed)
    }
}
