import Crypto
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

/// Certificates of sites in TLS: asked of sites alone, worth what the registry says, and never taken from a field of a request.
struct ClientCertificateTests {
    /// Asks the hub for a certificate as a site.
    private static func fetch(_ site: TestSite, _ request: [UInt8]) async throws -> HTTPClientResponse {
        try await site.send(site.call("POST", "/v1/certificates", body: request))
    }

    /// Fetches one and shows it from then on.
    private static func show(_ site: TestSite) async throws {
        let request = try CertificateRequest()
        let answer = try await fetch(site, request.der)
        try #require(answer.status == 200, "\(answer.text)")
        #expect(answer.header("Content-Type") == "application/pkix-cert")
        site.hub.http.show(TLSPolicy.ClientCertificate(pem: request.pem(with: answer.body)))
    }

    /// Shows one that an authority issues as a test says.
    private static func show(
        _ hub: LiveHub, by folder: String? = nil, site: String = "northside", key: Curve25519.Signing.PublicKey, days: Int64 = 0
    ) throws {
        let request = try CertificateRequest()
        let issued = try HubAuthority(opening: folder ?? hub.folder).issue(
            to: try #require(SiteID(site)), SiteCertificate.fingerprint(key), request: request.der,
            hub.clock.now.advanced(byMilliseconds: days * 86_400_000))
        hub.http.show(TLSPolicy.ClientCertificate(pem: request.pem(with: issued.der)))
    }

    private static func refused(_ hub: LiveHub, _ site: TestSite, _ fact: String) async throws {
        try await expectRefused(hub, 403, .clientCertificate, facts: ["certificate": fact]) { try await site.hello() }
        try await expectRefused(hub, 403, .clientCertificate, facts: ["certificate": fact]) {
            try await site.send(site.push(.chain(of: site, count: 1), 1...1))
        }
        try await expectRefused(hub, 403, .clientCertificate, facts: ["certificate": fact]) {
            try await site.send(site.feedCall())
        }
    }

    @Test func `where one is required a site without one gets nothing but one, and everybody else goes on without`() async throws
    {
        try await LiveHub.run(requiresTLS: true, certificates: .require) { hub in
            let code = try await hub.invite("northside")
            let north = TestSite(id: try #require(SiteID("northside")), hub: hub)
            let joined = try await north.join(code)
            #expect(joined.status == 200 && joined.header("Filmjacket-Certificates") == "require")
            try await Self.refused(hub, north, "MISSING")
            for path in ["/livez", "/readyz", "/v1/authority", "/openapi.json"] {
                #expect(try await hub.get(path).status == 200, "\(path)")
            }
            #expect(try await hub.get("/v1/worklist").code == "SIGN_IN")
            try await Self.show(north)
            let hello = try await north.hello()
            #expect(hello.status == 200 && hello.header("Filmjacket-Certificates") == "require")
            #expect(try await north.pushed(.chain(of: north, count: 3), 1...3).head == 3)
            #expect(try await hub.get("/livez").status == 200)
        }
    }

    @Test(arguments: [ClientCertificates.accept, .require])
    func `what is shown must be this hub's, the calling site's own, for a key that is taken, and hold`(
        _ rule: ClientCertificates
    ) async throws {
        let other = NSTemporaryDirectory() + "fj-other-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: other) }  // a temporary folder
        _ = try HubFolder.make(at: other, name: "other", now: Instant(milliseconds: 1_790_000_000_000))
        try await LiveHub.run(requiresTLS: true, certificates: rule) { hub in
            let (north, lake) = (try await hub.joined("northside"), try await hub.joined("lakeview"))
            let key = north.key.publicKey
            try Self.show(hub, by: other, key: key)
            try await Self.refused(hub, north, "UNKNOWN_AUTHORITY")
            #expect(try await hub.get("/livez").status == 200, "a browser's own certificate is nobody's business")
            try Self.show(hub, site: "lakeview", key: lake.key.publicKey)
            try await Self.refused(hub, north, "OTHER_SITE")
            #expect(try await lake.hello().status == 200)
            try Self.show(hub, key: key, days: -SiteCertificate.days - 1)
            try await Self.refused(hub, north, "ENDED")
            try Self.show(hub, key: key, days: 2)
            try await Self.refused(hub, north, "NOT_YET")
            try Self.show(hub, key: Curve25519.Signing.PrivateKey().publicKey)
            try await Self.refused(hub, north, "FORMER_KEY")
            // Another one is fetched over whatever connection it is.
            try await Self.show(north)
            #expect(try await north.hello().status == 200)
            hub.http.show(nil)
            #expect(try await north.hello().status == (rule == .accept ? 200 : 403))
        }
    }

    @Test func `what a field says of a certificate is nobody's proof`() async throws {
        try await LiveHub.run(requiresTLS: true, certificates: .require) { hub in
            let north = try await hub.joined("northside")
            let request = try CertificateRequest()
            let issued = try await Self.fetch(north, request.der).body
            var call = north.helloCall()
            call.fields = [
                ("Client-Cert", ":\(Base64.text(of: issued)):"), ("X-Client-Cert", Base64.text(of: issued)),
                ("X-SSL-Client-Verify", "SUCCESS"), ("X-SSL-Client-S-DN", "CN=northside"), ("SSL-Client-Cert", "northside"),
                ("X-Forwarded-Client-Cert", "Subject=\"CN=northside\";URI=filmjacket:site/northside"),
            ]
            let said = call
            try await expectRefused(hub, 403, .clientCertificate, facts: ["certificate": "MISSING"]) {
                try await north.send(said)
            }
        }
    }

    @Test func `a certificate is worth what the registry says of its site, from the next request on`() async throws {
        try await LiveHub.run(requiresTLS: true, certificates: .require) { hub in
            let north = try await hub.joined("northside")
            try await Self.show(north)
            let request = try CertificateRequest()
            #expect(try await hub.ask(.siteSuspend(id: "northside", reason: "looked at")).exit == 0)
            try await expectRefused(hub, 403, .siteSuspended) { try await north.send(north.feedCall()) }
            #expect(try await hub.ask(.siteResume(id: "northside")).exit == 0)
            #expect(try await north.send(north.feedCall()).status == 200)
            #expect(try await hub.ask(.siteRevoke(id: "northside", reason: "gone", since: nil)).exit == 0)
            try await expectRefused(hub, 403, .siteRevoked) { try await north.hello() }
            try await expectRefused(hub, 403, .siteRevoked) { try await Self.fetch(north, request.der) }
            // Who joins anew under its name has another key, and the former certificate is none of its own.
            let again = try await hub.joined("northside")
            try await Self.refused(hub, again, "FORMER_KEY")
            try await Self.show(again)
            #expect(try await again.hello().status == 200)
            #expect(try await hub.ask(.siteRetire(id: "northside", reason: "closed")).exit == 0)
            try await expectRefused(hub, 403, .siteRetired) { try await again.hello() }
        }
    }

    @Test func `the list says when a certificate ends that should have been renewed, and a stream ends with its own`()
        async throws
    {
        try await LiveHub.run(requiresTLS: true, certificates: .require) { hub in
            let (north, lake) = (try await hub.joined("northside"), try await hub.joined("lakeview", allCases: true))
            try await Self.show(lake)
            #expect(try await hub.ask(.siteList).text.contains("certificate") == false)
            #expect(try await hub.ask(.siteList).json.contains("\"certificateEnds\""))
            hub.clock.move(milliseconds: 24 * 86_400_000)
            #expect(try await hub.ask(.siteList).text.contains("its certificate ends in 5 days"))
            #expect(try await hub.ask(.status).text.contains("its certificate ends in 5 days"))
            let (received, stream) = try FeedStreamTests.open(lake)
            try await hub.until("the stream is open") { received.frames.last?.isCaughtUp == true }
            hub.clock.move(milliseconds: 7 * 86_400_000)
            #expect(try await hub.ask(.siteList).text.contains("its certificate ended at"))
            try await Self.show(north)
            try await north.pushed(.chain(of: north, count: 2), 1...2)
            await #expect(throws: TransportError.self) { try await stream.value }
            #expect(try received.ids.isEmpty, "nothing more is given on a connection whose certificate has ended")
            try await Self.show(lake)
            #expect(try await frames(lake.send(lake.feedCall()).body).flatMap { try $0.ids }.count == 2)
        }
    }

    @Test func `a site that asks for certificates over and over is told to wait; a hub that asks for none gives none`()
        async throws
    {
        try await LiveHub.run(requiresTLS: true, certificates: .accept) { hub in
            let north = try await hub.joined("northside")
            let request = try CertificateRequest().der
            try await expectRefused(hub, 400, .malformed, then: north) { try await Self.fetch(north, Array("x".utf8)) }
            try await expectRefused(hub, 413, .tooLarge, then: north) {
                try await Self.fetch(north, Array(repeating: 0x30, count: 5000))
            }
            for _ in 0..<9 { #expect(try await Self.fetch(north, request).status == 200) }
            try await expectRefused(hub, 429, .tooManyRequests, then: north) { try await Self.fetch(north, request) }
            hub.clock.move(milliseconds: 3_600_000)
            #expect(try await Self.fetch(north, request).status == 200)
        }
        try await LiveHub.run(requiresTLS: true) { hub in
            let north = try await hub.joined("northside")
            #expect(try await north.hello().header("Filmjacket-Certificates") == nil)
            try await expectRefused(hub, 404, .notFound, then: north) { try await Self.fetch(north, CertificateRequest().der) }
            // What is shown to who does not ask is not looked at.
            try Self.show(hub, site: "lakeview", key: north.key.publicKey, days: -90)
            #expect(try await north.hello().status == 200)
        }
    }

    @Test func `a hub without TLS does not start where it shall ask for certificates`() async throws {
        let folder = NSTemporaryDirectory() + "fj-hub-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a temporary folder
        _ = try HubFolder.make(at: folder, name: "test")
        for rule in [ClientCertificates.accept, .require] {
            var configuration = HubConfiguration(data: folder, host: "127.0.0.1", port: 0)
            configuration.clientCertificates = rule
            do {
                try await HubServer.run(configuration, logger: LiveHub.quiet)
                Issue.record("it started")
            } catch let problem as Problem { #expect(problem.code == .configuration && problem.remedy.contains("--tls")) }
        }
    }
}
