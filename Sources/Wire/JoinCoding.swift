public import EventLog
public import Problems
import SwiftProtobuf
import WireSchema

/// A one-time join code: the hub's key fingerprint, a 128-bit secret, and check digits against typing errors.
///
/// Text: `FJ1-<fingerprint 8 bytes hex>-<secret 16 bytes hex>-<check 2 bytes hex>`. Whoever holds it can tell the right hub from a
/// false one before anything secret is shown. Valid once, for 15 minutes, for five tries.
public struct JoinCode: Equatable, Sendable, CustomStringConvertible {
    /// How long a code is valid, in milliseconds.
    public static let lifetimeMilliseconds: Int64 = 15 * 60 * 1000
    /// How often a wrong secret may be tried.
    public static let triesMax = 5
    /// The first eight bytes of SHA-256 over the hub's public key.
    public let fingerprint: [UInt8]
    /// The secret, 16 bytes.
    public let secret: [UInt8]

    /// Makes a code from a hub's public key and a drawn secret.
    public init(hubKey: [UInt8], secret: [UInt8]) {
        precondition(secret.count == 16, "a join secret has 128 bits")
        fingerprint = Self.fingerprint(of: hubKey)
        self.secret = secret
    }

    /// Parses a code.
    ///
    /// - Throws: `JOIN_CODE_REFUSED` that says whether it has another form or a typing error.
    public init(parsing text: String) throws(Problem) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "FJ1", let fingerprint = Hex.bytes(of: parts[1]), fingerprint.count == 8,
            let secret = Hex.bytes(of: parts[2]), secret.count == 16, let check = Hex.bytes(of: parts[3])
        else {
            throw Problem(
                .joinCodeRefused, "A join code looks like FJ1-xxxxxxxxxxxxxxxx-(32 digits)-xxxx; this has another form.",
                remedy: "Copy the whole code that the hub printed.")
        }
        guard check == Self.check(fingerprint, secret) else {
            throw Problem(
                .joinCodeRefused, "The join code's check digits do not fit: a character is wrong.",
                remedy: "Copy it again, whole.")
        }
        self.fingerprint = fingerprint
        self.secret = secret
    }

    /// The text that the administrator hands over.
    public var description: String {
        "FJ1-\(Hex.text(of: fingerprint))-\(Hex.text(of: secret))-\(Hex.text(of: Self.check(fingerprint, secret)))"
    }

    /// What the hub keeps: the code itself is never stored.
    public var storedHash: EventHash { .sha256(Array("filmjacket join\n".utf8) + secret) }

    /// The fingerprint of a hub's public key.
    public static func fingerprint(of hubKey: [UInt8]) -> [UInt8] { Array(EventHash.sha256(hubKey).bytes[..<8]) }

    private static func check(_ fingerprint: [UInt8], _ secret: [UInt8]) -> [UInt8] {
        Array(EventHash.sha256(Array("filmjacket check\n".utf8) + fingerprint + secret).bytes[..<2])
    }
}

/// What a site sends to join.
public struct JoinRequest: Equatable, Sendable {
    /// The secret part of the code, as the whole text.
    public let code: String
    /// The site's public key, 32 bytes.
    public let publicKey: [UInt8]
    /// Signature by that key over the code's bytes.
    public let proof: [UInt8]

    /// Gathers a request.
    public init(code: String, publicKey: [UInt8], proof: [UInt8]) {
        self.code = code
        self.publicKey = publicKey
        self.proof = proof
    }

    /// The bytes.
    public var bytes: [UInt8] {
        var message = SchemaJoinRequest()
        message.code = code
        message.publicKey = schemaBytes(publicKey)
        message.proof = schemaBytes(proof)
        return SyncCoding.bytes(message)
    }

    /// Reads a request.
    public init(bytes: [UInt8]) throws(Problem) {
        let message: SchemaJoinRequest = try SyncCoding.read(bytes)
        self.init(code: message.code, publicKey: Array(message.publicKey), proof: Array(message.proof))
    }
}

/// What the hub answers to a join.
public struct JoinAnswer: Equatable, Sendable {
    /// The site's id.
    public let site: SiteID
    /// imaging, reading or both.
    public let kind: String
    /// Whether the site takes part in every case.
    public let allCases: Bool
    /// The site's label.
    public let label: String
    /// The hub's public key, 32 bytes.
    public let hubKey: [UInt8]
    /// The hub's name.
    public let hubName: String

    /// Gathers an answer.
    public init(site: SiteID, kind: String, allCases: Bool, label: String, hubKey: [UInt8], hubName: String) {
        self.site = site
        self.kind = kind
        self.allCases = allCases
        self.label = label
        self.hubKey = hubKey
        self.hubName = hubName
    }

    /// The bytes.
    public var bytes: [UInt8] {
        var message = SchemaJoinAnswer()
        message.site = site.text
        message.kind = kind
        message.allCases = allCases
        message.label = label
        message.hubKey = schemaBytes(hubKey)
        message.hubName = hubName
        return SyncCoding.bytes(message)
    }

    /// Reads an answer.
    public init(bytes: [UInt8]) throws(Problem) {
        let message: SchemaJoinAnswer = try SyncCoding.read(bytes)
        guard let site = SiteID(message.site) else { throw Problem(.malformed, "The answer to a join names no site.") }
        self.init(
            site: site, kind: message.kind, allCases: message.allCases, label: message.label, hubKey: Array(message.hubKey),
            hubName: message.hubName)
    }
}
