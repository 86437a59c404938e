public import Crypto
public import EventLog
public import Problems

/// What a site tells its hub to put a new key in the place of the one in use, signed by both: the old one says who announces it, the
/// new one that whoever announces it holds it.
///
/// Text, a line each: `filmjacket key 1`, `site ID`, `old KEY`, `new KEY`, an empty line, and the two Ed25519 signatures over everything
/// before them, the old key's first. Base64.
public struct KeyAnnouncement: Equatable, Sendable {
    /// The site.
    public let site: SiteID
    /// The key in use until now, 32 bytes.
    public let old: [UInt8]
    /// The key from now on, 32 bytes.
    public let new: [UInt8]

    /// The signed text of an announcement.
    ///
    /// - Throws: the cryptographic library's error, when a key cannot sign.
    public static func signed(
        site: SiteID, old: Curve25519.Signing.PrivateKey, new: Curve25519.Signing.PrivateKey
    ) throws -> String {
        let keys = [old, new].map { Base64.text(of: Array($0.publicKey.rawRepresentation)) }
        let body = "filmjacket key 1\nsite \(site)\nold \(keys[0])\nnew \(keys[1])\n\n"
        let signatures = try [old, new].map { Base64.text(of: Array(try $0.signature(for: Array(body.utf8)))) + "\n" }
        return body + signatures.joined()
    }

    /// Reads an announcement that both of its keys signed.
    ///
    /// - Throws: `MALFORMED` for another text, `BAD_SIGNATURE` where one of the signatures does not hold.
    public init(parsing text: String) throws(Problem) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard text.utf8.count <= 1024, lines.count == 8, lines[0] == "filmjacket key 1", lines[1].hasPrefix("site "),
            let site = SiteID(String(lines[1].dropFirst(5))), lines[2].hasPrefix("old "), lines[3].hasPrefix("new "),
            let old = Base64.bytes(of: lines[2].dropFirst(4)), let new = Base64.bytes(of: lines[3].dropFirst(4)), old.count == 32,
            new.count == 32, lines[4].isEmpty, lines[7].isEmpty
        else { throw Problem(.malformed, "The text announces no key: six lines and two signatures are expected.") }
        let body = Array((lines[..<5].joined(separator: "\n") + "\n").utf8)
        for (key, line) in [(old, lines[5]), (new, lines[6])] {
            guard let signature = Base64.bytes(of: line),
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key),  // a key that is none signed nothing
                key.isValidSignature(signature, for: body)
            else { throw Problem(.badSignature, "The announcement of the new key is not signed by the old and the new key.") }
        }
        self.site = site
        self.old = old
        self.new = new
    }
}
