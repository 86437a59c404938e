import EventLog
import ImagingCase
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// Who takes part in a case gets what is known of its person: how the file finds it, and what a file of an earlier version gets.
struct FollowingTests {
    private static let person = StreamID.sample(5, kind: .person)
    private static let south = StoreContract.Author("southside").site

    private static func order(_ id: String) -> CaseEvent { .orderPlaced(OrderPlaced(patient: Patient(issuer: "MPI", id: id))) }

    private static func merged(_ one: String, _ other: String) -> CaseEvent {
        .person(
            .merged(
                PersonMerged(
                    survivor: IssuedIdentifier(issuer: "MPI", value: one), retired: IssuedIdentifier(issuer: "MPI", value: other))
            ))
    }

    @Test func `a file that was folded before persons were followed gives each site what it lacks, once`() throws {
        let place = try Place()
        var north = StoreContract.Author("northside")
        north.say(Self.order("A"), on: .sample(1))
        north.route(.sample(1), to: Self.south, after: [north.last])
        try {
            let store = try place.hub()
            try store.open(feedOf: Self.south)
            _ = try store.accept(north.run(1...2))
            north.say(Self.merged("A", "B"), on: Self.person)
            // As an earlier version stored it: under the word of cases, with nobody who takes part.
            _ = try store.accept(north.run(3...3))
        }()
        _ = try place.hub()
        let raw = try RawDatabase(place.databasePath)
        for statement in [
            "UPDATE alias SET kind='patient'", "UPDATE stream SET members=x'' WHERE kind=2", "DELETE FROM feed WHERE position=3",
            "UPDATE site SET feed_head=2, feed_digest=(SELECT digest FROM feed WHERE position=2)",
            "UPDATE meta SET value=x'32' WHERE key='fold'",
        ] { try raw.execute(statement) }
        for _ in 0..<2 {
            let store = try place.hub()
            #expect(try store.feedHead(of: Self.south) == 3)
            let page = try store.page(
                for: Self.south, after: .start(of: store.generation()), eventsMax: 9, bytesMax: SyncLimits.segmentBytesMax)
            #expect(page?.segment.events.map(\.id) == north.events.map(\.id))
            #expect(try LogReport.verify(store.file).json.contains("\"ok\":true"))
            let found = try store.file.cases(ofPatient: "A", issuer: "MPI")
            #expect(found == [.sample(1), Self.person].sorted(), "each history once, under whichever word it stands")
        }
    }

    @Test func `an identifier of a person resolves to no case`() throws {
        let place = try Place()
        let store = try place.hub()
        var north = StoreContract.Author("northside")
        north.say(Self.merged("MRN-1234", "MRN-1235"), on: Self.person)
        _ = try store.accept(north.run(1...1))
        for text in ["MRN-1234", "MRN-12"] { #expect(throws: (any Error).self) { try store.file.resolve(text) } }
        #expect(try store.file.cases(ofPatient: "MRN-1235", issuer: "MPI") == [Self.person])
    }

    /// However many cases a person has, one more of them looks only for what follows from it.
    @Test func `what a case leads to is found by the whole key of an index`() throws {
        let place = try Place()
        let store = try place.hub()
        let plan: [String] = try store.file.database.read { db in
            let rows = try RawStatement(
                db,
                """
                EXPLAIN QUERY PLAN SELECT s.kind, s.high, s.low, s.members FROM alias a JOIN stream s ON s.idx=a.stream \
                WHERE a.value='A' AND a.kind='person' AND a.issuer='MPI' ORDER BY a.stream
                """)
            var lines: [String] = []
            while try rows.step() { lines.append(rows.text(3)) }
            return lines
        }
        #expect(plan.count == 2 && plan[0].contains("PRIMARY KEY (value=? AND kind=? AND issuer=?)"), "\(plan)")
        #expect(plan[1].contains("INTEGER PRIMARY KEY (rowid=?)"), "\(plan)")
    }
}
