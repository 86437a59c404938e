public import Crypto

/// A SHA-256 value as four words: compares and hashes without touching the heap.
///
/// Ordered by its bytes, which gives every node the same arbitrary order of names (content-derived, never by a clock).
/// Source: FIPS 180-4.
public struct EventHash: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The value's big-endian words, most significant first.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    /// Wraps four big-endian words.
    public init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    /// Takes a digest.
    public init(_ digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { EventHash(loading: $0) }
    }

    /// Takes exactly 32 bytes; nil for another count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        let array = Array(bytes)
        self = array.withUnsafeBytes { EventHash(loading: $0) }
    }

    /// Parses 64 hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Hex.bytes(of: text) else { return nil }
        self.init(bytes: bytes)
    }

    /// Loads the first 32 bytes at an address.
    public init(loading buffer: UnsafeRawBufferPointer) {
        precondition(buffer.count >= 32, "a hash has 32 bytes")
        words = (
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var array: [UInt8] = []
        array.reserveCapacity(32)
        append(to: &array)
        return array
    }

    /// Appends the 32 bytes.
    public func append(to array: inout [UInt8]) {
        withUnsafeBytes(of: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)) {
            array.append(contentsOf: $0)
        }
    }

    /// All zero: the digest of nothing yet, at the start of a chain.
    public static let zero = EventHash(0, 0, 0, 0)

    /// SHA-256 of bytes.
    public static func sha256(_ bytes: [UInt8]) -> EventHash {
        EventHash(SHA256.hash(data: bytes))
    }

    /// SHA-256 of this value followed by others: the step of every running digest.
    public func chained(with others: some Sequence<EventHash>) -> EventHash {
        var input = bytes
        for other in others { other.append(to: &input) }
        return .sha256(input)
    }

    /// The text form.
    public var description: String {
        var text: [UInt8] = []
        text.append(addingCapacity: 64) { text in
            Hex.append(words.0, to: &text)
            Hex.append(words.1, to: &text)
            Hex.append(words.2, to: &text)
            Hex.append(words.3, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Equality of all words.
    public static func == (left: EventHash, right: EventHash) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
            && left.words.3 == right.words.3
    }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: EventHash, right: EventHash) -> Bool { left.words < right.words }

    /// Feeds the first word, which is as good as random.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
