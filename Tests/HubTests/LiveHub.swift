import CurlHTTP
import EventLog
import Foundation
import Logging
import Problems
import Synchronization
import Testing
import Web
import Wire

@testable import Hub

/// The hub as it is run, in this process, on a free port of loopback, with a clock that a test may move.
final class LiveHub: Sendable {
    let folder: String
    let port: Int
    let url: String
    let http: HTTPClient
    let clock: MovableClock

    /// Speaks to a hub that runs; `authority` is the file of the certificate that is believed, where it speaks TLS.
    init(folder: String, port: Int, clock: MovableClock = MovableClock(), authority: String? = nil) {
        self.folder = folder
        self.port = port
        self.clock = clock
        url = authority == nil ? "http://127.0.0.1:\(port)" : "https://localhost:\(port)"
        http = HTTPClient(tls: TLSPolicy(authorityFile: authority))
    }

    deinit { http.close() }

    /// A clock that goes on like the wall's, from where a test has put it.
    final class MovableClock: Sendable {
        private let offset = Mutex<Int64>(0)

        func move(milliseconds: Int64) { offset.withLock { $0 += milliseconds } }

        var now: Instant {
            Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + offset.withLock { $0 })
        }
    }

    /// Makes a hub in a new folder, runs it, runs a test against it, and stops it.
    static func run(
        limits: ServerLimits = ServerLimits(), siteLimits: SiteLimits = SiteLimits(),
        tls: (certificate: String, key: String)? = nil, requiresTLS: Bool = false,
        certificates: ClientCertificates = .off,
        _ test: @escaping @Sendable (LiveHub) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "fj-hub-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        _ = try HubFolder.make(at: folder, name: "test")
        try await reopen(
            folder, limits: limits, siteLimits: siteLimits, tls: tls, requiresTLS: requiresTLS, certificates: certificates, test)
    }

    /// Runs a hub on a folder that is there.
    static func reopen(
        _ folder: String, limits: ServerLimits = ServerLimits(), siteLimits: SiteLimits = SiteLimits(),
        tls: (certificate: String, key: String)? = nil, requiresTLS: Bool = false,
        certificates: ClientCertificates = .off, startsLater milliseconds: Int64 = 0,
        _ test: @escaping @Sendable (LiveHub) async throws -> Void
    ) async throws {
        let clock = MovableClock()
        clock.move(milliseconds: milliseconds)
        var configuration = HubConfiguration(data: folder, host: "127.0.0.1", port: 0, tls: tls)
        configuration.limits = limits
        configuration.siteLimits = siteLimits
        configuration.requiresTLS = requiresTLS
        configuration.clientCertificates = certificates
        configuration.now = { clock.now }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let settled = configuration
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { found.finish() }
                // A store that was closed is let go of a moment later.
                for _ in 0..<500 {
                    do { return try await HubServer.run(settled, logger: quiet) { found.yield($0) } } catch let problem as Problem
                    {
                        guard problem.code == .storeInUse else { throw problem }
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
            }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else {
                try await group.waitForAll()
                return
            }
            let hub = LiveHub(
                folder: folder, port: port, clock: clock, authority: try tls?.certificate ?? ownAuthority(folder, requiresTLS))
            // The port is told a moment before the control socket has its name, and with it can be connected to.
            while hub.isDeaf() { try await Task.sleep(for: .milliseconds(5)) }
            do { try await test(hub) } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            // Stopped in the middle: what a cancelled server says of it is not what is tried.
            try? await group.waitForAll()
        }
    }

    /// The file of the hub's own authority, where it serves by it.
    private static func ownAuthority(_ folder: String, _ isServed: Bool) throws -> String? {
        guard isServed else { return nil }
        let pem = try #require(try HubAuthority(opening: folder).statement(hubKey: []).pem)
        try Data(pem.utf8).write(to: URL(fileURLWithPath: folder + "/own.pem"))
        return folder + "/own.pem"
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func isDeaf() -> Bool { !FileManager.default.fileExists(atPath: folder + "/control.sock") }

    // MARK: - Through the administrator's door

    /// Asks as the command line does.
    func ask(_ request: DeskRequest) async throws -> DeskAnswer {
        let answer = try await http.send(
            HTTPClientRequest(
                method: "POST", url: "http://hub/v1/control", headers: [("Content-Type", "application/json")],
                body: Array(JSONEncoder().encode(request)), unixSocketPath: folder + "/control.sock"))
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        return try JSONDecoder().decode(DeskAnswer.self, from: Data(answer.body))
    }

    /// A new join code.
    func invite(_ site: String, kind: String = "imaging", allCases: Bool = false) async throws -> String {
        let answer = try await ask(.siteAdd(id: site, kind: kind, allCases: allCases, label: ""))
        try #require(answer.exit == 0, "\(answer.remark)")
        return answer.text
    }

    /// Lets a site join with a key of its own.
    func joined(_ site: String, allCases: Bool = false) async throws -> TestSite {
        let code = try await invite(site, allCases: allCases)
        let site = try #require(SiteID(site))
        let member = TestSite(id: site, hub: self)
        let answer = try await member.join(code)
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        return member
    }

    /// Everything that a refused request must leave as it was: state, logs' heads, feeds' heads, sites.
    func standing() async throws -> Standing {
        let json = try #require(JSONSerialization.jsonObject(with: Data(try await ask(.status).json.utf8)) as? [String: Any])
        let sites = (json["sites"] as? [[String: Any]] ?? []).map { site in
            ["site", "state", "head", "feedHead", "keyFingerprint"].map { "\(site[$0] ?? "")" }.joined(separator: " ")
        }
        return Standing(
            digest: json["digest"] as? String ?? "", events: json["events"] as? Int ?? -1, cases: json["cases"] as? Int ?? -1,
            generation: json["generation"] as? String ?? "", sites: sites)
    }

    struct Standing: Equatable, Sendable {
        let digest: String
        let events: Int
        let cases: Int
        let generation: String
        let sites: [String]
    }
}

/// Runs a request that must be refused: with this status, code and facts, with nothing changed, and with the hub as good as before.
func expectRefused(
    _ hub: LiveHub, _ status: Int, _ code: ProblemCode, facts: [String: String] = [:], then good: TestSite? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ request: () async throws -> HTTPClientResponse
) async throws {
    let before = try await hub.standing()
    let answer = try await request()
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(answer.status == status, "\(text)", sourceLocation: sourceLocation)
    #expect(answer.header("Content-Type") == "application/problem+json", "\(text)", sourceLocation: sourceLocation)
    #expect(answer.problem?["code"] as? String == code.rawValue, "\(text)", sourceLocation: sourceLocation)
    #expect(answer.problem?["status"] as? Int == status, sourceLocation: sourceLocation)
    #expect((answer.problem?["detail"] as? String)?.isEmpty == false, sourceLocation: sourceLocation)
    #expect((answer.problem?["requestID"] as? String)?.isEmpty == false, sourceLocation: sourceLocation)
    for (name, value) in facts {
        #expect(answer.problem?[name] as? String == value, "\(name) in \(text)", sourceLocation: sourceLocation)
    }
    #expect(try await hub.standing() == before, sourceLocation: sourceLocation)
    if let good { #expect(try await good.hello().status == 200, sourceLocation: sourceLocation) }
}

extension HTTPClientResponse {
    /// The problem document, where the answer is one.
    var problem: [String: Any]? {
        guard header("Content-Type") == "application/problem+json" else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    }

    var code: String { problem?["code"] as? String ?? outcome ?? "" }

    /// The code of an OperationOutcome.
    private var outcome: String? {
        let details = (json["issue"] as? [[String: Any]])?.first?["details"] as? [String: Any]
        return (details?["coding"] as? [[String: Any]])?.first?["code"] as? String
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:] }
}
