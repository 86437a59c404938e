import EventLog
import Foundation
import Replication
import StoreContract
import Synchronization
import Testing

@testable import SQLiteStore

/// Whoever watches commits is called as directly after many commits as after the first.
struct ObserverTests {
    /// A closure that is kept where only its generic type is known is wrapped once more by each look at it: after a day of commits
    /// the call would be as deep as there were commits, and in the end overflow the stack.
    @Test func `a watcher is called no deeper after sixty commits than after the first`() throws {
        let place = try Place()
        let store = try place.site()
        let depths = Mutex<[Int]>([])
        store.file.observeCommits { _ in depths.withLock { $0.append(Thread.callStackReturnAddresses.count) } }
        let cursor = FeedCursor(generation: Generation(bits: 1), position: 1, digest: 1)
        var author = Author("lakeview")
        for _ in 0..<60 {
            author.comment(on: .sample(1))
            _ = try store.store(author.segment(of: [author.last]), cursor: cursor)
        }
        // The watcher is told after the answer, and before the next commit begins.
        try store.file.write { _ in }
        let seen = depths.withLock { $0 }
        #expect(seen.count >= 60 && seen.max() ?? 0 <= (seen.first ?? 0) + 4, "\(seen)")
        #expect(seen.first ?? 0 > 3, "the depth can be told here")
    }
}
