import CurlHTTP
import Foundation
import Problems
import Web

/// One node of the demonstration: a process of this same program, asked through its control socket.
final class DemoNode: Sendable {
    let name: String
    let data: String
    let port: Int
    private let process: Process
    private let client: DeskClient

    private static let triesMax = 3

    /// Starts a node on a port that was free a moment ago, and on another where somebody took it meanwhile.
    ///
    /// - Parameter arguments: gives the command for an address to listen on.
    static func start(
        _ name: String, data: String, leaving leftovers: DemoLeftovers?, arguments: (String) -> [String]
    ) async throws -> DemoNode {
        var tries = 1
        while true {
            let port = try FreePort.take()
            do {
                return try await DemoNode(
                    name, data: data, port: port, arguments: arguments("127.0.0.1:\(port)"), leaving: leftovers)
            } catch let problem as Problem where problem.code == .configuration && tries < triesMax {
                tries += 1
            }
        }
    }

    /// Starts a process, notes it as one to be ended, and waits until it answers.
    ///
    /// - Throws: `CONFIGURATION` where the process ended with it, as one does that cannot listen; else `INTERNAL`.
    private init(_ name: String, data: String, port: Int, arguments: [String], leaving leftovers: DemoLeftovers?) async throws {
        self.name = name
        self.data = data
        self.port = port
        process = try Self.spawn(arguments, log: data + ".log")
        leftovers?.note(process)
        client = DeskClient(socket: data + "/control.sock")
        for _ in 0..<400 {
            if let answer = try? await client.ask(.status), answer.exit == 0 { return }  // not up yet: asked again
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let code = process.isRunning ? nil : process.terminationStatus
        process.terminate()
        let log = (try? String(contentsOfFile: data + ".log", encoding: .utf8)) ?? ""
        throw Problem(
            code == ProblemCode.configuration.row.exit ? .configuration : .internalError,
            "\(name) did not start. \(log.suffix(300))")
    }

    private static func spawn(_ arguments: [String], log: String) throws -> Process {
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        return process
    }

    /// Runs a command of this program to its end and gives what it printed.
    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Problem(
                .internalError, "'\(arguments.prefix(3).joined(separator: " "))' ended with \(process.terminationStatus).")
        }
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Asks, and gives the JSON as a dictionary.
    func ask(_ request: DeskRequest) async throws -> [String: Any] {
        let answer = try await client.ask(request)
        guard answer.exit == 0 || answer.exit == 3 else { throw Problem(.internalError, "\(name): \(answer.remark)") }
        let value = try JSONSerialization.jsonObject(with: Data(answer.json.utf8))
        if let list = value as? [Any] { return ["items": list] }
        return value as? [String: Any] ?? [:]
    }

    /// Records an event and gives its id.
    @discardableResult
    func record(_ kind: String, on id: String?, as person: String, _ role: String, _ body: String) async throws -> String {
        let answer = try await ask(
            .caseRecord(
                kind: kind, id: id, person: person, role: role, at: nil, body: body, expectedHeads: nil, key: nil))
        return answer["event"] as? String ?? ""
    }

    /// The digest over all cases.
    func digest() async throws -> String { try await ask(.status)["digest"] as? String ?? "" }
}
