import Foundation
import Glibc
import Testing

/// Bundles and backups whose making or taking is cut.
extension CrashSweepTests {
    /// Northside with events that nobody else has.
    private func withEvents(_ network: RealNetwork) async throws {
        try await network.record("northside", count: 300, cases: 8, tag: "north")
        try network.order("A1", at: network.northside)
    }

    private func export(_ data: String, to: String, _ file: String) -> [String] {
        ["bundle", "export", "--to", to, "--out", file, "--data", data, "--json"]
    }

    @Test func `an export that is cut leaves a whole bundle or none, and the same export again makes it`() async throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.exporting, in: network) else { return }
        try await withEvents(network)
        let points = try sweep.tracer.points(
            of: export(network.copy(of: network.northside, "counted"), to: "hub", network.folder + "/counted.fjb"))
        try sweep.over(points) { point, number in
            try network.withCopy(of: network.northside) { folder in
                let file = network.folder + "/up-\(number).fjb"
                let ended = try sweep.tracer.run(export(folder, to: "hub", file), at: point)
                let isThere = access(file, F_OK) == 0
                #expect(isThere || ended.code != 0, "\(point): \(ended.output)")
                let again = try Product.run(export(folder, to: "hub", file))
                // The one that is there is never written over.
                #expect(isThere ? again.problem == "BAD_INPUT" : again.code == 0, "\(point): \(again.output)")
                let taken = try Product.run("bundle", "import", file, "--data", network.hub.data, "--json")
                #expect(taken.code == 0, "\(point): \(taken.output) \(taken.errors)")
                #expect(try CrashSweep.events(in: network.hub.data, point) == 301, "\(point)")
                #expect(try CrashSweep.events(in: folder, point) == 301, "\(point)")
            }
            return nil
        }
    }

    @Test func `a bundle whose taking is cut at a hub or a site is taken to its end by the same command`() async throws {
        let network = try RealNetwork()
        guard let up = try CrashSweep(.takingAtHub, in: network), let down = try CrashSweep(.takingAtSite, in: network) else {
            return
        }
        try await withEvents(network)
        let bundles = (up: network.folder + "/up.fjb", down: network.folder + "/down.fjb")
        try #require(Product.run(export(network.northside.data, to: "hub", bundles.up)).code == 0)
        try sweepTaking(bundles.up, at: network.hub, up, network)
        try #require(Product.run("bundle", "import", bundles.up, "--data", network.hub.data).code == 0)
        try #require(Product.run(export(network.hub.data, to: "lakeview", bundles.down)).code == 0)
        try sweepTaking(bundles.down, at: network.lakeview, down, network)
    }

    private func sweepTaking(_ file: String, at node: RealNode, _ sweep: CrashSweep, _ network: RealNetwork) throws {
        func take(_ folder: String) -> [String] { ["bundle", "import", file, "--data", folder, "--json"] }
        let counted = try network.copy(of: node, "counted-" + sweep.script.rawValue)
        try sweep.over(sweep.tracer.points(of: take(counted))) { point, _ in
            try network.withCopy(of: node) { folder in
                _ = try sweep.tracer.run(take(folder), at: point)
                let again = try Product.run(take(folder))
                #expect(again.code == 0, "\(point): \(again.output) \(again.errors)")
                let sum = (again.json["new"] as? Int ?? 0) + (again.json["known"] as? Int ?? 0)
                #expect(sum == 301, "\(point): \(again.output)")
                #expect(try CrashSweep.events(in: folder, point) == 301, "\(point)")
            }
            return nil
        }
    }

    @Test func `a backup whose saving is cut is whole or not there, and the next saving makes it`() async throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.saving, in: network) else { return }
        try await withEvents(network)
        try network.hub.start()
        try #require(Product.run("sync", "--data", network.northside.data).code == 0)
        network.hub.stop()
        func save(_ folder: String, _ copy: String) -> [String] { ["hub", "backup", "save", copy, "--data", folder, "--json"] }
        let points = try sweep.tracer.points(of: save(network.copy(of: network.hub, "counted"), network.folder + "/first"))
        try sweep.over(points) { point, _ in
            try network.withCopy(of: network.hub) { folder in
                let copy = network.folder + "/copy"
                defer { try? FileManager.default.removeItem(atPath: copy) }  // the next round expects none
                let ended = try sweep.tracer.run(save(folder, copy), at: point)
                if access(copy, F_OK) != 0 {
                    #expect(ended.code != 0, "\(point): \(ended.output)")
                    let again = try Product.run(save(folder, copy))
                    #expect(again.code == 0, "\(point): \(again.output) \(again.errors)")
                }
                let verified = try Product.run("hub", "backup", "verify", copy, "--json")
                #expect(verified.code == 0 && verified.json["events"] as? Int == 301, "\(point): \(verified.output)")
                #expect(access(copy + ".part", F_OK) != 0 || ended.json["events"] != nil, "\(point): half a copy is left")
                #expect(try CrashSweep.events(in: folder, point) == 301, "\(point)")
            }
            return nil
        }
    }

    @Test func `a restore that is cut is completed by the same restore, and what was there is kept aside whole`() async throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.restoring, in: network) else { return }
        try await withEvents(network)
        try network.hub.start()
        try #require(Product.run("sync", "--data", network.northside.data).code == 0)
        let copy = network.folder + "/copy"
        try #require(Product.run("hub", "backup", "save", copy, "--data", network.hub.data).code == 0)
        try #require(Product.run(CrashSweep.remark(network.northside.data, "after the backup")).code == 0)
        try #require(Product.run("sync", "--data", network.northside.data).code == 0)
        // A hub that is restored is one that did not end in order: a write-ahead log lies beside its store.
        network.hub.kill()
        try #require(access(network.hub.data + "/store.sqlite-wal", F_OK) == 0)
        func restore(_ folder: String) -> [String] { ["hub", "backup", "restore", copy, "--data", folder, "--json"] }
        try sweep.over(sweep.tracer.points(of: restore(network.copy(of: network.hub, "counted")))) { point, _ in
            try network.withCopy(of: network.hub) { folder in
                _ = try sweep.tracer.run(restore(folder), at: point)
                let again = try Product.run(restore(folder))
                #expect(again.code == 0, "\(point): \(again.output) \(again.errors)")
                #expect(try CrashSweep.events(in: folder, point) == 301, "\(point)")
                #expect(try eventsAside(in: folder, point) == 302, "\(point): what was there is not whole")
            }
            return nil
        }
    }

    /// How many events the store holds that was the first to be moved aside.
    private func eventsAside(in folder: String, _ point: CrashPoint) throws -> Int {
        let name = folder + "/store.sqlite"
        unlink(folder + "/anchor")
        for suffix in ["", "-wal", "-shm"] {
            unlink(name + suffix)
            rename("\(name).before-1\(suffix)", name + suffix)
        }
        return try CrashSweep.events(in: folder, point)
    }
}
