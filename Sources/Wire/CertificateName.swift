public import EventLog

/// What a client certificate of a site names: the site, and the signing key that the certificate was asked for with.
///
/// One URI, `filmjacket:site/NAME/key/FINGERPRINT`: a certificate is worth nothing beyond that key, so that a site which joins anew leaves
/// its former ones behind.
/// Source: RFC 5280 4.2.1.6 (URI names).
public struct CertificateName: Hashable, Sendable, CustomStringConvertible {
    private static let scheme = "filmjacket:site/"

    /// The site.
    public let site: SiteID
    /// The fingerprint of its Ed25519 key, 16 hexadecimal digits.
    public let key: String

    /// Names a site and the fingerprint of its key.
    public init(site: SiteID, key: String) {
        self.site = site
        self.key = key
    }

    /// Reads the text form; nil for anything else.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.scheme) else { return nil }
        let parts = text.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1] == "key", let site = SiteID(String(parts[0])), parts[2].utf8.count == 16 else {
            return nil
        }
        self.init(site: site, key: String(parts[2]))
    }

    /// The text form.
    public var description: String { "\(Self.scheme)\(site)/key/\(key)" }

    /// The fingerprint of a public key of 32 bytes, as names hold it.
    public static func fingerprint(of key: [UInt8]) -> String { Hex.text(of: JoinCode.fingerprint(of: key)) }
}
