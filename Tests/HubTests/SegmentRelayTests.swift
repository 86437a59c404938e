import EventLog
import StoreContract
import Testing

@testable import Hub

/// Pushed bytes go on unread only where they are exactly what a page asks for, and only so many are kept.
struct SegmentRelayTests {
    private let log = Author("northside", incarnation: 7).log

    @Test func `a run is found by its log, start and length, and by nothing else`() {
        let relay = SegmentRelay()
        relay.keep([1, 2, 3], log: log, first: 5, count: 2)
        #expect(relay.bytes(of: log, first: 5, count: 2) == [1, 2, 3])
        #expect(relay.bytes(of: log, first: 5, count: 3) == nil)
        #expect(relay.bytes(of: log, first: 6, count: 2) == nil)
        #expect(relay.bytes(of: LogID(site: log.site, incarnation: Incarnation(bits: 8)), first: 5, count: 2) == nil)
    }

    @Test func `what is kept is bounded in bytes and in number, the oldest goes first`() {
        let relay = SegmentRelay()
        for first in 1...300 as ClosedRange<UInt64> { relay.keep([0], log: log, first: first, count: 1) }
        #expect(relay.bytes(of: log, first: 1, count: 1) == nil)
        #expect(relay.bytes(of: log, first: 300, count: 1) != nil)
        relay.keep([UInt8](repeating: 0, count: SegmentRelay.bytesMax), log: log, first: 1000, count: 1)
        #expect(relay.bytes(of: log, first: 300, count: 1) == nil)
        #expect(relay.bytes(of: log, first: 1000, count: 1) != nil)
    }
}
