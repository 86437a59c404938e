import Foundation
import Glibc
import Testing

/// Ctrl-C, closed pipes, kills and narrow terminals.
@Suite(.serialized) struct InterruptTests {
    @Test func `a sync that is interrupted ends with 130, and the next one completes it`() async throws {
        let network = try RealNetwork()
        try await network.record("northside", count: 3000, cases: 200, tag: "north")
        try network.hub.start()
        var codes: [Int32] = []
        for attempt in 1...20 where !codes.contains(130) {
            let process = Process()
            process.executableURL = Product.binary
            process.arguments = ["sync", "--data", network.northside.data, "--json"]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            // Interrupted once it spoke for the first time, which is in the middle of its work.
            if attempt % 2 == 1 { _ = output.fileHandleForReading.availableData } else { usleep(30_000) }
            kill(process.processIdentifier, SIGINT)
            process.waitUntilExit()
            codes.append(process.terminationStatus)
        }
        #expect(codes.contains(130) && codes.allSatisfy { $0 == 130 || $0 == 0 }, "\(codes)")
        let synced = try network.on(network.northside, "sync", "--json")
        #expect(synced.code == 0 && synced.json["confirmed"] as? Int == 3000, "\(synced.output) \(synced.errors)")
        #expect(try network.on(network.northside, "log", "verify", "--json").json["events"] as? Int == 3000)
    }

    @Test func `an event whose id was printed is in the log, whenever the command was killed`() throws {
        let network = try RealNetwork()
        try network.order("INT-1", at: network.northside)
        var printed: [String] = []
        for number in 1...16 {
            let process = Process()
            process.executableURL = Product.binary
            process.arguments = [
                "case", "record", "comment.added", "--case", "INT-1", "--as", "t", "--role", "lead", "--json", "--data",
                network.northside.data, "text=number \(number)",
            ]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            // Killed at different moments, from before the store is open to after the answer.
            if number % 4 == 0 { _ = output.fileHandleForReading.availableData } else { usleep(UInt32(number) * 12_000) }
            kill(process.processIdentifier, SIGKILL)
            let line = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            if let answer = try? JSONSerialization.jsonObject(with: line) as? [String: Any], let id = answer["event"] as? String {
                printed.append(id)
            }
        }
        let shown = try network.on(network.northside, "log", "show", "--json").document as? [String: Any]
        let held = Set((shown?["events"] as? [[String: Any]] ?? []).compactMap { $0["event"] as? String })
        #expect(Set(printed).isSubset(of: held), "\(printed)")
        #expect(try network.on(network.northside, "log", "verify").code == 0)
        #expect(try network.order("INT-2", at: network.northside).code == 0)
    }

    @Test func `a reader that stops reading ends a command quietly, and a closed input is an empty one`() throws {
        let network = try RealNetwork()
        for number in 1...3 { try network.order("INT-3\(number)", at: network.northside) }
        let script =
            #"set -o pipefail; "$1" log show --data "$2" | true; echo "${PIPESTATUS[0]}"; "$1" status --data "$2" <&- | tail -1"#
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script, "bash", Product.binary.path, network.northside.data]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.hasPrefix("0\n") && text.contains("no agent is running"), "\(text)")
        #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
    }

    @Test func `progress is one redrawn line on a terminal, plain lines elsewhere, and never wider than the terminal`()
        async throws
    {
        let network = try RealNetwork()
        try await network.record("northside", count: 500, cases: 40, tag: "north")
        try network.hub.start()
        let narrow = try PseudoTerminal(["sync", "--data", network.northside.data], columns: 20)
        #expect(try narrow.end() == 0)
        #expect(narrow.text.contains("\r\u{1B}[K"), "\(narrow.text)")
        for drawn in narrow.text.components(separatedBy: "\r\u{1B}[K").dropFirst() {
            #expect(drawn.prefix { $0 != "\r\n" && $0 != "\n" && $0 != "\r" }.count < 20, "\(drawn)")
        }
        let dumb = try PseudoTerminal(["sync", "--data", network.northside.data], environment: ["TERM": "dumb"])
        #expect(try dumb.end() == 0 && !dumb.text.contains("\u{1B}") && dumb.text.contains("in step"), "\(dumb.text)")
        let piped = try network.on(network.northside, "sync")
        #expect(!(piped.output + piped.errors).contains("\u{1B}") && !(piped.output + piped.errors).contains("\r"))
    }

    @Test func `colour is for terminals that want it`() throws {
        let network = try RealNetwork()
        try network.order("INT-4", at: network.northside)
        let words = ["case", "list", "--data", network.northside.data]
        let plain = try PseudoTerminal(words, environment: ["NO_COLOR": "1"])
        #expect(try plain.end() == 0 && plain.text.contains("STAT") && !plain.text.contains("\u{1B}"), "\(plain.text)")
        let dumb = try PseudoTerminal(words, environment: ["TERM": "dumb"])
        #expect(try dumb.end() == 0 && !dumb.text.contains("\u{1B}"), "\(dumb.text)")
        let bold = try PseudoTerminal(words, environment: ["NO_COLOR": ""])
        #expect(try bold.end() == 0 && bold.text.contains("\u{1B}[1m"), "\(bold.text)")
        #expect(try !Product.run(words).output.contains("\u{1B}"))
    }
}
