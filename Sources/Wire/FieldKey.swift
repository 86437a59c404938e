import Crypto
import EventLog
public import ImagingCase

/// The key under which a deployment's names, identifiers and report texts are sealed: every site that reads holds it, the hub need not.
///
/// Equal texts give equal sealed texts: otherwise no node could see without the key that two orders are of one person, and a recording
/// that is tried again would be another event. That two texts are equal is therefore what a sealed log gives away, besides their length
/// to the next 16 bytes and what `SealedText` shows.
/// Source: AES-256-GCM (NIST SP 800-38D) with a nonce that is a keyed digest of the text, as in a synthetic-IV construction (RFC 5297);
/// keys by HKDF-SHA256 (RFC 5869).
public struct FieldKey: Sendable {
    /// The length of a key.
    public static let byteCount = 32
    private static let blockBytes = 16
    private static let nonceBytes = 12

    /// The key's name: 8 hexadecimal digits that tell nothing of it.
    public let id: String
    private let encryption: SymmetricKey
    private let nonces: SymmetricKey
    private let senses: SymmetricKey

    /// Makes the key of 32 random bytes.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a field key has 32 bytes")
        let secret = SymmetricKey(data: bytes)
        encryption = Self.derived("encryption", of: secret)
        nonces = Self.derived("nonce", of: secret)
        senses = Self.derived("sense", of: secret)
        let name = Self.derived("name", of: secret).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).bigEndian }
        id = String(Hex.text(of: name).prefix(SealedText.keyIDCount))
    }

    private static func derived(_ use: String, of secret: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: Array("filmjacket field 1 \(use)".utf8), outputByteCount: 32)
    }

    /// Seals a text. What says nothing, or is sealed under this key already, stays as it is.
    public func seal(_ text: String, as meaning: SealedMeaning) -> String {
        guard text.contains(where: { !$0.isWhitespace }), SealedText(text).flatMap(open) == nil else { return text }
        let plain = Array(text.utf8)
        let sense = digest(meaning, Array(meaning.sense(of: text).utf8), senses).prefix(16)
        var sealed = SealedText(
            keyID: id, meaning: meaning, isTemporary: meaning.isTemporary(text), sense: Base64.urlText(of: Array(sense)), box: "")
        let nonce = Array(digest(meaning, plain, nonces).prefix(Self.nonceBytes))
        guard let place = try? AES.GCM.Nonce(data: nonce),
            let box = try? AES.GCM.seal(
                Self.padded(plain), using: encryption, nonce: place, authenticating: Array(sealed.head.utf8)),
            let bytes = box.combined
        else { preconditionFailure("a key and a nonce of the right length seal any text") }
        sealed.put(Base64.urlText(of: Array(bytes)))
        return sealed.description
    }

    /// Opens a sealed text; nil where it is sealed under another key or is not what was sealed.
    public func open(_ sealed: SealedText) -> String? {
        guard sealed.keyID == id, let bytes = Base64.bytes(of: sealed.box), let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: encryption, authenticating: Array(sealed.head.utf8)),
            let text = Self.unpadded(Array(plain))
        else { return nil }
        return String(validating: text, as: UTF8.self)
    }

    private func digest(_ meaning: SealedMeaning, _ bytes: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: [meaning.rawValue] + bytes, using: key))
    }

    /// Filled up to whole blocks, so that a short name and a long one look alike.
    ///
    /// Source: ISO/IEC 7816-4 (padding).
    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        let rest = blockBytes - (bytes.count + 1) % blockBytes
        return bytes + [0x80] + [UInt8](repeating: 0, count: rest % blockBytes)
    }

    private static func unpadded(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        guard let end = bytes.lastIndex(where: { $0 != 0 }), bytes[end] == 0x80 else { return nil }
        return bytes[..<end]
    }
}
