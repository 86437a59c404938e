import Foundation
import Glibc
import Testing

/// `kill -9` in the middle of a backlog: nothing lost, doubled or skipped.
///
/// Each of the two tests kills 150 times; the campaign is the same with more: FILMJACKET_KILLS=1000 FILMJACKET_KILL_EVENTS=80000.
@Suite(.serialized) struct KillTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let kills = environment["FILMJACKET_KILLS"].flatMap { Int($0) } ?? 150
    private static let events = environment["FILMJACKET_KILL_EVENTS"].flatMap { Int($0) } ?? 12_000

    @Test func `killing hub and agents while a backlog drains loses nothing`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: Self.events, cases: Self.events / 12, tag: "north")
        try network.hub.start()
        try network.lakeview.start()
        try network.northside.start()
        let nodes = [network.hub, network.northside, network.lakeview]
        for kill in 0..<Self.kills {
            let node = nodes[kill % 3]
            node.kill()
            // A part of the backlog goes between two kills.
            usleep(UInt32.random(in: 20_000...200_000))
            try node.start()
        }
        try eventually("the backlog to arrive", seconds: 300) {
            let counts = try nodes.map { try held(by: $0) }
            let states = Set(try network.digests())
            return states.count == 1 && counts.allSatisfy { $0 == Self.events }
        }
        for node in nodes {
            let verified = try Product.run("log", "verify", "--data", node.data, "--json")
            #expect(verified.code == 0, "\(verified.errors)")
            #expect(verified.json["events"] as? Int == Self.events)
        }
    }

    private func held(by node: RealNode) throws -> Int {
        let stats = try Product.run("log", "stats", "--data", node.data, "--json").json
        return (stats["logs"] as? [[String: Any]] ?? []).reduce(0) { $0 + ($1["held"] as? Int ?? 0) }
    }

    @Test func `a sync command that is killed at any time leaves a log that the next one completes`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: 2000, cases: 150, tag: "north")
        try network.hub.start()
        for _ in 0..<Self.kills {
            let process = Process()
            process.executableURL = Product.binary
            process.arguments = ["sync", "--data", network.northside.data, "--json"]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 1_000...60_000))
            Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let synced = try Product.run("sync", "--data", network.northside.data, "--json")
        #expect(synced.code == 0 && synced.json["confirmed"] as? Int == 2000, "\(synced.output) \(synced.errors)")
        #expect(try held(by: network.hub) == 2000)
    }
}
