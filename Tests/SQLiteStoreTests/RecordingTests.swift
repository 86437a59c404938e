import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Synchronization
import Testing

@testable import SQLiteStore

/// The one door to a site's log: many at once, each durable when it is answered, and nobody pays for another's mistake.
struct RecordingTests {
    private func recorder(_ store: SQLiteSiteStore) -> EventRecorder {
        let draws = Mutex(SplitMix64(seed: 7))
        return EventRecorder(file: store.file, log: { store.log }, draw: { draws.withLock { $0.next() } }) {
            Instant(milliseconds: 1_700_000_000_000)
        }
    }

    private func intent(
        _ event: CaseEvent, on stream: StreamID? = nil, role: Role = .technologist, key: String = "", heads: [EventID]? = nil
    ) -> RecordIntent {
        RecordIntent(
            event: event, stream: stream, author: ImagingCase.Author(person: "t.okafor", role: role),
            occurredAt: OccurredAt(Instant(milliseconds: 1_700_000_000_000)), source: .page, sourceKey: key, expectedHeads: heads)
    }

    private func comment(_ number: Int, cases: Int) -> RecordIntent {
        intent(.commentAdded(CommentAdded(text: "remark \(number)")), on: stream(number % cases))
    }

    private func stream(_ number: Int) -> StreamID { StreamID(kind: .imagingCase, high: 1, low: UInt64(number)) }

    private func order(_ accession: String) -> CaseEvent {
        .orderPlaced(
            OrderPlaced(
                accession: IssuedIdentifier(issuer: "RIS", value: accession), patient: nil, procedure: nil, modality: "CT",
                priority: .routine))
    }

    /// Such a stranger's past is still on its way; named as a parent it would hold back what is recorded here as well.
    @Test func `what waits for its past is no parent of what is recorded`() async throws {
        let place = try Place()
        let store = try place.site()
        var other = StoreContract.Author("lakeview")
        other.comment("first", on: .sample(1))
        other.comment("second", on: .sample(1), after: [other.last])
        let cursor = FeedCursor(generation: Generation(bits: 1), position: 1, digest: 1)
        let child = Segment(events: [other.events[1]], outside: [other.events[0].id: other.events[0].hash])
        _ = try store.store(child, cursor: cursor)
        let own = try await recorder(store).record(intent(.commentAdded(CommentAdded(text: "here")), on: .sample(1)))
        let facts = try store.file.facts(of: .sample(1))
        #expect(facts.first { $0.id == own.id }?.parents == [])
        let state = CaseFold.fold(.sample(1), facts)
        #expect(state.comments.map(\.text) == ["here"] && state.waiting == [other.events[1].id] && state.heads == [own.id])
        _ = try store.store(Segment(events: [other.events[0]], outside: [:]), cursor: cursor)
        let whole = CaseFold.fold(.sample(1), try store.file.facts(of: .sample(1)))
        #expect(whole.waiting.isEmpty && whole.comments.count == 3 && whole.heads == [own.id, other.events[1].id].sorted())
    }

    @Test func `five hundred at once are all durable, each under its own sequence, without gaps`() async throws {
        let place = try Place()
        let commits = Mutex(0)
        let (ids, digest, root) = try await {
            let store = try place.site()
            store.file.observeCommits { _ in commits.withLock { $0 += 1 } }
            let recorder = recorder(store)
            let ids = try await withThrowingTaskGroup(of: EventID.self) { group in
                for number in 0..<500 {
                    group.addTask { try await recorder.record(comment(number, cases: 37)).id }
                }
                return try await group.reduce(into: [EventID]()) { $0.append($1) }
            }
            return (ids, try store.file.digest(), try store.ownLog().tree.root)
        }()
        #expect(ids.map(\.sequence).sorted() == Array(1...500))
        #expect(commits.withLock { $0 } < 500, "a crowd shares commits")
        let store = try place.site()
        #expect(try store.ownLog().head == 500 && store.ownLog().tree.root == root)
        #expect(try store.file.digest() == digest && store.file.count() == 37)
        _ = try LogReport.verify(store.file)
        // Each saw all that was recorded before on its case: one chain, one head.
        for number in 0..<37 {
            let events = try store.file.events(of: stream(number))
            let parents = events.map { $0.event.parents }
            #expect(parents == [[]] + events.dropLast().map { [$0.id] })
        }
    }

    /// Two of five are good.
    private func crowd(_ number: Int, heads: [EventID]) -> RecordIntent {
        switch number % 5 {
        case 1: intent(.finalSigned(FinalSigned()), on: stream(1))
        case 2: intent(.commentAdded(CommentAdded(text: String(repeating: "x", count: 300_000))), on: stream(2))
        case 3: intent(order("A\(number)"), on: stream(500 + number), heads: heads)
        default: comment(number, cases: 11)
        }
    }

    @Test func `a refusal in the crowd refuses nobody else`() async throws {
        let place = try Place()
        let store = try place.site()
        let recorder = recorder(store)
        let outcomes: [ProblemCode?: Int] = await withTaskGroup(of: ProblemCode?.self) { group in
            for number in 0..<300 {
                let intent = crowd(number, heads: [EventID(log: store.log, sequence: 99_999)])
                group.addTask {
                    do throws(Problem) { _ = try await recorder.record(intent) } catch { return error.code }
                    return nil
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        let expected: [ProblemCode?: Int] = [nil: 120, .eventTooLarge: 60, .staleHeads: 60, .notPermitted: 60]
        #expect(outcomes == expected)
        #expect(try store.ownLog().head == 120)
        _ = try LogReport.verify(store.file)
    }

    @Test func `what comes under one source key is one event, however often and at once`() async throws {
        let place = try Place()
        let ids = try await {
            let recorder = recorder(try place.site())
            return try await withThrowingTaskGroup(of: Recorded.self) { group in
                for _ in 0..<20 { group.addTask { try await recorder.record(intent(order("A1"), key: "HL7|MSG1")) } }
                return try await group.reduce(into: [Recorded]()) { $0.append($1) }
            }
        }()
        #expect(Set(ids.map(\.id)).count == 1 && Set(ids.map(\.stream)).count == 1)
        #expect(ids.count { !$0.isRepeat } == 1)
        let store = try place.site()
        let again = try await recorder(store).record(intent(order("A1"), key: "HL7|MSG1"))
        #expect(again.isRepeat && again.id == ids[0].id)
        #expect(try store.ownLog().head == 1)
    }

    @Test func `what was recorded folds to the same when the store is opened again and on another site`() async throws {
        let (place, elsewhere) = (try Place(), try Place())
        let (digests, all) = try await {
            let store = try place.site()
            let recorder = recorder(store)
            for number in 0..<12 {
                let placed = try await recorder.record(intent(order("ACC\(number % 8)")))
                _ = try await recorder.record(
                    intent(.procedureStepStarted(ProcedureStepStarted(stepUID: "1.2.\(number)")), on: placed.stream))
                _ = try await recorder.record(comment(number, cases: 3))
            }
            return (try store.file.caseDigests(), try store.segment(of: store.log, from: 1, eventsMax: 100, bytesMax: 1 << 20))
        }()
        #expect(digests.count == 11 && all.events.count == 36)
        let store = try place.site()
        #expect(try store.file.caseDigests().map(\.digest) == digests.map(\.digest))
        // One event a page, so that every case is folded again and again.
        let other = try elsewhere.site("southside")
        var known: [EventID: EventHash] = [:]
        for (index, event) in all.events.enumerated() {
            let outside = Dictionary(uniqueKeysWithValues: event.event.parents.map { ($0, known[$0] ?? .zero) })
            try other.store(
                Segment(events: [event], outside: outside),
                cursor: FeedCursor(generation: Generation(bits: 1), position: UInt64(index + 1), digest: 0))
            known[event.id] = event.hash
        }
        #expect(try other.file.caseDigests().map(\.digest) == digests.map(\.digest))
        #expect(try other.file.digest() == store.file.digest())
    }

    @Test func `on a full disk nothing is recorded, reading goes on, and recording goes on when there is room`() async throws {
        let place = try Place()
        let store = try place.site()
        let recorder = recorder(store)
        _ = try await recorder.record(comment(0, cases: 1))
        let pages = try store.file.pragma("page_count")
        _ = try store.file.pragma("max_page_count=\(pages + 40)")
        var recorded: UInt64 = 1
        var refused: Problem?
        while refused == nil, recorded < 100 {
            do throws(Problem) {
                _ = try await recorder.record(
                    intent(.commentAdded(CommentAdded(text: String(repeating: "x", count: 20_000))), on: stream(0)))
                recorded += 1
            } catch { refused = error }
        }
        #expect(refused?.code == .diskFull && refused?.code.row.exit == 75)
        #expect(recorded > 1 && recorded < 100)
        #expect(try store.ownLog().head == recorded)
        #expect(try store.segment(of: store.log, from: 1, eventsMax: 100, bytesMax: 1 << 22).events.count == Int(recorded))
        await #expect(throws: Problem.self) {
            try await recorder.record(
                intent(.commentAdded(CommentAdded(text: String(repeating: "y", count: 200_000))), on: stream(0)))
        }
        _ = try store.file.pragma("max_page_count=100000")
        #expect(try await recorder.record(comment(1, cases: 1)).id.sequence == recorded + 1)
        _ = try LogReport.verify(store.file)
    }
}

extension StoreFile {
    /// Sets or reads a number of the writer's connection.
    func pragma(_ text: String) throws -> Int64 {
        try write { writer in
            let statement = try RawStatement(writer.db, "PRAGMA \(text)")
            defer { statement.reset() }
            return try statement.step() ? statement.integer(0) : 0
        }
    }
}
