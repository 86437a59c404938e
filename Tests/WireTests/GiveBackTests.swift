import Crypto
import EventLog
import Problems
import Replication
import Testing

@testable import Wire

/// What a site gives back to a hub that lost something, step by step.
struct GiveBackTests {
    private static let site = SiteID("northside")!
    private static let log = LogID(site: SiteID("lakeview")!, incarnation: Incarnation(bits: 5))
    private let key = Curve25519.Signing.PrivateKey()

    private static func answer(_ generation: UInt64, isGood: Bool) -> HelloAnswer {
        HelloAnswer(
            wireVersion: 1, generation: Generation(bits: generation), logs: [], cursorIsGood: isGood, feedHead: 0,
            hubTime: Instant(milliseconds: 1), quarantined: [])
    }

    private static func cursor(_ generation: UInt64) -> FeedCursor {
        FeedCursor(generation: Generation(bits: generation), position: 9, digest: 3)
    }

    private static func stretch(_ first: UInt64, count: UInt64 = 2, of generation: UInt64 = 1) -> Stretch {
        Stretch(
            generation: Generation(bits: generation), first: first, before: .zero,
            seal: FeedSeal(rows: [Int(count)], signature: []),
            ids: (first + 1...first + count).map { EventID(log: log, sequence: $0) })
    }

    @Test func `a hub that holds its place is asked nothing, and what it gave out earlier is looked for`() {
        var giving = GiveBack(after: Self.answer(1, isGood: true), cursor: Self.cursor(1))
        #expect(giving.step == .read(after: nil) && giving.good == Generation(bits: 1))
        giving.read([])
        #expect(giving.step == .end)
    }

    @Test func `a hub that lost its place and kept its numbering is asked for everything`() {
        #expect(GiveBack(after: Self.answer(1, isGood: false), cursor: Self.cursor(1)).good == Generation(bits: 0))
        #expect(GiveBack(after: Self.answer(2, isGood: false), cursor: Self.cursor(1)).good == Generation(bits: 2))
        #expect(GiveBack(after: Self.answer(2, isGood: false), cursor: nil).good == Generation(bits: 2))
    }

    @Test func `heads, question, offers, and only then the stretches are forgotten and the hub hears that this was all`() {
        var giving = GiveBack(after: Self.answer(2, isGood: false), cursor: Self.cursor(1))
        let (one, two, three) = (Self.stretch(0), Self.stretch(2), Self.stretch(4))
        giving.read([one, two, three])
        #expect(giving.step == .tellHeads)
        giving.toldHeads()
        #expect(giving.step == .ask(one.ids + two.ids + three.ids))
        giving.answered(missing: [one.ids[1], three.ids[0]])
        #expect(giving.step == .offer(one))
        giving.offered()
        #expect(giving.step == .offer(three))
        giving.offered()
        #expect(giving.step == .read(after: three))
        giving.read([])
        #expect(giving.step == .forget)
        giving.forgot()
        #expect(giving.step == .tellDone)
        giving.toldDone()
        #expect(giving.step == .end && giving.refusals.isEmpty)
    }

    @Test func `a site with nothing to give says so to a hub that lost its place`() {
        var giving = GiveBack(after: Self.answer(2, isGood: false), cursor: nil)
        giving.read([])
        #expect(giving.step == .tellHeads)
        giving.toldHeads()
        #expect(giving.step == .tellDone)
    }

    @Test func `no question is for more events than a hub answers, whatever the stretches' size`() {
        var giving = GiveBack(after: Self.answer(2, isGood: true), cursor: Self.cursor(2))
        let large = (0..<UInt64(GiveBack.readMax)).map { Self.stretch($0 * 8192, count: 8192) }
        giving.read(large)
        giving.toldHeads()
        guard case .ask(let ids) = giving.step else {
            Issue.record("\(giving.step)")
            return
        }
        #expect(ids.count == GiveBack.idsMax && ids.count < RecoveryCoding.idsMax)
        giving.answered(missing: [])
        #expect(giving.step == .read(after: large[1]), "the next question begins where this one ended")
    }

    @Test(arguments: [.badInput, .siteUnknown, .fork, .badParents] as [ProblemCode])
    func `a stretch that is refused holds up no other, and then nothing is forgotten`(code: ProblemCode) {
        var giving = GiveBack(after: Self.answer(2, isGood: false), cursor: Self.cursor(1))
        let (one, two) = (Self.stretch(0), Self.stretch(2))
        giving.read([one, two])
        giving.toldHeads()
        giving.answered(missing: one.ids + two.ids)
        let goesOn = giving.refused(Problem(code, "x"))
        #expect(goesOn)
        #expect(giving.step == .offer(two))
        giving.offered()
        giving.read([])
        #expect(giving.step == .end && giving.refusals.map(\.code) == [code])
    }

    @Test(arguments: [.diskFull, .ioFailed, .siteRevoked, .replayed] as [ProblemCode])
    func `what is wrong with the hub or the site ends the giving`(code: ProblemCode) {
        var giving = GiveBack(after: Self.answer(2, isGood: false), cursor: Self.cursor(1))
        giving.read([Self.stretch(0)])
        giving.toldHeads()
        giving.answered(missing: Self.stretch(0).ids)
        let goesOn = giving.refused(Problem(code, "x"))
        #expect(!goesOn && giving.step == .offer(Self.stretch(0)))
    }

    /// A stretch travels as one body, with what the encoding adds to it.
    @Test func `pages are joined as far as one body takes them, and large events stand alone`() {
        let event = HashedEvent.sample(Self.log)
        let large = HashedEvent(
            event: Event(
                id: event.id, stream: event.event.stream, kind: event.event.kind, schema: 1, recordedAt: event.event.recordedAt,
                occurredAt: event.event.occurredAt, actor: event.event.actor, source: .page, sourceKey: "", parents: [],
                payload: [UInt8](repeating: 1, count: EventLimits.payloadBytesMax)), hash: event.hash)
        func joins(_ event: HashedEvent, _ count: Int, after held: Int) -> Bool {
            Stretch.joins(Segment(events: .init(repeating: event, count: count), outside: [:]), after: held)
        }
        #expect(joins(event, 1, after: Stretch.joinedMax - 1) && !joins(event, 1, after: Stretch.joinedMax))
        #expect(joins(event, 100, after: 100) && !joins(event, 200, after: 100))
        #expect(!joins(large, 1, after: 1))
    }

    @Test func `a hub takes what it signed for this site itself, of sites that it knows, and nothing else`() throws {
        let event = HashedEvent.sample(Self.log)
        let digest = FeedDigest.next(after: .zero, entries: [event.hash])
        func code(_ key: Curve25519.Signing.PrivateKey, for site: SiteID, _ events: [HashedEvent], knows: Bool = true)
            -> ProblemCode?
        {
            do {
                let seal = try FeedSeal(
                    rows: [1], site: Self.site, generation: Generation(bits: 1), position: 1, digest: digest, key: key)
                let stretch = Stretch(generation: Generation(bits: 1), first: 0, before: .zero, seal: seal, ids: [event.id])
                try StretchOffer(stretch, segment: []).check(
                    Segment(events: events, outside: [:]), from: site, hubKey: self.key.publicKey
                ) { _ in knows }
                return nil
            } catch { return (error as? Problem)?.code }
        }
        #expect(code(key, for: Self.site, [event]) == nil)
        #expect(code(Curve25519.Signing.PrivateKey(), for: Self.site, [event]) == .badInput)
        #expect(code(key, for: Self.log.site, [event]) == .badInput)
        #expect(code(key, for: Self.site, [event, event]) == .badInput)
        #expect(code(key, for: Self.site, [HashedEvent(event: event.event, hash: .zero)]) == .badInput)
        #expect(code(key, for: Self.site, [event], knows: false) == .siteUnknown)
    }
}

extension HashedEvent {
    fileprivate static func sample(_ log: LogID) -> HashedEvent {
        let event = Event(
            id: EventID(log: log, sequence: 1), stream: StreamID(kind: .imagingCase, high: 1, low: 1),
            kind: EventKind("comment.added"), schema: 1, recordedAt: HybridTime(bits: 9),
            occurredAt: OccurredAt(Instant(milliseconds: 1)),
            actor: Actor(person: "a", role: "radiologist", site: log.site, assurance: .local), source: .page, sourceKey: "",
            parents: [], payload: [1])
        return HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: []))
    }
}
