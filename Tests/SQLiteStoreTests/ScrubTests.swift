import EventLog
import Testing

@testable import SQLiteStore

struct ScrubTests {
    private func result(next: Int64?) -> ScrubResult { ScrubResult(damaged: [], count: 1, next: next) }

    @Test func `a walk begins at once, goes on where it was, and rests when it has seen all rows`() {
        let start = Instant(milliseconds: 1_000)
        var walk = ScrubWalk(now: start)
        #expect(walk.next(now: start) == -1)
        walk.looked(result(next: 77), now: start)
        #expect(walk.next(now: start) == 77)
        walk.looked(result(next: nil), now: start)
        #expect(walk.next(now: start) == nil)
        #expect(walk.next(now: start.advanced(byMilliseconds: ScrubWalk.restMilliseconds - 1)) == nil)
        #expect(walk.next(now: start.advanced(byMilliseconds: ScrubWalk.restMilliseconds)) == -1, "from the first row again")
    }

    @Test func `rows that could not be looked at are looked at again`() {
        let start = Instant(milliseconds: 0)
        let walk = ScrubWalk(now: start)
        #expect(walk.next(now: start) == walk.next(now: start.advanced(byMilliseconds: 1_000)))
    }
}
