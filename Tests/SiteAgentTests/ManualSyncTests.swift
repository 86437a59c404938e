import EventLog
import Foundation
import ImagingCase
import Logging
import Problems
import Replication
import SQLiteStore
import Testing
import Web

@testable import SiteAgent

/// The sync that somebody asks for, with and without a running agent.
struct ManualSyncTests {
    private func network() async throws -> (TestHub, TestSite, TestSite) {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        return (
            hub, try await TestSite("northside", joining: hub, in: base), try await TestSite("lakeview", joining: hub, in: base)
        )
    }

    @Test func `only sending sends and only receiving receives`() async throws {
        let (hub, northside, lakeview) = try await network()
        try await northside.comment(3, tag: "north")
        try await lakeview.comment(2, tag: "lake")
        try await lakeview.sync()
        let sent = try await northside.sync(pulls: false)
        #expect(sent.status.problem == nil && sent.confirmed == 3 && sent.status.pushed == 3 && sent.status.pulled == 0)
        #expect(try await northside.open { try $0.events() }.count == 3)
        try await northside.comment(1, tag: "later")
        let received = try await northside.sync(pushes: false)
        #expect(received.status.problem == nil && received.status.pulled == 2 && received.status.pushed == 0)
        #expect(received.pending == 1 && received.confirmed == 3)
        #expect(try await hub.ask(.status).object["events"] as? Int == 5)
        await hub.stop()
    }

    /// Two finals on one study, apart: lakeview has sent its one, northside has not asked yet.
    private func disagree(_ northside: TestSite, _ lakeview: TestSite) async throws {
        for (site, person) in [(northside, "Dr Lund"), (lakeview, "Dr Osei")] {
            try await site.open { site in
                try await site.order("A1")
                try await site.sign("A1", by: person)
            }
        }
        try await lakeview.sync()
    }

    @Test func `a dry run names the very conflicts that the sync then opens, and changes nothing`() async throws {
        let (hub, northside, lakeview) = try await network()
        try await disagree(northside, lakeview)
        try await northside.open { site in
            let (events, cursor) = (try site.events(), try site.store.cursor())
            let preview = try await ManualSync.preview(folder: site.folder, store: site.store)
            #expect(preview.goes.count == 2 && preview.comes == 2 && !preview.isPartial)
            #expect(preview.opens.contains { $0.conflict.number == 38 } && preview.opens.allSatisfy { !$0.conflict.rule.isEmpty })
            #expect(try site.events() == events && site.store.cursor() == cursor && site.store.shared() == 0)
            let outcome = try await site.sync()
            #expect(outcome.newConflicts.map(\.id).sorted() == preview.opens.map(\.conflict.id).sorted())
            let again = try await ManualSync.preview(folder: site.folder, store: site.store)
            #expect(again.goes.isEmpty && again.comes == 0 && again.opens.isEmpty)
        }
        await hub.stop()
    }

    @Test func `a running agent previews, and tells which conflicts were open before it hurried`() async throws {
        let (hub, northside, lakeview) = try await network()
        try await northside.open { site in
            try await site.order("A1")
            try await site.sign("A1", by: "Dr Lund")
        }
        await hub.stop()
        let (ready, told) = AsyncStream.makeStream(of: Int.self)
        let agent = Task {
            try await Agent.run(
                AgentConfiguration(data: northside.path, host: "127.0.0.1", port: 0),
                logger: Logger(label: "test agent") { _ in SwiftLogNoOpLogHandler() }, ready: { told.yield($0) })
        }
        defer { agent.cancel() }
        for await _ in ready { break }
        try await eventually("the agent says that nobody answers") {
            // The socket for commands opens beside the port, perhaps a moment later.
            let status = (try? await DeskSocket.ask(.status, at: northside.path).object)?["hub"] as? [String: Any]
            return status?["problem"] as? String == "HUB_UNREACHABLE" && status?["reachable"] as? Bool == false
        }
        let apart = try await DeskSocket.ask(.syncPreview, at: northside.path)
        #expect(apart.exit == 4, "\(apart.json)")
        let first = try await DeskSocket.ask(.syncNow, at: northside.path).object
        #expect((first["openConflicts"] as? [String])?.isEmpty == true && first["pending"] as? Int == 2)
        try await hub.start()
        let preview = try await DeskSocket.ask(.syncPreview, at: northside.path)
        #expect(preview.exit == 0 && preview.json.contains("\"dryRun\":true"), "\(preview.json)")
        try await lakeview.open { site in
            try await site.order("A1")
            try await site.sign("A1", by: "Dr Osei")
            #expect(try await site.sync().status.problem == nil)
        }
        try await eventually("the agent finds the conflict") {
            let now = try await DeskSocket.ask(.syncNow, at: northside.path).object
            return (now["openConflicts"] as? [String])?.isEmpty == false && now["inStep"] as? Bool == true
        }
        agent.cancel()
        _ = await agent.result
        await hub.stop()
    }
}
