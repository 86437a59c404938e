import Crypto
import EventLog
import FoundationEssentials
import Glibc
import Problems
import SQLiteStore
import Synchronization
import NodeFiles

/// The site's own key in its file, and the one that is to take its place.
///
/// A new key is in its own file before the hub hears of it, and takes the old one's name once the hub has confirmed it: wherever a crash
/// falls, one of the files holds a key that the hub takes, and the same new key is announced again.
final class SiteKeyring: Sendable {
    private static let (fileName, nextName, madeName) = ("site.key", "site.key.next", "site.key.made")

    private let folder: String
    private let current: Mutex<Curve25519.Signing.PrivateKey>

    /// Reads the key in use.
    init(opening folder: String) throws(Problem) {
        self.folder = folder
        current = Mutex(try Self.read(folder + "/" + Self.fileName))
    }

    /// Writes the first key.
    static func write(_ key: Curve25519.Signing.PrivateKey, to folder: String) throws(Problem) {
        try SecretFile.write(bytes(of: key), to: folder + "/" + fileName)
    }

    /// The key in use.
    var key: Curve25519.Signing.PrivateKey { current.withLock { $0 } }

    /// The key that the hub has not confirmed yet; nil for none.
    func next() throws(Problem) -> Curve25519.Signing.PrivateKey? {
        guard access(folder + "/" + Self.nextName, F_OK) == 0 else { return nil }
        let next = try Self.read(folder + "/" + Self.nextName)
        guard next.rawRepresentation != key.rawRepresentation else {
            // It was taken into use, and a crash came before its file was removed.
            unlink(folder + "/" + Self.nextName)
            return nil
        }
        return next
    }

    /// A key to announce: the one of an attempt that did not come to its end, or a new one.
    func begin() throws(Problem) -> Curve25519.Signing.PrivateKey {
        if let next = try next() { return next }
        let made = Curve25519.Signing.PrivateKey()
        try SecretFile.write(Self.bytes(of: made), to: folder + "/" + Self.nextName)
        return made
    }

    /// Takes a key into use that the hub has confirmed.
    func confirm(_ key: Curve25519.Signing.PrivateKey, now: Instant) throws(Problem) {
        let bytes = Self.bytes(of: key)
        try SecretFile.write(bytes, to: folder + "/" + Self.fileName)
        current.withLock { $0 = key }
        unlink(folder + "/" + Self.nextName)
        try SecretFile.write(
            Array("\(Base64.text(of: Array(key.publicKey.rawRepresentation))) \(now.milliseconds)".utf8),
            to: folder + "/" + Self.madeName)
    }

    /// When the key in use was made: as noted, else as its file says.
    var made: Instant? {
        let own = Base64.text(of: Array(key.publicKey.rawRepresentation))
        if let bytes = try? SecretFile.read(folder + "/" + Self.madeName) {  // none for a key that joining made
            let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ")
            if parts.count == 2, parts[0] == own, let made = Int64(parts[1]) { return Instant(milliseconds: made) }
        }
        // nil: there is no such file.
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + Self.fileName)
        guard let written = attributes?[.modificationDate] as? Date else { return nil }
        return Instant(milliseconds: Int64(written.timeIntervalSince1970) * 1000)
    }

    private static func bytes(of key: Curve25519.Signing.PrivateKey) -> [UInt8] {
        Array(Base64.text(of: Array(key.rawRepresentation)).utf8)
    }

    private static func read(_ path: String) throws(Problem) -> Curve25519.Signing.PrivateKey {
        let secret = try SecretFile.read(path)
        guard let raw = Base64.bytes(of: String(decoding: secret, as: UTF8.self)),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw)  // any other content is the same mistake
        else { throw Problem(.configuration, "\(path.split(separator: "/").last ?? "") holds no Ed25519 key.") }
        return key
    }
}
