import Crypto
import FoundationEssentials
import Glibc
public import Problems

/// The secret that opens a node's field key: outside the data folder, so that a stolen disk or backup holds sealed texts and no key.
///
/// A file of random text, such as `openssl rand -base64 32` makes. A service gets it from systemd (`LoadCredentialEncrypted=`), which may
/// bind it to the machine's TPM.
public struct FieldCredential: Sendable {
    /// The environment variable that names the file.
    public static let variable = "FILMJACKET_FIELD_CREDENTIAL"
    /// The file's name among a service's credentials.
    public static let name = "filmjacket-field"
    /// The least that a credential must hold, in bytes: a password that people choose is guessed from a stolen file.
    public static let bytesMin = 32
    private static let bytesMax = 4096

    private let secret: SymmetricKey

    /// Reads a credential; white space at its end does not count.
    ///
    /// - Throws: `CONFIGURATION` for a file that is not there or holds too little, `PERMISSIONS` for one that others may read.
    public init(file path: String) throws(Problem) { try self.init(file: path, isGuarded: false) }

    /// - Parameter isGuarded: whether the folder is the service's own. systemd lets its user in by an access list, which shows in the
    ///   file's mode as if a group might read it.
    private init(file path: String, isGuarded: Bool) throws(Problem) {
        guard access(path, F_OK) == 0 else {
            throw Problem(
                .configuration, "The credential of the field key is not there.",
                remedy: "Name its file: \(Self.variable)=FILE, or the systemd credential \(Self.name).")
        }
        let bytes = isGuarded ? FileManager.default.contents(atPath: path).map { Array($0) } : try SecretFile.read(path)
        var text = bytes ?? []
        while let last = text.last, [0x20, 0x09, 0x0a, 0x0d].contains(last) { text.removeLast() }
        guard (Self.bytesMin...Self.bytesMax).contains(text.count) else {
            throw Problem(
                .configuration,
                "The credential of the field key holds \(text.count) bytes, \(Self.bytesMin) to \(Self.bytesMax) were expected.",
                remedy: "Make one: openssl rand -base64 32 > FILE; chmod 600 FILE.")
        }
        secret = SymmetricKey(data: text)
    }

    /// The credential that this process was given; nil where none was.
    ///
    /// - Throws: as ``init(file:)``.
    public static func given(_ environment: [String: String]) throws(Problem) -> FieldCredential? {
        if let path = environment[variable], !path.isEmpty { return try FieldCredential(file: path) }
        guard let folder = environment["CREDENTIALS_DIRECTORY"] else { return nil }
        let path = folder + "/" + name
        return access(path, F_OK) == 0 ? try FieldCredential(file: path, isGuarded: true) : nil
    }

    /// The key that wraps a field key.
    ///
    /// Source: RFC 5869.
    func wrapping(salt: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, salt: salt, info: Array("filmjacket field credential 1".utf8), outputByteCount: 32)
    }
}
