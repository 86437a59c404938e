import Foundation
import Glibc
import Testing

/// Hubs that are made, sites that join, and keys and rosters that change, cut.
extension CrashSweepTests {
    private func state(of site: String, at hub: String) throws -> String? {
        let shown = try Product.run("hub", "site", "show", site, "--data", hub, "--json")
        return shown.json["state"] as? String
    }

    /// The words by which a new site joins the hub, which runs.
    private func join(_ site: String, _ network: RealNetwork) throws -> [String] {
        let added = try Product.run("hub", "site", "add", site, "--kind", "imaging", "--data", network.hub.data, "--json")
        let code = try #require(added.json["code"] as? String, "\(added.output)")
        return ["agent", "join", network.url, code, "--data", network.folder + "/" + site, "--json"]
    }

    /// Records an order at a site whose folder is known.
    private func order(at folder: String, _ network: RealNetwork) throws {
        try network.order("A1", at: RealNode(data: folder, arguments: []))
    }

    /// Expects that the one event that the hub does not hold yet is sent.
    private func sends(_ folder: String, _ point: CrashPoint) throws {
        let synced = try Product.run("sync", "--data", folder, "--json")
        #expect(synced.code == 0 && synced.json["pushed"] as? Int == 1, "\(point): \(synced.output)")
    }

    @Test func `a site whose joining is cut joins by the same command with the same code`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.joining, in: network) else { return }
        try network.hub.start()
        try sweep.over(sweep.tracer.points(of: join("counted", network))) { point, number in
            let words = try join("site-\(number)", network)
            let ended = try sweep.tracer.run(words, at: point)
            let again = try Product.run(words)
            // One that had joined without saying so says that it has.
            #expect(again.code == 0 || again.problem == "STORE_IN_USE", "\(point): \(ended.output) \(again.output)")
            try order(at: network.folder + "/site-\(number)", network)
            try sends(network.folder + "/site-\(number)", point)
            #expect(try state(of: "site-\(number)", at: network.hub.data) == "active", "\(point)")
            return nil
        }
    }

    @Test func `a change of key that is cut is ended by the next, and the site goes on before and after`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.rotating, in: network) else { return }
        try network.hub.start()
        func rotate(_ site: String) -> [String] { ["agent", "rotate-key", "--data", network.folder + "/" + site, "--json"] }
        func joined(_ site: String) throws -> String {
            try #require(Product.run(join(site, network)).code == 0)
            try order(at: network.folder + "/" + site, network)
            return network.folder + "/" + site
        }
        _ = try joined("counted")
        try sweep.over(sweep.tracer.points(of: rotate("counted"))) { point, number in
            // A site of its own each time: the hub takes eight keys of one within thirty days.
            let site = "site-\(number)"
            let folder = try joined(site)
            _ = try sweep.tracer.run(rotate(site), at: point)
            try sends(folder, point)
            let again = try Product.run(rotate(site))
            #expect(again.code == 0, "\(point): \(again.output) \(again.errors)")
            try #require(Product.run(CrashSweep.remark(folder, "signed by the new key")).code == 0)
            try sends(folder, point)
            _ = try CrashSweep.events(in: folder, point)
            return nil
        }
    }

    @Test func `a hub whose making is cut is made by the same command, and lets sites join`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.making, in: network) else { return }
        func make(_ folder: String) -> [String] { ["hub", "init", "--data", folder, "--name", "made", "--json"] }
        try sweep.over(sweep.tracer.points(of: make(network.folder + "/counted"))) { point, number in
            let folder = network.folder + "/made-\(number)"
            let ended = try sweep.tracer.run(make(folder), at: point)
            let again = try Product.run(make(folder))
            #expect(again.code == 0 || again.problem == "STORE_IN_USE", "\(point): \(ended.output) \(again.output)")
            let added = try Product.run("hub", "site", "add", "third", "--kind", "imaging", "--data", folder, "--json")
            #expect(added.code == 0 && added.json["code"] is String, "\(point): \(added.output)")
            return nil
        }
    }

    @Test func `a site whose adding is cut is added by the same command, once`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.adding, in: network) else { return }
        func add(_ hub: String) -> [String] { ["hub", "site", "add", "third", "--kind", "imaging", "--data", hub, "--json"] }
        try sweep.over(sweep.tracer.points(of: add(network.copy(of: network.hub, "counted")))) { point, _ in
            try network.withCopy(of: network.hub) { hub in
                let ended = try sweep.tracer.run(add(hub), at: point)
                let again = try Product.run(add(hub))
                #expect(again.code == 0 && again.json["code"] is String, "\(point): \(ended.output) \(again.output)")
                #expect(try state(of: "third", at: hub) == "invited", "\(point)")
                #expect(try state(of: "northside", at: hub) == "active", "\(point)")
                #expect(try CrashSweep.events(in: hub, point) == 0)
            }
            return nil
        }
    }

    @Test func `a revocation that was said is kept, and one that is cut is made by the same command`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.revoking, in: network) else { return }
        func revoke(_ hub: String) -> [String] {
            ["hub", "site", "revoke", "northside", "--reason", "stolen", "--data", hub, "--json"]
        }
        try sweep.over(sweep.tracer.points(of: revoke(network.copy(of: network.hub, "counted")))) { point, _ in
            try network.withCopy(of: network.hub) { hub in
                let ended = try sweep.tracer.run(revoke(hub), at: point)
                let found = try state(of: "northside", at: hub)
                #expect(ended.code != 0 || found == "revoked", "\(point): \(ended.output)")
                if found != "revoked" {
                    let again = try Product.run(revoke(hub))
                    #expect(again.code == 0, "\(point): \(again.output)")
                }
                #expect(try state(of: "northside", at: hub) == "revoked", "\(point)")
                #expect(try state(of: "lakeview", at: hub) == "active", "\(point)")
                #expect(try CrashSweep.events(in: hub, point) == 0)
            }
            return nil
        }
    }
}
