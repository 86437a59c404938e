import EventLog
import Testing

@testable import SQLiteStore

/// What the writer keeps in memory of streams is bounded, and never forgets what it has not written.
struct StreamCacheTests {
    private func record(_ number: Int) -> StreamRecord {
        StreamRecord(index: number, id: StreamID(kind: .imagingCase, high: 0, low: UInt64(number)))
    }

    @Test func `streams used long ago are forgotten, those used lately are not`() {
        var cache = StreamCache()
        for number in 0..<3 * StreamCache.factsMax { cache.insert(record(number)) }
        #expect(cache.find(record(0).id) == nil)
        #expect(cache.find(record(3 * StreamCache.factsMax - 1).id) != nil)
    }

    /// A transaction that touches more streams than are kept would otherwise read an early one again from the file, where its new
    /// events are not yet, and write its row without them.
    @Test func `a stream with events that are not written yet is never forgotten`() {
        var cache = StreamCache()
        let touched = record(0)
        touched.isTouched = true
        cache.insert(touched)
        for number in 1..<5 * StreamCache.factsMax { cache.insert(record(number)) }
        #expect(cache.find(touched.id) === touched)
        touched.isTouched = false
        for number in 1..<5 * StreamCache.factsMax { cache.insert(record(number)) }
        #expect(cache.find(touched.id) == nil)
    }
}
