import Crypto
import CurlHTTP
import EventLog
import FoundationEssentials
import Glibc
import NodeFiles
import Problems
import SwiftASN1
import Web
import Wire
import X509

/// The certificate that a site shows to its hub in TLS, and the key it is for: one file for the site's owner alone.
///
/// The key is made here, for TLS alone, with each certificate anew; only its public half leaves. Certificate and key lie in one file, so that no
/// crash parts them. No backup holds it: who is put back fetches another.
struct OwnCertificate: Sendable {
    /// The file's name in the site's folder.
    static let fileName = "tls.pem"
    /// How long before its end another one is fetched, in days: a third of the thirty that a hub gives.
    static let renewDays: Int64 = 10
    /// From how many days before its end somebody is told.
    static let warningDays: Int64 = 7
    static let dayMilliseconds: Int64 = 86_400_000

    /// Certificate and key in PEM.
    let pem: [UInt8]
    /// Until when it holds.
    let ends: Instant
    /// The fingerprint of the signing key that it was fetched with.
    let key: String

    /// What TLS shows.
    var shown: TLSPolicy.ClientCertificate { TLSPolicy.ClientCertificate(pem: pem) }

    /// Whether another one is to be fetched: this one ends soon, or the site signs with another key since.
    func isDue(for key: SigningKey, _ now: Instant) -> Bool {
        ends.milliseconds - now.milliseconds < Self.renewDays * Self.dayMilliseconds || self.key != Self.fingerprint(key)
    }

    // MARK: - What is said of it

    /// How many days it holds; nil for one that has ended.
    private func days(_ now: Instant) -> Int64? {
        ends < now ? nil : (ends.milliseconds - now.milliseconds) / Self.dayMilliseconds
    }

    /// When it ends, where that is near: another one should have been fetched long before.
    func warning(_ now: Instant) -> String? {
        guard let days = days(now) else { return "this site's certificate has ended" }
        guard days < Self.warningDays else { return nil }
        return "this site's certificate ends in \(days) day\(days == 1 ? "" : "s")"
    }

    /// The same for `doctor`.
    func check(_ now: Instant) -> DoctorCheck {
        let warning = warning(now)
        return DoctorCheck(
            name: "certificate", isGood: warning == nil, text: warning ?? "holds for \(days(now) ?? 0) days",
            remedy: warning == nil ? "" : "Sync: the hub gives another one. If it does not, ask its administrator.")
    }

    // MARK: - The file

    /// The certificate of a site's folder; nil where none is, or where it cannot be read: another one is fetched then.
    init?(in folder: String) throws(Problem) {
        guard access(folder + "/" + Self.fileName, F_OK) == 0 else { return nil }
        let pem = try SecretFile.read(folder + "/" + Self.fileName)
        let text = String(decoding: pem, as: UTF8.self)
        guard let documents = try? PEMDocument.parseMultiple(pemString: text),  // what is no PEM is fetched again
            let certificate = documents.first(where: { $0.discriminator == "CERTIFICATE" })
        else { return nil }
        self.init(der: certificate.derBytes, pem: pem)
    }

    private init?(der: [UInt8], pem: [UInt8]) {
        guard let certificate = try? Certificate(derEncoded: der),  // any other bytes are fetched again
            let names = try? certificate.extensions.subjectAlternativeNames,  // the same
            case .uniformResourceIdentifier(let text)? = names.first, let name = CertificateName(text)
        else { return nil }
        self.pem = pem
        key = name.key
        ends = Instant(milliseconds: Int64(certificate.notValidAfter.timeIntervalSince1970 * 1000))
    }

    /// Keeps it in a site's folder.
    func keep(in folder: String) throws(Problem) { try SecretFile.write(pem, to: folder + "/" + Self.fileName) }

    /// Forgets it: the hub asks for none any more.
    static func forget(in folder: String) { unlink(folder + "/" + fileName) }

    // MARK: - Fetching

    /// A key for TLS and the request for a certificate for it.
    ///
    /// Source: RFC 2986 (PKCS #10).
    struct Request {
        let key = P256.Signing.PrivateKey()
        let der: [UInt8]

        init(_ site: SiteID) throws(Problem) {
            do {
                let request = try CertificateSigningRequest(
                    version: .v1, subject: try DistinguishedName { CommonName(site.text) }, privateKey: .init(key),
                    attributes: .init([]))
                var serializer = DER.Serializer()
                try serializer.serialize(request)
                der = serializer.serializedBytes
            } catch { throw Problem(.internalError, "A certificate request cannot be made: \(error).") }
        }
    }

    /// What the hub answered to a request.
    ///
    /// - Throws: `PROXY_ANSWERED` for what is no certificate of the key that was made, or holds no longer.
    init(_ answer: [UInt8], to request: Request, _ now: Instant) throws(Problem) {
        let text = PEMDocument(type: "CERTIFICATE", derBytes: answer).pemString + "\n" + request.key.pemRepresentation + "\n"
        guard let certificate = try? Certificate(derEncoded: answer),  // any other bytes are the same mistake
            certificate.publicKey == .init(request.key.publicKey), let own = Self(der: answer, pem: Array(text.utf8)),
            own.ends > now
        else { throw Problem(.proxyAnswered, "The answer to a certificate request is no certificate of this site's key.") }
        self = own
    }

    private static func fingerprint(_ key: SigningKey) -> String {
        CertificateName.fingerprint(of: Array(key.publicKey.rawRepresentation))
    }
}
