import EventLog
import Problems
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// Whatever changes in what is stored, `log verify` finds it.
struct IntegrityTests {
    /// A site's store with its own log and one that was pulled, with parents across both.
    private func filled(_ place: Place) throws -> SQLiteSiteStore {
        let store = try place.site()
        var own = Author(log: store.log)
        own.comment("first", on: .sample(1))
        own.comment("second", on: .sample(1), after: [own.last])
        try store.append(own.events)
        var other = Author("southside")
        other.comment("third", on: .sample(1), after: [own.last])
        try store.store(other.segment(1...1), cursor: .init(generation: .init(bits: 1), position: 1, digest: 1))
        own.comment("fourth", on: .sample(1), after: [own.events[1], other.last])
        try store.append([own.last])
        return store
    }

    private func verdict(_ store: SQLiteSiteStore) -> Problem? {
        do { _ = try LogReport.verify(store.file) } catch { return error }
        return nil
    }

    @Test func `a sound store verifies, and says how much it looked at`() throws {
        let place = try Place()
        let report = try LogReport.verify(try filled(place).file)
        #expect(report.json.contains("\"ok\":true") && report.json.contains("\"events\":4") && report.json.contains("\"logs\":2"))
    }

    @Test func `a flipped bit in any byte of an event's row is found`() throws {
        let place = try Place()
        let store = try filled(place)
        let raw = try RawDatabase(place.databasePath)
        for sequence in 1...3 {
            let sound = try raw.bytes("SELECT record FROM event WHERE position=\(sequence)")
            #expect(sound.count > 50)
            for index in sound.indices {
                var flipped = sound
                flipped[index] ^= 1 << UInt8((index + sequence) % 8)
                try raw.execute("UPDATE event SET record=\(RawDatabase.literal(flipped)) WHERE position=\(sequence)")
                #expect(verdict(store)?.code == .integrityFailed, "event \(sequence), byte \(index)")
            }
            try raw.execute("UPDATE event SET record=\(RawDatabase.literal(sound)) WHERE position=\(sequence)")
            #expect(verdict(store) == nil, "event \(sequence) as it was")
        }
    }

    @Test(arguments: [
        "DELETE FROM event WHERE position=2",
        "DELETE FROM event WHERE position=3",
        "UPDATE event SET position=9 WHERE position=3",
        "INSERT INTO event SELECT 4, record FROM event WHERE position=3",
        "UPDATE event SET record=(SELECT record FROM event WHERE position=1) WHERE position=2",
        "UPDATE event SET record=x'00' WHERE position=2",
        "UPDATE log SET head=2 WHERE idx=0", "UPDATE log SET held=2 WHERE idx=0",
        "UPDATE log SET hash=(SELECT hash FROM log WHERE idx=1) WHERE idx=0",
        "UPDATE log SET tree=(SELECT x'0000000000000003' || substr(tree, 41) || substr(tree, 9, 32) FROM log WHERE idx=0) WHERE idx=0",
        "UPDATE stream SET digest=zeroblob(32)",
        "UPDATE stream SET events=x'02'",
    ])
    func `a row that is gone, moved or replaced is found`(harm: String) throws {
        let place = try Place()
        let store = try filled(place)
        #expect(verdict(store) == nil)
        try RawDatabase(place.databasePath).execute(harm)
        #expect(verdict(store)?.code == .integrityFailed)
    }
}
