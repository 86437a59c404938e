public import Crypto
import EventLog
public import Problems

/// How a hub's TLS is told from anybody else's, signed by the hub: its certificate authority, and the keys of its server.
///
/// A site that joins fetches it over a connection that it cannot judge yet, and believes it by the fingerprint in its join code; from
/// then on it believes this authority and these keys alone.
/// Text, a line each: `filmjacket authority 1`, `hub KEY`, `certificate DER` where the hub has its own authority, `pin sha256//HASH` for
/// the server's key in use and for the next one, an empty line, and the hub's Ed25519 signature over everything before it. Base64.
public struct AuthorityStatement: Equatable, Sendable {
    /// The hub's Ed25519 public key.
    public let hubKey: [UInt8]
    /// The authority's certificate, DER; nil where the hub has none of its own and whoever vouches for its address is believed.
    public let certificate: [UInt8]?
    /// The server's keys, as pins. Source: RFC 7469 2.4.
    public let pins: [String]

    /// The most bytes of a statement.
    public static let bytesMax = 16_384

    /// States an authority.
    public init(hubKey: [UInt8], certificate: [UInt8]?, pins: [String]) {
        self.hubKey = hubKey
        self.certificate = certificate
        self.pins = pins
    }

    /// The certificate as a PEM file holds it. Source: RFC 7468 5.
    public var pem: String? {
        guard let certificate else { return nil }
        var lines = ["-----BEGIN CERTIFICATE-----"]
        var rest = Substring(Base64.text(of: certificate))
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END CERTIFICATE-----", ""]).joined(separator: "\n")
    }

    /// The signed text.
    ///
    /// - Throws: the cryptographic library's error, when the key cannot sign.
    public func signed(by key: Curve25519.Signing.PrivateKey) throws -> String {
        var lines = ["filmjacket authority 1", "hub \(Base64.text(of: hubKey))"]
        if let certificate { lines.append("certificate \(Base64.text(of: certificate))") }
        lines += pins.map { "pin \($0)" }
        let body = lines.joined(separator: "\n") + "\n\n"
        return body + Base64.text(of: Array(try key.signature(for: Array(body.utf8)))) + "\n"
    }

    /// Reads the statement of the hub that a join code names.
    ///
    /// - Throws: `JOIN_CODE_REFUSED` for another hub's, `BAD_SIGNATURE` for one that this hub did not sign, `MALFORMED` for another text.
    public init(parsing text: String, fingerprint: [UInt8]) throws(Problem) {
        guard let end = text.firstRange(of: "\n\n"), text.hasSuffix("\n"),
            let signature = Base64.bytes(of: text[end.upperBound...].dropLast())
        else { throw Problem(.malformed, "The text is no statement of a hub's authority.") }
        let lines = text[..<end.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 2, lines[0] == "filmjacket authority 1", lines[1].hasPrefix("hub "),
            let hubKey = Base64.bytes(of: lines[1].dropFirst(4)), hubKey.count == 32
        else { throw Problem(.malformed, "The statement of the hub's authority has another form than this version reads.") }
        guard JoinCode.fingerprint(of: hubKey) == fingerprint else {
            throw Problem(.joinCodeRefused, "The hub that answered is not the one that made the code.")
        }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: hubKey),  // a key that is none signed nothing
            key.isValidSignature(signature, for: Array(text[..<end.upperBound].utf8))
        else { throw Problem(.badSignature, "The statement of the hub's authority is not signed by the hub.") }
        var certificate: [UInt8]?
        var pins: [String] = []
        for line in lines.dropFirst(2) {
            if line.hasPrefix("certificate "), certificate == nil, let der = Base64.bytes(of: line.dropFirst(12)) {
                certificate = der
            } else if line.hasPrefix("pin sha256//"), pins.count < 4 {
                pins.append(String(line.dropFirst(4)))
            } else {
                throw Problem(.malformed, "A line of the statement of the hub's authority cannot be read.")
            }
        }
        self.init(hubKey: hubKey, certificate: certificate, pins: pins)
    }
}
