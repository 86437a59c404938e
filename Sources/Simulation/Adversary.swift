import Crypto
import EventLog
import Problems
import Replication
import Wire

/// A site that has joined and means ill: it forges, forks, floods, and sends what it saw of others.
final class Adversary {
    private let site: SiteID
    private let key: Curve25519.Signing.PrivateKey
    private unowned let world: World
    private let zstd = Zstd()
    private let log: LogID
    private var written: [HashedEvent] = []

    init?(_ world: World, key: Curve25519.Signing.PrivateKey, _ hub: SimulatedHub) {
        guard world.swarm.has(.maliciousSite), let site = SiteID("mallory") else { return nil }
        self.world = world
        self.key = key
        self.site = site
        log = LogID(site: site, incarnation: Incarnation(bits: 0xbad))
        hub.registry[site] = .init(key: key.publicKey, hasAllCases: false)
    }

    func act(_ dice: inout Dice) {
        world.hit(.maliciousSite)
        let victim = dice.pick(world.sites)
        switch dice.below(8) {
        case 0: push([make(2, dice.bits())], of: log, first: 2, &dice)  // a gap
        case 1: writeOn(&dice)
        case 2:  // a second history of its own log
            writeOn(&dice)
            if let last = written.last { push([make(last.id.sequence, dice.bits())], of: log, first: last.id.sequence, &dice) }
        case 3:  // another site's log, under its own name and under the other's
            let theirs = victim.session.log
            let next = victim.session.head + 1
            let forged = [make(next, dice.bits(), of: theirs)]
            push(forged, of: theirs, first: next, as: dice.chance(perMille: 500) ? victim.site : site, &dice)
        case 4: send(.push(log, first: 1), body: (0..<200).map { _ in UInt8(dice.below(256)) }, note: nil, as: site, &dice)
        case 5 where !world.hub.isRefilling:  // the next event of somebody else, under another hash
            let ghost = EventID(log: victim.session.log, sequence: victim.session.head + 1)
            let next = UInt64(written.count) + 1
            push([make(next, dice.bits(), parents: [(ghost, EventHash(1, 2, 3, dice.bits()))])], of: log, first: next, &dice)
        case 6: send(.feed(nil, waitMilliseconds: 0), body: [], note: nil, as: victim.site, &dice)
        case 7 where dice.chance(perMille: 500): offer(after: victim, &dice)
        default: send(.fetch(victim.session.log, first: 1), body: [], note: nil, as: site, &dice)
        }
    }

    private func writeOn(_ dice: inout Dice) {
        let event = make(UInt64(written.count) + 1, dice.bits())
        written.append(event)
        push([event], of: log, first: event.id.sequence, &dice)
    }

    private func make(
        _ sequence: UInt64, _ bits: UInt64, of log: LogID? = nil, parents: [(EventID, EventHash)] = []
    ) -> HashedEvent {
        let event = Event(
            id: EventID(log: log ?? self.log, sequence: sequence), stream: world.streams[0], kind: EventKind("comment.added"),
            schema: 1, recordedAt: HybridTime(bits: .max), occurredAt: OccurredAt(Instant(milliseconds: Int64(bits >> 2))),
            actor: Actor(person: "mallory", role: "radiologist", site: site, assurance: .local), source: .page, sourceKey: "",
            parents: parents.map(\.0), payload: [0x0a, 4] + Array(Hex.text(of: bits).utf8.prefix(4)))
        let hashed = HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: parents.map(\.1)))
        ghosts = Dictionary(parents) { first, _ in first }
        guard hashed.id.log == self.log else { return hashed }
        // Its own key signs it: it is its word, whatever it says.
        var mirror = Mirror(bug: nil)
        for mark in mirror.add([hashed]) { world.tell(.forged(mark)) }
        world.tell(.forkPossible(site))
        return hashed
    }

    private var ghosts: [EventID: EventHash] = [:]

    private func push(
        _ events: [HashedEvent], of log: LogID, first: UInt64, as other: SiteID? = nil, _ dice: inout Dice
    ) {
        var tree = MerkleFrontier()
        for event in written.prefix(Int(min(first - 1, UInt64(written.count)))) { tree.append(event.hash) }
        for event in events { tree.append(event.hash) }
        let size = first + UInt64(events.count) - 1
        guard
            let checkpoint = try? SignedCheckpoint(  // a key that signs always does
                Checkpoint(log: log, size: size, root: tree.root), signer: (other ?? site).text, key: key)
        else { return }
        let bytes = SegmentCoding.encode(Segment(events: events, outside: ghosts), using: zstd)
        send(.push(log, first: first), body: bytes, note: checkpoint.note, as: other ?? site, &dice)
    }

    /// Offers, under a seal of its own making, an event that its victim never recorded, as if the hub had given it out.
    private func offer(after victim: SimulatedSite, _ dice: inout Dice) {
        let forged = make(victim.session.head + 1, dice.bits(), of: victim.session.log)
        let generation = Generation(bits: dice.bits())
        let seal = try? FeedSeal(  // a key that signs always does
            rows: [1], site: site, generation: generation, position: 1,
            digest: FeedDigest.next(after: .zero, entries: [forged.hash]), key: key)
        guard let seal else { return }
        let stretch = Stretch(generation: generation, first: 0, before: .zero, seal: seal, ids: [forged.id])
        let bytes = SegmentCoding.encode(Segment(events: [forged], outside: [:]), using: zstd)
        send(.stretch, body: StretchOffer(stretch, segment: bytes).bytes, note: nil, as: site, &dice)
    }

    private func send(_ what: Call.What, body: [UInt8], note: String?, as site: SiteID, _ dice: inout Dice) {
        guard
            let signature = try? RequestSignature.sign(  // as above
                method: Call.method(what), path: Call.path(what, site), query: Call.query(what), body: body, site: site, key: key,
                now: Instant(milliseconds: world.now), nonce: dice.bits())
        else { return }
        let call = Call(what: what, from: site, body: body, note: note, signature: signature)
        world.hub.serve(call) { [unowned world] reply in
            if case .problem(let problem) = reply { world.note("mallory", "is refused: \(problem.code.rawValue)") }
        }
    }
}
