import Crypto
import EventLog
import FoundationEssentials
import Problems
import SwiftASN1
import Wire
import X509

/// What a certificate says that the hub issued to a site: which site, under which of its signing keys, and how long.
///
/// Source: RFC 5280 4.2.1.12 (clientAuth).
struct SiteCertificate: Equatable, Sendable {
    /// How long it holds, in days: it is renewed by the site when a third is left.
    static let days: Int64 = 30
    /// From how many days before its end somebody is told.
    static let warningDays: Int64 = 7

    /// The site, and the Ed25519 key that the request for it was signed by.
    let name: CertificateName
    /// From when on it holds.
    let begins: Instant
    /// Until when it holds.
    let ends: Instant

    /// Reads a certificate that an authority issued to a site; nil for anything else.
    init?(der: [UInt8], of authority: Certificate) {
        guard let certificate = try? Certificate(derEncoded: der),  // what is no certificate is not the hub's
            certificate.issuer == authority.subject,
            authority.publicKey.isValidSignature(certificate.signature, for: certificate),
            let usage = try? certificate.extensions.extendedKeyUsage, usage.contains(.clientAuth),  // the hub's have it
            let names = try? certificate.extensions.subjectAlternativeNames, names.count == 1,  // the same
            case .uniformResourceIdentifier(let text)? = names.first, let name = CertificateName(text)
        else { return nil }
        self.name = name
        begins = HubAuthority.instant(certificate.notValidBefore)
        ends = HubAuthority.instant(certificate.notValidAfter)
    }

    /// The fingerprint of a signing key.
    static func fingerprint(_ key: Curve25519.Signing.PublicKey) -> String {
        CertificateName.fingerprint(of: Array(key.rawRepresentation))
    }
}

extension HubAuthority {
    /// Issues a certificate to a site for a key that the site made, and that its request shows it to hold.
    ///
    /// Of the request nothing but the key is taken: who the site is, its signature over the call has shown.
    /// - Parameter fingerprint: of the key that signed the call.
    /// - Throws: `MALFORMED` for what is no request, or one of another key than P-256 or that its key did not sign.
    /// - Returns: the certificate in DER, and until when it holds.
    func issue(
        to site: SiteID, _ fingerprint: String, request bytes: [UInt8], _ now: Instant
    ) throws(Problem) -> (der: [UInt8], ends: Instant) {
        guard let request = try? CertificateSigningRequest(derEncoded: bytes),  // any other bytes are the same mistake
            P256.Signing.PublicKey(request.publicKey) != nil,
            request.publicKey.isValidSignature(request.signature, for: request)
        else {
            throw Problem(
                .malformed, "A certificate request (PKCS #10, DER) for an ECDSA P-256 key, signed by that key, was expected.")
        }
        do {
            let key = try P256.Signing.PrivateKey(derRepresentation: content.authorityKey)
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: request.publicKey,
                notValidBefore: Self.date(now, -1), notValidAfter: Self.date(now, SiteCertificate.days),
                issuer: try Certificate(derEncoded: Array(content.authorityCertificate)).subject,
                subject: try DistinguishedName { CommonName(site.text) }, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.clientAuth])
                    SubjectAlternativeNames([
                        .uniformResourceIdentifier(CertificateName(site: site, key: fingerprint).description)
                    ])
                }, issuerPrivateKey: .init(key))
            return (Array(try Self.der(certificate)), Self.instant(certificate.notValidAfter))
        } catch { throw Problem(.internalError, "A site's certificate cannot be made: \(error).") }
    }
}
