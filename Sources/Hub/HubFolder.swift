import SQLiteStore
public import Crypto
public import EventLog
import FoundationEssentials
import Glibc
public import Problems
import NodeFiles

/// A hub's folder: its identity beside its store, so that losing the store loses no trust.
public struct HubFolder: Sendable {
    /// The file that says that a folder is a hub's.
    public static let fileName = "hub.json"

    /// What the file says.
    struct Identity: Codable, Sendable {
        var name: String
        var format = 1
    }

    /// The folder.
    public let path: String
    /// The hub's name, for people.
    public let name: String
    /// The key that signs the hub's checkpoints and that join codes name.
    public let key: Curve25519.Signing.PrivateKey

    /// Makes a hub in a folder that has none.
    ///
    /// - Parameters:
    ///   - hosts: the names and addresses that sites reach the hub by, for its certificate.
    ///   - now: from when on its certificates hold; nil makes none yet.
    /// - Throws: `STORE_IN_USE` where a hub is there already, `STORE_NOT_WRITABLE` where the folder cannot be written, `USAGE` for a host
    ///   that is none.
    public static func make(
        at path: String, name: String, hosts: [String] = [], now: Instant? = nil
    ) throws(Problem) -> HubFolder {
        try DataFolder.make(path)
        guard access(path + "/" + fileName, F_OK) != 0 else {
            throw Problem(.storeInUse, "The folder is a hub's already.", remedy: "Use another folder, or the hub that is there.")
        }
        if let now { _ = try HubAuthority.make(in: path, hosts: hosts, now: now) }
        let key = Curve25519.Signing.PrivateKey()
        try SecretFile.write(Array(Base64.text(of: Array(key.rawRepresentation)).utf8), to: path + "/hub.key")
        try SecretFile.write(json: Identity(name: name), to: path + "/" + fileName)
        return HubFolder(path: path, name: name, key: key)
    }

    /// Opens a hub's folder.
    ///
    /// - Throws: `STORE_MISSING` where none is, `PERMISSIONS` where the key may be read by others.
    public init(opening path: String) throws(Problem) {
        guard let bytes = FileManager.default.contents(atPath: path + "/" + Self.fileName) else {
            throw Problem(.storeMissing, "The folder is no hub's.", remedy: "Make one: filmjacket hub init --data DIR.")
        }
        let identity: Identity
        do { identity = try JSONDecoder().decode(Identity.self, from: bytes) } catch {
            throw Problem(.configuration, "\(Self.fileName) is not what a hub writes.")
        }
        let secret = try SecretFile.read(path + "/hub.key")
        guard let raw = Base64.bytes(of: String(decoding: secret, as: UTF8.self)),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw)  // any other content is the same mistake
        else { throw Problem(.configuration, "hub.key holds no Ed25519 key.") }
        self.init(path: path, name: identity.name, key: key)
    }

    private init(path: String, name: String, key: Curve25519.Signing.PrivateKey) {
        self.path = path
        self.name = name
        self.key = key
    }
}
