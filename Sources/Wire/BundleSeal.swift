public import Crypto
public import EventLog
public import Problems
import WireSchema

/// Seals a bundle's items for one node, in order.
///
/// Source: RFC 9180 base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
public struct BundleSealer: Sendable {
    private var sender: HPKE.Sender
    /// The encapsulated key, for the header.
    public let sealed: [UInt8]

    /// Begins a bundle.
    ///
    /// - Throws: `CONFIGURATION` for a key of the receiver that is none.
    public init(from: SiteID, to: SiteID, recipient: [UInt8]) throws(Problem) {
        guard let key = Agreement.publicKey(of: recipient),
            let sender = try? HPKE.Sender(
                recipientKey: key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: schemaBytes(Self.info(from, to)))
        else { throw Problem(.configuration, "The key of '\(to)' is none: nothing can be sealed for it.") }
        self.sender = sender
        sealed = Array(sender.encapsulatedKey)
    }

    static func info(_ from: SiteID, _ to: SiteID) -> [UInt8] { Array("filmjacket bundle 1 \(from) \(to)".utf8) }

    /// Seals the next item: its length in four bytes, then what only the receiver can open.
    public mutating func seal(_ item: BundleItem) throws(Problem) -> [UInt8] {
        do {
            let text = Array(try sender.seal(item.bytes))
            return withUnsafeBytes(of: UInt32(text.count).bigEndian) { Array($0) } + text
        } catch { throw Problem(.internalError, "An item of the bundle cannot be sealed.") }
    }
}

/// Opens a bundle's items, in order.
public struct BundleOpener: Sendable {
    private var recipient: HPKE.Recipient
    private var next = 1

    /// Begins to read a bundle whose header was believed.
    ///
    /// - Throws: `NOT_FOR_THIS_SITE` for a bundle that is sealed for another key.
    public init(_ header: BundleHeader, key: Curve25519.Signing.PrivateKey) throws(Problem) {
        guard header.recipient == Array(key.publicKey.rawRepresentation), let secret = try? Agreement.privateKey(of: key),
            let recipient = try? HPKE.Recipient(
                privateKey: secret, ciphersuite: .Curve25519_SHA256_ChachaPoly,
                info: schemaBytes(BundleSealer.info(header.from, header.to)), encapsulatedKey: schemaBytes(header.sealed))
        else {
            throw Problem(
                .notForThisSite,
                "The bundle is sealed for '\(header.to)' and another key than this node's; nothing of it was taken.")
        }
        self.recipient = recipient
    }

    /// Opens the next item.
    ///
    /// - Throws: `BUNDLE_SIGNATURE` naming the item whose bytes are not what the sender sealed.
    public mutating func open(_ bytes: [UInt8]) throws(Problem) -> BundleItem {
        defer { next += 1 }
        guard let text = try? recipient.open(bytes) else {
            throw Problem(
                .bundleSignature, "Item \(next) of the bundle is not what its sender sealed; nothing of it was taken.",
                facts: [.init("item", "\(next)")])
        }
        return try BundleItem(bytes: Array(text))
    }
}
