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

    private func verdict(_ store: SQLiteSiteStore, states: Bool = true) -> Problem? {
        do { _ = try LogReport.verify(store.file, states: states) } catch { return error }
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
                for states in [false, true] {
                    #expect(verdict(store, states: states)?.code == .integrityFailed, "event \(sequence), byte \(index)")
                }
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
        "UPDATE stream SET events=events || x'00'",
    ])
    func `a row that is gone, moved or replaced is found`(harm: String) throws {
        let place = try Place()
        let store = try filled(place)
        #expect(verdict(store) == nil)
        try RawDatabase(place.databasePath).execute(harm)
        for states in [false, true] { #expect(verdict(store, states: states)?.code == .integrityFailed, "\(states)") }
    }

    @Test func `an event that no history lists is named, one that is set aside is not missed`() throws {
        let place = try Place()
        let store = try filled(place)
        let raw = try RawDatabase(place.databasePath)
        let listed = [Position(log: 0, sequence: 1), Position(log: 0, sequence: 2), Position(log: 1, sequence: 1)]
        try raw.execute("UPDATE stream SET events=\(RawDatabase.literal(PositionList.bytes(listed)))")
        let last = EventID(log: store.log, sequence: 3)
        #expect(verdict(store, states: false)?.message == "The event \(last) is in no list of what its history holds.")
        try raw.execute("INSERT INTO aside(position, stream, code, reason, noted) SELECT 3, idx, 'X', 'x', 0 FROM stream LIMIT 1")
        #expect(verdict(store, states: false) == nil)
    }

    @Test func `a state that was never what its events give is found where states are folded anew`() throws {
        let place = try Place()
        let store = try filled(place)
        let raw = try RawDatabase(place.databasePath)
        let (other, count) = (EventHash(1, 2, 3, 4), [UInt8](repeating: 0, count: 7) + [1])
        try raw.execute("UPDATE stream SET digest=\(RawDatabase.literal(other.bytes))")
        try raw.execute("UPDATE meta SET value=\(RawDatabase.literal(other.bytes + count)) WHERE key='cases'")
        #expect(verdict(store, states: false) == nil)
        #expect(verdict(store)?.message.hasPrefix("The case \(StreamID.sample(1)) is stored") == true)
    }

    /// A store of so many cases, each of three remarks that lie far apart in the log.
    private func wide(_ place: Place, cases: UInt64) throws -> SQLiteSiteStore {
        let store = try place.site()
        var own = Author(log: store.log)
        for round in 0..<3 {
            for number in 1...cases {
                own.comment(on: .sample(number), after: round == 0 ? [] : [own.events[own.events.count - Int(cases)]])
            }
        }
        try store.append(own.events)
        return store
    }

    @Test func `of several faults the first is named, whoever finds which first`() throws {
        let place = try Place()
        let store = try wide(place, cases: 260)
        let log = store.log
        let sound = try RawDatabase(place.databasePath)
        let steps = [
            // Each harm comes before those above it in the order of checks, and lies elsewhere.
            ("UPDATE meta SET value=zeroblob(40) WHERE key='cases'", "What all cases come to is not what was stored."),
            ("UPDATE stream SET digest=zeroblob(32) WHERE idx IN (240, 259)", "The case \(StreamID.sample(240)) is stored"),
            ("UPDATE stream SET events=x'02' WHERE idx=3", "The case \(StreamID.sample(3)) is stored"),
            ("UPDATE log SET hash=zeroblob(32)", "The hash at the head of \(log)"),
            ("UPDATE log SET held=held-1", "The log \(log) holds 780 events up to 780, 779 up to 780"),
            ("UPDATE event SET record=x'00' WHERE position=701", "The row of an event is damaged (log 0, sequence 701)"),
            (
                "UPDATE event SET record=(SELECT record FROM event WHERE position=7) WHERE position IN (262, 690)",
                "The event \(EventID(log: log, sequence: 262)) does not have the hash"
            ),
            (
                "UPDATE event SET record=substr(record, 1, length(record)-1) || x'ff' WHERE position=5",
                "The event \(EventID(log: log, sequence: 5)) does not have the hash"
            ),
        ]
        for (harm, first) in steps {
            try sound.execute(harm)
            for helpers in [0, 1, 7] {
                for _ in 0..<2 {
                    let found = #expect(throws: Problem.self) {
                        try store.file.snapshot { _ = try LogReport.verify($0, helpers: helpers) }
                    }
                    #expect(
                        found?.code == .integrityFailed && found?.message.hasPrefix(first) == true,
                        "\(helpers): \(found?.message ?? "")")
                }
            }
        }
    }

    @Test func `one case with more events than a window holds is judged whole`() throws {
        let place = try Place()
        let store = try place.site()
        var own = Author(log: store.log)
        for number in 0..<(2 * CaseWindow.eventsMax + 1) {
            own.comment(
                on: .sample(number % 5 == 0 ? 2 : 1),
                after: own.events.last { $0.event.stream == .sample(number % 5 == 0 ? 2 : 1) }.map { [$0] } ?? [])
        }
        try store.append(own.events)
        #expect(verdict(store) == nil)
        try RawDatabase(place.databasePath).execute(
            "UPDATE event SET record=(SELECT record FROM event WHERE position=1) WHERE position=1025")
        #expect(verdict(store)?.message.contains("/1025 ") == true)
    }

    @Test func `a history that is no longer found by its id has another state than is stored`() throws {
        let place = try Place()
        let store = try wide(place, cases: 3)
        try RawDatabase(place.databasePath).execute("DELETE FROM stream_id WHERE idx=2")
        #expect(verdict(store)?.message.hasPrefix("The case \(StreamID.sample(2)) is stored") == true)
    }
}
