import CurlHTTP
import EventLog
import Foundation
import Problems
import Replication
import StoreContract
import Testing
import Web
import Wire

@testable import Hub

/// Where the hub listens, what it speaks there, and how it stops.
struct TransportTests {
    private static func folder() -> String { NSTemporaryDirectory() + "fj-hub-\(UInt64.random(in: 0 ... .max))" }

    @discardableResult
    private static func run(_ tool: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func `nothing but TLS is spoken on any address but loopback`() {
        for host in ["0.0.0.0", "::", "192.0.2.7", "hub.example", "127.0.0.1.example", "1270.0.1", ""] {
            #expect(HubConfiguration(data: "", host: host, port: 0).isTLS, "'\(host)'")
        }
        for host in ["127.0.0.1", "::1", "localhost", "127.9.9.9"] {
            #expect(!HubConfiguration(data: "", host: host, port: 0).isTLS, "'\(host)'")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs the openssl command"))
    func `a hub with a certificate speaks TLS 1.3 and nothing older, and shows no cases there`() async throws {
        let keys = Self.folder()
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: keys) }
        let (certificate, key) = (keys + "/hub.pem", keys + "/hub.key")
        let made = try Self.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
            ])
        try #require(made == 0)
        try await LiveHub.run(tls: (certificate, key)) { hub in
            let north = try await hub.joined("northside")
            #expect(try await north.pushed(.chain(of: north, count: 3), 1...3).head == 3)
            let answer = try await hub.get("/livez")
            #expect(answer.text == "ok\n" && answer.header("Strict-Transport-Security") != nil)
            for path in ["/v1/cases", "/v1/worklist", "/v1/sites", "/v1/audit", "/v1/stream"] {
                let refused = try await hub.get(path)
                #expect(refused.status == 401 && refused.code == "SIGN_IN", "\(path)")
            }
            let own = try await hub.ask(.caseList(limit: 10))
            #expect(own.exit == 0, "whoever owns the folder is believed as long as there is no account: \(own.json)")
            let address = "localhost:\(hub.port)"
            func shake(_ version: String) async throws -> Int32 {
                try await blocking {
                    Result {
                        try Self.run("/usr/bin/openssl", ["s_client", "-connect", address, "-CAfile", certificate, version])
                    }
                }.get()
            }
            #expect(try await shake("-tls1_3") == 0)
            #expect(try await shake("-tls1_2") != 0)
            // Nobody who does not know the certificate is spoken to, and plain HTTP gets no word.
            let stranger = HTTPClient()
            defer { stranger.close() }
            await #expect(throws: TransportError.self) { try await stranger.send(HTTPClientRequest(url: hub.url + "/livez")) }
            let plain = try await RawExchange.of(hub.port, "GET /livez HTTP/1.1\r\nHost: hub\r\n\r\n")
            #expect(!plain.contains("HTTP/1.1") && !plain.contains("ok"))
            #expect(try await north.hello().status == 200)
        }
    }

    @Test func `a certificate that cannot be used keeps the hub from starting`() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try HubFolder.make(at: folder, name: "test")
        let configuration = HubConfiguration(data: folder, host: "127.0.0.1", port: 0, tls: ("/nowhere.pem", "/nowhere.key"))
        do {
            try await HubServer.run(configuration, logger: LiveHub.quiet)
            Issue.record("it started")
        } catch let problem as Problem { #expect(problem.code == .configuration) }
    }

    @Sendable private static func holdsThree(_ hub: LiveHub) async throws {
        #expect(try await hub.standing().events == 3)
        #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
    }

    @Test func `SIGTERM ends a waiting poll, an open feed and an open stream in order, and the process with 0`() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try HubFolder.make(at: folder, name: "test")
        let port = Int.random(in: 20_000..<32_000)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("filmjacket")
        process.arguments = ["hub", "run", "--data", folder, "--listen", "127.0.0.1:\(port)"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { process.terminate() }
        let hub = LiveHub(folder: folder, port: port)
        try await hub.until("the hub answers") { (try? await hub.get("/readyz").status) == 200 && !hub.isDeaf() }  // not yet
        let north = try await hub.joined("northside")
        let author = Author.chain(of: north, count: 3)
        try await north.pushed(author, 1...3)
        let cursor = try #require(try await north.page().last?.cursor)
        let heard = ConflictRouteTests.Heard()
        async let poll = north.send(north.feedCall(after: cursor.description, wait: "50"))
        var call = north.feedCall(after: cursor.description)
        call.fields = [("Accept", SyncCoding.streamMediaType)]
        call.limits = .heldOpen
        let feedRequest = try north.signed(call)
        async let feed = hub.http.stream(
            feedRequest, onHead: { _ in true },
            onBytes: { _ in heard.take("feed ") })
        let changesRequest = HTTPClientRequest(url: hub.url + "/v1/stream", limits: .heldOpen)
        async let changes = hub.http.stream(changesRequest, onHead: { _ in true }, onBytes: { _ in heard.take("changes ") })
        try await hub.until("both streams are open") { heard.text.contains("feed") && heard.text.contains("changes") }
        kill(process.processIdentifier, SIGTERM)
        let answer = try await poll
        #expect(answer.status == 200)
        #expect(try frames(answer.body).last?.isCaughtUp == true)
        #expect(try await feed.status == 200)
        #expect(try await changes.status == 200)
        await blocking { process.waitUntilExit() }
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        // What was acknowledged is there when it comes back.
        try await LiveHub.reopen(folder, Self.holdsThree)
    }
}
