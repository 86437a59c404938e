import Crypto
import FoundationEssentials
import Glibc
public import Problems

/// A field key as it lies in a data folder or is carried to another site: wrapped, so that the file alone opens nothing.
///
/// Source: RFC 3394 (AES key wrap).
public struct FieldKeyFile: Sendable {
    /// The file's name in a data folder.
    public static let fileName = "field-key.json"
    /// The length of the key, in bytes.
    public static let keyBytes = 32
    private static let saltBytes = 16

    private struct Content: Codable {
        var format: Int
        var key: String
        var salt: Data
        var wrapped: Data
    }

    /// The key's name: 8 hexadecimal digits.
    public let id: String
    private let content: Content

    /// A new key: 32 random bytes.
    public static func draw() -> [UInt8] { SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }

    /// Wraps a key under a credential.
    public init(_ key: [UInt8], id: String, under credential: FieldCredential) throws(Problem) {
        precondition(key.count == Self.keyBytes, "a field key has 32 bytes")
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        do {
            let wrapped = try AES.KeyWrap.wrap(SymmetricKey(data: key), using: credential.wrapping(salt: salt))
            content = Content(format: 1, key: id, salt: Data(salt), wrapped: wrapped)
        } catch { throw Problem(.internalError, "The field key cannot be wrapped.") }
        self.id = id
    }

    /// Reads the file of a path; nil where there is none.
    ///
    /// - Throws: `CONFIGURATION` for a file that holds no wrapped key, `PERMISSIONS` where others may read it.
    public init?(reading path: String) throws(Problem) {
        guard let content = try SecretFile.json(Content.self, in: path) else { return nil }
        guard content.format == 1, content.salt.count == Self.saltBytes, content.key.utf8.count == 8 else {
            throw SecretFile.damaged(path)
        }
        self.content = content
        id = content.key
    }

    /// Writes the file.
    public func write(to path: String) throws(Problem) { try SecretFile.write(json: content, to: path) }

    /// The key.
    ///
    /// - Throws: `CONFIGURATION` for another credential than it was wrapped under.
    public func unwrapped(by credential: FieldCredential) throws(Problem) -> [UInt8] {
        // Whatever fails in it is the one mistake: the credential does not fit the file.
        guard
            let key = try? AES.KeyWrap.unwrap(content.wrapped, using: credential.wrapping(salt: Array(content.salt))),
            key.bitCount == Self.keyBytes * 8
        else {
            throw Problem(
                .configuration, "The credential does not open the field key \(id).",
                remedy: "Give the credential under which \(Self.fileName) was made: \(FieldCredential.variable)=FILE.")
        }
        return key.withUnsafeBytes { Array($0) }
    }
}
