import EventLog
import ImagingCase
import Problems
import Replication
import StoreContract
import Synchronization
import Testing

@testable import SQLiteStore
import NodeFiles

/// A disk that fills up: what can wait stops first, then recording, and all of it comes back by itself.
struct DiskReserveTests {
    /// A volume whose free space a test changes.
    private final class Disk: Sendable {
        private let free: Mutex<UInt64>
        init(freeMebibytes: UInt64) { free = Mutex(freeMebibytes << 20) }
        func set(freeMebibytes: UInt64) { free.withLock { $0 = freeMebibytes << 20 } }
        var measure: @Sendable () -> Volume.Space {
            { Volume.Space(totalBytes: 100 << 30, freeBytes: self.free.withLock { $0 }) }
        }
    }

    private func remark(_ text: String) -> RecordIntent {
        RecordIntent(
            event: .commentAdded(CommentAdded(text: text)), stream: .sample(1),
            author: ImagingCase.Author(person: "t.okafor", role: .technologist),
            occurredAt: OccurredAt(Instant(milliseconds: 1_760_000_000_000)), source: .page)
    }

    @Test func `the reserve is 256 MiB or a twentieth of the volume, whichever is less`() {
        let large = Volume.Space(totalBytes: 1 << 40, freeBytes: 0)
        let small = Volume.Space(totalBytes: 2 << 20, freeBytes: 0)
        #expect(DiskReserve.bytes(of: large, for: .recording) == 256 << 20)
        #expect(DiskReserve.bytes(of: large, for: .replication) == 512 << 20)
        #expect(DiskReserve.bytes(of: small, for: .recording) == (2 << 20) / 20)
        #expect(!DiskReserve.hasRoom(Volume.Space(totalBytes: 0, freeBytes: 0), for: .recording))
    }

    @Test func `pulled pages stop before recording does, and both go on when space is free again`() async throws {
        let place = try Place()
        let disk = Disk(freeMebibytes: 10_000)
        let site = try #require(SiteID("lakeview"))
        let store = try SQLiteSiteStore(folder: place.folder, site: site, measure: disk.measure) { 1 }
        let recorder = EventRecorder(
            file: store.file, log: { store.log }, draw: { 5 }, now: { Instant(milliseconds: 1_760_000_000_000) })
        var author = StoreContract.Author("northside")
        author.comment(on: .sample(1))
        let page = Segment(events: author.events, outside: [:])
        let cursor = FeedCursor(generation: Generation(bits: 3), position: 1, digest: 4)

        disk.set(freeMebibytes: 400)
        #expect(throws: Problem.self) { try store.store(page, cursor: cursor) }
        #expect(try store.cursor() == nil && store.logs().isEmpty)
        #expect(try await recorder.record(remark("first")).id.sequence == 1)

        disk.set(freeMebibytes: 200)
        do throws(Problem) {
            _ = try await recorder.record(remark("second"))
            Issue.record("recorded below the reserve")
        } catch {
            #expect(error.code == .diskFull && error.code.row.exit == 75 && error.message.hasPrefix("Nothing was recorded"))
        }
        #expect(try store.ownLog().head == 1)
        #expect(try store.segment(of: store.log, from: 1, eventsMax: 10, bytesMax: 1 << 20).events.count == 1)
        #expect(try store.file.checks().contains { $0.name == "disk" && !$0.isGood })

        disk.set(freeMebibytes: 10_000)
        #expect(try store.store(page, cursor: cursor) == 1)
        #expect(try await recorder.record(remark("second")).id.sequence == 2)
    }

    @Test func `a hub refuses a push below its reserve and takes the same one later`() throws {
        let place = try Place()
        let disk = Disk(freeMebibytes: 300)
        let store = try SQLiteHubStore(folder: place.folder, measure: disk.measure) { 9 }
        var author = StoreContract.Author("northside")
        author.comment(on: .sample(1))
        let run = try author.run(1...1)
        #expect(throws: SyncRefusal.self) { try store.accept(run) }
        #expect(try store.logs().isEmpty)
        disk.set(freeMebibytes: 10_000)
        #expect(try store.accept(run).head == 1)
    }
}
