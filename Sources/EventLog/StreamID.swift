/// What a history is about.
public enum StreamKind: UInt8, CaseIterable, Sendable {
    case imagingCase = 1
    case person = 2
    case course = 3
    case reviewFile = 4
    case site = 5
    case credential = 6

    /// Whether every site needs it to do its work and no patient is named in it: what machines are fit and who may act.
    public var isForEverySite: Bool { self == .site || self == .credential }

    /// The prefix of a stream's text.
    public var prefix: String {
        switch self {
        case .imagingCase: "c"
        case .person: "p"
        case .course: "t"
        case .reviewFile: "r"
        case .site: "s"
        case .credential: "k"
        }
    }
}

/// One history: of a case, a person, a course, a review file, a site or a credential. 128 bits, text `c-` and base32.
public struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What the history is about.
    public let kind: StreamKind
    /// The upper 64 bits.
    public let high: UInt64
    /// The lower 64 bits.
    public let low: UInt64

    /// Names a stream by its bits.
    public init(kind: StreamKind, high: UInt64, low: UInt64) {
        self.kind = kind
        self.high = high
        self.low = low
    }

    /// Derives a stream's id from an outside identifier: the first 128 bits of its SHA-256, so that two sites that meet the
    /// same identifier apart name the same stream.
    public init(kind: StreamKind, derivedFrom identifier: String) {
        let hash = EventHash.sha256(Array(identifier.utf8))
        self.init(kind: kind, high: hash.words.0, low: hash.words.1)
    }

    /// Parses the text form.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = StreamKind.allCases.first(where: { $0.prefix == parts[0] }),
            let (high, low) = Base32.bits(of: parts[1])
        else { return nil }
        self.init(kind: kind, high: high, low: low)
    }

    /// The text form.
    public var description: String { "\(kind.prefix)-\(Base32.text(high: high, low: low))" }

    /// The order of the text or bits, which every node computes alike.
    public static func < (left: StreamID, right: StreamID) -> Bool {
        (left.kind.rawValue, left.high, left.low) < (right.kind.rawValue, right.high, right.low)
    }
}

/// Lower-case base32 without padding of 128 bits: 26 characters, the last carrying three bits.
///
/// Source: RFC 4648 6.
enum Base32 {
    private static let alphabet: [UInt8] = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func text(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 26) { buffer in
            var bits = (UInt128(high) << 64 | UInt128(low))
            for index in 0..<26 {
                buffer[index] = alphabet[Int(truncatingIfNeeded: bits >> 123)]
                bits <<= 5
            }
            return 26
        }
    }

    static func bits(of text: some StringProtocol) -> (UInt64, UInt64)? {
        guard text.utf8.count == 26 else { return nil }
        var bits: UInt128 = 0
        for (index, character) in text.utf8.enumerated() {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            if index == 25 {
                guard value & 3 == 0 else { return nil }
                bits = bits << 3 | UInt128(value >> 2)
            } else {
                bits = bits << 5 | UInt128(value)
            }
        }
        return (UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits))
    }
}
