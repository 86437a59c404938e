import Foundation
import Glibc
import Testing

/// The demonstration as a newcomer sees it, and that it leaves nothing behind however it ends.
@Suite(.serialized) struct DemoTests {
    /// The folder that a demonstration names, and the processes that serve in it.
    private func leftovers(of text: String) throws -> (folder: String, processes: [String]) {
        let found = try #require(text.firstMatch(of: #/Data: (\S+)/#))
        let folder = String(found.1)
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.filter { pid in
            // A process may end between the listing and the look at it.
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).contains(folder + "/")
        }
        return (folder, processes)
    }

    private func expectNothingLeft(of text: String, _ how: String) throws {
        try eventually("nothing left after \(how)", seconds: 15) {
            let left = try leftovers(of: text)
            return left.processes.isEmpty && !FileManager.default.fileExists(atPath: left.folder)
        }
    }

    @Test func `without a terminal it tells its story and ends with 0`() throws {
        let began = ContinuousClock.now
        let told = try Product.run("demo", "--exit")
        #expect(told.code == 0, "\(told.errors)")
        #expect(ContinuousClock.now - began < .seconds(30))
        for text in [
            "one hub, two sites, loopback only", "DEMO^ANN, STAT, acquired and handed over", "seen at lakeview after",
            "claims it; northside shows the holder", "cut (on purpose)", "both sites keep working", "neither can see the other",
            "all safe in the log", "hold the same state", "two final reports on one study", "Neither was overwritten",
            "both texts stay readable", "Final report",
        ] { #expect(told.output.contains(text), "\(text): \(told.output)") }
        try expectNothingLeft(of: told.output, "the story's end")
        let json = try Product.run("demo", "--exit", "--json")
        #expect(json.code == 0 && json.objects.count == json.output.split(separator: "\n").count, "\(json.output)")
        #expect(json.objects.allSatisfy { $0["who"] is String && $0["what"] is String && $0["seconds"] is Double })
    }

    @Test func `at a terminal k cuts and heals, Enter resolves, q ends`() throws {
        let terminal = try PseudoTerminal(["demo"])
        try terminal.wait(for: "q = quit")
        terminal.type("k\n")
        try terminal.wait(for: "link       cut")
        terminal.type("k\n")
        try terminal.wait(for: "link       healed")
        terminal.type("\n")
        try terminal.wait(for: "at all three")
        terminal.type("q\n")
        #expect(try terminal.end() == 0)
        try expectNothingLeft(of: terminal.text, "q")
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `interrupted it ends its nodes and removes its folder`(_ number: Int32) throws {
        let terminal = try PseudoTerminal(["demo"])
        try terminal.wait(for: "q = quit")
        #expect(try leftovers(of: terminal.text).processes.count >= 3)
        #expect(kill(terminal.pid, number) == 0)
        #expect(try terminal.end() == 128 + number)
        try expectNothingLeft(of: terminal.text, "signal \(number)")
    }

    @Test func `when nobody reads it any more it ends quietly, and so do its nodes`() throws {
        let process = Process()
        process.executableURL = Product.binary
        process.arguments = ["demo", "--exit"]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let first = output.fileHandleForReading.availableData
        try output.fileHandleForReading.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
        try expectNothingLeft(of: String(decoding: first, as: UTF8.self), "its reader's end")
    }
}
