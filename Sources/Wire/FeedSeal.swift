public import Crypto
public import EventLog
public import Replication

/// The hub's signature over a place in a site's feed, and how many entries each stored row had on the way there.
///
/// The feed's digest at a place chains the hash of every entry before it; who holds a stretch of entries in order and the digest
/// before them can recompute it. So the signature proves, to the hub itself and to whoever knows its key, that the hub gave out
/// exactly these events after having verified them: what sites re-offer to a hub that lost its store is believed by this alone.
public struct FeedSeal: Equatable, Sendable {
    /// Entries of each row that the frame covers, in order.
    public let rows: [Int]
    /// Ed25519 by the hub's key, 64 bytes.
    public let signature: [UInt8]

    /// Takes what came.
    public init(rows: [Int], signature: [UInt8]) {
        self.rows = rows
        self.signature = signature
    }

    /// Signs the place after the rows.
    ///
    /// - Throws: the cryptographic library's error, when the key cannot sign.
    public init(
        rows: [Int], site: SiteID, generation: Generation, position: UInt64, digest: EventHash,
        key: Curve25519.Signing.PrivateKey
    ) throws {
        self.rows = rows
        signature = Array(try key.signature(for: Self.text(site, generation, position, digest)))
    }

    /// Whether the hub signed this place of a site's feed.
    public func isSigned(
        site: SiteID, generation: Generation, position: UInt64, digest: EventHash, by key: Curve25519.Signing.PublicKey
    ) -> Bool {
        key.isValidSignature(signature, for: Self.text(site, generation, position, digest))
    }

    /// The digest after the rows; nil where they do not have as many entries as there are hashes.
    public func digest(after before: EventHash, entries: [EventHash]) -> EventHash? {
        guard rows.allSatisfy({ $0 > 0 }), rows.reduce(0, { $0 &+ $1 }) == entries.count else { return nil }
        var digest = before
        var start = 0
        for row in rows {
            digest = FeedDigest.next(after: digest, entries: entries[start..<start + row])
            start += row
        }
        return digest
    }

    private static func text(_ site: SiteID, _ generation: Generation, _ position: UInt64, _ digest: EventHash) -> [UInt8] {
        Array("filmjacket feed 1\n\(site)\n\(generation)\n\(position)\n\(digest)\n".utf8)
    }
}
