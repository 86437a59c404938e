import Dispatch
import EventLog
import Foundation
import Problems
import Replication
import SQLiteStore
import Synchronization
import TestServers
import Testing
import Web
import Wire

@testable import SiteAgent

/// Two parts of the own log are on their way at once; what that can bring about is no fault that anybody is told of.
struct PartsUnderWayTests {
    /// What a false hub remembers between its connections.
    private final class Order: Sendable {
        let first = DispatchSemaphore(value: 0)
        let refused = Mutex<Set<UInt64>>([])
    }

    /// More than one part holds.
    private static let count = 420

    private func isOfPush(_ request: ScriptedServer.Request) -> UInt64? {
        guard request.head.hasPrefix("PUT") else { return nil }
        return request.path.split(separator: "/").last.flatMap { UInt64($0) }
    }

    @Test func `a part that was through before the one ahead of it is sent once more`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let northside = try await TestSite("northside", joining: hub, in: base)
        try await northside.comment(Self.count, tag: String(repeating: "north ", count: 400), cases: 1)
        try await northside.open { site in
            let false_ = try FalseHub(before: site)
            let lane = PushLane(store: site.store, folder: site.folder)
            let part = try #require(try await lane.prepare(false_.log, from: 1)).last
            try #require(part < Self.count)
            let end = try #require(try site.store.hash(of: EventID(log: false_.log, sequence: part)))
            let order = Order()
            let server = ScriptedServer { request, connection in
                guard let first = isOfPush(request) else { return false_.wellBehaved(request, connection) }
                if first == 1 {
                    // Not answered before the one behind it came and was refused: both are under way at once.
                    guard order.first.wait(timeout: .now() + 10) == .success else { return .close }
                    return connection.answer(bytes: SyncCoding.encode(PushAnswer(head: part, hash: end)))
                }
                guard order.refused.withLock({ $0.insert(first).inserted }) else {
                    return false_.wellBehaved(request, connection)
                }
                let gap = #"{"code":"gap","detail":"too soon","expected":1}"#
                connection.send(
                    "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\nContent-Length: \(gap.utf8.count)\r\n\r\n\(gap)"
                )
                order.first.signal()
                return .keep
            }
            defer { server.stop() }
            let outcome = try await site.sync(at: server.url, pulls: false)
            #expect(outcome.status.problem == nil && outcome.status.alarm == nil && outcome.pending == 0)
            #expect(outcome.status.pushed == UInt64(Self.count))
            #expect(server.requests.compactMap(isOfPush).sorted() == [1, part + 1, part + 1])
        }
        await hub.stop()
    }

    @Test func `what a part that failed had behind it counts for nothing`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let northside = try await TestSite("northside", joining: hub, in: base)
        try await northside.comment(Self.count, tag: String(repeating: "north ", count: 400), cases: 1)
        try await northside.open { site in
            let false_ = try FalseHub(before: site)
            let lane = PushLane(store: site.store, folder: site.folder)
            let part = try #require(try await lane.prepare(false_.log, from: 1)).last
            try #require(part < Self.count)
            let order = Order()
            let server = ScriptedServer { request, connection in
                guard let first = isOfPush(request) else { return false_.wellBehaved(request, connection) }
                if first == 1 {
                    guard order.first.wait(timeout: .now() + 10) == .success else { return .close }
                    return .close
                }
                // A hub that says to hold what it was not given yet.
                order.first.signal()
                return false_.wellBehaved(request, connection)
            }
            defer { server.stop() }
            let outcome = try await site.sync(at: server.url, pulls: false)
            #expect(outcome.status.problem?.code == .hubUnreachable && outcome.pending == UInt64(Self.count))
            #expect(try site.store.shared() == 0)
        }
        let after = try await northside.sync()
        #expect(after.status.problem == nil && after.pending == 0 && after.confirmed == UInt64(Self.count))
        #expect(try await hub.ask(.status).object["events"] as? Int == Self.count)
        await hub.stop()
    }
}
