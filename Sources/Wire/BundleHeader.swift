public import Crypto
public import EventLog
public import Problems

/// What stands before a bundle's items, in plain text: whose it is, for whom, and the key that its items are sealed with.
///
/// Lines: `filmjacket bundle 1`, `version RELEASE`, `from NODE`, `to NODE`, `recipient KEY`, `made MILLISECONDS`, `part NUMBER`, `items
/// COUNT`, `sealed KEY`, `signature BASE64`, and an empty line. The signature (Ed25519, by the sender's key) covers everything before its
/// line. The key of `sealed` is the encapsulated one of RFC 9180; only who made it and the recipient can seal under it, so that the
/// signature over it holds for every item.
public struct BundleHeader: Equatable, Sendable {
    /// The form that this version writes and reads.
    public static let format = 1
    /// The longest header.
    public static let bytesMax = 2048
    /// The most items of a bundle. Source: reliability 4.6, with at least one event an item.
    public static let itemsMax = 5_000_000

    /// The release that made it.
    public let version: String
    /// The sender: a site's id or `hub`.
    public let from: SiteID
    /// The receiver: a site's id or `hub`.
    public let to: SiteID
    /// The receiver's Ed25519 public key.
    public let recipient: [UInt8]
    /// When it was made, by the sender's clock.
    public let made: Instant
    /// Which part of an export it is, from 1.
    public let part: Int
    /// How many items follow.
    public let items: Int
    /// The encapsulated key.
    public let sealed: [UInt8]

    /// Gathers a header.
    public init(
        version: String, from: SiteID, to: SiteID, recipient: [UInt8], made: Instant, part: Int, items: Int, sealed: [UInt8]
    ) {
        self.version = version
        self.from = from
        self.to = to
        self.recipient = recipient
        self.made = made
        self.part = part
        self.items = items
        self.sealed = sealed
    }

    private var body: String {
        """
        filmjacket bundle \(Self.format)
        version \(version)
        from \(from)
        to \(to)
        recipient \(Base64.text(of: recipient))
        made \(made.milliseconds)
        part \(part)
        items \(items)
        sealed \(Base64.text(of: sealed))

        """
    }

    /// The signed header's bytes.
    ///
    /// - Throws: the cryptographic library's error, when the key cannot sign.
    public func signed(by key: Curve25519.Signing.PrivateKey) throws -> [UInt8] {
        let signature = try key.signature(for: Array(body.utf8))
        return Array((body + "signature \(Base64.text(of: Array(signature)))\n\n").utf8)
    }

    /// Reads the header at the start of a bundle.
    ///
    /// - Throws: `BUNDLE_TRUNCATED` where it ends too early, `BUNDLE_NEWER` for another form, `BAD_INPUT` for a file that is no bundle.
    /// - Returns: the header, its signature, and how many bytes it takes.
    public static func read(_ bytes: [UInt8]) throws(Problem) -> (BundleHeader, signature: [UInt8], count: Int) {
        let magic = Array("filmjacket bundle ".utf8)
        guard bytes.starts(with: magic.prefix(bytes.count)), !bytes.isEmpty else {
            throw Problem(.badInput, "The file is no bundle: it begins with something else than 'filmjacket bundle'.")
        }
        let end = zip(bytes.indices, bytes.indices.dropFirst()).first { bytes[$0] == 0x0a && bytes[$1] == 0x0a }?.1
        guard let end, let text = String(validating: bytes[...end], as: UTF8.self) else {
            guard bytes.count >= bytesMax else {
                throw Problem(.bundleTruncated, "The bundle ends within its header; nothing of it was taken.")
            }
            throw Problem(.badInput, "The bundle's header has more than \(bytesMax) bytes.")
        }
        let lines = text.split(separator: "\n")
        let version = lines.count > 1 && lines[1].hasPrefix("version ") ? String(lines[1].dropFirst(8)) : "unknown"
        guard lines[0] == "filmjacket bundle \(format)" else {
            throw Problem(
                .bundleNewer,
                "The bundle was made by version \(version), this is version \(Version.text): its form is not known here.")
        }
        guard let (header, signature) = parse(lines) else {
            throw Problem(.badInput, "A line of the bundle's header cannot be read; nothing of it was taken.")
        }
        return (header, signature, end + 1)
    }

    private static func parse(_ lines: [Substring]) -> (BundleHeader, [UInt8])? {
        let names = ["version", "from", "to", "recipient", "made", "part", "items", "sealed", "signature"]
        guard lines.count == names.count + 1 else { return nil }
        var values: [Substring] = []
        for (name, line) in zip(names, lines.dropFirst()) {
            guard line.hasPrefix(name + " ") else { return nil }
            values.append(line.dropFirst(name.count + 1))
        }
        guard let from = SiteID(String(values[1])), let to = SiteID(String(values[2])),
            let recipient = Base64.bytes(of: values[3]),
            let made = Int64(values[4]), let part = Int(values[5]), let items = Int(values[6]),
            let sealed = Base64.bytes(of: values[7]), let signature = Base64.bytes(of: values[8]), recipient.count == 32,
            sealed.count == 32, signature.count == 64, part > 0, items >= 0, items <= itemsMax
        else { return nil }
        return (
            BundleHeader(
                version: String(values[0]), from: from, to: to, recipient: recipient, made: Instant(milliseconds: made),
                part: part, items: items, sealed: sealed), signature
        )
    }

    /// Whether a key made the signature.
    public func isSigned(_ signature: [UInt8], by key: Curve25519.Signing.PublicKey) -> Bool {
        key.isValidSignature(signature, for: Array(body.utf8))
    }
}
