import Foundation
import Glibc
import Testing

/// Every write and every sync of a command is the last one once: what was acknowledged is there afterwards, nothing is there twice, and
/// the next command goes on.
///
/// A share of 426 rounds runs always, spread over all points: FILMJACKET_CRASH_POINTS=1200 runs more, all that there are of the commands;
/// FILMJACKET_HUB_CRASH_POINTS says how many rounds of a hub, each of which comes to one of its points or to none.
@Suite(.serialized) struct CrashSweepTests {
    private static let wanted = ProcessInfo.processInfo.environment["FILMJACKET_CRASH_POINTS"].flatMap { Int($0) } ?? 640
    private static let wantedOfHub =
        ProcessInfo.processInfo.environment["FILMJACKET_HUB_CRASH_POINTS"].flatMap { Int($0) } ?? wanted / 6

    /// The crash points that are tried of all that there are, evenly spread.
    private static func share(_ points: [CrashPoint], of wanted: Int) -> [CrashPoint] {
        guard points.count > wanted else { return points }
        return (0..<wanted).map { points[$0 * points.count / wanted] }
    }

    private func held(in folder: String) throws -> Int {
        let stats = try Product.run("log", "stats", "--data", folder, "--json").json
        return (stats["logs"] as? [[String: Any]] ?? []).reduce(0) { $0 + ($1["held"] as? Int ?? 0) }
    }

    private func remark(_ folder: String, _ text: String) -> [String] {
        [
            "case", "record", "comment.added", "--case", "A1", "--data", folder, "--as", "t.lee", "--role", "technologist",
            "--json",
            "text=\(text)",
        ]
    }

    @Test func `a command that records is cut at each of its writes, and what it said was recorded is there`() throws {
        let network = try RealNetwork()
        guard let tracer = try Tracer(in: network.folder) else {
            print("crash sweep: this machine lets nobody trace a process; nothing was tried")
            return
        }
        try network.order("A1", at: network.northside)
        let before = try held(in: network.northside.data)
        let first = try network.copy(of: network.northside, "counted")
        let points = try tracer.points(of: remark(first, "counted"))
        try #require(points.count > 20, "so few writes: the tracer counts wrong")
        var cut = 0
        for point in Self.share(points, of: Self.wanted / 2) {
            let folder = try network.copy(of: network.northside, "cut")
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let ended = try tracer.run(remark(folder, "cut"), at: point)
            let isAcknowledged = ended.json["event"] != nil
            #expect([0, 1, 73, 75, 9, 137].contains(ended.code), "\(point): \(ended.code) \(ended.errors)")
            #expect((ended.code == 0) == isAcknowledged, "\(point): \(ended.output)")
            cut += isAcknowledged ? 0 : 1
            let next = try Product.run(remark(folder, "after"))
            #expect(next.code == 0, "\(point): \(next.output) \(next.errors)")
            let verified = try Product.run("log", "verify", "--data", folder, "--json")
            #expect(verified.code == 0, "\(point): \(verified.output) \(verified.errors)")
            let after = try held(in: folder)
            // A command that was cut may have recorded without saying so, never said so without having recorded.
            #expect(after == before + 2 || (!isAcknowledged && after == before + 1), "\(point): \(before) and then \(after)")
        }
        #expect(cut > 20, "so few were cut: the faults do not reach the command")
        print("crash sweep: \(min(points.count, Self.wanted / 2)) of \(points.count) points of one command that records")
    }

    @Test func `an import that is cut at each of its writes is completed by the same import`() throws {
        let network = try RealNetwork()
        guard let tracer = try Tracer(in: network.folder) else { return }
        try network.order("A1", at: network.northside)
        let file = network.folder + "/orders.hl7"
        try (1...4).map(Self.order).joined().write(toFile: file, atomically: true, encoding: .utf8)
        func importing(_ folder: String) -> [String] { ["import", "hl7", file, "--data", folder, "--json"] }
        let counted = try network.copy(of: network.northside, "counted")
        let points = try tracer.points(of: importing(counted))
        let whole = try held(in: counted)
        try #require(try whole >= held(in: network.northside.data) + 4)
        for point in Self.share(points, of: Self.wanted / 4) {
            let folder = try network.copy(of: network.northside, "cut")
            defer { try? FileManager.default.removeItem(atPath: folder) }
            _ = try tracer.run(importing(folder), at: point)
            let again = try Product.run(importing(folder))
            #expect(again.code == 0, "\(point): \(again.output) \(again.errors)")
            let verified = try Product.run("log", "verify", "--data", folder, "--json")
            #expect(try verified.code == 0 && held(in: folder) == whole, "\(point): \(verified.output)")
        }
        print("crash sweep: \(min(points.count, Self.wanted / 4)) of \(points.count) points of an import")
    }

    /// An order as another system sends it.
    private static func order(_ number: Int) -> String {
        [
            #"MSH|^~\&|RIS|NORTH|FJ|HUB|2026010613441\#(number)+0100||ORM^O01^ORM_O01|O\#(number)|P|2.5.1"#,
            "PID|1||P\(number)^^^NORTH^MR||LIND^EVA||19790328|F", "ORC|NW|B\(number)^NORTH|||||||20260106131500+0100",
            "OBR|1|B\(number)^NORTH||CTHEAD^CT Head^LOCAL",
        ].map { $0 + "\r" }.joined()
    }

    @Test func `a sync that is cut at each of its writes is completed by the next`() throws {
        let network = try RealNetwork()
        guard let tracer = try Tracer(in: network.folder) else { return }
        try network.hub.start()
        try network.order("A1", at: network.northside)
        let sync = ["sync", "--data", network.northside.data, "--json"]
        let points = try tracer.points(of: sync)
        try #require(!points.isEmpty)
        for (number, point) in Self.share(points, of: Self.wanted / 3).enumerated() {
            try #require(Product.run(remark(network.northside.data, "remark \(number)")).code == 0)
            _ = try tracer.run(sync, at: point)
            let next = try Product.run(sync)
            #expect(next.code == 0, "\(point): \(next.output) \(next.errors)")
            #expect(try held(in: network.hub.data) == number + 2, "\(point)")
            let verified = try Product.run("log", "verify", "--data", network.northside.data, "--json")
            #expect(verified.code == 0, "\(point): \(verified.output)")
        }
        print("crash sweep: \(min(points.count, Self.wanted / 3)) of \(points.count) points of a sync")
    }

    @Test func `a hub that is cut at its writes holds what it said it holds`() throws {
        let network = try RealNetwork()
        guard let tracer = try Tracer(in: network.folder) else { return }
        try network.order("A1", at: network.northside)
        let sync = ["sync", "--data", network.northside.data, "--json"]
        let points = try tracer.points(of: network.hub.command) { hub in
            try Self.awaitAnswer(of: network.hub, hub)
            try #require(Product.run(sync).code == 0)
        }
        unlink(network.hub.data + "/control.sock")
        try #require(points.count > 20, "so few writes: the tracer counts wrong")
        var shared = 0
        var reached: Set<String> = []
        let chosen = Self.share(points, of: Self.wantedOfHub)
        for number in 0..<Self.wantedOfHub {
            let point = chosen[number % chosen.count]
            let cut = try tracer.start(network.hub.command, at: point)
            // The hub that is to be cut may be cut before it answers; a sync that finds none is as good a test.
            try? Self.awaitAnswer(of: network.hub, cut.process)
            try #require(Product.run(remark(network.northside.data, "remark \(number)")).code == 0)
            let said = try Product.run(sync).json["confirmed"] as? Int ?? 0
            shared = max(shared, said)
            if tracer.wasReached(cut.process) { reached.insert(point.description) }
            Self.end(cut.process)
            unlink(network.hub.data + "/control.sock")
            try network.hub.start()
            #expect(try held(in: network.hub.data) >= shared, "\(point)")
            let next = try Product.run(sync)
            #expect(next.code == 0, "\(point): \(next.output) \(next.errors)")
            #expect(try held(in: network.hub.data) == number + 2, "\(point)")
            network.hub.stop()
            let verified = try Product.run("log", "verify", "--data", network.hub.data, "--json")
            #expect(verified.code == 0, "\(point): \(verified.output)")
        }
        // Which thread writes is not the same each time: some points are not come to, most are.
        #expect(reached.count > chosen.count / 2, "so few were cut: the faults do not reach the hub")
        print("crash sweep: \(Self.wantedOfHub) rounds of a hub came to \(reached.count) of its \(points.count) points")
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
