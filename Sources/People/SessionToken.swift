import Crypto
import EventLog

/// The secret that shows a session: 256 random bits, given out once and kept nowhere but with whoever signed in.
///
/// Source: reliability: hashed at rest; OWASP ASVS 3.2 (at least 64 bits of randomness).
public struct SessionToken: Sendable, CustomStringConvertible {
    private static let byteCount = 32
    private let bytes: [UInt8]

    /// Draws a new one.
    init() {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Reads one; nil for a text that is none.
    public init?(_ text: String) {
        guard text.utf8.count == 2 * Self.byteCount, let bytes = Hex.bytes(of: text), bytes.count == Self.byteCount else {
            return nil
        }
        self.bytes = bytes
    }

    /// The text that whoever signed in keeps.
    public var text: String { Hex.text(of: bytes) }
    /// Never the text: what is described ends in logs.
    public var description: String { "a session's token" }

    /// What a page of the node writes with beside the cookie: made from the token, so that it is kept nowhere and ends with the session,
    /// and gives nobody the token.
    ///
    /// Source: RFC 2104 (HMAC), FIPS 180-4 (SHA-256).
    public var ownPage: String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("filmjacket csrf".utf8), using: SymmetricKey(data: bytes))
        return Hex.text(of: Array(code.prefix(16)))
    }

    /// Whether a text is what a page of the node writes with. Takes as long for any text of the length.
    public func isOwnPage(_ text: String) -> Bool { ConstantTime.areEqual(Array(text.utf8), Array(ownPage.utf8)) }

    /// What is kept of it.
    var key: String { EventHash.sha256(bytes).description }
}
