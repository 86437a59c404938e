import EventLog
import ImagingCase
import Problems
import StoreContract
import Synchronization
import Testing

@testable import SQLiteStore

/// What is kept for targets outside: noted with the change, made once, delivered in order, never forgotten.
struct OutboundTests {
    private let now = Instant(milliseconds: 1_700_000_000_000)

    private func remark(_ text: String, on number: Int, _ store: SQLiteSiteStore) async throws {
        let draws = Mutex<UInt64>(7)
        let recorder = EventRecorder(
            file: store.file, log: { store.log },
            draw: {
                draws.withLock {
                    $0 += 1; return $0
                }
            }, now: { now })
        _ = try await recorder.record(
            RecordIntent(
                event: .commentAdded(CommentAdded(text: text)), stream: .sample(UInt64(number)),
                author: ImagingCase.Author(person: "t.okafor", role: .technologist), occurredAt: OccurredAt(now), source: .page))
    }

    private func keep(_ keys: [String], for change: OutboundChange, in file: StoreFile, target: String = "ris") async throws {
        try await file.keep(
            keys.map { OutboundDraft(subject: "report", key: $0, body: Array($0.utf8)) },
            told: ["report": OutboundTold(meaning: keys.last ?? "", count: keys.count)], for: target, of: change, now: now)
    }

    private func due(_ file: StoreFile, at moment: Instant? = nil) throws -> [String] {
        try file.dueMessages(for: "ris", now: moment ?? now, limit: 10).map(\.key)
    }

    @Test func `a change is noted by the commit that makes it, for every target, and outlives the process`() async throws {
        let place = try Place()
        try await {
            let store = try place.site()
            try await remark("before", on: 1, store)
            try await store.file.addTarget("ris", settings: [1])
            #expect(try store.file.outboundChanges(for: "ris", limit: 10).isEmpty, "what is here already is known")
            try await store.file.addTarget("pager", settings: [2])
            try await remark("after", on: 1, store)
            try await remark("other", on: 2, store)
        }()
        let file = try place.site().file
        #expect(try file.outboundTargets().map(\.name) == ["pager", "ris"])
        for target in ["ris", "pager"] {
            let changes = try file.outboundChanges(for: target, limit: 10)
            #expect(changes.map(\.stream) == [.sample(1), .sample(2)])
            #expect(try file.outboundTold(target, of: changes[0])[""]?.count == 1)
            #expect(try file.outboundTold(target, of: changes[1]).isEmpty)
        }
    }

    @Test func `a message and the memory that it was told are one commit; a history that changed meanwhile is looked at again`()
        async throws
    {
        let place = try Place()
        let store = try place.site()
        try await store.file.addTarget("ris", settings: [])
        try await remark("one", on: 1, store)
        let change = try #require(try store.file.outboundChanges(for: "ris", limit: 1).first)
        try await remark("two", on: 1, store)
        try await keep(["a"], for: change, in: store.file)
        let again = try #require(try store.file.outboundChanges(for: "ris", limit: 1).first, "two came after it was read")
        #expect(try store.file.outboundTold("ris", of: again)["report"]?.meaning == "a")
        try await keep(["a", "b"], for: again, in: store.file)
        #expect(try store.file.outboundChanges(for: "ris", limit: 1).isEmpty)
        let open = try store.file.openMessages(for: "ris", limit: 10)
        #expect(open.map(\.key) == ["a", "b"] && open.map(\.ordinal) == [1, 2], "one message a key, numbered without gaps")
    }

    @Test func `of a history one goes after the other, and a parked one holds up its own history only`() async throws {
        let place = try Place()
        let store = try place.site()
        let file = store.file
        try await file.addTarget("ris", settings: [])
        try await remark("one", on: 1, store)
        try await remark("two", on: 2, store)
        for (change, keys) in zip(try file.outboundChanges(for: "ris", limit: 2), [["1a", "1b"], ["2a", "2b"]]) {
            try await keep(keys, for: change, in: file)
        }
        #expect(try due(file) == ["1a", "2a"])
        let first = try file.dueMessages(for: "ris", now: now, limit: 10)
        try await file.note(first[0], .parked, reason: "AE")
        try await file.note(first[1], .sent, reason: "")
        #expect(try due(file) == ["2b"])
        let later = now.advanced(byMilliseconds: 10_000)
        try await file.note(try file.dueMessages(for: "ris", now: now, limit: 1)[0], .waiting, reason: "busy", due: later)
        #expect(try due(file).isEmpty && file.nextDue(for: "ris") == later)
        #expect(try due(file, at: later) == ["2b"])
        let counts = try file.outboundCounts(for: "ris")
        #expect(counts.waiting == 2 && counts.parked == 1 && counts.oldest == now)
        #expect(try await file.sendAgain("ris", takenSince: nil) == 1)
        #expect(try due(file) == ["1a"])
        #expect(try await file.drop("ris", number: first[0].number, reason: "Sent by hand."))
        #expect(try await file.drop("ris", number: first[0].number, reason: "Again.") == false)
        #expect(try due(file) == ["1b"])
        #expect(try await file.sendAgain("ris", takenSince: now) == 1, "what was taken goes again, what was dropped does not")
        #expect(try due(file) == ["1b", "2a"])
        #expect(try file.openMessages(for: nil, limit: 10).first { $0.key == "2a" }?.body == Array("2a".utf8))
    }

    @Test func `a target that is removed leaves nothing, and one that nobody knows is refused`() async throws {
        let place = try Place()
        let store = try place.site()
        let file = store.file
        try await file.addTarget("ris", settings: [])
        try await remark("one", on: 1, store)
        try await keep(["a"], for: try #require(try file.outboundChanges(for: "ris", limit: 1).first), in: file)
        let twice = await #expect(throws: Problem.self) { try await file.addTarget("ris", settings: []) }
        #expect(twice?.code == .usage)
        try await file.setPaused("ris", true, reason: "Moved.")
        #expect(try file.outboundTargets().first?.reason == "Moved.")
        try await file.removeTarget("ris")
        try await remark("two", on: 1, store)
        #expect(try file.outboundTargets().isEmpty && file.openMessages(for: nil, limit: 1).isEmpty)
        #expect(try file.outboundChanges(for: "ris", limit: 1).isEmpty)
        let unknown = await #expect(throws: Problem.self) { try await file.removeTarget("ris") }
        #expect(unknown?.code == .notFound)
        for number in 0..<OutboundLimits.targetsMax { try await file.addTarget("t\(number)", settings: []) }
        await #expect(throws: Problem.self) { try await file.addTarget("one-more", settings: []) }
    }
}
