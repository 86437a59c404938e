import Foundation
import Testing

/// Syncs and a hub that are cut.
extension CrashSweepTests {
    @Test func `a sync that is cut at each of its writes is completed by the next`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.pushing, in: network) else { return }
        try network.hub.start()
        try network.order("A1", at: network.northside)
        let sync = ["sync", "--data", network.northside.data, "--json"]
        try sweep.over(sweep.tracer.points(of: sync)) { point, number in
            try #require(Product.run(CrashSweep.remark(network.northside.data, "remark \(number)")).code == 0)
            _ = try sweep.tracer.run(sync, at: point)
            let next = try Product.run(sync)
            #expect(next.code == 0, "\(point): \(next.output) \(next.errors)")
            for node in [network.hub, network.northside] {
                #expect(try CrashSweep.events(in: node.data, point) == number + 2, "\(point)")
            }
            return nil
        }
    }

    @Test func `a sync that is cut while it receives is completed by the next, with no event twice`() async throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.pulling, in: network) else { return }
        try await network.record("northside", count: 300, cases: 8, tag: "north")
        try network.order("A1", at: network.northside)
        try network.hub.start()
        try #require(Product.run("sync", "--data", network.northside.data).code == 0)
        func sync(_ folder: String) -> [String] { ["sync", "--data", folder, "--json"] }
        let points = try sweep.tracer.points(of: sync(network.copy(of: network.lakeview, "counted")))
        try sweep.over(points) { point, _ in
            try network.withCopy(of: network.lakeview) { folder in
                _ = try sweep.tracer.run(sync(folder), at: point)
                let next = try Product.run(sync(folder))
                #expect(next.code == 0, "\(point): \(next.output) \(next.errors)")
                #expect(try CrashSweep.events(in: folder, point) == 301, "\(point)")
                let digest = try network.hub.status()["digest"] as? String
                #expect(try digest == Product.run("status", "--data", folder, "--json").json["digest"] as? String, "\(point)")
            }
            return nil
        }
    }

    @Test func `a hub that is cut at its writes holds what it said it holds`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.serving, in: network) else { return }
        try network.order("A1", at: network.northside)
        let sync = ["sync", "--data", network.northside.data, "--json"]
        let points = try sweep.tracer.points(of: network.hub.command) { hub in
            try Self.awaitAnswer(of: network.hub, hub)
            try #require(Product.run(sync).code == 0)
        }
        unlink(network.hub.data + "/control.sock")
        var shared = 0
        try sweep.over(points) { point, number in
            let cut = try sweep.tracer.start(network.hub.command, at: point)
            // The hub that is to be cut may be cut before it answers; a sync that finds none is as good a test.
            try? Self.awaitAnswer(of: network.hub, cut.process)
            try #require(Product.run(CrashSweep.remark(network.northside.data, "remark \(number)")).code == 0)
            shared = max(shared, try Product.run(sync).json["confirmed"] as? Int ?? 0)
            let wasReached = sweep.tracer.wasReached
            Self.end(cut.process)
            unlink(network.hub.data + "/control.sock")
            try network.hub.start()
            #expect(try CrashSweep.events(in: network.hub.data, point) >= shared, "\(point)")
            let next = try Product.run(sync)
            #expect(next.code == 0, "\(point): \(next.output) \(next.errors)")
            network.hub.stop()
            #expect(try CrashSweep.events(in: network.hub.data, point) == number + 2, "\(point)")
            return wasReached
        }
    }

    private static func awaitAnswer(of hub: RealNode, _ process: Process) throws {
        try eventually("the hub answers or is gone", seconds: 20) {
            !process.isRunning || FileManager.default.fileExists(atPath: hub.data + "/control.sock")
        }
    }

    /// Ends a process that may be a tracer, and whom it traces.
    private static func end(_ process: Process) {
        guard process.isRunning else { return }
        Tracer.killTraced(by: process)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
