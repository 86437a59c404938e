import Crypto
import EventLog
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
            for index in order { #expect(try await hub.salvage(parts[index]) == 3) }
            #expect(try await hub.salvage(parts[0]) == 0, "each once")
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

    @Test func `another event under a held id is evidence of two histories, and nothing of it is taken`() async throws {
        let place = try Place()
        let hub = try place.hub()
        var north = StoreContract.Author("northside")
        var twin = StoreContract.Author("northside")
        for number in 0..<4 as Range<UInt64> {
            north.comment(on: .sample(number))
            twin.comment(on: .sample(number + 10))
        }
        #expect(try await hub.salvage(north.segment(2...3)) == 2)
        await #expect(throws: Problem.self) { try await hub.salvage(twin.segment(2...3)) }
        #expect(try hub.quarantined() == [north.log])
    }
}
