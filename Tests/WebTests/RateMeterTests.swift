import EventLog
import Foundation
import Testing

@testable import Web

/// How much each may do in a time.
@Suite struct RateMeterTests {
    private let start = Instant(milliseconds: 1_800_000_000_000)

    @Test func `what is saved up may be done at once, then as much as comes back`() {
        let meter = RateMeter<String>(perSecond: 2, burst: 4)
        for _ in 1...4 { #expect(meter.take("a", start) == nil) }
        #expect(meter.take("a", start) == 1)
        #expect(meter.take("b", start) == nil, "each has a bucket of its own")
        let later = start.advanced(byMilliseconds: 500)
        #expect(meter.take("a", later) == nil && meter.take("a", later) == 1)
        #expect(meter.wait(of: "a", start.advanced(byMilliseconds: 60_000)) == nil)
    }

    @Test func `a large piece is taken whole and made up for afterwards`() {
        let meter = RateMeter<String>(perSecond: 10, burst: 20, largest: 120)
        #expect(meter.wait(of: "a", start) == nil)
        meter.count(120, of: "a", start)
        #expect(meter.wait(of: "a", start) == 11, "12 s owed, of which 2 s may be owed, and one more")
        #expect(meter.wait(of: "a", start.advanced(byMilliseconds: 10_100)) == nil)
    }

    @Test func `a clock that was years ahead and is set back keeps nobody waiting for years`() {
        let meter = RateMeter<String>(perSecond: 10, burst: 20, largest: 120)
        let ahead = start.advanced(byMilliseconds: 10 * 365 * 86_400_000)
        meter.count(120, of: "a", ahead)
        #expect(meter.wait(of: "a", start) == 12, "no longer than who owes an empty bucket and the largest piece")
        #expect(meter.wait(of: "a", start.advanced(byMilliseconds: 6_000)) == 6, "and time counts from then on")
        #expect(meter.wait(of: "a", start.advanced(byMilliseconds: 12_000)) == nil)
    }

    @Test func `of more keys than are told apart those with the least to make up for are forgotten`() {
        let meter = RateMeter<Int>(perSecond: 1, burst: 1, largest: 50, keysMax: 3)
        meter.count(50, of: 0, start)
        meter.count(1, of: 1, start)
        for key in 2...100 { meter.count(2, of: key, start) }
        #expect(meter.wait(of: 0, start) != nil)
        #expect(meter.wait(of: 1, start) == nil)
    }

    @Test func `a server takes no more connections than it may open files, and leaves some for its store`() {
        #expect(OpenFiles.connectionsMax(of: 1_024) == 768)
        #expect(OpenFiles.connectionsMax(of: 8_192) == 7_936)
        #expect(OpenFiles.connectionsMax(of: 100) == 50)
        #expect(OpenFiles.connectionsMax(of: nil) == Int.max)
        OpenFiles.raise()
        #expect((OpenFiles.allowed ?? 0) > 0)
    }
}
