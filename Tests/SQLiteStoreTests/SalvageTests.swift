import Crypto
import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Testing
import Wire

@testable import SQLiteStore

/// Events that sites give back to a hub that lost its store: in any order, with gaps, each once.
struct SalvageTests {
    @Test func `what is given back before the log's own site comes fits what it then pushes, in every order`() async throws {
        for order in [[0, 1], [1, 0]] {
            let place = try Place()
            var north = StoreContract.Author("northside")
            for number in 0..<9 as Range<UInt64> { north.comment(on: .sample(number % 3)) }
            let plain = try Place()
            let expected = try plain.hub()
            _ = try expected.accept(north.run(1...9))
            let hub = try place.hub()
            let parts = [north.segment(3...5), north.segment(7...9)]
            for index in order { #expect(try await hub.salvageAsync(parts[index]) == 3) }
            #expect(try await hub.salvageAsync(parts[0]) == 0, "each once")
            #expect(try hub.state(of: north.log)?.head == 0, "nothing is whole yet")
            #expect(try hub.logs().map(\.highest) == [9])
            #expect(try hub.accept(north.run(1...4)).head == 5, "what was given back goes on where the push ends")
            #expect(try hub.state(of: north.log)?.head == 5)
            _ = try LogReport.verify(hub.file)
            #expect(try hub.accept(north.run(6...6)).head == 9)
            #expect(try hub.state(of: north.log)?.tree == expected.state(of: north.log)?.tree)
            #expect(try hub.file.digest() == expected.file.digest())
            _ = try LogReport.verify(hub.file)
        }
    }

    /// The rehearsal stands on the store in memory: both must take the same.
    @Test func `a child of the history that is not held is passed over in that log and kept in any other, by both stores alike`()
        throws
    {
        let place = try Place()
        let (hub, memory) = (try place.hub(), MemoryHubStore(generation: Generation(bits: 1), routes: { _ in [] }))
        var north = StoreContract.Author("northside")
        var twin = StoreContract.Author("northside")
        var lake = StoreContract.Author("lakeview")
        for number in 0..<2 as Range<UInt64> { north.comment(on: .sample(number)) }
        let other = twin.comment("another", on: .sample(0))
        twin.comment("of another case", on: .sample(1))
        let rest = twin.comment("what rests on it", on: .sample(0), after: [other])
        let child = lake.comment(on: .sample(0), after: [other])
        lake.comment(on: .sample(9))
        let given = twin.segment(of: [other, rest] + lake.events, and: [lake])
        for store in [hub, memory] as [any HubStore] { _ = try store.accept(north.run(1...2)) }
        #expect(try hub.salvage(given) == 2 && memory.salvage(given) == 2)
        #expect(try hub.salvage(given) == 0 && memory.salvage(given) == 0)
        #expect(try hub.logs() == memory.logs())
        #expect(try hub.quarantined() == [north.log] && memory.quarantined() == [north.log])
        #expect(try hub.rows(of: "evidence") == 1 && memory.evidence.count == 1)
        #expect(try hub.hashes(of: given.events.map(\.id)) == given.events.map { memory.hash(of: $0.id) })
        #expect(try hub.hash(of: child.id) == child.hash && hub.hash(of: rest.id) == nil)
        #expect(try LogReport.verify(hub.file).json.contains("\"ok\":true"))
    }

    @Test func `another event under a held id is evidence of two histories, and what comes beside it is taken`() throws {
        let place = try Place()
        let hub = try place.hub()
        var north = StoreContract.Author("northside")
        var twin = StoreContract.Author("northside")
        for number in 0..<4 as Range<UInt64> {
            north.comment(on: .sample(number))
            twin.comment(on: .sample(number + 10))
        }
        #expect(try hub.salvage(north.segment(2...3)) == 2)
        #expect(try hub.salvage(twin.segment(2...4)) == 1, "the fourth, of another case")
        #expect(try hub.quarantined() == [north.log] && hub.rows(of: "evidence") == 2)
        #expect(try hub.hash(of: north.events[1].id) == north.events[1].hash)
    }

    @Test func `what rests on the other history counts alike where another event, none, or none yet is held in its place`() throws
    {
        var (west, twin) = (StoreContract.Author("westside"), StoreContract.Author("westside"))
        var south = StoreContract.Author("southside")
        west.comment("of another case", on: .sample(7))
        let seen = twin.comment("of this case", on: .sample(1))
        let child = south.comment(on: .sample(1), after: [seen])
        let declared = Segment(events: [child], outside: [:], disputed: [child.id: [seen.id: seen.hash]])
        func held(_ segments: [Segment]) throws -> (digest: String?, parents: [EventID]?) {
            let place = try Place()
            let store = try place.site()
            for (number, segment) in segments.enumerated() {
                try store.store(segment, cursor: .init(generation: .init(bits: 1), position: UInt64(number) + 1, digest: 1))
            }
            #expect(try LogReport.verify(store.file).json.contains("\"ok\":true"))
            let facts = try store.file.facts(of: .sample(1))
            #expect(CaseFold.fold(.sample(1), facts).waiting.isEmpty)
            return (try store.file.version(of: .sample(1))?.digest, facts.first { $0.id == child.id }?.parents)
        }
        let alone = try held([declared])
        #expect(alone.parents == [])
        for order in [[west.segment(1...1), declared], [declared, west.segment(1...1)]] {
            #expect(try held(order).digest == alone.digest)
        }
        // Where the very event is held that its author saw, it rests on that.
        for order in [[twin.segment(1...1), declared], [declared, twin.segment(1...1)]] {
            #expect(try held(order).parents == [seen.id])
        }
    }
}
