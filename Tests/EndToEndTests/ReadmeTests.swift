import Foundation
import Testing

/// The commands that the README shows, taken out of it, so that it stays true.
@Suite(.serialized) struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The block of commands under a heading.
    private func block(under heading: String) throws -> String {
        let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        let section = try #require(readme.components(separatedBy: "\n## \(heading)\n").dropFirst().first)
        return try #require(section.components(separatedBy: "```").dropFirst().first).trimmingCharacters(in: .newlines)
    }

    /// An order as another system sends it.
    private static let order = [
        #"MSH|^~\&|RIS|NORTH|FILMJACKET|NORTH|20261124093000+0000||ORM^O01^ORM_O01|README1|P|2.5.1"#,
        "PID|1||77^^^northside^MR||ROE^RICHARD||19620402|M", "ORC|NW|PL77^northside|F77^northside||||^^^^^S||20261124093000+0000",
        "OBR|1|PL77^northside|F77^northside|24725-4^CT head^LN|||||||||||||||F77||||||CT",
    ].joined(separator: "\r")

    @Test func `a hub and a site by hand: the block runs as it is written`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "filmjacket-readme-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a temporary folder
        try Self.order.write(to: folder.appendingPathComponent("order.hl7"), atomically: true, encoding: .utf8)
        let block = try block(under: "A hub and a site by hand")
        #expect(block.contains("filmjacket hub init") && block.contains("FJ1-...") && block.contains("127.0.0.1:8080"))
        // Ports that are free, the code that was printed in place of the dots, and a moment for what runs in the background.
        let ports = RealNetwork.freePorts(2)
        var script = block.replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(ports[0])")
            .replacingOccurrences(of: "127.0.0.1:8081", with: "127.0.0.1:\(ports[1])")
            .replacingOccurrences(of: "FJ1-...", with: "\"$(tail -n 1 code)\"")
        script = script.split(separator: "\n").map { line in
            guard line.hasPrefix("filmjacket hub site add"), let remark = line.firstIndex(of: "#") else {
                guard line.hasSuffix("&") else { return String(line) }
                let data = line.contains("hub run") ? "hub" : "northside"
                return line + "\nfor i in $(seq 600); do [ -S \(data)/control.sock ] && break; sleep 0.05; done"
            }
            return line[..<remark] + "> code"
        }.joined(separator: "\n")
        let path = "PATH=\(Product.binary.deletingLastPathComponent().path):$PATH"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "set -e; \(path); trap 'kill $(jobs -p); wait' EXIT\n" + script]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        for said in [
            "made the hub 'Lakes Imaging'", "joined 'Lakes Imaging' as northside", "recorded: order.placed", "DOE^JANE",
            "in step", "hub reachable", "0 failed", "ok: ",
        ] {
            #expect(text.contains(said), "\(said): \(text)")
        }
    }
}
