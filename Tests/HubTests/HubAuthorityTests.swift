import Crypto
import CurlHTTP
import EventLog
import Foundation
import Problems
import Testing
import Wire

@testable import Hub

/// The hub's own authority: made with it, renewed by itself, and told from any other by the join code.
struct HubAuthorityTests {
    private let start = Instant(milliseconds: 1_790_000_000_000)
    private let folder = NSTemporaryDirectory() + "fj-ca-\(UInt64.random(in: 0 ... .max))"

    private func days(_ count: Int64) -> Instant { start.advanced(byMilliseconds: count * 86_400_000) }

    @Test func `the certificate is renewed at thirty days, with the same key and the same authority`() throws {
        _ = try HubFolder.make(at: folder, name: "test", hosts: ["hub.example"], now: start)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a temporary folder
        let mode = try FileManager.default.attributesOfItem(atPath: folder + "/authority.json")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        var authority = try HubAuthority(opening: folder)
        let first = authority.content
        #expect(authority.serverEnds == days(HubAuthority.serverDays))
        #expect(try !authority.renew(for: "hub.example", days(HubAuthority.serverDays - 30)))
        #expect(try authority.renew(for: "hub.example", days(HubAuthority.serverDays - 30).advanced(byMilliseconds: 1)))
        let second = try HubAuthority(opening: folder).content
        #expect(second.serverCertificate != first.serverCertificate)
        #expect(second.serverKey == first.serverKey && second.authorityCertificate == first.authorityCertificate)
        // A host that it is run on and does not name is named from then on; one for all addresses names nothing new.
        #expect(try !authority.renew(for: "0.0.0.0", days(370)))
        #expect(try authority.renew(for: "192.0.2.7", days(370)))
        #expect(try !authority.renew(for: "192.0.2.7", days(371)))
    }

    @Test func `the spare key takes the place of the one in use, and another is made; what cannot be written changes nothing`()
        throws
    {
        _ = try HubFolder.make(at: folder, name: "test", now: start)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a temporary folder
        var authority = try HubAuthority(opening: folder)
        let first = authority.content
        try authority.changeKey(days(1))
        let second = try HubAuthority(opening: folder).content
        #expect(second.serverKey == first.nextKey && second.nextKey != first.nextKey && second.nextKey != first.serverKey)
        #expect(second.authorityCertificate == first.authorityCertificate && second == authority.content)
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
        #expect(throws: Problem.self) { try authority.changeKey(days(2)) }
        #expect(throws: Problem.self) { try authority.renew(for: "192.0.2.9", days(2)) }
        #expect(authority.content == second)
        try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
        #expect(try authority.renew(for: "192.0.2.9", days(2)), "the next try names the host")
    }

    @Test(arguments: ["", "hub example", "https://hub", "hub:8443", "-hub", "hub-", "hub..example", "*.example", "h\u{fc}b"])
    func `a host that is none is refused, and no hub is made`(_ host: String) {
        do throws(Problem) {
            _ = try HubFolder.make(at: folder, name: "test", hosts: [host], now: start)
            Issue.record("'\(host)' was taken")
        } catch { #expect(error.code == .usage) }
        #expect(!FileManager.default.fileExists(atPath: folder + "/hub.json"))
        try? FileManager.default.removeItem(atPath: folder)  // a temporary folder
    }

    @Test func `a damaged file keeps the hub from starting by it`() throws {
        _ = try HubFolder.make(at: folder, name: "test", now: start)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a temporary folder
        let path = URL(fileURLWithPath: folder + "/authority.json")
        let whole = try Data(contentsOf: path)
        for bytes in [Data(), whole.prefix(whole.count / 2), Data("{}".utf8)] {
            try bytes.write(to: path)
            #expect(throws: Problem.self) { _ = try HubAuthority(opening: folder) }
        }
    }

    @Test func `a statement is believed by the code's fingerprint alone, and no changed byte passes`() throws {
        let key = Curve25519.Signing.PrivateKey()
        let hubKey = Array(key.publicKey.rawRepresentation)
        let statement = AuthorityStatement(hubKey: hubKey, certificate: [1, 2, 3], pins: ["sha256//AAAA", "sha256//BBBB"])
        let text = try statement.signed(by: key)
        let fingerprint = JoinCode.fingerprint(of: hubKey)
        #expect(try AuthorityStatement(parsing: text, fingerprint: fingerprint) == statement)
        for index in 0..<text.utf8.count {
            var bytes = Array(text.utf8)
            bytes[index] ^= 1
            let spoiled = String(decoding: bytes, as: UTF8.self)
            #expect(throws: Problem.self, "byte \(index)") {
                _ = try AuthorityStatement(parsing: spoiled, fingerprint: fingerprint)
            }
        }
        let other = Curve25519.Signing.PrivateKey()
        let false_ = try AuthorityStatement(
            hubKey: Array(other.publicKey.rawRepresentation), certificate: [1], pins: ["sha256//AAAA"]
        ).signed(by: other)
        do throws(Problem) {
            _ = try AuthorityStatement(parsing: false_, fingerprint: fingerprint)
            Issue.record("another hub's was believed")
        } catch { #expect(error.code == .joinCodeRefused) }
    }

    @Test func `a hub with its own authority speaks TLS 1.3 alone, and shows a renewed certificate while it runs`() async throws {
        try await LiveHub.run(requiresTLS: true) { hub in
            let north = try await hub.joined("northside")
            #expect(try await north.hello().status == 200)
            #expect(try await hub.get("/v1/cases").status == 401)
            let statement = try AuthorityStatement(
                parsing: try await hub.get("/v1/authority").text,
                fingerprint: JoinCode.fingerprint(of: Array(HubFolder(opening: hub.folder).key.publicKey.rawRepresentation)))
            // Both pins are known, and either alone would do: the key in use is the first.
            #expect(statement.pins.count == 2)
            for (pin, isGood) in zip(statement.pins, [true, false]) {
                let client = HTTPClient(
                    tls: TLSPolicy(authorityFile: hub.folder + "/own.pem", pins: [try PublicKeyPin(parsing: pin)]))
                defer { client.close() }
                do throws(TransportError) {
                    _ = try await client.send(HTTPClientRequest(url: hub.url + "/livez"))
                    #expect(isGood)
                } catch { #expect(!isGood && error == .pinMismatch) }
            }
        }
    }
}
