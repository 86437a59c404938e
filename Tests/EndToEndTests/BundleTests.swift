import EventLog
import Foundation
import Glibc
import Testing

/// Events carried as files where no wire reaches, as processes. B100 to B107 are the rows of bad bundles.
@Suite(.serialized) struct BundleTests {
    private func export(_ node: RealNode, to: String, _ path: String, partSize: Int = 0) throws -> Product.Ended {
        try Product.run(
            ["bundle", "export", "--to", to, "--out", path, "--data", node.data, "--json"]
                + (partSize > 0 ? ["--part-size", "\(partSize)"] : []))
    }

    private func take(_ path: String, at data: String) throws -> Product.Ended {
        try Product.run("bundle", "import", path, "--data", data, "--json")
    }

    private func events(_ data: String) throws -> Int {
        try Product.run("log", "stats", "--data", data, "--json").json["events"] as? Int ?? -1
    }

    @Test func `a network that no wire joins reaches one state by bundles, and the wire then has nothing left to do`()
        async throws
    {
        let network = try RealNetwork()
        try await network.record("northside", count: 60, cases: 7, tag: "north")
        try network.order("BUN-1", at: network.northside)
        let up = network.folder + "/up.fjb"
        let exported = try export(network.northside, to: "hub", up)
        #expect(exported.code == 0 && exported.json["events"] as? Int == 61, "\(exported.output) \(exported.errors)")
        let inspected = try Product.run("bundle", "inspect", up, "--json")
        #expect(
            inspected.code == 0 && inspected.json["to"] as? String == "hub" && inspected.json["from"] as? String == "northside")
        #expect(!String(decoding: try Data(contentsOf: URL(filePath: up)), as: UTF8.self).contains("DOE"), "sealed")
        let taken = try take(up, at: network.hub.data)
        #expect(taken.code == 0 && taken.json["new"] as? Int == 61, "\(taken.output) \(taken.errors)")
        // B103
        let again = try take(up, at: network.hub.data)
        #expect(again.code == 0 && again.json["new"] as? Int == 0 && again.json["known"] as? Int == 61, "\(again.output)")
        let down = network.folder + "/down.fjb"
        #expect(try export(network.hub, to: "lakeview", down).code == 0)
        let pulled = try take(down, at: network.lakeview.data)
        #expect(pulled.code == 0 && pulled.json["new"] as? Int == 61, "\(pulled.output) \(pulled.errors)")
        #expect(try take(down, at: network.lakeview.data).json["new"] as? Int == 0)
        let shown = try Product.run("case", "show", "BUN-1", "--data", network.lakeview.data, "--json")
        #expect(shown.code == 0 && shown.output.contains("northside~"))
        // What comes back tells the site what the hub holds: a second export has nothing to say.
        let back = network.folder + "/back.fjb"
        let said = try network.on(
            network.lakeview, "case", "record", "comment.added", "--case", "BUN-1", "--as", "Dr Osei", "--role", "radiologist",
            fields: ["text=seen"])
        #expect(said.code == 0, "\(said.errors)")
        let lake = network.folder + "/lake.fjb"
        #expect(try export(network.lakeview, to: "hub", lake).json["events"] as? Int == 1)
        #expect(try take(lake, at: network.hub.data).json["new"] as? Int == 1)
        #expect(try export(network.hub, to: "northside", back).code == 0)
        #expect(try take(back, at: network.northside.data).code == 0)
        #expect(try network.northside.status()["pending"] as? Int == 0)
        let nothing = try export(network.northside, to: "hub", network.folder + "/none.fjb")
        #expect(nothing.code == 0 && nothing.json["events"] as? Int == 0 && (nothing.json["files"] as? [Any])?.isEmpty == true)
        try network.hub.start()
        for site in [network.northside, network.lakeview] {
            let synced = try Product.run("sync", "--data", site.data, "--json")
            #expect(synced.code == 0 && synced.json["pushed"] as? Int == 0, "\(synced.output) \(synced.errors)")
        }
        #expect(Set(try network.digests()).count == 1)
        for node in [network.hub, network.northside, network.lakeview] {
            #expect(try Product.run("log", "verify", "--data", node.data).code == 0)
        }
    }

    @Test func `parts are taken in any order: one that is early waits for those before it`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: 9000, cases: 50, tag: "north")
        let exported = try export(network.northside, to: "hub", network.folder + "/parts", partSize: 1024)
        let files = try #require(exported.json["files"] as? [String], "\(exported.output) \(exported.errors)")
        #expect(files.count >= 3, "\(files)")
        for file in files.reversed() {
            let taken = try take(file, at: network.hub.data)
            #expect(taken.code == 0 && taken.json["waiting"] as? Bool == (file != files[0]), "\(taken.output) \(taken.errors)")
        }
        #expect(try events(network.hub.data) == 9000)
        #expect(try Product.run("log", "verify", "--data", network.hub.data).code == 0)
    }

    @Test func `what is cut, changed, bloated, newer, for another or from a revoked site changes nothing`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: 200, cases: 7, tag: "north")
        let good = network.folder + "/good.fjb"
        #expect(try export(network.northside, to: "hub", good).code == 0)
        let bytes = try Data(contentsOf: URL(filePath: good))
        let header = try #require(bytes.firstRange(of: Data("\n\n".utf8))).upperBound
        let bad = network.folder + "/bad.fjb"
        func expect(_ code: Int32, _ problem: String, _ what: String, at data: String, _ change: (inout Data) -> Void) throws {
            var changed = bytes
            change(&changed)
            try changed.write(to: URL(filePath: bad))
            let taken = try take(bad, at: data)
            #expect(taken.code == code && taken.problem == problem, "\(what): \(taken.output) \(taken.errors)")
        }
        let hub = network.hub.data
        for cut in [bytes.count - 1, header + 10, header + 2, header] {
            try expect(65, "BUNDLE_TRUNCATED", "B100 cut at \(cut)", at: hub) { $0 = $0.prefix(cut) }
        }
        try expect(77, "NOT_FOR_THIS_SITE", "B101", at: network.lakeview.data) { _ in }
        try expect(65, "BUNDLE_SIGNATURE", "B102 in an item", at: hub) { $0[header + 100] ^= 1 }
        try expect(65, "BUNDLE_SIGNATURE", "B102 behind the end", at: hub) { $0.append(0) }
        try expect(65, "TOO_LARGE", "B106", at: hub) { $0[header] = 0x7f }
        try expect(65, "BUNDLE_NEWER", "B107", at: hub) { $0[18] = 0x39 }
        try expect(65, "BAD_INPUT", "no bundle", at: hub) { $0[0] = 0x20 }
        let link = network.folder + "/link.fjb"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: good)
        #expect(try take(link, at: hub).problem == "BAD_INPUT", "B105")
        let pathlike = try #require(bytes.firstRange(of: Data("from northside".utf8)))
        try expect(65, "BAD_INPUT", "B105 a name like a path", at: hub) {
            $0.replaceSubrange(pathlike, with: Data("from ../../etc".utf8))
        }
        #expect(try events(hub) == 0)
        let notices = try Product.run("doctor", "--data", hub)
        #expect(
            notices.code == 1 && notices.output.contains("BUNDLE_SIGNATURE"), "a changed bundle is an alarm: \(notices.output)")
        #expect(
            try Product.run("hub", "site", "revoke", "northside", "--reason", "stolen", "--data", hub).code == 0)
        try expect(77, "BUNDLE_REFUSED", "B104", at: hub) { _ in }
        #expect(try FileManager.default.contentsOfDirectory(atPath: hub + "/bundles").contains { $0.hasPrefix("refused-") })
        #expect(try events(hub) == 0)
    }
}
