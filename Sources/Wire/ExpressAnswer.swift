public import Crypto
public import EventLog
public import Problems
public import Replication

/// Urgent histories that a hub gives to a site ahead of its feed, with the hub's signature over them.
///
/// Protobuf message `ExpressAnswer`: 1 segment, 2 highest place, 3 lowest place, 4 signature. An answer without a segment says that nothing
/// urgent is there.
public struct ExpressAnswer: Sendable {
    /// The events as a segment; empty for none.
    public let segment: [UInt8]
    /// The highest place in the feed that the answer speaks of; 0 for none.
    public let highest: UInt64
    /// What comes next lies below it; 0 for none.
    public let lowest: UInt64
    /// Ed25519 by the hub's key, 64 bytes; empty for none.
    public let signature: [UInt8]

    /// Nothing urgent.
    public static let none = ExpressAnswer(segment: [], highest: 0, lowest: 0, signature: [])

    private init(segment: [UInt8], highest: UInt64, lowest: UInt64, signature: [UInt8]) {
        self.segment = segment
        self.highest = highest
        self.lowest = lowest
        self.signature = signature
    }

    /// Signs a part for a site.
    ///
    /// - Parameters:
    ///   - segment: the part's events as bytes.
    ///   - entries: their hashes, in the same order.
    /// - Throws: the cryptographic library's error, when the key cannot sign.
    public init(
        _ part: ExpressPart, segment: [UInt8], for site: SiteID, after cursor: FeedCursor, key: Curve25519.Signing.PrivateKey
    ) throws {
        let text = Self.text(site, cursor, part.highest, part.lowest, part.segment.events)
        self.init(segment: segment, highest: part.highest, lowest: part.lowest, signature: Array(try key.signature(for: text)))
    }

    /// Whether the hub signed these events for a site that stands at a cursor.
    public func isSigned(
        _ events: [HashedEvent], for site: SiteID, after cursor: FeedCursor, by key: Curve25519.Signing.PublicKey
    ) -> Bool {
        key.isValidSignature(signature, for: Self.text(site, cursor, highest, lowest, events))
    }

    private static func text(
        _ site: SiteID, _ cursor: FeedCursor, _ highest: UInt64, _ lowest: UInt64, _ events: [HashedEvent]
    ) -> [UInt8] {
        let digest = EventHash.zero.chained(with: events.map(\.hash))
        return Array("filmjacket express 1\n\(site)\n\(cursor)\n\(highest)\n\(lowest)\n\(digest)\n".utf8)
    }

    /// The bytes.
    public var bytes: [UInt8] {
        var message = ColumnWriter(reserving: segment.count + 96)
        if !segment.isEmpty { message.field(1, segment) }
        if highest > 0 { message.field(2, integer: highest) }
        if lowest > 0 { message.field(3, integer: lowest) }
        if !signature.isEmpty { message.field(4, signature) }
        return message.bytes
    }

    /// Reads an answer.
    ///
    /// - Throws: `MALFORMED` for bytes that are none.
    public init(bytes: [UInt8]) throws(Problem) {
        let result: Result<ExpressAnswer, Problem> = bytes.withUnsafeBytes { buffer in
            do throws(Problem) { return .success(try Self.read(buffer)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    private static func read(_ buffer: UnsafeRawBufferPointer) throws(Problem) -> ExpressAnswer {
        var reader = ColumnReader(buffer)
        var (segment, signature): ([UInt8], [UInt8]) = ([], [])
        var (highest, lowest): (UInt64, UInt64) = (0, 0)
        while !reader.isAtEnd {
            let field = try reader.field()
            switch field.number {
            case 1: segment = Array(field.bytes)
            case 2: highest = field.value
            case 3: lowest = field.value
            case 4: signature = Array(field.bytes)
            default: break
            }
        }
        guard segment.isEmpty || (signature.count == 64 && lowest > 0 && lowest <= highest) else {
            throw Problem(.malformed, "The body is not a filmjacket.v1.ExpressAnswer: places or the signature are missing.")
        }
        return ExpressAnswer(segment: segment, highest: highest, lowest: lowest, signature: signature)
    }
}
