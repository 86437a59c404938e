public import Crypto

/// The X25519 keys that belong to a node's Ed25519 key, so that what is meant for one node alone can be sealed with nothing but the
/// key that it joined with.
///
/// A point of Ed25519 and one of X25519 are the same point in two coordinates; the secret scalar is the same number. Both sides
/// therefore derive, and nothing more has to be published or kept. Source: RFC 7748 4.1 (the map), RFC 8032 5.1.5 (the scalar).
public enum Agreement {
    /// The key to seal with for who holds the secret of an Ed25519 public key; nil for bytes that are no such key.
    public static func publicKey(of signing: [UInt8]) -> Curve25519.KeyAgreement.PublicKey? {
        guard signing.count == 32 else { return nil }
        var bytes = signing
        bytes[31] &= 0x7f
        let y = Field25519(bytes)
        let denominator = Field25519.one.minus(y)
        guard denominator != .zero else { return nil }
        let u = Field25519.one.plus(y).times(denominator.inverse)
        return try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: u.bytes)  // a key that is none opens nothing
    }

    /// The key to open with.
    ///
    /// - Throws: the cryptographic library's error, when the key is none.
    public static func privateKey(of signing: Curve25519.Signing.PrivateKey) throws -> Curve25519.KeyAgreement.PrivateKey {
        var scalar = Array(SHA512.hash(data: Array(signing.rawRepresentation)))[..<32]
        scalar[0] &= 0xf8
        scalar[31] = scalar[31] & 0x7f | 0x40
        return try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Array(scalar))
    }
}

/// Numbers modulo 2^255 - 19, for public values only: nothing here is constant in time.
struct Field25519: Equatable {
    /// Four words, lowest first, below the prime.
    private let words: [UInt64]

    private static let prime: [UInt64] = [0xffff_ffff_ffff_ffed, .max, .max, 0x7fff_ffff_ffff_ffff]
    static let zero = Field25519(words: [0, 0, 0, 0])
    static let one = Field25519(words: [1, 0, 0, 0])

    /// Reads 32 bytes, lowest first.
    init(_ bytes: [UInt8]) {
        var words: [UInt64] = []
        for word in 0..<4 { words.append((0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[word * 8 + $1]) }) }
        self.init(words: words)
    }

    private init(words: [UInt64]) {
        var rest = words
        while !Self.isBelow(rest, Self.prime) { rest = Self.subtract(rest, Self.prime) }
        self.words = rest
    }

    /// The number, lowest byte first.
    var bytes: [UInt8] { words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } } }

    func plus(_ other: Field25519) -> Field25519 {
        // Both are below 2^255, so that the sum stays below 2^256.
        var carry = false
        var sum: [UInt64] = []
        for (left, right) in zip(words, other.words) {
            let (part, first) = left.addingReportingOverflow(right)
            let (whole, second) = part.addingReportingOverflow(carry ? 1 : 0)
            carry = first || second
            sum.append(whole)
        }
        return Field25519(words: sum)
    }

    func minus(_ other: Field25519) -> Field25519 { plus(Field25519(words: Self.subtract(Self.prime, other.words))) }

    func times(_ other: Field25519) -> Field25519 {
        var wide = [UInt64](repeating: 0, count: 8)
        for i in 0..<4 {
            var carry: UInt64 = 0
            for j in 0..<4 {
                let (high, low) = words[i].multipliedFullWidth(by: other.words[j])
                let (part, first) = wide[i + j].addingReportingOverflow(low)
                let (whole, second) = part.addingReportingOverflow(carry)
                wide[i + j] = whole
                carry = high + (first ? 1 : 0) + (second ? 1 : 0)
            }
            wide[i + 4] = carry
        }
        return Self.reduce(wide)
    }

    /// 2^256 is 38 modulo the prime.
    private static func reduce(_ wide: [UInt64]) -> Field25519 {
        var words = Array(wide[..<4])
        var carry: UInt64 = 0
        for index in 0..<4 {
            let (high, low) = wide[index + 4].multipliedFullWidth(by: 38)
            let (part, first) = words[index].addingReportingOverflow(low)
            let (whole, second) = part.addingReportingOverflow(carry)
            words[index] = whole
            carry = high + (first ? 1 : 0) + (second ? 1 : 0)
        }
        while carry > 0 {
            var add = carry * 38
            carry = 0
            for index in 0..<4 {
                let (whole, overflow) = words[index].addingReportingOverflow(add)
                words[index] = whole
                add = overflow ? 1 : 0
            }
            carry = add
        }
        return Field25519(words: words)
    }

    /// The inverse: the power of the prime less two (Fermat).
    var inverse: Field25519 {
        var result = Self.one
        var base = self
        var exponent = Self.prime
        exponent[0] -= 2
        for bit in 0..<255 {
            if exponent[bit / 64] >> UInt64(bit % 64) & 1 == 1 { result = result.times(base) }
            base = base.times(base)
        }
        return result
    }

    private static func isBelow(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        for index in (0..<4).reversed() where left[index] != right[index] { return left[index] < right[index] }
        return false
    }

    private static func subtract(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var borrow = false
        var out: [UInt64] = []
        for (one, other) in zip(left, right) {
            let (part, first) = one.subtractingReportingOverflow(other)
            let (whole, second) = part.subtractingReportingOverflow(borrow ? 1 : 0)
            borrow = first || second
            out.append(whole)
        }
        return out
    }
}
