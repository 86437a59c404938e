import CurlHTTP
import Foundation
import TestServers
import Testing

/// Whom the client believes, tried on a real TLS server with keys made for the test.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: TLSServer.tool), "needs the openssl command"))
struct TLSTests {
    private let keys: TestKeys

    init() throws {
        keys = try TestKeys()
    }

    /// One exchange with a server, and its error.
    private func failure(_ server: TLSServer, _ policy: TLSPolicy, host: String = "localhost") async -> TransportError? {
        let client = HTTPClient(tls: policy)
        return await CurlHTTPTests.failure { () throws(TransportError) in
            try await client.send(HTTPClientRequest(url: "https://\(host):\(server.port)/"))
        }
    }

    @Test func `a server of the configured authority with the pinned key is believed`() async throws {
        let server = try TLSServer(keys, certificate: "server.pem")
        let other = try PublicKeyPin(parsing: "sha256//" + String(repeating: "A", count: 43) + "=")
        let policy = TLSPolicy(authorityFile: keys.path("ca.pem"), pins: [other, try keys.pin()])
        #expect(await failure(server, policy) == nil)
    }

    @Test func `another key than the pinned one is not, although its certificate is valid`() async throws {
        let server = try TLSServer(keys, certificate: "server.pem")
        let other = try PublicKeyPin(parsing: "sha256//" + String(repeating: "A", count: 43) + "=")
        let error = await failure(server, TLSPolicy(authorityFile: keys.path("ca.pem"), pins: [other]))
        #expect(error == .pinMismatch)
        #expect(error?.isRetryable == false)
    }

    @Test func `a server of an authority that nobody named is not believed, whatever the system believes`() async throws {
        let server = try TLSServer(keys, certificate: "server.pem")
        #expect(await failure(server, TLSPolicy()) == .tls)
        #expect(await failure(server, TLSPolicy(authorityFile: keys.path("other.pem"))) == .tls)
    }

    @Test func `a certificate past its end is told apart`() async throws {
        let server = try TLSServer(keys, certificate: "expired.pem")
        #expect(await failure(server, TLSPolicy(authorityFile: keys.path("ca.pem"))) == .certificateExpired)
    }

    @Test func `a certificate for another name is not believed`() async throws {
        let server = try TLSServer(keys, certificate: "server.pem")
        #expect(await failure(server, TLSPolicy(authorityFile: keys.path("ca.pem")), host: "127.0.0.1") == .tls)
    }

    @Test func `an older protocol is spoken only where the policy says so`() async throws {
        let server = try TLSServer(keys, certificate: "server.pem", options: ["-tls1_2"])
        var policy = TLSPolicy(authorityFile: keys.path("ca.pem"))
        #expect(await failure(server, policy) == .tls)
        policy.minimumVersion = .tls12
        #expect(await failure(server, policy) == nil)
    }

    @Test func `a server that asks for a certificate gets the configured one`() async throws {
        let server = try TLSServer(
            keys, certificate: "server.pem", options: ["-Verify", "1", "-verify_return_error", "-CAfile", "ca.pem"])
        var policy = TLSPolicy(authorityFile: keys.path("ca.pem"))
        #expect(await failure(server, policy) != nil)
        policy.clientCertificate = try shown
        #expect(await failure(server, policy) == nil)
    }

    /// A certificate and its key in one text.
    private var shown: TLSPolicy.ClientCertificate {
        get throws {
            let parts = try ["server.pem", "server.key"].map { try Data(contentsOf: URL(fileURLWithPath: keys.path($0))) }
            return TLSPolicy.ClientCertificate(pem: parts.flatMap { Array($0) })
        }
    }

    @Test func `a client shows another certificate from the next request on, and none once it has none`() async throws {
        let server = try TLSServer(
            keys, certificate: "server.pem", options: ["-Verify", "1", "-verify_return_error", "-CAfile", "ca.pem"])
        let client = HTTPClient(tls: TLSPolicy(authorityFile: keys.path("ca.pem")))
        func answer() async -> TransportError? {
            await CurlHTTPTests.failure { () throws(TransportError) in
                try await client.send(HTTPClientRequest(url: "https://localhost:\(server.port)/"))
            }
        }
        #expect(await answer() != nil)
        for certificate in [try shown, nil, try shown] {
            client.show(certificate)
            #expect((await answer() == nil) == (certificate != nil))
        }
        client.show(TLSPolicy.ClientCertificate(pem: Array("nothing".utf8)))
        #expect(await answer() != nil, "what is no certificate reaches nobody")
    }

    @Test func `a server that speaks plain HTTP where TLS was expected gets nothing`() async throws {
        let plain = ScriptedServer { _, connection in connection.answer() ? .keep : .close }
        defer { plain.stop() }
        let client = HTTPClient()
        let error = await CurlHTTPTests.failure { () throws(TransportError) in
            try await client.send(
                HTTPClientRequest(method: "POST", url: "https://localhost:\(plain.port)/", body: [1], timeout: .seconds(2)))
        }
        #expect(error != nil)
        #expect(plain.requests.isEmpty)
    }

    @Test(arguments: [
        "", "sha256//", "sha256//short=", "/etc/passwd", "sha256//" + String(repeating: "A", count: 44), "md5//AAAA",
    ])
    func `what is not a pin is refused`(text: String) {
        #expect(throws: TransportError.self) { try PublicKeyPin(parsing: text) }
    }
}

/// Keys and certificates made by the openssl command in a folder of their own.
private final class TestKeys: Sendable {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        for name in ["ca", "other"] {
            try run(
                ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem"] + curve)
        }
        try run(["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"] + curve)
        try Data("subjectAltName=DNS:localhost\n".utf8).write(to: folder.appendingPathComponent("names"))
        for (name, days) in [("server", "2"), ("expired", "-1")] {
            try run([
                "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "1", "-extfile", "names",
                "-days", days, "-out", "\(name).pem",
            ])
        }
        try run(["x509", "-in", "server.pem", "-pubkey", "-noout", "-out", "server.pub"])
        try run(["pkey", "-pubin", "-in", "server.pub", "-outform", "der", "-out", "server.der"])
        try run(["dgst", "-sha256", "-binary", "-out", "server.sha", "server.der"])
    }

    deinit {
        // Leaving a folder behind harms nobody.
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func pin() throws -> PublicKeyPin {
        try PublicKeyPin(
            parsing: "sha256//" + Data(contentsOf: folder.appendingPathComponent("server.sha")).base64EncodedString())
    }

    func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: TLSServer.tool)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }

    private func run(_ arguments: [String]) throws {
        let process = process(arguments)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.first ?? "")")
    }
}

/// A TLS server on a free port that answers every GET with a page.
private final class TLSServer {
    static let tool = "/usr/bin/openssl"

    let port: Int
    private let process: Process

    init(_ keys: TestKeys, certificate: String, options: [String] = ["-tls1_3"]) throws {
        process = keys.process(["s_server", "-accept", "0", "-cert", certificate, "-key", "server.key", "-www"] + options)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var text = ""
        while !text.hasSuffix("\n") || !text.contains("ACCEPT") {
            let bytes = output.fileHandleForReading.availableData
            try #require(!bytes.isEmpty, "the server did not start")
            text += String(decoding: bytes, as: UTF8.self)
        }
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") })
        port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
    }

    deinit {
        process.terminate()
    }
}
