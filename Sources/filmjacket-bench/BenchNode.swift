import CurlHTTP
import Foundation
import Glibc
import Problems
import Web

/// One real process under measurement, asked through its control socket.
final class BenchNode: Sendable {
    let name: String
    let data: String
    private let process: Process
    private let http = HTTPClient()

    var pid: Int32 { process.processIdentifier }

    init(_ name: String, data: String, arguments: [String]) async throws {
        self.name = name
        self.data = data
        process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        _ = FileManager.default.createFile(atPath: data + ".log", contents: nil)
        process.standardError = FileHandle(forWritingAtPath: data + ".log")
        try process.run()
        for _ in 0..<1000 {
            if let answer = try? await ask(.logStats), answer["logs"] != nil { return }  // not up yet: asked again
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        process.terminate()
        throw Problem(
            .internalError, "\(name) did not start: \((try? String(contentsOfFile: data + ".log", encoding: .utf8)) ?? "")")
    }

    /// The product's binary, beside this one.
    static let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("filmjacket")

    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = binary
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

    func ask(_ request: DeskRequest) async throws -> [String: Any] {
        let body = Array(try JSONEncoder().encode(request))
        let response = try await http.send(
            HTTPClientRequest(
                method: "POST", url: "http://localhost/v1/control", headers: [("Content-Type", "application/json")], body: body,
                unixSocketPath: data + "/control.sock"))
        let answer = try JSONDecoder().decode(DeskAnswer.self, from: Data(response.body))
        return try JSONSerialization.jsonObject(with: Data(answer.json.utf8)) as? [String: Any] ?? [:]
    }

    /// The head of a site's log as this node holds it.
    func head(of site: String) async throws -> UInt64 {
        let logs = try await ask(.logStats)["logs"] as? [[String: Any]] ?? []
        return logs.filter { ($0["log"] as? String)?.hasPrefix(site + "~") == true }.compactMap {
            ($0["held"] as? NSNumber)?.uint64Value
        }
        .reduce(0, +)
    }

    /// How many events of a case this node holds; 0 for a case that it does not know.
    func events(of examination: String) async throws -> Int {
        (try await ask(.caseShow(id: examination, knownTo: nil, at: nil))["events"] as? NSNumber)?.intValue ?? 0
    }

    /// The accession of some case that this node holds.
    func someAccession() async throws -> String {
        let body = Array(try JSONEncoder().encode(DeskRequest.caseList(limit: 1)))
        let response = try await http.send(
            HTTPClientRequest(
                method: "POST", url: "http://localhost/v1/control", headers: [("Content-Type", "application/json")], body: body,
                unixSocketPath: data + "/control.sock"))
        let answer = try JSONDecoder().decode(DeskAnswer.self, from: Data(response.body))
        guard let found = answer.json.firstMatch(of: #/"accession":\{"issuer":"[^"]*","value":"([^"]+)"/#) else {
            throw Problem(.internalError, "No case has an accession: \(answer.json.prefix(300))")
        }
        return String(found.1)
    }

    func digest() async throws -> String { try await ask(.status)["digest"] as? String ?? "" }

    func end() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    func kill() {
        _ = Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// A hub and two joined sites in a folder, as separate processes on loopback.
struct BenchNetwork {
    let folder: String
    let ports: [Int]

    /// Makes the folders; nothing runs afterwards.
    init(in folder: String) async throws {
        self.folder = folder
        ports = try FreePorts.take(3)
        _ = try BenchNode.run(["hub", "init", "--data", folder + "/hub", "--name", "bench"])
        let hub = try await startHub()
        for (site, kind) in [("northside", "imaging"), ("lakeview", "reading")] {
            let added = try await hub.ask(.siteAdd(id: site, kind: kind, allCases: true, label: site))
            _ = try BenchNode.run(
                ["agent", "join", "http://127.0.0.1:\(ports[0])", added["code"] as? String ?? "", "--data", folder + "/" + site])
        }
        hub.end()
    }

    func startHub() async throws -> BenchNode {
        try await BenchNode(
            "hub", data: folder + "/hub",
            arguments: ["hub", "run", "--data", folder + "/hub", "--listen", "127.0.0.1:\(ports[0])"])
    }

    /// - Parameter more: what the agent is told beside its folder and address.
    func start(_ site: String, more: [String] = []) async throws -> BenchNode {
        let port = site == "northside" ? ports[1] : ports[2]
        return try await BenchNode(
            site, data: folder + "/" + site,
            arguments: ["agent", "run", "--data", folder + "/" + site, "--listen", "127.0.0.1:\(port)"] + more)
    }
}

/// Ports that were free a moment ago.
enum FreePorts {
    static func take(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
                }
            }
            guard code == 0 else { throw Problem(.internalError, "No free port could be found.") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
