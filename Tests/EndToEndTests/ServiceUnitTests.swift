import Foundation
import Testing

/// The units that are shipped: how exposed they leave the machine, and that they start what there is.
struct ServiceUnitTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Deploy/systemd")

    private func unit(_ name: String) throws -> String {
        try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    }

    private func values(of key: String, in unit: String) -> [Substring] {
        unit.split(separator: "\n").filter { $0.hasPrefix(key + "=") }.map { $0.dropFirst(key.count + 1) }
    }

    @Test(arguments: ["filmjacket-hub.service", "filmjacket-agent.service"])
    func `a service is exposed by 1.5 at most`(name: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/systemd-analyze")
        process.arguments = [
            "security", "--offline=true", "--no-pager", Self.folder.appendingPathComponent(name).path,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let line = try #require(text.split(separator: "\n").last { $0.contains("Overall exposure level") }, "\(text)")
        let score = try #require(line.split(separator: " ").compactMap { Double($0) }.last, "\(line)")
        #expect(score <= 1.5, "\(line)")
    }

    @Test(arguments: [("hub", "127.0.0.1:8080"), ("agent", "127.0.0.1:8081")])
    func `a service starts a command that there is, on loopback, in a folder of its own`(job: String, address: String) throws {
        let text = try unit("filmjacket-\(job).service")
        let command = try #require(values(of: "ExecStart", in: text).first).split(separator: " ")
        #expect(
            command.map(String.init) == [
                "/usr/local/bin/filmjacket", job, "run", "--data", "%S/filmjacket-\(job)", "--listen", "${FILMJACKET_LISTEN}",
            ])
        #expect(values(of: "Environment", in: text) == ["FILMJACKET_LISTEN=\(address)"])
        #expect(values(of: "StateDirectory", in: text) == ["filmjacket-\(job)"])
        #expect(values(of: "StateDirectoryMode", in: text) == ["0700"] && values(of: "UMask", in: text) == ["0077"])
        let help = try Product.run(job, "run", "--help")
        #expect(help.code == 0 && help.output.contains("--listen") && help.output.contains("--data"), "\(help.output)")
        #expect(try unit("filmjacket.tmpfiles").contains("d /var/lib/filmjacket-\(job) 0700 filmjacket filmjacket"))
        #expect(try unit("filmjacket.sysusers").contains("u filmjacket"))
    }

    @Test func `what a restart cannot mend is not tried again`() throws {
        for name in ["filmjacket-hub.service", "filmjacket-agent.service"] {
            let codes = try #require(values(of: "RestartPreventExitStatus", in: try unit(name)).first)
            #expect(
                codes == "6 64 65 77 78", "an integrity fault, usage, bad data, permissions and configuration wait for a person")
        }
    }
}
