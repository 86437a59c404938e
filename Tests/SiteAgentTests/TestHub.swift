import Crypto
import CurlHTTP
import EventLog
import Foundation
import Hub
import Logging
import Problems
import SiteAgent
import Synchronization
import TestServers
import Testing
import Web

/// A folder of its own under the system's, removed with the last reference to it. Short, because a socket's path is.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/fj-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The real hub, run in this process on loopback; its folder outlives a stop, and so does its port.
final class TestHub: Sendable {
    private struct Running {
        let task: Task<Void, any Error>
        let port: Int
    }

    let path: String
    private let key: [UInt8]
    private let port = LoopbackPort.reserve()
    private let running = Mutex<Running?>(nil)
    private let base: TestFolder
    private let isTLS: Bool

    init(in base: TestFolder, isTLS: Bool = false) throws {
        self.base = base
        self.isTLS = isTLS
        path = base.path + "/hub"
        key = Array(try HubFolder.make(at: path, name: "Test hub").key.publicKey.rawRepresentation)
    }

    var url: String { isTLS ? "https://localhost:\(port)" : "http://127.0.0.1:\(port)" }

    func start(_ certificates: ClientCertificates = .off) async throws {
        for attempt in 0... {
            let (ready, told) = AsyncStream.makeStream(of: Int.self)
            var configuration = HubConfiguration(data: path, host: "127.0.0.1", port: port)
            configuration.requiresTLS = isTLS
            configuration.clientCertificates = certificates
            let settled = configuration
            let task = Task {
                defer { told.finish() }
                var logger = Logger(label: "test hub") { _ in SwiftLogNoOpLogHandler() }
                logger.logLevel = .critical
                try await HubServer.run(settled, logger: logger) { told.yield($0) }
            }
            for await port in ready {
                running.withLock { $0 = Running(task: task, port: port) }
                // The socket for commands opens beside the port, perhaps a moment later.
                return try await eventually("the hub's socket answers") { (try? await ask(.status)) != nil }
            }
            // The store of a hub that stopped is let go of a moment after its last answer.
            guard attempt < 100 else { return try await task.value }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends the hub as a stop of its process does.
    func stop() async {
        let task = running.withLock { running in
            defer { running = nil }
            return running?.task
        }
        task?.cancel()
        _ = await task?.result
    }

    /// Invites a site; gives its join code.
    func invite(_ site: String, kind: String = "both", allCases: Bool = true) async throws -> String {
        let answer = try await DeskSocket.ask(.siteAdd(id: site, kind: kind, allCases: allCases, label: ""), at: path)
        return try answer.object["code"] as? String ?? ""
    }

    func ask(_ request: DeskRequest) async throws -> DeskAnswer { try await DeskSocket.ask(request, at: path) }

    func digest() async throws -> String { try await ask(.status).object["digest"] as? String ?? "none" }

    /// What `/readyz` says; a hub that is being filled again is ready all the same.
    func readiness() async throws -> String {
        let http = HTTPClient()
        defer { http.close() }
        let answer = try await http.send(HTTPClientRequest(url: url + "/readyz"))
        #expect(answer.status == 200)
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// Waits until a stopped hub's store is free, and does something with its folder.
    func whileStopped(_ body: () throws -> Void) async throws {
        await stop()
        try await whileClosed(path, body)
    }
}

/// Asks a running node through its socket, as the command line does.
enum DeskSocket {
    static func ask(_ request: DeskRequest, at path: String) async throws -> DeskAnswer {
        let http = HTTPClient()
        defer { http.close() }
        let response = try await http.send(
            HTTPClientRequest(
                method: "POST", url: "http://localhost/v1/control", headers: [("Content-Type", "application/json")],
                body: Array(try JSONEncoder().encode(request)), limits: TransferLimits(), unixSocketPath: path + "/control.sock"))
        return try JSONDecoder().decode(DeskAnswer.self, from: Data(response.body))
    }
}

extension DeskAnswer {
    /// The answer's JSON object.
    var object: [String: Any] {
        get throws { try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:] }
    }

    /// The answer's JSON array of objects.
    var rows: [[String: Any]] {
        get throws { try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]] ?? [] }
    }
}

/// Holds the lock of a folder's store while the folder is copied or replaced.
///
/// A store that is let go folds its write-ahead log into its file and only then gives up the lock: a copy taken before is torn, and
/// what is put in its place before is folded into.
func whileClosed<T>(_ folder: String, _ body: () throws -> T) async throws -> T {
    let lock = open(folder + "/store.lock", O_RDWR | O_CLOEXEC)
    guard lock >= 0 else { return try body() }  // nobody has opened a store there yet
    defer { close(lock) }
    try await eventually("the store in \(folder) is closed") { flock(lock, LOCK_EX | LOCK_NB) == 0 }
    return try body()
}

/// Waits for what comes soon, and fails loudly where it does not.
func eventually(_ what: String, _ body: () async throws -> Bool) async throws {
    let end = Date().addingTimeInterval(30)
    while Date() < end {
        if try await body() { return }
        try await Task.sleep(for: .milliseconds(30))
    }
    throw Problem(.internalError, "never came true: \(what)")
}
