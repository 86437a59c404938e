import Crypto
import EventLog
import Foundation
import Problems
import SwiftASN1
import Testing
import Wire
import X509

@testable import Hub

/// What a hub issues to its sites, and what it takes for that.
struct SiteCertificateTests {
    private let start = Instant(milliseconds: 1_790_000_000_000)
    private let folder = NSTemporaryDirectory() + "fj-cert-\(UInt64.random(in: 0 ... .max))"
    private let site: SiteID

    init() throws { site = try #require(SiteID("northside")) }

    private func authority() throws -> HubAuthority {
        _ = try HubFolder.make(at: folder, name: "test", hosts: ["hub.example"], now: start)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // a temporary folder
        return try HubAuthority(opening: folder)
    }

    private func root(_ authority: HubAuthority) throws -> Certificate {
        try Certificate(derEncoded: Array(authority.content.authorityCertificate))
    }

    @Test func `what is issued names the site and its signing key, holds for thirty days and is for clients alone`() throws {
        let authority = try authority()
        let request = try CertificateRequest()
        let issued = try authority.issue(to: site, "0123456789abcdef", request: request.der, start)
        let read = try #require(SiteCertificate(der: issued.der, of: try root(authority)))
        #expect(read.name.site == site && read.name.key == "0123456789abcdef" && read.ends == issued.ends)
        #expect(read.ends.milliseconds - start.milliseconds == SiteCertificate.days * 86_400_000)
        #expect(read.begins < start)
        let certificate = try Certificate(derEncoded: issued.der)
        #expect(certificate.publicKey == .init(request.key.publicKey))
        #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
        #expect(try certificate.extensions.extendedKeyUsage.map { Array($0) } == [.clientAuth])
        let again = try authority.issue(to: site, "0123456789abcdef", request: request.der, start)
        #expect(try Certificate(derEncoded: again.der).serialNumber != certificate.serialNumber)
    }

    @Test func `what another hub issued, the hub's own server certificate and any other bytes are no site's certificate`() throws
    {
        let (authority, other) = (try authority(), try authority())
        let issued = try authority.issue(to: site, "0123456789abcdef", request: try CertificateRequest().der, start)
        #expect(SiteCertificate(der: issued.der, of: try root(other)) == nil)
        #expect(SiteCertificate(der: Array(authority.content.serverCertificate), of: try root(authority)) == nil)
        #expect(SiteCertificate(der: Array(authority.content.authorityCertificate), of: try root(authority)) == nil)
        for place in stride(from: 0, to: issued.der.count, by: 7) {
            var changed = issued.der
            changed[place] ^= 0x10
            #expect(SiteCertificate(der: changed, of: try root(authority)) == nil, "byte \(place)")
        }
        for bytes in [[], [0x30], Array(issued.der.dropLast())] {
            #expect(SiteCertificate(der: bytes, of: try root(authority)) == nil)
        }
    }

    @Test func `a request for another kind of key, or that its key did not sign, is refused`() throws {
        let authority = try authority()
        let good = try CertificateRequest().der
        var changed = good
        changed[changed.count - 1] ^= 1
        for bytes in [[], Array("x".utf8), Array(good.dropLast()), changed, try CertificateRequest.otherKind()] {
            do throws(Problem) {
                _ = try authority.issue(to: site, "0123456789abcdef", request: bytes, start)
                Issue.record("\(bytes.count) bytes were taken")
            } catch { #expect(error.code == .malformed) }
        }
    }
}

/// A request for a certificate, and the key it is for.
struct CertificateRequest {
    let key = P256.Signing.PrivateKey()
    let der: [UInt8]

    init() throws { der = try Self.der(.init(key)) }

    static func otherKind() throws -> [UInt8] { try der(.init(P384.Signing.PrivateKey())) }

    private static func der(_ key: Certificate.PrivateKey) throws -> [UInt8] {
        // The name is somebody else's: nothing of it is taken.
        let request = try CertificateSigningRequest(
            version: .v1, subject: try DistinguishedName { CommonName("lakeview") }, privateKey: key, attributes: .init([]))
        var serializer = DER.Serializer()
        try serializer.serialize(request)
        return serializer.serializedBytes
    }

    /// The certificate and its key, as a client shows them.
    func pem(with certificate: [UInt8]) -> [UInt8] {
        Array((PEMDocument(type: "CERTIFICATE", derBytes: certificate).pemString + "\n" + key.pemRepresentation).utf8)
    }
}
