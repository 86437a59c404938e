import EventLog

/// What somebody shows beside his password: codes of an authenticator, and ten for the day on which it is lost.
///
/// The secret lies in the accounts' file as it is, because a node has to make the same codes; of a recovery code only a hash is kept.
struct SecondFactor: Codable, Hashable, Sendable {
    /// How many recovery codes there are.
    static let recoveryCodes = 10

    /// What codes are made of.
    let secret: TimeCodeSecret
    /// The step of the last code that counted: a code counts once, and none before it does.
    private(set) var lastStep: Int64
    /// Hashes of the recovery codes that were not used.
    private(set) var recovery: [String]

    /// Takes effect with the first code of a new secret.
    ///
    /// - Returns: it with the recovery codes, which are kept nowhere; nil where the code is none.
    static func begun(
        with secret: TimeCodeSecret, firstCode code: String, now: Instant
    ) -> (factor: SecondFactor, recovery: [RecoveryCode])? {
        guard let step = secret.step(of: Self.typed(code), at: now, after: nil) else { return nil }
        let codes = (0..<recoveryCodes).map { _ in RecoveryCode.drawn() }
        return (SecondFactor(secret: secret, lastStep: step, recovery: codes.map(\.key)), codes)
    }

    private init(secret: TimeCodeSecret, lastStep: Int64, recovery: [String]) {
        self.secret = secret
        self.lastStep = lastStep
        self.recovery = recovery
    }

    /// Takes a code, which then counts no more.
    ///
    /// - Returns: whether it was one.
    mutating func take(_ text: String, now: Instant) -> Bool {
        let text = Self.typed(text)
        if let step = secret.step(of: text, at: now, after: lastStep) {
            lastStep = step
            return true
        }
        guard let code = RecoveryCode(text), let place = recovery.firstIndex(of: code.key) else { return false }
        recovery.remove(at: place)
        return true
    }

    /// A code as somebody types it: in groups, in either case.
    private static func typed(_ text: String) -> String {
        String(
            decoding: text.uppercased().utf8.prefix(64).filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") },
            as: UTF8.self)
    }

    /// Whether it has the form that this version writes.
    var isWhole: Bool {
        secret.isWhole && recovery.count <= Self.recoveryCodes && recovery.allSatisfy { $0.utf8.count == 64 }
    }
}

/// One of the codes for the day on which the authenticator is lost: 80 random bits, so that a plain hash keeps it.
public struct RecoveryCode: Hashable, Sendable, CustomStringConvertible {
    private static let byteCount = 10
    private let plain: String

    static func drawn() -> RecoveryCode {
        var generator = SystemRandomNumberGenerator()
        return RecoveryCode(
            plain: Base32.text(of: (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }))
    }

    private init(plain: String) { self.plain = plain }

    /// Reads one without its groups; nil for another text.
    init?(_ text: String) {
        guard text.utf8.count == 16 else { return nil }
        plain = text
    }

    /// What the one who is given it writes down: four groups of four.
    public var text: String {
        stride(from: 0, to: plain.utf8.count, by: 4).map { String(plain.dropFirst($0).prefix(4)) }.joined(separator: "-")
    }

    /// Never the code: what is described ends in logs.
    public var description: String { "a recovery code" }

    /// What is kept of it.
    var key: String { EventHash.sha256(Array("filmjacket recovery \(plain)".utf8)).description }
}
