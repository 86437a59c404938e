import CurlHTTP
import EventLog
import Foundation
import Problems
import Replication
import StoreContract
import Synchronization
import Testing
import Web
import Wire

@testable import Hub

/// The feed that stays open.
struct FeedStreamTests {
    /// What a stream has brought so far.
    final class Received: Sendable {
        private struct State {
            var reader = FeedFrameReader()
            var frames: [FeedFrame] = []
            var isBroken = false
        }

        private let state = Mutex(State())

        func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
            state.withLock { state in
                state.reader.append(bytes)
                do { while let frame = try state.reader.next() { state.frames.append(frame) } } catch { state.isBroken = true }
                return !state.isBroken
            }
        }

        var frames: [FeedFrame] { state.withLock { $0.frames } }
        var ids: [EventID] { get throws { try frames.flatMap { try $0.ids } } }
        var isBroken: Bool { state.withLock { $0.isBroken } }
    }

    /// Opens a site's stream; the task ends with how the stream ended.
    static func open(_ site: TestSite, after cursor: FeedCursor? = nil) throws -> (Received, Task<Int, any Error>) {
        let received = Received()
        var call = site.feedCall(after: cursor?.description ?? "")
        call.fields = [("Accept", SyncCoding.streamMediaType)]
        call.limits = .heldOpen
        let request = try site.signed(call)
        let http = site.hub.http
        let task = Task {
            try await http.stream(
                request, onHead: { $0.status == 200 && $0.header("Content-Type") == SyncCoding.streamMediaType },
                onBytes: received.take
            ).status
        }
        return (received, task)
    }

    @Test func `a stream brings what is there, says that it is caught up, and brings what comes`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 8)
            try await north.pushed(author, 1...5)
            let (received, task) = try Self.open(lake)
            try await hub.until("caught up") { received.frames.last?.isCaughtUp == true }
            #expect(try received.ids == author.events.prefix(5).map(\.id))
            try await north.pushed(author, 6...6)
            try await hub.until("the sixth") { try received.ids.count == 6 }
            try await north.pushed(author, 7...8)
            try await hub.until("the last") { try received.ids.count == 8 && received.frames.last?.isCaughtUp == true }
            #expect(try received.ids == author.events.map(\.id) && !received.isBroken)
            // Each place on the way is one from which another stream goes on.
            let places = received.frames.compactMap { $0.segment.isEmpty ? nil : $0.cursor }
            let (again, second) = try Self.open(lake, after: places[0])
            try await hub.until("the rest") { again.frames.last?.isCaughtUp == true }
            let first = try received.frames.first { !$0.segment.isEmpty }?.ids.count ?? 0
            #expect(try again.ids == author.events.dropFirst(first).map(\.id))
            task.cancel()
            second.cancel()
        }
    }

    @Test func `a silent stream shows each fifteen seconds that it lives`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let (received, task) = try Self.open(north)
            try await hub.until("caught up") { received.frames.count == 1 }
            let start = ContinuousClock.now
            try await hub.until("a heartbeat") { received.frames.count == 2 }
            if received.frames.count < 2 { try await hub.until("a heartbeat") { received.frames.count == 2 } }
            let waited = ContinuousClock.now - start
            #expect(waited > .seconds(10) && waited < .seconds(25))
            #expect(received.frames.allSatisfy { $0.isCaughtUp && $0.segment.isEmpty && $0.hubTime.milliseconds > 0 })
            task.cancel()
        }
    }

    @Test func `revoking a site ends its stream within five seconds, and nobody else's`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside", allCases: true)
            let lake = try await hub.joined("lakeview", allCases: true)
            let (own, northern) = try Self.open(north)
            let (lost, ending) = try Self.open(lake)
            try await hub.until("both are caught up") { own.frames.count == 1 && lost.frames.count == 1 }
            let start = ContinuousClock.now
            #expect(try await hub.ask(.siteRevoke(id: "lakeview", reason: "stolen")).exit == 0)
            let ended = ConflictRouteTests.Heard()
            let watch = Task {
                _ = await ending.result
                _ = ended.take("ended")
            }
            defer { watch.cancel() }
            try await hub.until("the stream has ended") { ended.text == "ended" }
            ending.cancel()
            #expect(ContinuousClock.now - start < .seconds(5))
            let south = try await hub.joined("southside")
            try await south.pushed(.chain(of: south, count: 1), 1...1)
            try await hub.until("the other goes on") { try own.ids.count == 1 }
            #expect(try lost.ids.isEmpty)
            northern.cancel()
        }
    }

    @Test func `a reader that stops reading is cut, and the others do not wait for it`() async throws {
        var limits = ServerLimits()
        limits.writeStallTimeout = .seconds(1)
        try await LiveHub.run(limits: limits) { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            // Some ten megabytes even when compressed: more than two sockets hold.
            var author = Author("northside")
            let noise = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
            for number in 0..<120 {
                let bytes = try #require(try noise.read(upToCount: 90_000))
                author.comment(bytes.base64EncodedString(), on: .sample(UInt64(number)))
            }
            for first in stride(from: 1 as UInt64, through: 120, by: 5) { try await north.pushed(author, first...(first + 4)) }
            var call = lake.feedCall()
            call.fields = [("Accept", SyncCoding.streamMediaType)]
            let request = try lake.signed(call)
            let stalled = try RawExchange(port: hub.port, receiveBytesMax: 4096)
            stalled.send(
                "GET \(call.path)?\(call.query) HTTP/1.1\r\nHost: hub\r\n"
                    + request.headers.filter { $0.0 != "Content-Type" }.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n")
            let (received, task) = try Self.open(lake)
            try await hub.until("another reader gets all of it") { try received.ids.count == 120 }
            let start = ContinuousClock.now
            try await Task.sleep(for: .seconds(4))  // the time in which nothing is read
            let rest = await blocking { stalled.rest() }
            #expect(rest != nil, "the connection was not closed")
            let whole = received.frames.reduce(0) { $0 + $1.segment.count }
            #expect(whole > 8 << 20 && (rest ?? []).count < whole)
            #expect(ContinuousClock.now - start < .seconds(14))
            task.cancel()
            #expect(try await lake.hello().status == 200)
        }
    }
}
