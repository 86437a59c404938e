import EventLog
import Problems
import Testing

@testable import Replication

/// The agent's end, input by input. What a whole exchange looks like is in the transcripts beside.
struct SyncSessionTests {
    private static let problem = Problem(.internalError, "x")
    private let log = Pen("northside").log
    private var now = Instant(milliseconds: 1_000_000)

    private static func hash(_ number: UInt64) -> EventHash { .sha256(Array("\(number)".utf8)) }

    private func session(head: UInt64 = 5, seed: UInt64 = 1, pushes: Bool = true, pulls: Bool = true) -> SyncSession {
        SyncSession(log: log, head: head, headHash: Self.hash(head), seed: seed, pushes: pushes, pulls: pulls)
    }

    private func answer(head: UInt64?, hash: EventHash? = nil, isGood: Bool = true, quarantined: [LogID] = []) -> HelloAnswer {
        HelloAnswer(
            wireVersion: 1, generation: Generation(bits: 77),
            logs: head.map { [.init(log: log, head: $0, hash: hash ?? Self.hash($0))] } ?? [], cursorIsGood: isGood, feedHead: 0,
            hubTime: now, quarantined: quarantined)
    }

    /// A session that the hub has greeted with a head.
    private func greeted(head: UInt64 = 5, hub: UInt64? = 5) -> SyncSession {
        var session = session(head: head)
        _ = session.step(.wake, now: now)
        _ = session.step(.greeted(answer(head: hub)), now: now)
        return session
    }

    private func failure(_ lane: SyncSession.Lane, _ failure: SyncFailure, asked: Int64? = nil) -> SyncSession.Input {
        .failed(lane, failure, retryAfterMilliseconds: asked)
    }

    private func wait(_ effects: [SyncSession.Effect]) -> Int64? {
        for case .wakeAt(let moment) in effects { return moment.milliseconds - now.milliseconds }
        return nil
    }

    // MARK: hello

    @Test func `it says hello first, once, and nothing else before the answer`() {
        var session = session()
        #expect(session.step(.wake, now: now) == [.hello])
        #expect(session.step(.wake, now: now) == [])
        #expect(session.step(.appended(head: 6, hash: Self.hash(6)), now: now) == [])
        #expect(!session.isReachable && session.shared == nil && !session.isDrained)
    }

    @Test(arguments: [(nil, 1), (0, 1), (3, 4)] as [(UInt64?, UInt64)])
    func `after the greeting both lanes run, the push from the hub's head`(hub: UInt64?, first: UInt64) {
        var session = session()
        _ = session.step(.wake, now: now)
        let effects = session.step(.greeted(answer(head: hub)), now: now)
        #expect(effects == [.confirm(through: hub ?? 0), .push(from: first), .openFeed])
        #expect(session.isReachable && session.shared == hub ?? 0)
    }

    @Test func `a lane that is switched off stays off`() {
        var pull = session(pushes: false)
        _ = pull.step(.wake, now: now)
        #expect(pull.step(.greeted(answer(head: 3)), now: now) == [.confirm(through: 3), .openFeed])
        var push = session(pulls: false)
        _ = push.step(.wake, now: now)
        #expect(push.step(.greeted(answer(head: 3)), now: now) == [.confirm(through: 3), .push(from: 4)])
    }

    @Test func `a cursor that is no longer good is forgotten before the feed opens`() {
        var session = session()
        _ = session.step(.wake, now: now)
        let effects = session.step(.greeted(answer(head: 5, isGood: false)), now: now)
        #expect(effects == [.confirm(through: 5), .resetCursor(Generation(bits: 77)), .openFeed])
    }

    @Test(arguments: [(6, 6), (.max, 6), (5, 99)] as [(UInt64, UInt64)])
    func `a hub that holds more, or another event at the own head, shows a lost tail`(head: UInt64, hashOf: UInt64) {
        var session = session()
        _ = session.step(.wake, now: now)
        let effects = session.step(.greeted(answer(head: head, hash: Self.hash(hashOf))), now: now)
        #expect(effects == [.recover(log: log, hubHead: head)])
        #expect(session.step(.wake, now: now) == [])
        #expect(session.step(.hurry, now: now) == [])
        let next = Pen("northside", 2).log
        session.recovered(log: next, head: 0, headHash: .zero)
        #expect(session.step(.wake, now: now) == [.hello])
        #expect(session.step(.greeted(answer(head: head)), now: now) == [.confirm(through: 0), .openFeed])
    }

    @Test func `another site's or incarnation's head is not the own log's`() {
        var session = session()
        _ = session.step(.wake, now: now)
        let other = HelloAnswer(
            wireVersion: 1, generation: Generation(bits: 77),
            logs: [.init(log: Pen("northside", 2).log, head: 99, hash: Self.hash(99))], cursorIsGood: true, feedHead: 0,
            hubTime: now, quarantined: [Pen("northside", 3).log])
        #expect(session.step(.greeted(other), now: now) == [.confirm(through: 0), .push(from: 1), .openFeed])
    }

    // MARK: push

    @Test func `a push goes on from what the hub says it holds, never from what was sent`() {
        var session = greeted(hub: 0)
        #expect(
            session.step(.pushed(PushAnswer(head: 2, hash: Self.hash(2))), now: now) == [.confirm(through: 2), .push(from: 3)])
        #expect(session.step(.pushed(PushAnswer(head: 5, hash: Self.hash(5))), now: now) == [.confirm(through: 5)])
        #expect(session.isDrained)
        #expect(session.step(.appended(head: 6, hash: Self.hash(6)), now: now) == [.push(from: 6)])
        #expect(!session.isDrained)
    }

    @Test func `one push is in flight at a time, and an older head changes nothing`() {
        var session = greeted(hub: 3)
        #expect(session.step(.appended(head: 6, hash: Self.hash(6)), now: now) == [])
        #expect(session.step(.appended(head: 4, hash: Self.hash(4)), now: now) == [])
        #expect(session.head == 6)
        #expect(
            session.step(.pushed(PushAnswer(head: 5, hash: Self.hash(5))), now: now) == [.confirm(through: 5), .push(from: 6)])
    }

    @Test(arguments: [1, 3, 6] as [UInt64])
    func `a gap moves the push to where the hub stands, down or up`(expected: UInt64) {
        var session = greeted(hub: 3)
        let effects = session.step(failure(.push, .gap(expected: expected)), now: now)
        // What the hub says to hold is what is shared: the count follows it down as well.
        #expect(effects == [.confirm(through: expected - 1)] + (expected <= 5 ? [.push(from: expected)] : []))
        #expect(session.shared == expected - 1)
    }

    @Test func `a gap beyond the own head shows a lost tail`() {
        var session = greeted(hub: 3)
        #expect(session.step(failure(.push, .gap(expected: 8)), now: now) == [.recover(log: log, hubHead: 7)])
        #expect(session.step(.wake, now: now) == [])
    }

    @Test func `an answer beyond the own head shows a lost tail`() {
        var session = greeted(hub: 3)
        let effects = session.step(.pushed(PushAnswer(head: 9, hash: Self.hash(9))), now: now)
        #expect(effects == [.recover(log: log, hubHead: 9)])
    }

    @Test func `what the hub says of a log that is no longer written is passed over`() {
        var session = greeted(hub: 3)
        session.recovered(log: Pen("northside", 2).log, head: 0, headHash: .zero)
        #expect(session.step(.pushed(PushAnswer(head: 5, hash: Self.hash(5))), now: now) == [.hello])
        #expect(session.step(failure(.push, .refusedForGood(Self.problem)), now: now) == [])
        #expect(session.shared == nil)
    }

    /// A hub that takes pushes and never moves, or names one gap after the other, must not be asked without pause.
    @Test(arguments: [0, 3, 4] as [UInt64])
    func `a hub that makes no progress is asked less and less often`(expected: UInt64) {
        var session = greeted(hub: 3)
        _ = session.step(failure(.push, .gap(expected: expected)), now: now)
        for _ in 0..<8 {
            _ = session.step(.hurry, now: now)
            let effects = session.step(failure(.push, .gap(expected: expected)), now: now)
            #expect(wait(effects) != nil && !effects.contains { if case .push = $0 { true } else { false } })
        }
        var other = greeted(hub: 3)
        let effects = other.step(.pushed(PushAnswer(head: 3, hash: Self.hash(3))), now: now)
        #expect(effects.first == .confirm(through: 3) && wait(effects) != nil && effects.count == 2)
    }

    // MARK: feed

    @Test func `a feed that ends is opened again, a stored page changes nothing`() {
        var session = greeted()
        #expect(session.step(.feedEnded, now: now.advanced(byMilliseconds: 1_000)) == [.openFeed])
        #expect(session.step(.pageStored(.start(of: Generation(bits: 77))), now: now) == [])
    }

    @Test func `a feed that is cut as soon as it is open is opened after a wait`() {
        var session = greeted()
        for _ in 0..<4 {
            let effects = session.step(.feedEnded, now: now.advanced(byMilliseconds: 999))
            #expect(wait(effects) != nil && !effects.contains(.openFeed))
            #expect(session.step(.hurry, now: now) == [.openFeed])
        }
    }

    @Test func `a new numbering asks for a hello before anything else`() {
        var session = greeted()
        let effects = session.step(failure(.feed, .generation(Generation(bits: 78))), now: now)
        #expect(effects.count == 1 && wait(effects) != nil && !session.isReachable)
        #expect(session.step(.wake, now: now.advanced(byMilliseconds: 250)) == [.hello])
        let again = session.step(.greeted(answer(head: 5, isGood: false)), now: now.advanced(byMilliseconds: 300))
        #expect(again == [.confirm(through: 5), .resetCursor(Generation(bits: 77)), .openFeed])
    }

    @Test func `a greeting while a push is under way does not begin a second one`() {
        var session = greeted(hub: 3)
        _ = session.step(failure(.feed, .unreachable(Self.problem)), now: now)
        #expect(session.step(.hurry, now: now) == [.hello])
        #expect(session.step(.greeted(answer(head: 3)), now: now) == [.confirm(through: 3), .openFeed])
        #expect(session.step(.pushed(PushAnswer(head: 5, hash: Self.hash(5))), now: now) == [.confirm(through: 5)])
    }

    // MARK: failures

    @Test func `an asked wait holds, up to 15 minutes`() {
        for (asked, least) in [(4_000, 4_000), (900_001, 900_000), (Int64.max, 900_000)] as [(Int64, Int64)] {
            var session = greeted(hub: 3)
            let effects = session.step(failure(.push, .temporary(Self.problem), asked: asked), now: now)
            #expect(effects == [.wakeAt(now.advanced(byMilliseconds: least))])
            #expect(session.step(.wake, now: now.advanced(byMilliseconds: least - 1)) == effects)
            #expect(session.step(.wake, now: now.advanced(byMilliseconds: least)) == [.push(from: 4)])
        }
    }

    @Test(arguments: [1, 600_000, 315_360_000_000] as [Int64])
    func `a clock that is set back does not make a wait longer`(milliseconds: Int64) {
        var session = greeted()
        let effects = session.step(failure(.feed, .temporary(Self.problem), asked: 4_000), now: now)
        #expect(wait(effects).map { $0 >= 4_000 } == true)
        let before = now.advanced(byMilliseconds: -milliseconds)
        #expect(session.step(.wake, now: before) == [.openFeed])
    }

    /// Recorded while the hello was on its way: the hub's answer was compared with the log as it was before.
    @Test(arguments: [6, 7, 9] as [UInt64])
    func `a lost tail is not believed in while something was recorded meanwhile`(held: UInt64) {
        var session = session(head: 5)
        #expect(session.step(.wake, now: now) == [.hello])
        _ = session.step(.appended(head: 6, hash: Self.hash(60)), now: now)
        #expect(session.step(.greeted(answer(head: held)), now: now) == [.hello])
        #expect(session.step(.greeted(answer(head: 7)), now: now) == [.recover(log: log, hubHead: 7)])
    }

    /// An older life's event arrived at the hub, two others were recorded here: the hub's head tells the two apart only when compared.
    @Test(arguments: [7, 8] as [UInt64])
    func `what the hub holds beyond the hello is compared before anything is pushed, however much was recorded`(head: UInt64) {
        var session = session(head: 5)
        #expect(session.step(.wake, now: now) == [.hello])
        for number in 6...head { _ = session.step(.appended(head: number, hash: Self.hash(number * 10)), now: now) }
        #expect(session.step(.greeted(answer(head: 6)), now: now) == [.hello])
        #expect(session.step(.diverged(at: 6), now: now) == [.push(from: 6)])
    }

    @Test mutating func `a hub that holds more than was sent is compared with before anything else is pushed`() {
        var session = greeted(head: 8, hub: 2)
        let effects = session.step(failure(.push, .ahead(head: 7)), now: now)
        #expect(wait(effects) != nil)
        now = now.advanced(byMilliseconds: 60_000)
        #expect(session.step(.wake, now: now) == [.hello])
        func judged(head: UInt64, _ number: UInt64? = nil, own: UInt64) -> SyncFailure? {
            PushAnswer(head: head, hash: Self.hash(number ?? head)).failure(sentThrough: 5) { $0 <= own ? Self.hash($0) : nil }
        }
        #expect(judged(head: 7, own: 5) == .ahead(head: 7))
        #expect(judged(head: 7, own: 7) == nil, "what went ahead of the log joins what was sent")
        #expect(judged(head: 5, own: 5) == nil && judged(head: 4, own: 5) == .gap(expected: 5))
        guard case .temporary = judged(head: 7, 70, own: 7) else {
            Issue.record("a hub that confirms other events is believed")
            return
        }
    }

    @Test mutating func `a push that is refused for its signed root is followed by a hello, which compares`() {
        var session = greeted(head: 8, hub: 5)
        let refusal = SyncFailure(of: PushVerdict.rootDiffers(log, held: 5))
        #expect(refusal == .differs(PushVerdict.rootDiffers(log, held: 5), held: 5))
        #expect(wait(session.step(failure(.push, refusal), now: now)) != nil)
        now = now.advanced(byMilliseconds: 60_000)
        #expect(session.step(.wake, now: now) == [.hello])
        #expect(session.step(.diverged(at: 2), now: now) == [.push(from: 2)])
        // Of an event that rests on another history the hub may see the other yet.
        let child = PushVerdict.parentDiffers(EventID(log: log, sequence: 9), EventID(log: Pen("southside").log, sequence: 2))
        #expect(SyncFailure(of: child) == .temporary(child))
        #expect(SyncFailure(of: Problem(.badParents, "x")) == .refusedForGood(Problem(.badParents, "x")))
        // A signature that is none of the site's says nothing of the log.
        let other = Problem(.badSignature, "x")
        #expect(SyncFailure(of: other) == .temporary(other))
    }

    @Test mutating func `a node greets again when what it sent in an earlier life can no longer arrive`() {
        var session = greeted(head: 8, hub: 8)
        #expect(session.step(.greetAgain, now: now) == [.hello])
        #expect(session.isReachable, "a hub that answers is no less reachable for being greeted")
        #expect(session.step(.wake, now: now) == [], "one hello at a time")
        #expect(session.step(.greeted(answer(head: 8)), now: now) == [.confirm(through: 8)])
        #expect(session.step(.wake, now: now) == [], "and not one after the other")
    }

    @Test mutating func `what was confirmed while a hello was on its way is not forgotten for its answer`() {
        var session = greeted(head: 9, hub: 2)
        _ = session.step(.greetAgain, now: now)
        #expect(session.step(.pushed(PushAnswer(head: 9, hash: Self.hash(9))), now: now) == [.confirm(through: 9)])
        #expect(session.step(.greeted(answer(head: 2)), now: now) == [.confirm(through: 9)])
        #expect(session.isDrained)
        // A hub that holds less at the next greeting has lost it.
        _ = session.step(.greetAgain, now: now)
        #expect(session.step(.greeted(answer(head: 2)), now: now) == [.confirm(through: 2), .push(from: 3)])
    }

    /// - Parameter isGood: whether the hub counts on; one that numbers anew forgot what it had confirmed.
    @Test(arguments: [true, false])
    mutating func `an answer that does not know the log yet takes back nothing, unless the hub numbers anew`(isGood: Bool) {
        var session = greeted(head: 9, hub: nil)
        _ = session.step(.greetAgain, now: now)
        _ = session.step(.pushed(PushAnswer(head: 9, hash: Self.hash(9))), now: now)
        let effects = session.step(.greeted(answer(head: nil, isGood: isGood)), now: now)
        #expect(effects.contains(.confirm(through: isGood ? 9 : 0)) && session.isDrained == isGood)
    }

    @Test mutating func `a recovery for which there is no room is tried again`() {
        var session = session(head: 0)
        _ = session.step(.wake, now: now)
        #expect(session.step(.greeted(answer(head: 7)), now: now) == [.recover(log: log, hubHead: 7)])
        #expect(session.step(.wake, now: now) == [], "nothing else happens meanwhile")
        let effects = session.step(.recoveryFailed(retryAfterMilliseconds: 1_000), now: now)
        #expect(wait(effects) != nil)
        now = now.advanced(byMilliseconds: 60_000)
        #expect(session.step(.wake, now: now) == [.hello])
        #expect(session.step(.greeted(answer(head: 7)), now: now) == [.recover(log: log, hubHead: 7)])
    }

    @Test func `a hub that holds an urgent event which this node does not have says that the node lost its tail`() {
        var session = session(head: 5)
        _ = session.step(.wake, now: now)
        let held = HelloAnswer(
            wireVersion: 1, generation: Generation(bits: 1), logs: [.init(log: log, head: 2, hash: Self.hash(2), highest: 9)],
            cursorIsGood: true, feedHead: 0, hubTime: now, quarantined: [])
        #expect(session.step(.greeted(held), now: now) == [.recover(log: log, hubHead: 9)])
    }

    @Test func `one lane's temporary failure leaves the other running`() {
        var session = greeted(hub: 3)
        _ = session.step(failure(.push, .temporary(Self.problem), asked: 5_000), now: now)
        #expect(session.step(.feedEnded, now: now.advanced(byMilliseconds: 2_000)).first == .openFeed)
        #expect(session.isReachable)
    }

    @Test func `hurry ends every wait`() {
        var session = greeted(hub: 3)
        _ = session.step(failure(.push, .temporary(Self.problem), asked: 600_000), now: now)
        _ = session.step(failure(.feed, .temporary(Self.problem), asked: 600_000), now: now)
        #expect(session.step(.hurry, now: now) == [.push(from: 4), .openFeed])
    }

    @Test func `a hub that is down is asked once a wait, not once a lane`() {
        for seed in UInt64(0)..<100 {
            var session = session(seed: seed)
            var (now, hellos) = (now, 0)
            _ = session.step(.wake, now: now)
            _ = session.step(.greeted(answer(head: 3)), now: now)
            var effects = session.step(failure(.push, .unreachable(Self.problem)), now: now)
            effects += session.step(failure(.feed, .unreachable(Self.problem)), now: now)
            for _ in 0..<40 {
                let moments = effects.compactMap { if case .wakeAt(let moment) = $0 { moment } else { nil } }
                now = max(now, moments.max() ?? now)
                effects = session.step(.wake, now: now)
                guard effects == [.hello] else { continue }
                hellos += 1
                effects = session.step(failure(.hello, .unreachable(Self.problem)), now: now)
            }
            #expect((39...40).contains(hellos), "seed \(seed)")
            // Forty waits drawn under a ceiling of a minute last minutes, not seconds.
            #expect(now.milliseconds - self.now.milliseconds > 300_000, "seed \(seed)")
        }
    }

    @Test func `a hub that greets and then fails a lane is not asked every moment`() {
        var session = session(seed: 3)
        var now = now
        var effects = session.step(.wake, now: now)
        for _ in 0..<40 {
            if effects.contains(.hello) { effects = session.step(.greeted(answer(head: 5)), now: now) }
            if effects.contains(.openFeed) { effects = session.step(failure(.feed, .unreachable(Self.problem)), now: now) }
            for case .wakeAt(let moment) in effects { now = max(now, moment) }
            effects = session.step(.wake, now: now)
        }
        #expect(now.milliseconds - self.now.milliseconds > 300_000)
    }

    @Test func `a feed that was healthy for 30 s fails as if for the first time`() {
        var session = greeted()
        var now = now
        for _ in 0..<20 {
            now = now.advanced(byMilliseconds: 30_000)
            let effects = session.step(failure(.feed, .temporary(Self.problem)), now: now)
            guard case .wakeAt(let moment)? = effects.first else {
                Issue.record("no wait: \(effects)")
                return
            }
            #expect(moment.milliseconds - now.milliseconds <= 250)
            now = moment
            #expect(session.step(.wake, now: now) == [.openFeed])
        }
    }

    @Test func `a refusal for good stops every lane, whatever is still under way`() {
        for lane in SyncSession.Lane.allCases {
            var session = greeted(hub: 3)
            #expect(session.step(failure(lane, .refusedForGood(Self.problem)), now: now) == [.stop(Self.problem)])
            let late = now.advanced(byMilliseconds: 1 << 40)
            for input: SyncSession.Input in [
                .wake, .hurry, .feedEnded, .greeted(answer(head: 3)), .pushed(PushAnswer(head: 5, hash: Self.hash(5))),
                .pageStored(.start(of: Generation(bits: 1))), .appended(head: 9, hash: Self.hash(9)),
                failure(.feed, .temporary(Self.problem)), failure(.push, .gap(expected: 99)),
                failure(.hello, .unreachable(Self.problem)),
            ] { #expect(session.step(input, now: late) == [], "\(lane) \(input)") }
        }
    }

    @Test func `a quarantined log stops the session, another log's quarantine does not`() {
        var session = session()
        _ = session.step(.wake, now: now)
        let effects = session.step(.greeted(answer(head: 5, quarantined: [log])), now: now)
        #expect(effects == [.stop(SyncRefusal.quarantined(log).problem)])
        #expect(session.step(.wake, now: now) == [])
    }
}
