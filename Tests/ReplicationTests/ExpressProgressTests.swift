import EventLog
import Replication
import Testing

/// What goes ahead next, and when.
struct ExpressProgressTests {
    private let log = Pen("northside").log
    private let now = Instant(milliseconds: 1_700_000_000_000)

    private func answer(_ generation: UInt64, feedHead: UInt64) -> HelloAnswer {
        HelloAnswer(
            wireVersion: 1, generation: Generation(bits: generation), logs: [], cursorIsGood: true, feedHead: feedHead,
            hubTime: now,
            quarantined: [])
    }

    private func part(_ lowest: UInt64, _ highest: UInt64) -> ExpressPart {
        ExpressPart(segment: Segment(events: [], outside: [:]), highest: highest, lowest: lowest)
    }

    @Test func `nothing goes ahead while little waits`() {
        var progress = ExpressProgress()
        progress.greeted(answer(1, feedHead: Express.backlogMin))
        #expect(progress.outgoing(log, beyond: 10, head: 10 + Express.backlogMin) == nil)
        #expect(progress.outgoing(log, beyond: 10, head: 9) == nil)
        #expect(progress.outgoing(log, beyond: 10, head: 11 + Express.backlogMin) == ExpressWindow(above: 10))
        #expect(progress.incoming(after: .start(of: Generation(bits: 1)), now: now) == nil)
        #expect(ExpressProgress(backlogMin: nil).outgoing(log, beyond: 0, head: .max) == nil)
    }

    @Test func `what went ahead does not go again, until the hub numbers anew`() {
        var progress = ExpressProgress(backlogMin: 0)
        progress.greeted(answer(1, feedHead: 50))
        progress.sent(part(20, 30), of: log)
        progress.sent(part(5, 19), of: log)
        progress.received(part(20, 40))
        progress.greeted(answer(1, feedHead: 60))
        #expect(progress.outgoing(log, beyond: 3, head: 99) == ExpressWindow(above: 30))
        #expect(progress.outgoing(log, beyond: 35, head: 99) == ExpressWindow(above: 35))
        let cursor = FeedCursor(generation: Generation(bits: 1), position: 7, digest: 1)
        #expect(progress.incoming(after: cursor, now: now) == ExpressWindow(above: 40))
        progress.greeted(answer(2, feedHead: 60))
        #expect(progress.outgoing(log, beyond: 3, head: 99) == ExpressWindow(above: 3))
        #expect(progress.incoming(after: .start(of: Generation(bits: 2)), now: now) == ExpressWindow(above: 0))
    }

    @Test func `a long catching up looks once a second, also under a clock that is set back`() {
        var progress = ExpressProgress(backlogMin: 0)
        progress.greeted(answer(1, feedHead: 50))
        let cursor = FeedCursor.start(of: Generation(bits: 1))
        func looks(_ milliseconds: Int64, _ progress: inout ExpressProgress) -> Bool {
            progress.incoming(after: cursor, now: now.advanced(byMilliseconds: milliseconds)) != nil
        }
        #expect(looks(0, &progress) && !looks(999, &progress) && looks(1_000, &progress))
        #expect(looks(-500_000, &progress), "a clock that is set back holds nothing up")
        progress.greeted(answer(1, feedHead: 50))
        #expect(looks(-500_000, &progress), "a greeting is followed by a look")
    }
}
