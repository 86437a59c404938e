import EventLog
import Testing

@testable import SiteAgent

/// Events that wait while the hub answers, and nothing goes.
@Suite struct StallWatchTests {
    private func at(_ minutes: Int64) -> Instant { Instant(milliseconds: 1_750_000_000_000 + minutes * 60_000) }

    @Test func `what waits for five minutes though the hub answers is a stall, and how long it lasts is said`() {
        var watch = StallWatch()
        #expect(watch.look(pending: 3, shared: 7, isReachable: true, now: at(0)) == nil)
        #expect(watch.look(pending: 3, shared: 7, isReachable: true, now: at(4)) == nil)
        #expect(watch.look(pending: 4, shared: 7, isReachable: true, now: at(6)) == Int64(360_000))
    }

    @Test func `whatever goes, an empty queue and a hub that does not answer begin the patience anew`() {
        var watch = StallWatch()
        #expect(watch.look(pending: 3, shared: 7, isReachable: true, now: at(0)) == nil)
        #expect(watch.look(pending: 2, shared: 8, isReachable: true, now: at(6)) == nil)
        #expect(watch.look(pending: 2, shared: 8, isReachable: true, now: at(10)) == nil)
        #expect(watch.look(pending: 2, shared: 8, isReachable: false, now: at(12)) == nil)
        #expect(watch.look(pending: 2, shared: 8, isReachable: true, now: at(16)) == nil)
        #expect(watch.look(pending: 0, shared: 10, isReachable: true, now: at(30)) == nil)
        #expect(watch.look(pending: 1, shared: 10, isReachable: true, now: at(34)) == nil)
        #expect(watch.look(pending: 1, shared: 10, isReachable: true, now: at(35)) == Int64(300_000))
    }
}
