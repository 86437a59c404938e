import EventLog
import Foundation
import Testing

/// A hub that lost its store, its registry or its newest events, as processes: its sites give back what it lost.
@Suite(.serialized) struct RebuildTests {
    /// Records at both sites, lets everything reach everybody, and stops all.
    private func settled(_ network: RealNetwork, count: Int = 200) async throws -> String {
        try await network.record("northside", count: count, cases: 20, tag: "north")
        try await network.record("lakeview", count: count, cases: 20, tag: "lake")
        try network.hub.start()
        for site in [network.northside, network.lakeview, network.northside, network.lakeview] {
            let synced = try Product.run("sync", "--data", site.data, "--json")
            try #require(synced.code == 0, "\(synced.output) \(synced.errors)")
        }
        let digest = try #require(try network.hub.status()["digest"] as? String)
        network.hub.stop()
        return digest
    }

    private func wipe(_ hub: RealNode) throws {
        for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "anchor"] {
            try? FileManager.default.removeItem(atPath: hub.data + "/" + name)
        }
    }

    private func recovery(_ network: RealNetwork) throws -> Product.Ended {
        try Product.run("hub", "recover", "watch", "--once", "--data", network.hub.data, "--json")
    }

    @Test func `a wiped hub gets another site's events back from the site that pulled them, and proves what it has`() async throws
    {
        let network = try RealNetwork()
        let digest = try await settled(network)
        try wipe(network.hub)
        try network.hub.start()
        let begun = try recovery(network)
        #expect(
            begun.code == 3 && (begun.json["waiting"] as? [String])?.sorted() == ["lakeview", "northside"], "\(begun.output)")
        // Northside does not come back: what lakeview pulled of it is all that is left.
        let synced = try Product.run("sync", "--data", network.lakeview.data, "--json")
        #expect(synced.code == 0, "\(synced.output) \(synced.errors)")
        #expect(try network.hub.status()["digest"] as? String == digest)
        #expect(try network.hub.status()["events"] as? Int == 400)
        let half = try recovery(network)
        #expect(half.code == 3 && half.json["waiting"] as? [String] == ["northside"], "\(half.output)")
        let logs = try #require(half.json["logs"] as? [[String: Any]])
        #expect(
            logs.count == 2 && logs.allSatisfy { $0["proven"] as? Bool == true && $0["whole"] as? Int == 200 }, "\(half.output)")
        let back = try Product.run("sync", "--data", network.northside.data, "--json")
        #expect(back.code == 0 && back.json["pending"] as? Int ?? 0 == 0, "\(back.output) \(back.errors)")
        let whole = try Product.run("hub", "recover", "watch", "--data", network.hub.data)
        #expect(whole.code == 0 && whole.output.contains("nothing is missing"), "\(whole.output)")
        #expect(Set(try network.digests()) == [digest])
        for node in [network.hub, network.northside, network.lakeview] {
            #expect(try Product.run("log", "verify", "--data", node.data).code == 0)
        }
    }

    @Test func `a site that is lost for good is waived by name, and the rebuild ends`() async throws {
        let network = try RealNetwork()
        _ = try await settled(network, count: 40)
        try wipe(network.hub)
        try network.hub.start()
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        let waived = try Product.run(
            "hub", "recover", "waive", "northside", "--reason", "its disk burned", "--data", network.hub.data, "--json")
        #expect(waived.code == 0 && waived.json["complete"] as? Bool == true, "\(waived.output) \(waived.errors)")
    }

    @Test func `a lost registry comes back from a site's copy, and a changed copy is refused`() async throws {
        let network = try RealNetwork()
        let digest = try await settled(network, count: 20)
        try FileManager.default.removeItem(atPath: network.hub.data + "/sites.json")
        let copy = network.lakeview.data + "/roster"
        let bad = network.folder + "/bad-roster"
        let text = try String(contentsOfFile: copy, encoding: .utf8)
        try text.replacingOccurrences(of: "site northside imaging active", with: "site northside reading active")
            .write(toFile: bad, atomically: true, encoding: .utf8)
        let refused = try Product.run("hub", "recover", "registry", "--from", bad, "--data", network.hub.data, "--json")
        #expect(refused.code == 5 && refused.problem == "BAD_SIGNATURE", "\(refused.output)")
        let restored = try Product.run("hub", "recover", "registry", "--from", copy, "--data", network.hub.data, "--json")
        #expect(restored.code == 0 && restored.json["restored"] as? [String] == ["lakeview", "northside"], "\(restored.output)")
        try network.hub.start()
        for site in [network.northside, network.lakeview] {
            let synced = try Product.run("sync", "--data", site.data)
            #expect(synced.code == 0, "\(synced.errors)")
        }
        #expect(Set(try network.digests()) == [digest])
    }

    @Test func `a hub that lost its newest events is noticed, and the notice outlives the process until it is acknowledged`()
        async throws
    {
        let network = try RealNetwork()
        _ = try await settled(network, count: 30)
        let older = try network.copy(of: network.hub, "older")
        try network.hub.start()
        try await network.record("northside", count: 10, cases: 3, tag: "later")
        #expect(try Product.run("sync", "--data", network.northside.data).code == 0)
        network.hub.stop()
        for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "anchor"] {
            try? FileManager.default.removeItem(atPath: network.hub.data + "/" + name)
            guard FileManager.default.fileExists(atPath: older + "/" + name) else { continue }
            try FileManager.default.copyItem(atPath: older + "/" + name, toPath: network.hub.data + "/" + name)
        }
        try network.hub.start()
        let synced = try Product.run("sync", "--data", network.northside.data, "--json")
        #expect(synced.code == 0 && synced.json["pending"] as? Int ?? 0 == 0, "\(synced.output) \(synced.errors)")
        let notices = try network.northside.status()["notices"] as? [[String: Any]] ?? []
        #expect(notices.contains { $0["code"] as? String == "HUB_REWOUND" }, "\(notices)")
        #expect(try Product.run("doctor", "--data", network.northside.data).code == 1)
        #expect(try Product.run("doctor", "--acknowledge", "--data", network.northside.data).code == 0)
        #expect((try network.northside.status()["notices"] as? [[String: Any]])?.isEmpty == true)
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        #expect(Set(try network.digests()).count == 1)
    }

    /// The guide's "Two histories": a copied site, and a hub that lost its store and took the other history first.
    @Test func `a site that holds the other of two histories says so, goes on sending, and starts over without loss`()
        async throws
    {
        let network = try RealNetwork()
        _ = try await settled(network, count: 6)
        let (north, lake, hub) = (network.northside, network.lakeview, network.hub)
        let clone = try network.copy(of: north, "clone")
        try network.order("FORK-1", at: north)
        try hub.start()
        for site in [north, lake] { #expect(try network.on(site, "sync").code == 0) }
        hub.stop()
        try wipe(hub)
        try hub.start()
        let other = try Product.run(
            "case", "record", "order.placed", "--as", "Dr Reyes", "--role", "referrer", "--data", clone, "accession.issuer=e2e",
            "accession.value=FORK-2", "patient.issuer=e2e", "patient.id=2", "patient.name=DOE^JOHN", "modality=CT")
        try #require(other.code == 0, "\(other.errors)")
        #expect(try Product.run("sync", "--data", clone).code == 0)
        for number in 1...3 {
            try network.order("LAKE-\(number)", at: lake)
            let synced = try network.on(lake, "sync", "--json")
            #expect(synced.code == 6 && synced.output.contains("\"code\":\"fork\""), "\(synced.output)")
            let statement = try network.on(lake, "statement", "--older-than", "0")
            #expect(statement.output.contains("waiting 0 + refused 0"), "\(statement.output)")
        }
        let doctor = try network.on(lake, "doctor")
        #expect(
            doctor.code == 1 && doctor.output.contains("two histories") && doctor.output.contains("starts over"),
            "\(doctor.output)")
        let revoked = try Product.run("hub", "site", "revoke", "lakeview", "--reason", "starts over", "--data", hub.data)
        #expect(revoked.code == 0, "\(revoked.errors)")
        let added = try Product.run(
            "hub", "site", "add", "lakeview", "--kind", "reading", "--all-cases", "--data", hub.data, "--json")
        let (code, fresh) = (try #require(added.json["code"] as? String), network.folder + "/fresh")
        #expect(try Product.run("agent", "join", network.url, code, "--data", fresh).code == 0)
        #expect(try Product.run("sync", "--data", fresh).code == 0)
        let digest = try Product.run("status", "--data", fresh, "--json").json["digest"] as? String
        #expect(try digest != nil && digest == hub.status()["digest"] as? String)
        for number in 1...3 { #expect(try Product.run("case", "show", "LAKE-\(number)", "--data", fresh).code == 0) }
    }
}
