public import EventLog

/// Random 64 bits of a hub's feed numbering; a restored or wiped hub mints a new one, and every older cursor is void.
public struct Generation: Hashable, Sendable, CustomStringConvertible {
    /// The 64 bits.
    public let bits: UInt64

    /// Wraps bits that a caller drew.
    public init(bits: UInt64) { self.bits = bits }

    /// Parses 16 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let incarnation = Incarnation(text) else { return nil }
        bits = incarnation.bits
    }

    /// Sixteen hexadecimal digits.
    public var description: String { Hex.text(of: bits) }
}

/// Where a site stands in its feed: which numbering, how many entries, and a digest over exactly those entries.
///
/// "After" is exclusive. The digest catches a hub that forgot to mint a new generation: its entries up to the position differ.
public struct FeedCursor: Hashable, Sendable, CustomStringConvertible {
    /// The numbering that the position belongs to.
    public let generation: Generation
    /// How many entries of the feed are stored.
    public let position: UInt64
    /// The first 64 bits of the feed's running digest at the position.
    public let digest: UInt64

    /// Names a place in a feed.
    public init(generation: Generation, position: UInt64, digest: UInt64) {
        self.generation = generation
        self.position = position
        self.digest = digest
    }

    /// The start of a generation.
    public static func start(of generation: Generation) -> FeedCursor {
        FeedCursor(generation: generation, position: 0, digest: 0)
    }

    /// Parses the opaque text: base64url over version 1 and three big-endian words. One place has one spelling.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Base64.bytes(of: text), bytes.count == 25, bytes[0] == 1 else { return nil }
        func word(_ offset: Int) -> UInt64 { bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(generation: Generation(bits: word(1)), position: word(9), digest: word(17))
        guard description.utf8.elementsEqual(text.utf8) else { return nil }
    }

    /// The opaque text.
    public var description: String {
        var bytes: [UInt8] = [1]
        for word in [generation.bits, position, digest] { withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) } }
        return Base64.urlText(of: bytes)
    }
}

/// The running digest of a feed: each stored row chains the hashes of its entries to the row before.
public enum FeedDigest {
    /// The digest after a row of entries.
    public static func next(after previous: EventHash, entries: some Sequence<EventHash>) -> EventHash {
        previous.chained(with: entries)
    }

    /// The part that a cursor carries.
    public static func prefix(_ digest: EventHash) -> UInt64 { digest == .zero ? 0 : digest.words.0 }
}
