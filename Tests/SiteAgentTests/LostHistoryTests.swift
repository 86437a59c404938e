import EventLog
import Foundation
import Problems
import Replication
import SQLiteStore
import Testing
import Web

@testable import SiteAgent

/// Folders that come back older than they were, or twice, at either end: nothing is lost or doubled, and what is wrong is said.
struct LostHistoryTests {
    /// Two sites that hold the same: four events of one and three of the other.
    private func settled() async throws -> TestNetwork {
        let network = try await TestNetwork()
        try await network.northside.comment(4, tag: "north before")
        try await network.lakeview.comment(3, tag: "lake before")
        try await network.settle()
        return network
    }

    private func log(_ site: TestSite) async throws -> LogID { try await site.open { $0.store.log } }

    @Test func `a site that was restored goes on as a new incarnation and gets its lost events back`() async throws {
        let network = try await settled()
        let backup = try await network.northside.copied(as: "backup")
        try await network.northside.comment(3, tag: "north after")
        try await network.settle()
        let before = try await log(network.northside)
        try await network.northside.restore(from: backup)
        let outcome = try await network.northside.sync()
        #expect(outcome.status.problem == nil && outcome.status.pulled == 3 && outcome.pending == 0 && outcome.confirmed == 0)
        #expect(try await log(network.northside) != before)
        try await network.northside.comment(2, tag: "north again")
        let status = try await network.northside.open { try await $0.desk.answer(.status).object }
        #expect(status["head"] as? Int == 2 && status["shared"] as? Int == 0 && status["pending"] as? Int == 2)
        try await network.settle()
        try await network.expectEqual(events: 12)
        await network.hub.stop()
    }

    @Test func `a restored site that recorded before it could ask has two histories, and everybody is told`() async throws {
        let network = try await settled()
        let backup = try await network.northside.copied(as: "backup")
        try await network.northside.comment(3, tag: "north after")
        try await network.settle()
        try await network.northside.restore(from: backup)
        try await network.northside.comment(1, tag: "north apart")
        let held = try await network.northside.open { try $0.events() }
        let outcome = try await network.northside.sync()
        #expect(
            outcome.status.problem?.code == .fork && outcome.status.isStopped, "\(String(describing: outcome.status.problem))")
        #expect(try await network.northside.open { try $0.events() } == held, "what was recorded apart stays, unmixed")
        #expect(try await network.northside.sync().status.problem?.code == .siteQuarantined)
        #expect(try await network.lakeview.sync().status.problem == nil)
        #expect(try await network.hub.digest() == network.lakeview.digest())
        await network.hub.stop()
    }

    @Test func `of two copies that both go on, the hub keeps both histories and tells both`() async throws {
        let network = try await settled()
        let clone = try await network.northside.copied(as: "clone")
        try await network.northside.comment(1, tag: "the first")
        try await clone.comment(1, tag: "the second")
        #expect(try await network.northside.sync().status.problem == nil)
        let second = try await clone.sync()
        #expect(second.status.problem?.code == .fork, "\(String(describing: second.status.problem))")
        #expect(second.pending == 1 && second.confirmed == 4)
        for copy in [network.northside, clone] {
            #expect(try await copy.sync().status.problem?.code == .siteQuarantined)
            #expect(try await copy.open { await $0.desk.answer(.logVerify(states: true)).exit } == 0)
        }
        await network.hub.stop()
    }

    @Test func `a copy that recorded more than the original is found out as well`() async throws {
        let network = try await settled()
        let clone = try await network.northside.copied(as: "clone")
        try await network.northside.comment(1, tag: "the first")
        try await clone.comment(5, tag: "the second")
        #expect(try await network.northside.sync().status.problem == nil)
        #expect(try await clone.sync().status.problem?.code == .fork)
        await network.hub.stop()
    }

    @Test func `a copy that recorded nothing goes on under its own incarnation, and neither is quarantined`() async throws {
        let network = try await settled()
        let clone = try await network.northside.copied(as: "clone")
        try await network.northside.comment(2, tag: "the first")
        try await network.settle()
        #expect(try await clone.sync().status.problem == nil)
        try await clone.comment(2, tag: "the second")
        #expect(try await clone.sync().status.problem == nil)
        try await network.settle()
        try await network.expectEqual(events: 11)
        await network.hub.stop()
    }

    @Test func `what a store that lost its tail still holds of its log reaches the hub`() async throws {
        let network = try await settled()
        try await network.northside.comment(4, tag: "not sent yet")
        let older = try await network.northside.copied(as: "older")
        try await network.northside.comment(1, tag: "lost")
        try await whileClosed(network.northside.path) {
            for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
                try? FileManager.default.removeItem(atPath: network.northside.path + "/" + name)
                guard FileManager.default.fileExists(atPath: older.path + "/" + name) else { continue }
                try FileManager.default.copyItem(atPath: older.path + "/" + name, toPath: network.northside.path + "/" + name)
            }
        }
        try await network.northside.comment(2, tag: "as a new incarnation")
        try await network.settle()
        try await network.expectEqual(events: 13)
        await network.hub.stop()
    }

    @Test func `a hub that lost its store is filled again by its sites, earlier incarnations included`() async throws {
        let network = try await settled()
        let backup = try await network.northside.copied(as: "backup")
        try await network.northside.comment(3, tag: "north after")
        try await network.settle()
        try await network.northside.restore(from: backup)
        try await network.northside.sync()
        try await network.northside.comment(2, tag: "north again")
        try await network.settle()
        let (events, generation) = (12, try await network.hub.ask(.status).object["generation"] as? String)
        try await network.hub.whileStopped {
            for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "anchor"] {
                try? FileManager.default.removeItem(atPath: network.hub.path + "/" + name)
            }
        }
        try await network.hub.start()
        #expect(try await network.hub.ask(.status).object["generation"] as? String != generation)
        #expect(try await network.hub.readiness() == "recovering: waits for 2 sites\n")
        let first = try await network.northside.sync()
        #expect(first.status.alarm?.code == .hubRewound && first.status.problem == nil && first.pending == 0)
        try await network.settle()
        #expect(try await network.hub.readiness() == "ok\n")
        try await network.expectEqual(events: events)
        await network.hub.stop()
    }

    /// What it gives back is true, and so is what the hub holds: neither is a reason to stop the site.
    @Test func `a site that gives back the other history of a log goes on, and the hub keeps both`() async throws {
        let network = try await settled()
        let backup = try await network.northside.copied(as: "backup")
        try await network.northside.comment(3, tag: "the first")
        try await network.settle()
        try await network.northside.restore(from: backup)
        try await network.northside.comment(1, tag: "the second")
        try await network.hub.whileStopped {
            for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "anchor"] {
                try? FileManager.default.removeItem(atPath: network.hub.path + "/" + name)
            }
        }
        try await network.hub.start()
        #expect(try await network.northside.sync().status.problem == nil)
        let outcome = try await network.lakeview.sync()
        #expect(!outcome.status.isStopped && outcome.pending == 0, "\(String(describing: outcome.status.problem))")
        #expect(outcome.status.givenBack == 2, "the other history's first event is evidence, what came after it is held")
        #expect(try await network.northside.sync().status.problem?.code == .siteQuarantined)
        await network.hub.stop()
    }

    /// Its events rest on the history that the hub does not hold: they are true all the same, and go to whoever takes part.
    /// Where the hub holds another event in the place of each, nothing is missing by its number.
    @Test(arguments: [1, 3])
    func `a site that saw the other history of another's log goes on sending, and everybody gets what it says`(
        count: Int
    ) async throws {
        let network = try await settled()
        let backup = try await network.northside.copied(as: "backup")
        try await network.northside.comment(3, tag: "the first")
        try await network.settle()
        try await network.lakeview.comment(3, tag: "after the first")
        try await network.northside.restore(from: backup)
        try await network.northside.comment(count, tag: "the second")
        try await network.hub.whileStopped {
            for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "anchor"] {
                try? FileManager.default.removeItem(atPath: network.hub.path + "/" + name)
            }
        }
        try await network.hub.start()
        #expect(try await network.northside.sync().status.problem == nil)
        for _ in 0..<2 {
            let outcome = try await network.lakeview.sync()
            #expect(!outcome.status.isStopped && outcome.pending == 0, "\(String(describing: outcome.status.problem))")
            try await network.lakeview.comment(1, tag: "and again")
        }
        let fresh = try await TestSite("harbour", joining: network.hub, in: network.base)
        #expect(try await fresh.sync().status.problem == nil)
        #expect(try await network.hub.digest() == fresh.digest())
        #expect(try await network.hub.ask(.logVerify(states: true)).exit == 0)
        #expect(try await fresh.open { await $0.desk.answer(.logVerify(states: true)).exit } == 0)
        await network.hub.stop()
    }

    @Test func `a hub that was restored is noticed though it says nothing, and neither way skips an event`() async throws {
        let network = try await settled()
        try await network.hub.whileStopped {
            try FileManager.default.copyItem(atPath: network.hub.path, toPath: network.base.path + "/older")
        }
        try await network.hub.start()
        try await network.northside.comment(4, tag: "north after")
        try await network.lakeview.comment(4, tag: "lake after")
        try await network.settle()
        try await network.hub.whileStopped {
            try FileManager.default.removeItem(atPath: network.hub.path)
            try FileManager.default.copyItem(atPath: network.base.path + "/older", toPath: network.hub.path)
        }
        try await network.hub.start()
        // The feed of the other site grows past its cursor with other entries before that site asks.
        try await network.northside.comment(9, tag: "north again")
        let north = try await network.northside.sync()
        #expect(north.status.alarm?.code == .hubRewound && north.confirmed == 17)
        #expect(north.status.alarm?.facts.map(\.value) == ["8", "4"])
        let status = try await network.lakeview.open { site in
            let before = try site.store.shared()
            let outcome = try await site.sync(pushes: false)
            #expect(before == 7 && outcome.confirmed == 7 && outcome.pending == 0, "northside gave back what it had pulled")
            return outcome.status
        }
        #expect(status.alarm == nil, "the hub holds again what it had confirmed")
        try await network.settle()
        try await network.expectEqual(events: 24)
        await network.hub.stop()
    }
}
