import Foundation
import TestServers
import Testing

/// An agent's HL7 door with a real peer of another make, and the plug pulled in the middle.
struct MLLPTests {
    /// The peer: python3-hl7 of Debian.
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Scripts/mllp-peer.py").path

    private func peer(_ port: Int, _ first: Int, _ last: Int) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [Self.script, "\(port)", "\(first)", "\(last)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        return (process, output)
    }

    @Test func `every order that was acknowledged is there once, though the agent is killed in the middle again and again`()
        throws
    {
        let network = try RealNetwork()
        let port = LoopbackPort.reserve()
        let agent = RealNode(
            data: network.northside.data, arguments: network.northside.arguments + ["--mllp", "127.0.0.1:\(port)"])
        try agent.start()
        let count = 150 * EdgeRounds.count
        let (process, output) = try peer(port, 1, count)
        var kills = 0
        while process.isRunning, kills < 8 * EdgeRounds.count {
            usleep(150_000)
            agent.kill()
            kills += 1
            try agent.start()
        }
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && lines.count == count && kills > 1)
        let status = try agent.status()
        #expect(status["cases"] as? Int == count)
        let edge = try #require((status["edges"] as? [[String: Any]])?.first)
        #expect(edge["edge"] as? String == "mllp" && edge["listen"] as? String == "127.0.0.1:\(port)")
        let stats = try Product.run("log", "stats", "--data", agent.data, "--json").json
        #expect(stats["events"] as? Int == count, "one event an order, and none twice")
        for number in [1, count / 2, count] {
            let shown = try Product.run("case", "history", "K\(number)", "--data", agent.data, "--json")
            #expect(shown.output.components(separatedBy: "order.placed").count == 2, "\(shown.output)")
        }
        #expect(try Product.run("doctor", "--data", agent.data, "--json").output.contains("\"mllp\""))
        #expect(try Product.run("log", "verify", "--states", "--data", agent.data).code == 0)
        agent.stop()
    }

    @Test func `an address beyond this machine is refused without senders, and a port that is taken is said`() throws {
        let network = try RealNetwork()
        let open = try Product.run(network.northside.arguments + ["--mllp", "0.0.0.0:2575", "--json"])
        #expect(open.code == 78 && open.output.contains("--mllp-from"))
        let alone = try Product.run(network.northside.arguments + ["--mllp-from", "192.0.2.7", "--json"])
        #expect(alone.code == 64 && alone.output.contains("--mllp HOST:PORT"))
        let holder = ScriptedServer.bindLoopback()
        let taken = try Product.run(network.northside.arguments + ["--mllp", "127.0.0.1:\(holder.1)", "--json"])
        #expect(taken.code == 78 && taken.output.contains("127.0.0.1:\(holder.1)"), "\(taken.output) \(taken.errors)")
        close(holder.0)
    }
}
