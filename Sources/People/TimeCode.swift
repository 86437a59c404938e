import Crypto
import EventLog
import Problems

/// The secret that a node and somebody's authenticator share, and the codes that both make of it and of the time.
///
/// Source: RFC 6238 (TOTP: HMAC-SHA-1, steps of 30 s from the epoch, as authenticator apps take them), RFC 4226 5.3 (six digits).
struct TimeCodeSecret: Codable, Hashable, Sendable, CustomStringConvertible {
    /// As long as the hash's own output.
    ///
    /// Source: RFC 4226 4 (R6).
    static let byteCount = 20
    /// How long a code holds.
    static let stepMilliseconds: Int64 = 30_000
    /// How many steps a clock may be off, either way.
    ///
    /// Source: RFC 6238 5.2 and 6.
    static let stepsOff: Int64 = 1
    /// Digits of a code.
    static let digits = 6

    private let bytes: [UInt8]

    /// Takes a secret as it is.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Draws a new one.
    static func drawn() -> TimeCodeSecret {
        var generator = SystemRandomNumberGenerator()
        return TimeCodeSecret(bytes: (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Never the secret: what is described ends in logs.
    var description: String { "a secret for codes" }

    /// Whether it has the form that this version writes.
    var isWhole: Bool { bytes.count == Self.byteCount }

    /// The step of a moment.
    static func step(at now: Instant) -> Int64 { Int64((Double(now.milliseconds) / Double(stepMilliseconds)).rounded(.down)) }

    /// The code of a step.
    func code(at step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: bytes)))
        let offset = Int(hash[hash.count - 1] & 0xf)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// The step whose code a text is, near a moment and after the last that counted; nil where it is none. Every step is looked at,
    /// whichever it is.
    func step(of code: String, at now: Instant, after last: Int64?) -> Int64? {
        let here = Self.step(at: now)
        var found: Int64?
        for step in here - Self.stepsOff...here + Self.stepsOff
        where ConstantTime.areEqual(Array(self.code(at: step).utf8), Array(code.utf8)) && step > last ?? .min {
            found = found ?? step
        }
        return found
    }

    /// The address that an authenticator app reads, as text or from a picture of it.
    ///
    /// Source: Google Authenticator wiki, "Key Uri Format".
    func address(of name: AccountName, issuer: String) -> String {
        func plain(_ text: String) -> String {
            text.utf8.map { byte in
                let isPlain = byte.isLetterOrDigit || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte)
                return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.text(of: [byte]).uppercased()
            }.joined()
        }
        let issuer = plain(issuer)
        return "otpauth://totp/\(issuer):\(plain(name.description))?secret=\(Base32.text(of: bytes))&issuer=\(issuer)"
            + "&algorithm=SHA1&digits=\(Self.digits)&period=\(Self.stepMilliseconds / 1000)"
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
    }
}

/// Bytes as people type them: letters and 2 to 7, without padding.
///
/// Source: RFC 4648 6.
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// Bytes as text.
    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var (held, bits) = (0, 0)
        for byte in bytes {
            held = held << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(alphabet[held >> bits & 31])
            }
            held &= (1 << bits) - 1
        }
        if bits > 0 { text.append(alphabet[held << (5 - bits) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }
}
