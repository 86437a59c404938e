import Crypto
import CryptoExtras
import FoundationEssentials
public import Problems

/// What a hashing of passwords costs, stored beside each verifier so that it can be raised later.
///
/// Source: RFC 7914 2 (N, r, p).
public struct ScryptCost: Codable, Hashable, Sendable {
    /// N: a power of two; time and memory grow with it.
    public let rounds: Int
    /// r: 128 bytes of memory each a round.
    public let blockSize: Int
    /// p: how often all of it is done.
    public let parallelism: Int

    /// States a cost.
    public init(rounds: Int, blockSize: Int, parallelism: Int) {
        self.rounds = rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// What new passwords cost: 128 MiB for a part of a second.
    public static let standard = ScryptCost(rounds: 1 << 17, blockSize: 8, parallelism: 1)

    /// The bounds within which a stored cost is believed: a damaged file must neither weaken a password nor take all memory.
    var isPlausible: Bool {
        let isPowerOfTwo = rounds > 1 && rounds & (rounds - 1) == 0
        return isPowerOfTwo && (1 << 4...1 << 20).contains(rounds) && (1...32).contains(blockSize)
            && (1...16).contains(parallelism)
            && rounds * blockSize * 128 <= 1 << 30
    }
}

/// What is kept of a password: enough to tell whether it was given again, not enough to give it.
///
/// Source: RFC 7914 (scrypt); NIST SP 800-63B 5.1.1.2 (salted, memory-hard).
public struct PasswordVerifier: Codable, Hashable, Sendable {
    /// What checking it costs.
    public let cost: ScryptCost
    private let salt: [UInt8]
    private let hash: [UInt8]

    private static let saltBytes = 16
    private static let hashBytes = 32

    /// Makes the verifier of a password, with a salt of its own.
    public init(of password: Password, cost: ScryptCost) throws(Problem) {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        self.cost = cost
        self.salt = salt
        hash = try Self.hash(Array(password.text.utf8), salt: salt, cost: cost)
    }

    /// Whether a text is the password. Takes as long for any text.
    public func matches(_ text: String) throws(Problem) -> Bool {
        let found = try Self.hash(Array(Password.normalised(text).utf8), salt: salt, cost: cost)
        return ConstantTime.areEqual(found, hash)
    }

    /// A verifier that no text matches and that is checked as any other is, for a name that nobody has: finding one would be finding what
    /// hashes to zeros.
    static func matchingNothing(_ cost: ScryptCost) -> PasswordVerifier {
        PasswordVerifier(
            cost: cost, salt: [UInt8](repeating: 0, count: saltBytes), hash: [UInt8](repeating: 0, count: hashBytes))
    }

    private init(cost: ScryptCost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Whether it has the form that this version writes.
    var isWhole: Bool { cost.isPlausible && salt.count == Self.saltBytes && hash.count == Self.hashBytes }

    /// Source: RFC 7914 6.
    static func hash(_ password: [UInt8], salt: [UInt8], cost: ScryptCost) throws(Problem) -> [UInt8] {
        guard cost.isPlausible else { throw Problem(.configuration, "A password's stored cost is none that is taken.") }
        do {
            // An empty text has no bytes to point at; no password is empty, so one that cannot be typed stands for it.
            let key = try KDF.Scrypt.deriveKey(
                from: password.isEmpty ? [0] : password, salt: salt, outputByteCount: hashBytes, rounds: cost.rounds,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw Problem(.tooManyRequests, "There is no memory to check a password now.", retryAfterSeconds: 5)
        }
    }
}
