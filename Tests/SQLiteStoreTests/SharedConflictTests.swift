import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Synchronization
import Testing

@testable import SQLiteStore

/// What two histories share is judged in the commit that changes one of them, at sites and at the hub, in whatever order they come.
struct SharedConflictTests {
    private static let now: Int64 = 1_700_000_000_000
    private let patient = Patient(issuer: "MPI", id: "77", name: "DEMO^ANN")

    private func recorder(_ store: SQLiteSiteStore) -> EventRecorder {
        let draws = Mutex(SplitMix64(seed: 7))
        return EventRecorder(file: store.file, log: { store.log }, draw: { draws.withLock { $0.next() } }) {
            Instant(milliseconds: Self.now)
        }
    }

    private func intent(
        _ event: CaseEvent, on stream: StreamID? = nil, by person: String = "dr.who", role: Role, assurance: Assurance = .local,
        source: EventSource = .page
    ) -> RecordIntent {
        RecordIntent(
            event: event, stream: stream, author: ImagingCase.Author(person: person, role: role), assurance: assurance,
            occurredAt: OccurredAt(Instant(milliseconds: Self.now)), source: source)
    }

    private func order(_ accession: String, of patient: Patient? = nil, code: String = "CTHEAD") -> CaseEvent {
        .orderPlaced(
            OrderPlaced(
                accession: IssuedIdentifier(issuer: "RIS", value: accession), patient: patient ?? self.patient,
                procedure: Coded(code: code, scheme: "L", text: code), modality: "CT", priority: .routine))
    }

    private var final: CaseEvent { .finalSigned(FinalSigned(findings: "f", impression: "i", contentVersion: "v")) }

    private func open(_ file: StoreFile) throws -> [ConflictPlace] {
        try file.conflicts(openOnly: true).filter(\.isShared)
    }

    private func grant(_ person: String, sites: [String]) -> CaseEvent {
        .register(
            .credentialGranted(
                CredentialGranted(person: person, licence: "L1", sites: sites, from: Instant(milliseconds: Self.now - 1_000))))
    }

    private func problem(_ body: () async throws -> Void) async -> Problem? {
        do { try await body() } catch { return error as? Problem }
        return nil
    }

    @Test func `two orders for what may be one examination wait until a person decides`() async throws {
        let place = try Place()
        let store = try place.site()
        let recorder = recorder(store)
        let first = try await recorder.record(intent(order("A1"), role: .referrer))
        #expect(try open(store.file).isEmpty && store.file.conflicts(openOnly: false).isEmpty)
        let second = try await recorder.record(intent(order("A2"), role: .referrer))
        let found = try open(store.file)
        #expect(found.map(\.number) == [9], "listed once, though two cases share it")
        let home = try #require(found.first)
        #expect(home.stream == min(first.stream, second.stream))
        #expect(try store.file.hasOpenConflict(first.stream) && store.file.hasOpenConflict(second.stream))
        let digest = try store.file.digest()
        let near = try Neighbourhood.around(
            FoldedCase(second.stream, try store.file.facts(of: second.stream)), in: LibraryNeighbours(store.file))
        let question = try #require(near.conflicts.first)
        #expect(question.streams == [first.stream, second.stream].sorted() && question.conflict.id == home.id)
        let decision = CaseEvent.conflictResolved(
            ConflictResolved(conflict: home.id, number: 9, choose: first.id, reason: "The second was a slip."))
        #expect(
            await problem { _ = try await recorder.record(intent(decision, on: home.stream, role: .frontDesk)) }?.code
                == .notPermitted)
        _ = try await recorder.record(intent(decision, on: home.stream, role: .radiologist))
        #expect(try open(store.file).isEmpty)
        #expect(try store.file.conflicts(openOnly: false).filter(\.isShared).map(\.state) == ["resolved"])
        #expect(try !store.file.hasOpenConflict(first.stream))
        #expect(try store.file.digest() != digest, "the decision is an event of the case like any other")
        #expect(
            await problem { _ = try await recorder.record(intent(decision, on: home.stream, role: .radiologist)) }?.code
                == .illegalTransition)
        // Another examination of the person is no duplicate.
        _ = try await recorder.record(intent(order("A3", code: "CTKNEE"), role: .referrer))
        #expect(try open(store.file).isEmpty)
    }

    @Test func `orders that meet at the hub are a question there until one of them is cancelled`() throws {
        let place = try Place()
        let store = try place.hub()
        var (north, south) = (StoreContract.Author("northside"), StoreContract.Author("southside"))
        let (one, two) = (StreamID.sample(1), StreamID.sample(2))
        north.say(order("A1"), on: one, by: "dr.reyes", as: .referrer)
        _ = try store.accept(try north.run(1...1))
        south.say(order("A2"), on: two, by: "dr.osei", as: .referrer)
        _ = try store.accept(try south.run(1...1))
        #expect(try open(store.file).map(\.number) == [9])
        south.say(
            .orderCancelled(OrderCancelled(reason: "ordered elsewhere")), on: two, after: [south.last], by: "dr.osei",
            as: .referrer)
        _ = try store.accept(try south.run(2...2))
        #expect(try open(store.file).isEmpty)
        #expect(try store.file.conflicts(openOnly: false).filter(\.isShared).map(\.state) == ["superseded"])
    }

    @Test func `what came under an identifier that is retired later is a question as soon as the link arrives`() throws {
        let place = try Place()
        let store = try place.hub()
        var north = StoreContract.Author("northside")
        let (old, new) = (IssuedIdentifier(issuer: "MPI", value: "77"), IssuedIdentifier(issuer: "MPI", value: "12"))
        north.say(order("A1"), on: .sample(1), by: "dr.reyes", as: .referrer, atMilliseconds: Self.now + 5_000)
        _ = try store.accept(try north.run(1...1))
        let person = try #require(StreamID.person(min(old, new)))
        north.say(
            .person(.merged(PersonMerged(survivor: new, retired: old, evidence: "same birth certificate"))), on: person,
            by: "desk", as: .siteAdmin)
        _ = try store.accept(try north.run(2...2))
        #expect(try open(store.file).map(\.number) == [18])
        #expect(try store.file.hasOpenConflict(.sample(1)) && open(store.file).map(\.stream) == [.sample(1)])
    }

    @Test func `whoever names a person is found the newest first and once, cases and links together`() throws {
        let place = try Place()
        let store = try place.hub()
        var north = StoreContract.Author("northside")
        let (old, new) = (IssuedIdentifier(issuer: "MPI", value: "77"), IssuedIdentifier(issuer: "MPI", value: "12"))
        let person = try #require(StreamID.person(min(old, new)))
        let merged = CaseEvent.person(.merged(PersonMerged(survivor: new, retired: old, evidence: "same birth certificate")))
        north.say(order("A1"), on: .sample(1), by: "dr.reyes", as: .referrer)
        north.say(merged, on: person, by: "desk", as: .siteAdmin)
        north.say(order("A2", code: "CTKNEE"), on: .sample(2), by: "dr.reyes", as: .referrer)
        _ = try store.accept(try north.run(1...3))
        let all: [StreamID] = [.sample(2), person, .sample(1)]
        for max in 1...4 { #expect(try store.file.streams(ofPerson: old, max: max) == Array(all.prefix(max))) }
        #expect(try store.file.streams(ofPerson: new, max: 4) == [person])
    }

    @Test func `where a register is kept nobody signs whom it does not cover, and elsewhere everybody is believed`() async throws
    {
        let place = try Place()
        let store = try place.site()
        let recorder = recorder(store)
        let placed = try await recorder.record(intent(order("A1"), role: .referrer))
        _ = try await recorder.record(intent(final, on: placed.stream, by: "dr.osei", role: .radiologist))
        _ = try await recorder.record(intent(grant("dr.lund", sites: []), role: .siteAdmin))
        _ = try await recorder.record(intent(final, on: placed.stream, by: "dr.lund", role: .radiologist))
        let refused = await problem {
            _ = try await recorder.record(intent(final, on: placed.stream, by: "dr.nobody", role: .radiologist))
        }
        #expect(refused?.code == .notPermitted && refused?.message.contains("no credential is known") == true)
        // What an interface brings was signed elsewhere: it is kept, and judged when it is read.
        _ = try await recorder.record(
            intent(final, on: placed.stream, by: "dr.nobody", role: .radiologist, assurance: .machine, source: .hl7))
        let preliminary = CaseEvent.preliminaryIssued(
            PreliminaryIssued(findings: "f", impression: "i", contentVersion: "v"))
        let second = try await recorder.record(intent(order("B1", code: "X"), role: .referrer))
        _ = try await recorder.record(intent(preliminary, on: second.stream, by: "dr.nobody", role: .radiologist))
    }

    @Test(arguments: [false, true])
    func `a signature that no licence covers is a question at the hub, whichever comes first`(isSignedFirst: Bool) throws {
        let place = try Place()
        let store = try place.hub()
        var (north, hub) = (StoreContract.Author("northside"), StoreContract.Author("hub"))
        let credential = try #require(StreamID.credential(of: "dr.ito"))
        hub.say(grant("dr.ito", sites: ["northside"]), on: credential, by: "admin", as: .hubAdmin)
        let revoked = CredentialRevoked(
            person: "dr.ito", licence: "L1", from: Instant(milliseconds: Self.now - 500), reason: "lapsed")
        hub.say(.register(.credentialRevoked(revoked)), on: credential, after: [hub.last], by: "admin", as: .hubAdmin)
        north.say(order("A1"), on: .sample(1), by: "dr.reyes", as: .referrer)
        north.say(final, on: .sample(1), after: [north.last], by: "dr.ito", as: .radiologist)
        let runs = [try hub.run(1...2), try north.run(1...2)]
        for run in isSignedFirst ? runs.reversed() : runs { _ = try store.accept(run) }
        let found = try open(store.file)
        #expect(found.map(\.number) == [60] && found.map(\.stream) == [.sample(1)], "the decision is recorded in the case")
        #expect(try store.file.conflicts(openOnly: true).count == 1)
    }

    @Test func `a store of an earlier version learns what its cases share when it is opened`() throws {
        let place = try Place()
        var north = StoreContract.Author("northside")
        north.say(order("A1"), on: .sample(1), by: "dr.reyes", as: .referrer)
        north.say(order("A2"), on: .sample(2), by: "dr.reyes", as: .referrer)
        let expected = try {
            let store = try place.hub()
            _ = try store.accept(try north.run(1...2))
            return try open(store.file)
        }()
        #expect(expected.count == 1)
        _ = try place.hub()
        let raw = try RawDatabase(place.databasePath)
        try raw.execute("UPDATE meta SET value=x'31' WHERE key='fold'")
        try raw.goBack(to: 2)
        let store = try place.hub()
        #expect(try open(store.file) == expected)
    }
}
