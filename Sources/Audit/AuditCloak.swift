import Crypto
import EventLog

/// Keeps what somebody typed in a form that names nobody: the same text gives the same cloak on the same node, and only whoever knows
/// the text and asks the node finds it again.
///
/// Source: HMAC-SHA256 (RFC 2104) under a key that never leaves the node's audit folder, its first 64 bits in hexadecimal after `~`.
public struct AuditCloak: Sendable {
    /// The key's length in bytes.
    static let keyBytes = 32
    private let key: SymmetricKey

    /// Takes a key of 32 bytes; nil for another length.
    public init?(key bytes: [UInt8]) {
        guard bytes.count == Self.keyBytes else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// A text's cloak. Letters in either case, and spaces around it, make no other.
    public func cloak(_ text: String) -> String {
        var bytes = Array(text.lowercased().utf8)
        while bytes.last == 0x20 { bytes.removeLast() }
        bytes = Array(bytes.drop { $0 == 0x20 })
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: key)
        return "~" + Hex.text(of: Array(code.prefix(8)))
    }
}
