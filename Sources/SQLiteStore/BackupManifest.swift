import Crypto
import EventLog
import FoundationEssentials
public import Problems
import Replication
import Wire
import NodeFiles

/// What a backup holds: which node, which state of its logs, and each file with its hash. Signed by the node's key.
public struct BackupManifest: Codable, Sendable, Equatable {
    /// One log's end in the copy.
    public struct Log: Codable, Sendable, Equatable {
        /// The log's id.
        public let log: String
        /// The highest sequence.
        public let head: UInt64
        /// How many events are held.
        public let held: UInt64
        /// The hash at the head.
        public let hash: String
    }

    /// One file.
    public struct File: Codable, Sendable, Equatable {
        /// Its name in the backup's folder.
        public let name: String
        /// Its size.
        public let bytes: Int
        /// SHA-256 over its content.
        public let sha256: String
    }

    /// The form of the backup.
    public static let formatNow = 1
    /// The names of the manifest and of the signature over it.
    static let (name, signatureName) = ("manifest.json", "manifest.sig")

    /// The form of this backup.
    public var format = BackupManifest.formatNow
    /// site or hub.
    public let role: String
    /// The site's id, or the hub's name.
    public let node: String
    /// The incarnation or the generation when it was taken.
    public let identity: String
    /// The release that took it.
    public let version: String
    /// When, milliseconds since the epoch.
    public let taken: Int64
    /// How many events.
    public let events: UInt64
    /// The logs, in order of id.
    public let logs: [Log]
    /// The files, in order of name.
    public let files: [File]

    /// The bytes that are signed and written.
    func bytes() throws(Problem) -> [UInt8] { try SecretFile.bytes(of: self) }

    /// Reads a backup's manifest and checks its signature and the hash of every file.
    ///
    /// - Throws: `BAD_INPUT` for a folder that is no backup, `BAD_SIGNATURE`, or `INTEGRITY_FAILED` naming the first file that differs.
    public static func read(_ folder: String, keyFile: String) throws(Problem) -> BackupManifest {
        guard let data = FileManager.default.contents(atPath: folder + "/" + name),
            let signature = FileManager.default.contents(atPath: folder + "/" + signatureName)
        else { throw Problem(.badInput, "The folder is no backup: it has no \(name) or no \(signatureName).") }
        let manifest: BackupManifest
        do { manifest = try JSONDecoder().decode(BackupManifest.self, from: data) } catch {
            throw Problem(.badInput, "The backup's \(name) cannot be read.")
        }
        guard manifest.format == formatNow else {
            throw Problem(
                .storeNewer,
                "The backup was made by version \(manifest.version) (form \(manifest.format)), this version reads form 1.")
        }
        for file in manifest.files {
            guard !file.name.contains("/"), let found = FileHash(folder + "/" + file.name), found.bytes == file.bytes,
                found.hash.description == file.sha256
            else {
                throw Problem(
                    .integrityFailed, "The backup's \(file.name) is not what was saved.", remedy: "Use another backup.")
            }
        }
        let key = try NodeKey.read(folder + "/" + keyFile)
        guard let bytes = Base64.bytes(of: String(decoding: signature, as: UTF8.self)),
            key.publicKey.isValidSignature(bytes, for: data)
        else {
            throw Problem(.badSignature, "The backup's manifest is not signed by the key in it.", remedy: "Use another backup.")
        }
        return manifest
    }
}

/// A node's key file.
enum NodeKey {
    static func read(_ path: String) throws(Problem) -> Curve25519.Signing.PrivateKey {
        guard let raw = Base64.bytes(of: String(decoding: try SecretFile.read(path), as: UTF8.self)),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw)  // any other content is the same mistake
        else { throw Problem(.configuration, "A key file holds no Ed25519 key.") }
        return key
    }
}
