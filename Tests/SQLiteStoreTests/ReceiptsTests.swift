import EventLog
import Problems
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// When the hub got what: for one who must be taken out from a moment on.
struct ReceiptsTests {
    private static let hour: Int64 = 3_600_000
    private static let start: Int64 = 472_222 * hour

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: Self.start + milliseconds) }

    /// A hub that got one event at each of some times.
    private func filled(_ place: Place, _ times: [Int64]) async throws -> (SQLiteHubStore, LogID) {
        var north = StoreContract.Author("northside")
        for number in times.indices { north.comment(on: .sample(UInt64(number))) }
        let hub = try place.hub()
        for (index, time) in times.enumerated() {
            let sequence = UInt64(index) + 1
            _ = try await hub.acceptAsync(north.run(sequence...sequence), received: at(time))
        }
        return (hub, north.log)
    }

    @Test
    func `what came in the same ten seconds or later is cut, what came before counts, and no log is named that counts whole`()
        async throws
    {
        let place = try Place()
        let (hub, log) = try await filled(place, [0, 5_000, 12_000, 60_000, 61_000])
        func cuts(_ since: Int64?) throws -> [LogID: UInt64] {
            try hub.file.cuts(of: log.site, since: since.map(at), now: at(100_000))
        }
        #expect(try cuts(nil).isEmpty && cuts(70_000).isEmpty)
        #expect(try cuts(-1) == [log: 0] && cuts(0) == [log: 0] && cuts(9_999) == [log: 0])
        #expect(try cuts(10_000) == [log: 2] && cuts(15_000) == [log: 2] && cuts(19_000) == [log: 2])
        #expect(try cuts(20_000) == [log: 3] && cuts(65_000) == [log: 3])
        let other = StoreContract.Author("lakeview").site
        #expect(try hub.file.cuts(of: other, since: at(0), now: at(100_000)).isEmpty)
    }

    @Test func `after a week one note an hour is left, and a moment counts as the beginning of its hour`() async throws {
        let place = try Place()
        let week = 7 * 24 * Self.hour
        let (hub, log) = try await filled(
            place, [0, 20_000, 40_000, Self.hour + 1_000, Self.hour + 30_000, week + 2 * Self.hour])
        #expect(try hub.rows(of: "receipt") == 3)
        func cuts(_ since: Int64) throws -> [LogID: UInt64] {
            try hub.file.cuts(of: log.site, since: at(since), now: at(week + 3 * Self.hour))
        }
        #expect(try cuts(0) == [log: 0] && cuts(40_000) == [log: 0])
        #expect(try cuts(Self.hour + 20_000) == [log: 3] && cuts(2 * Self.hour) == [log: 5])
        #expect(try cuts(week + 3 * Self.hour).isEmpty)
    }

    @Test func `a store of before this form of note knows the same times`() async throws {
        let place = try Place()
        let log = try await { try await filled(place, [0, 12_000, 60_000]).1 }()
        _ = try place.hub()
        let raw = try RawDatabase(place.databasePath)
        let slot = Self.start / 10_000
        for statement in [
            "DELETE FROM receipt",
            "INSERT INTO receipt VALUES(0, 0, 0), (0, \(slot), 1), (0, \(slot + 1), 2), (0, \(slot + 6), 3)",
        ] { try raw.execute(statement) }
        try raw.goBack(to: 6)
        let hub = try place.hub()
        #expect(try hub.rows(of: "receipt") == 3)
        for (since, count) in [(0, 0), (12_000, 1), (60_000, 2)] as [(Int64, UInt64)] {
            #expect(try hub.file.cuts(of: log.site, since: at(since), now: at(90_000)) == [log: count])
        }
    }
}
