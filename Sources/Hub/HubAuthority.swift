import Crypto
public import EventLog
import FoundationEssentials
import Glibc
import Problems
import SQLiteStore
import SwiftASN1
import Wire
import X509
import NodeFiles

/// The hub's own certificate authority, and the server certificate that it has issued: a small file of its own.
///
/// The authority outlives every certificate, and the server's key stays when its certificate is renewed, so that a site which was away
/// for years still knows the hub. A second key waits for the day on which the first must not be used any more: sites know both.
/// Source: RFC 5280; RFC 7469 2.4 (pins); CA/Browser Forum Baseline Requirements 6.3.2 (397 days).
public struct HubAuthority: Sendable {
    /// The file's name in the hub's folder.
    public static let fileName = "authority.json"
    /// How long a server certificate holds, and how long before its end it is renewed, in days.
    static let (serverDays, renewDays): (Int64, Int64) = (397, 30)
    /// How long the authority holds, in days.
    private static let authorityDays: Int64 = 20 * 365
    private static let dayMilliseconds: Int64 = 86_400_000

    /// What the file says; keys and certificates in DER, base64.
    struct Content: Codable, Equatable {
        var authorityKey: Data
        var authorityCertificate: Data
        /// The names and addresses that the server is reached by, besides this machine's own.
        var hosts: [String]
        var serverKey: Data
        var nextKey: Data
        var serverCertificate: Data
    }

    private let path: String
    private(set) var content: Content
    /// Until when the server certificate holds.
    public private(set) var serverEnds: Instant

    // MARK: - The file

    /// Makes an authority in a hub's folder, and issues the first server certificate.
    ///
    /// - Throws: `USAGE` for a host that is none.
    static func make(in folder: String, hosts: [String], now: Instant) throws(Problem) -> HubAuthority {
        try requireHosts(hosts)
        do {
            let (authority, server, next) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
            let fingerprint = Hex.text(of: Array(EventHash.sha256(Array(authority.publicKey.derRepresentation)).bytes[..<8]))
            let name = try DistinguishedName { CommonName("Filmjacket hub authority \(fingerprint)") }
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(authority.publicKey),
                notValidBefore: date(now, -1), notValidAfter: date(now, authorityDays), issuer: name, subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                }, issuerPrivateKey: .init(authority))
            let content = Content(
                authorityKey: authority.derRepresentation, authorityCertificate: try der(certificate), hosts: hosts,
                serverKey: server.derRepresentation, nextKey: next.derRepresentation, serverCertificate: Data())
            var made = HubAuthority(path: folder + "/" + fileName, content: content, serverEnds: now)
            try made.issue(content, now)
            return made
        } catch { throw (error as? Problem) ?? Problem(.internalError, "The hub's authority cannot be made: \(error).") }
    }

    /// Whether a folder has an authority.
    static func exists(in folder: String) -> Bool { access(folder + "/" + fileName, F_OK) == 0 }

    /// Reads the authority of a hub's folder.
    ///
    /// - Throws: `CONFIGURATION` for a file that is damaged, `PERMISSIONS` where others may read it.
    init(opening folder: String) throws(Problem) {
        let path = folder + "/" + Self.fileName
        let bytes = try SecretFile.read(path)
        do {
            let content = try JSONDecoder().decode(Content.self, from: Data(bytes))
            _ = try P256.Signing.PrivateKey(derRepresentation: content.authorityKey)
            _ = try P256.Signing.PrivateKey(derRepresentation: content.nextKey)
            let certificate = try Certificate(derEncoded: Array(content.serverCertificate))
            self.init(path: path, content: content, serverEnds: Self.instant(certificate.notValidAfter))
        } catch { throw Problem(.configuration, "\(Self.fileName) is not what a hub writes.") }
    }

    private init(path: String, content: Content, serverEnds: Instant) {
        self.path = path
        self.content = content
        self.serverEnds = serverEnds
    }

    /// The authority of a hub's folder, made now where the hub is older than that.
    static func standing(in folder: String, now: Instant) throws(Problem) -> HubAuthority {
        exists(in: folder) ? try HubAuthority(opening: folder) : try make(in: folder, hosts: [], now: now)
    }

    // MARK: - The server

    /// Issues a new server certificate where the one that is there ends within thirty days, or does not name a host.
    ///
    /// - Returns: whether a new one was issued.
    @discardableResult
    mutating func renew(for host: String, _ now: Instant) throws(Problem) -> Bool {
        let isNamed = content.hosts.contains(host) || Self.own.contains(host) || Self.isAny(host) || !Self.isHost(host)
        let ends = serverEnds.milliseconds - now.milliseconds
        guard !isNamed || ends < Self.renewDays * Self.dayMilliseconds else { return false }
        var next = content
        if !isNamed { next.hosts.append(host) }
        try issue(next, now)
        return true
    }

    /// Puts the spare key, which every site that joined knows, in the place of the one in use, and makes another spare one.
    mutating func changeKey(_ now: Instant) throws(Problem) {
        var next = content
        next.serverKey = content.nextKey
        next.nextKey = P256.Signing.PrivateKey().derRepresentation
        try issue(next, now)
    }

    /// Issues a server certificate. Where its file cannot be written nothing is changed: the next try issues one again.
    private mutating func issue(_ changed: Content, _ now: Instant) throws(Problem) {
        var content = changed
        do {
            let authority = try P256.Signing.PrivateKey(derRepresentation: content.authorityKey)
            let server = try P256.Signing.PrivateKey(derRepresentation: content.serverKey)
            let issuer = try Certificate(derEncoded: Array(content.authorityCertificate)).subject
            let names = (Self.own + Self.machine + content.hosts).map(Self.name)
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(server.publicKey),
                notValidBefore: Self.date(now, -1), notValidAfter: Self.date(now, Self.serverDays), issuer: issuer,
                subject: try DistinguishedName { CommonName("Filmjacket hub") }, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(names)
                }, issuerPrivateKey: .init(authority))
            content.serverCertificate = try Self.der(certificate)
            try SecretFile.write(json: content, to: path)
            self.content = content
            serverEnds = Self.instant(certificate.notValidAfter)
        } catch { throw (error as? Problem) ?? Problem(.internalError, "The server's certificate cannot be made: \(error).") }
    }

    /// What a joining site is told of it.
    func statement(hubKey: [UInt8]) -> AuthorityStatement {
        let keys = [content.serverKey, content.nextKey].compactMap {
            try? P256.Signing.PrivateKey(derRepresentation: $0)  // both were read when the file was opened
        }
        return AuthorityStatement(
            hubKey: hubKey, certificate: Array(content.authorityCertificate),
            pins: keys.map { key in
                "sha256//" + Base64.text(of: EventHash.sha256(Array(key.publicKey.derRepresentation)).bytes)
            })
    }

    // MARK: - Names

    /// By what every machine names itself.
    private static let own = ["localhost", "127.0.0.1", "::1"]

    /// This machine's name, where it is one that a certificate can hold.
    private static var machine: [String] {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, 255) == 0 else { return [] }
        let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return isHost(name) ? [name] : []
    }

    /// Whether an address stands for all of the machine's.
    private static func isAny(_ host: String) -> Bool { host == "0.0.0.0" || host == "::" }

    private static func requireHosts(_ hosts: [String]) throws(Problem) {
        for host in hosts where !isHost(host) {
            throw Problem(
                .usage, "'\(host)' is no host: a name such as hub.example or an address is expected.",
                remedy: "Give --host once for each name that sites reach the hub by, without scheme and port.")
        }
    }

    private static func isHost(_ text: String) -> Bool {
        if address(text) != nil { return true }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d
                    }
            }
    }

    private static func name(_ host: String) -> GeneralName {
        address(host).map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(host)
    }

    /// The bytes of an address; nil for a name.
    private static func address(_ host: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, host, &bytes) == 1 { return bytes }
        }
        return nil
    }

    // MARK: - Forms

    static func date(_ now: Instant, _ days: Int64) -> Date {
        Date(timeIntervalSince1970: Double(now.milliseconds / 1000 + days * 86_400))
    }

    static func instant(_ date: Date) -> Instant { Instant(milliseconds: Int64(date.timeIntervalSince1970 * 1000)) }

    static func der(_ certificate: Certificate) throws -> Data {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return Data(serializer.serializedBytes)
    }
}
