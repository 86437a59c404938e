import EventLog
import Foundation
import GRDBSQLite
import Testing

/// Bits that flip on a disk, as processes: found, named, and put right from whoever holds the event whole.
@Suite(.serialized) struct RepairTests {
    private func execute(_ statement: String, in data: String) throws {
        var connection: OpaquePointer?
        try #require(sqlite3_open(data + "/store.sqlite", &connection) == SQLITE_OK)
        defer { sqlite3_close(connection) }
        try #require(sqlite3_exec(connection, statement, nil, nil, nil) == SQLITE_OK, "\(statement)")
    }

    /// Changes the last byte of the first event's row.
    private func damage(_ data: String) throws {
        try execute(
            """
            UPDATE event SET record=CAST(substr(record, 1, length(record)-1) AS BLOB)||x'7e' \
            WHERE position=(SELECT min(position) FROM event)
            """, in: data)
    }

    private func settled() async throws -> RealNetwork {
        let network = try RealNetwork()
        try await network.record("northside", count: 30, cases: 4, tag: "north")
        try network.hub.start()
        for site in [network.northside, network.lakeview] { #expect(try Product.run("sync", "--data", site.data).code == 0) }
        return network
    }

    @Test func `a site names a damaged event and gets it whole from its hub, its own and another's`() async throws {
        let network = try await settled()
        for site in [network.northside, network.lakeview] {
            try damage(site.data)
            let found = try Product.run("log", "verify", "--data", site.data, "--json")
            #expect(found.code == 6 && found.output.contains("northside~"), "\(found.output)")
            let repaired = try Product.run("log", "verify", "--repair", "--data", site.data, "--json")
            #expect(
                repaired.code == 0 && (repaired.json["repaired"] as? [String])?.count == 1,
                "\(repaired.output) \(repaired.errors)")
            #expect(try Product.run("log", "verify", "--data", site.data).code == 0)
            #expect(try Product.run("doctor", "--data", site.data).output.contains("was repaired from the hub"))
        }
        #expect(Set(try network.digests()).count == 1)
    }

    @Test func `a hub asks its sites for a damaged event, and the next hello brings it`() async throws {
        let network = try await settled()
        try damage(network.hub.data)
        let asked = try Product.run("log", "verify", "--repair", "--data", network.hub.data, "--json")
        #expect(asked.code == 6 && asked.problem == "INTEGRITY_FAILED", "\(asked.output)")
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        let verified = try Product.run("log", "verify", "--data", network.hub.data)
        #expect(verified.code == 0, "\(verified.output) \(verified.errors)")
        #expect(Set(try network.digests()).count == 1)
    }

    @Test func `a running hub finds a damaged event by itself, and the next hello brings it`() async throws {
        let network = try await settled()
        network.hub.stop()
        try damage(network.hub.data)
        try network.hub.start()
        try eventually("the damage is noticed") {
            try Product.run("doctor", "--data", network.hub.data).output.contains("is damaged in this store")
        }
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        #expect(try Product.run("log", "verify", "--data", network.hub.data).code == 0)
        #expect(try Product.run("doctor", "--data", network.hub.data).output.contains("was repaired from a site"))
        #expect(Set(try network.digests()).count == 1)
    }

    @Test func `flips in the index and in the anchor are named`() async throws {
        let network = try await settled()
        network.hub.stop()
        // The row of what a case lists: its events in another order are another list.
        let anchor = network.northside.data + "/anchor"
        var bytes = try Data(contentsOf: URL(filePath: anchor))
        bytes[3] ^= 0x10
        bytes[67] ^= 0x10
        try bytes.write(to: URL(filePath: anchor))
        let found = try Product.run("log", "verify", "--data", network.northside.data, "--json")
        #expect(found.code == 6 && found.output.contains("anchor"), "\(found.output) \(found.errors)")
        #expect(try Product.run("log", "verify", "--data", network.northside.data).code == 0, "said once, written anew")
        try execute("DELETE FROM stream_id", in: network.lakeview.data)
        let index = try Product.run("log", "verify", "--data", network.lakeview.data, "--json")
        #expect(index.code == 6, "\(index.output) \(index.errors)")
    }

    @Test func `an event that nobody may record keeps its place, is part of no state, and its site says that it is refused`()
        async throws
    {
        let network = try await settled()
        let before = Set(try network.digests())
        try await network.forge(at: "northside")
        try network.order("AFTER-1", at: network.northside)
        let synced = try Product.run("sync", "--data", network.northside.data, "--json")
        #expect(synced.code == 0, "\(synced.output) \(synced.errors)")
        let status = try network.northside.status()
        #expect(status["refused"] as? Int == 1 && status["pending"] as? Int == 0, "\(status)")
        #expect(status["head"] as? Int == 32 && status["shared"] as? Int == 31, "\(status)")
        let statement = try Product.run("statement", "--data", network.northside.data, "--json")
        #expect(statement.code == 3 && statement.output.contains("SITE_MISMATCH"), "\(statement.output)")
        #expect(try Product.run("log", "aside", "--data", network.hub.data).output.contains("SITE_MISMATCH"))
        #expect(try Product.run("sync", "--data", network.lakeview.data).code == 0)
        let after = Set(try network.digests())
        #expect(after.count == 1 && after != before)
        for node in [network.hub, network.northside, network.lakeview] {
            let verified = try Product.run("log", "verify", "--data", node.data)
            #expect(verified.code == 0, "\(verified.output) \(verified.errors)")
        }
        let held = try Product.run("log", "stats", "--data", network.hub.data, "--json").json["events"] as? Int
        #expect(held == 32)
    }

    @Test func `what waits is listed with its age, and a canary shows that the whole way works`() async throws {
        let network = try RealNetwork()
        try network.order("WAIT-1", at: network.northside)
        let young = try Product.run("statement", "--data", network.northside.data, "--json")
        #expect(young.code == 0 && young.json["count"] as? Int == 0 && young.json["pending"] as? Int == 1, "\(young.output)")
        let all = try Product.run("statement", "--older-than", "0", "--data", network.northside.data, "--json")
        #expect(all.code == 3 && all.json["count"] as? Int == 1, "\(all.output)")
        try network.hub.start()
        let singer = RealNode(data: network.northside.data, arguments: network.northside.arguments + ["--canary", "1"])
        try singer.start()
        defer { singer.stop() }
        try network.lakeview.start()
        try eventually("a canary of northside is at lakeview") {
            let canaries = try network.lakeview.status()["canaries"] as? [[String: Any]] ?? []
            return canaries.contains { $0["site"] as? String == "northside" && ($0["ageSeconds"] as? Int ?? 99) < 30 }
        }
        #expect(try Product.run("doctor", "--data", network.lakeview.data).output.contains("canary"))
    }
}
