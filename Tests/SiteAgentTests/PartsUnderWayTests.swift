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

/// Several parts of the own log are on their way at once, once the hub has shown that it is quick; what that can bring about is no fault that anybody is told of.
struct PartsUnderWayTests {
    /// What a false hub remembers between its connections.
    private final class Order: Sendable {
        let first = DispatchSemaphore(value: 0)
        let refused = Mutex<Set<UInt64>>([])
    }

    /// More than two parts hold.
    private static let count = 800

    private func isOfPush(_ request: ScriptedServer.Request) -> UInt64? {
        guard request.head.hasPrefix("PUT") else { return nil }
        return request.path.split(separator: "/").last.flatMap { UInt64($0) }
    }

    /// Runs against a false hub, which gets the ends of the first two parts, a site that holds three.
    private func withThreeParts(
        _ body: (OpenSite, FalseHub, _ ends: [UInt64]) async throws -> Void, then: (TestHub, TestSite) async throws -> Void
    ) async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let northside = try await TestSite("northside", joining: hub, in: base)
        try await northside.comment(Self.count, tag: String(repeating: "north ", count: 400), cases: 1)
        try await northside.open { site in
            let false_ = try FalseHub(before: site)
            let lane = PushLane(store: site.store, folder: site.folder)
            var ends: [UInt64] = []
            while ends.count < 2 {
                ends.append(try #require(try await lane.prepare(false_.log, from: (ends.last ?? 0) + 1)).last)
            }
            try #require(ends[1] < Self.count)
            try await body(site, false_, ends)
        }
        try await then(hub, northside)
        await hub.stop()
    }

    private func held(_ head: UInt64, _ site: OpenSite, _ log: LogID) throws -> [UInt8] {
        let hash = try #require(try site.store.hash(of: EventID(log: log, sequence: head)))
        return SyncCoding.encode(PushAnswer(head: head, hash: hash))
    }

    @Test func `a part that was through before the one ahead of it is sent once more`() async throws {
        try await withThreeParts { site, false_, ends in
            let held = try ends.map { try self.held($0, site, false_.log) }
            let order = Order()
            let server = ScriptedServer { request, connection in
                guard let first = isOfPush(request) else { return false_.wellBehaved(request, connection) }
                if first == 1 { return connection.answer(bytes: held[0]) }
                if first == ends[0] + 1 {
                    // Not answered before the one behind it came and was refused: both are under way at once.
                    guard order.first.wait(timeout: .now() + 10) == .success else { return .close }
                    return connection.answer(bytes: held[1])
                }
                guard order.refused.withLock({ $0.insert(first).inserted }) else {
                    return false_.wellBehaved(request, connection)
                }
                let gap = #"{"code":"gap","detail":"too soon","expected":1}"#
                let head =
                    "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\nContent-Length: \(gap.utf8.count)\r\n\r\n"
                connection.send(head + gap)
                order.first.signal()
                return .keep
            }
            defer { server.stop() }
            let outcome = try await site.sync(at: server.url, pulls: false)
            #expect(outcome.status.problem == nil && outcome.status.alarm == nil && outcome.pending == 0)
            #expect(outcome.status.pushed == UInt64(Self.count))
            #expect(server.requests.compactMap(isOfPush).sorted() == [1, ends[0] + 1, ends[1] + 1, ends[1] + 1])
        } then: { _, _ in
        }
    }

    @Test func `what a part that failed had behind it counts for nothing`() async throws {
        try await withThreeParts { site, false_, ends in
            let held = try self.held(ends[0], site, false_.log)
            let order = Order()
            let server = ScriptedServer { request, connection in
                guard let first = isOfPush(request) else { return false_.wellBehaved(request, connection) }
                if first == 1 { return connection.answer(bytes: held) }
                if first == ends[0] + 1 {
                    _ = order.first.wait(timeout: .now() + 10)
                    return .close
                }
                // A hub that says to hold what it was not given yet.
                order.first.signal()
                return false_.wellBehaved(request, connection)
            }
            defer { server.stop() }
            let outcome = try await site.sync(at: server.url, pulls: false)
            #expect(outcome.status.problem?.code == .hubUnreachable)
            #expect(outcome.confirmed == ends[0] && outcome.pending == UInt64(Self.count) - ends[0])
        } then: { hub, northside in
            let after = try await northside.sync()
            #expect(after.status.problem == nil && after.pending == 0 && after.confirmed == UInt64(Self.count))
            #expect(try await hub.ask(.status).object["events"] as? Int == Self.count)
        }
    }
}
