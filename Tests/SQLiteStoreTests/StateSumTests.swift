import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// The node's digest is kept by steps and equals what all cases come to, whatever came in which order.
struct StateSumTests {
    private let hashes = (0..<50 as Range<UInt8>).map { EventHash.sha256([$0]) }

    @Test func `the sum does not depend on the order, and what was added can be taken back`() {
        var one = StateSum()
        for hash in hashes { one.add(hash, of: .sample(1)) }
        var other = StateSum()
        other.add(.sha256([200]), of: .sample(1))
        for hash in hashes.reversed() { other.add(hash, of: .sample(1)) }
        #expect(one.digest != other.digest && other.cases == 51)
        other.remove(.sha256([200]), of: .sample(1))
        #expect(one == other && one.digest == other.digest && one.cases == 50)
        let before = one.digest
        one.add(.sha256([201]), of: StreamID(kind: .credential, high: 1, low: 1))
        #expect(one.digest != before && one.cases == 50, "another stream's digest counts, but it is no case")
        #expect(StateSum(bytes: one.bytes) == one)
        #expect(StateSum(bytes: Array(one.bytes.dropLast())) == nil)
    }

    @Test func `a store's digest equals the sum over its cases after every commit, after a refused one and after opening again`()
        throws
    {
        let place = try Place()
        var author = StoreContract.Author("northside")
        func check(_ store: SQLiteHubStore) throws {
            var sum = StateSum()
            for (stream, digest) in try store.file.caseDigests() { sum.add(digest, of: stream) }
            #expect(try store.file.sum() == sum)
        }
        try {
            let store = try place.hub()
            for round in 0..<12 as Range<UInt64> {
                for step in 0..<5 as Range<UInt64> { author.comment(on: .sample((round * 3 + step) % 7)) }
                let last = UInt64(author.events.count)
                _ = try store.accept(try author.run(last - 4...last))
                try check(store)
            }
            author.comment(on: .sample(1))
            #expect(throws: SyncRefusal.self) { try store.accept(try author.run(61...61, root: .zero)) }
            try check(store)
            #expect(try store.file.count() == 7)
        }()
        try check(try place.hub())
    }

    @Test func `a sum that was changed behind the store's back is found`() throws {
        let place = try Place()
        var author = StoreContract.Author("northside")
        author.comment(on: .sample(1))
        try { _ = try place.hub().accept(try author.run(1...1)) }()
        let store = try place.hub()
        try store.file.write { try SiteMeta.set(StateSum.key, StateSum().bytes, $0) }
        do throws(Problem) {
            _ = try LogReport.verify(store.file)
            Issue.record("a wrong sum was not found")
        } catch { #expect(error.code == .integrityFailed) }
    }
}
