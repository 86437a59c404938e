import EventLog
import Foundation
import Testing

/// Copies of nodes, taken while they work and put back, as processes.
@Suite(.serialized) struct BackupTests {
    private func generation(_ network: RealNetwork) throws -> String { try network.hub.status()["generation"] as? String ?? "" }

    @Test func `a hub's copy that was taken under load is whole, and a hub restored from it loses nothing that its sites hold`()
        async throws
    {
        let network = try RealNetwork()
        try await network.record("northside", count: 6000, cases: 200, tag: "north")
        try network.hub.start()
        try network.northside.start()
        let copy = network.folder + "/copy"
        #expect(try Product.run("doctor", "--data", network.hub.data).output.contains("none taken by filmjacket hub backup save"))
        let saved = try Product.run("hub", "backup", "save", copy, "--data", network.hub.data, "--json")
        #expect(saved.code == 0, "\(saved.output) \(saved.errors)")
        let doctor = try Product.run("doctor", "--data", network.hub.data)
        #expect(doctor.code == 0 && doctor.output.contains("ok    backup      the last is of 20"), "\(doctor.output)")
        try eventually("all is at the hub") { try network.hub.status()["events"] as? Int == 6000 }
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        let digests = Set(try network.digests())
        #expect(digests.count == 1)
        let before = try generation(network)
        let inspected = try Product.run("hub", "backup", "inspect", copy, "--json")
        #expect(inspected.code == 0 && inspected.json["identity"] as? String == before, "\(inspected.output)")
        #expect(try Product.run("hub", "backup", "verify", copy).code == 0)
        let busy = try Product.run("hub", "backup", "restore", copy, "--data", network.hub.data, "--json")
        #expect(busy.code == 73 && busy.problem == "STORE_IN_USE", "\(busy.output)")
        network.hub.stop()
        network.northside.stop()
        let tried = try Product.run("hub", "backup", "restore", copy, "--dry-run", "--data", network.hub.data, "--json")
        #expect(tried.code == 0 && tried.json["restored"] as? Bool == false)
        let restored = try Product.run("hub", "backup", "restore", copy, "--data", network.hub.data, "--json")
        #expect(restored.code == 0 && restored.json["keptAside"] is String, "\(restored.output) \(restored.errors)")
        try network.hub.start()
        #expect(try generation(network) != before)
        for site in [network.lakeview, network.northside] { #expect(try Product.run("sync", "--data", site.data).code == 0) }
        #expect(Set(try network.digests()) == digests)
        #expect(try network.hub.status()["events"] as? Int == 6000)
        let watched = try Product.run("hub", "recover", "watch", "--once", "--data", network.hub.data)
        #expect(watched.code == 0, "\(watched.output)")
        #expect(try Product.run("log", "verify", "--data", network.hub.data).code == 0)
    }

    /// A copy of a running hub that got one event.
    private func saved(_ network: RealNetwork) throws -> String {
        try network.hub.start()
        try network.order("B-1", at: network.northside)
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        let copy = network.folder + "/copy"
        #expect(try Product.run("hub", "backup", "save", copy, "--data", network.hub.data).code == 0)
        return copy
    }

    @Test func `an empty machine becomes the hub, and a copy that was changed is refused with the file's name`() async throws {
        let network = try RealNetwork()
        let copy = try saved(network)
        network.hub.stop()
        let fresh = try Product.run("hub", "backup", "restore", copy, "--data", network.folder + "/fresh", "--json")
        #expect(fresh.code == 0, "\(fresh.output) \(fresh.errors)")
        let status = try Product.run("status", "--data", network.folder + "/fresh", "--json").json
        #expect(status["events"] as? Int == 1 && (status["sites"] as? [Any])?.count == 2)
        let other = try Product.run("hub", "backup", "restore", copy, "--data", network.northside.data, "--json")
        #expect(other.code != 0 && other.problem == "SITE_MISMATCH", "\(other.output)")
        let path = copy + "/store.sqlite"
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
        for verb in ["inspect", "verify"] {
            let refused = try Product.run("hub", "backup", verb, copy, "--json")
            #expect(refused.code == 6 && refused.output.contains("store.sqlite"), "\(refused.output)")
        }
        #expect(try Product.run("hub", "backup", "restore", copy, "--data", network.folder + "/never", "--json").code == 6)
    }

    @Test func `a restore after one that was cut between a store and its write-ahead log does not take that log for the copy's`()
        throws
    {
        let network = try RealNetwork()
        let copy = try saved(network)
        try network.order("B-4", at: network.northside)
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        network.hub.kill()
        let store = network.hub.data + "/store.sqlite"
        try FileManager.default.moveItem(atPath: store, toPath: store + ".before-1")
        try #require(FileManager.default.fileExists(atPath: store + "-wal"))
        #expect(try Product.run("hub", "backup", "restore", copy, "--data", network.hub.data).code == 0)
        #expect(FileManager.default.fileExists(atPath: store + ".before-1-wal"))
        let verified = try Product.run("log", "verify", "--data", network.hub.data, "--json")
        #expect(verified.code == 0 && verified.json["events"] as? Int == 1, "\(verified.output)")
    }

    @Test func `a site restored from its copy goes on as a new incarnation and gets back what it lost`() async throws {
        let network = try RealNetwork()
        try network.hub.start()
        try await network.record("northside", count: 50, cases: 5, tag: "before")
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        let copy = network.folder + "/copy"
        #expect(try Product.run("agent", "backup", "save", copy, "--data", network.northside.data).code == 0)
        let before = try network.northside.status()["incarnation"] as? String
        try await network.record("northside", count: 20, cases: 5, tag: "after")
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        let restored = try Product.run("agent", "backup", "restore", copy, "--data", network.northside.data, "--json")
        #expect(restored.code == 0, "\(restored.output) \(restored.errors)")
        try network.northside.start()
        try eventually("the lost events are back") {
            try Product.run("log", "stats", "--data", network.northside.data, "--json").json["events"] as? Int == 70
        }
        #expect(try network.northside.status()["incarnation"] as? String != before)
        try network.order("B-2", at: network.northside)
        try eventually("the hub has it") { try network.hub.status()["events"] as? Int == 71 }
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        try eventually("three equal digests") { Set(try network.digests()).count == 1 }
    }

    @Test func `a site whose key was changed since takes its backup back, another site does not`() async throws {
        let network = try RealNetwork()
        try network.hub.start()
        try network.order("K-1", at: network.northside)
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        let copy = network.folder + "/copy"
        #expect(try Product.run("agent", "backup", "save", copy, "--data", network.northside.data).code == 0)
        let rotated = try Product.run("agent", "rotate-key", "--data", network.northside.data)
        #expect(rotated.code == 0, "\(rotated.output) \(rotated.errors)")
        let key = try Data(contentsOf: URL(filePath: network.northside.data + "/site.key"))
        let other = try Product.run("agent", "backup", "restore", copy, "--data", network.lakeview.data, "--json")
        #expect(other.problem == "SITE_MISMATCH", "\(other.output)")
        let restored = try Product.run("agent", "backup", "restore", copy, "--data", network.northside.data, "--json")
        #expect(restored.code == 0, "\(restored.output) \(restored.errors)")
        #expect(try Data(contentsOf: URL(filePath: network.northside.data + "/site.key")) == key)
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
    }

    @Test func `a node that only its people may open is closed again when it is restored elsewhere`() throws {
        let network = try RealNetwork()
        try network.order("P-1", at: network.northside)
        let added = try Product.run(
            ["user", "add", "lee", "--role", "siteAdmin", "--data", network.northside.data], input: "an ordinary sentence\n")
        #expect(added.code == 0, "\(added.errors)")
        let before = try Product.run("case", "list", "--data", network.northside.data, "--json")
        #expect(before.problem == "SIGN_IN", "\(before.output)")
        let (copy, fresh) = (network.folder + "/copy", network.folder + "/fresh")
        let saved = try Product.run("agent", "backup", "save", copy, "--data", network.northside.data, "--json")
        #expect(saved.code == 0, "\(saved.output) \(saved.errors)")
        #expect(try Product.run("agent", "backup", "restore", copy, "--data", fresh).code == 0)
        let after = try Product.run("case", "list", "--data", fresh, "--json")
        #expect(after.code == before.code && after.problem == before.problem, "\(after.output)")
        #expect(!FileManager.default.fileExists(atPath: copy + "/sessions.json"))
    }

    @Test func `a site that runs twice is found out at the second one's first contact, and both histories are kept`() async throws
    {
        let network = try RealNetwork()
        try network.hub.start()
        try network.order("C-1", at: network.northside)
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        let clone = try network.copy(of: network.northside, "clone")
        try network.order("C-2", at: network.northside)
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        let placed = try Product.run(
            "case", "record", "comment.added", "--case", "C-1", "--as", "tech.lee", "--role", "technologist", "--data", clone,
            "text=said at the copy")
        #expect(placed.code == 0, "\(placed.errors)")
        let second = try Product.run("sync", "--data", clone, "--json")
        #expect(second.code == 6 || second.code == 5, "\(second.output) \(second.errors)")
        #expect(second.output.contains("fork") || second.errors.contains("fork"), "\(second.output) \(second.errors)")
        let stats = try Product.run("log", "stats", "--data", network.hub.data, "--json").json
        let logs = stats["logs"] as? [[String: Any]] ?? []
        #expect(logs.contains { $0["quarantined"] as? Bool == true }, "\(stats)")
        #expect(try Product.run("log", "verify", "--data", clone).code == 0)
    }

    @Test func `a wiped site that joins again under its name gets its own earlier events back`() async throws {
        let network = try RealNetwork()
        try network.hub.start()
        try await network.record("northside", count: 30, cases: 5, tag: "before")
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        try FileManager.default.removeItem(atPath: network.northside.data)
        #expect(
            try Product.run("hub", "site", "revoke", "northside", "--reason", "disk lost", "--data", network.hub.data).code == 0)
        let added = try Product.run("hub", "site", "add", "northside", "--kind", "imaging", "--data", network.hub.data, "--json")
        let code = try #require(added.json["code"] as? String, "\(added.output) \(added.errors)")
        let joined = try Product.run("agent", "join", network.url, code, "--data", network.northside.data)
        #expect(joined.code == 0, "\(joined.errors)")
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        #expect(try Product.run("log", "stats", "--data", network.northside.data, "--json").json["events"] as? Int == 30)
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        #expect(Set(try network.digests()).count == 1)
    }
}
