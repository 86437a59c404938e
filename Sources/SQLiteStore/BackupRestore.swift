import Crypto
import EventLog
import FoundationEssentials
import GRDB
import Glibc
public import Problems
import NodeFiles

/// Puts a backup in a node's place, under a new identity: a hub numbers its feeds anew, a site goes on as a new incarnation.
public enum BackupRestore {
    /// Restores into a folder that is empty or the same node's; what is there of a store is kept aside under another name.
    ///
    /// A registry that is there stays: it may know of a revocation that the backup does not.
    /// - Throws: what `NodeBackup.verify` throws, `STORE_IN_USE` while a process serves the folder, `SITE_MISMATCH` for another node's
    ///   folder. Nothing was changed then, except after `IO_FAILED`, where the command must be given again.
    public static func run(_ backup: String, to data: String) throws(Problem) -> (BackupManifest, keptAside: String?) {
        let (manifest, _) = try NodeBackup.verify(backup)
        try DataFolder.make(data)
        let lock = try FolderLock(data)
        defer { lock.release() }
        let isSite = manifest.role == StoreRole.site.rawValue
        let keyFile = isSite ? "site.key" : "hub.key"
        let other = isSite ? "hub.key" : "site.key"
        guard access(data + "/" + other, F_OK) != 0 else { throw mismatch(manifest) }
        if access(data + "/" + keyFile, F_OK) == 0 {
            guard try isSite ? isSameSite(data, backup) : isSameHub(data, backup) else { throw mismatch(manifest) }
        }
        let target = data + "/" + StoreFile.fileName
        let fresh = target + ".new"
        try prepare(copyOf: backup + "/" + StoreFile.fileName, at: fresh, isSite: isSite)
        let aside = try setAside(target)
        guard rename(fresh, target) == 0 else { throw Problem(.ioFailed, "The store cannot be put in place (errno \(errno)).") }
        SecretFile.syncFolder(of: target)
        for file in manifest.files where file.name != StoreFile.fileName && access(data + "/" + file.name, F_OK) != 0 {
            // The ledger of a rebuild belongs to a numbering that ends here.
            guard file.name != "recovery.json" else { continue }
            try SecretFile.write(try SecretFile.read(backup + "/" + file.name), to: data + "/" + file.name)
        }
        return (manifest, aside)
    }

    /// What tells a site from any other: its key may have been changed since the backup was taken.
    private struct SiteIdentity: Decodable, Equatable {
        var site: String
        var hubKey: String
    }

    private static func isSameSite(_ data: String, _ backup: String) throws(Problem) -> Bool {
        let held = try SecretFile.json(SiteIdentity.self, in: data + "/agent.json")
        // A folder with a key alone is one whose joining was cut.
        let kept = try SecretFile.json(SiteIdentity.self, in: backup + "/agent.json")
        return held != nil && held == kept
    }

    private static func isSameHub(_ data: String, _ backup: String) throws(Problem) -> Bool {
        try NodeKey.read(data + "/hub.key").rawRepresentation == NodeKey.read(backup + "/hub.key").rawRepresentation
    }

    private static func mismatch(_ manifest: BackupManifest) -> Problem {
        Problem(
            .siteMismatch,
            "The folder belongs to another node than the backup, which is of the \(manifest.role) '\(manifest.node)'.",
            remedy: "Name the folder of that node, or one that is not there yet.")
    }

    /// Copies the database and takes its identity away, so that the next opening draws a new one.
    private static func prepare(copyOf source: String, at fresh: String, isSite: Bool) throws(Problem) {
        try? FileManager.default.removeItem(atPath: fresh)  // what an interrupted restore left
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: source, configuration: configuration)
            try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [fresh]) }
            try queue.close()
            let copy = try DatabaseQueue(path: fresh)
            try copy.write {
                try $0.execute(sql: "DELETE FROM meta WHERE key=?", arguments: [isSite ? "incarnation" : "generation"])
            }
            try copy.close()
        } catch { throw StoreFault.problem(error, path: fresh) }
        chmod(fresh, 0o600)
        try NodeBackup.sync(fresh)
    }

    /// Moves a store that is there out of the way, its side files with it; gives its new name.
    private static func setAside(_ target: String) throws(Problem) -> String? {
        let folder = target.prefix(target.count - StoreFile.fileName.count)
        // The anchor remembers the old store; the new one starts to count anew.
        unlink(folder + "anchor")
        var number = 1
        while access("\(target).before-\(number)", F_OK) == 0 { number += 1 }
        // A restore that was cut moved the store and not its side files: they are its last transactions, and the new store would take
        // them for its own.
        let isThere = access(target, F_OK) == 0
        if !isThere {
            guard number > 1, access(target + "-wal", F_OK) == 0 || access(target + "-shm", F_OK) == 0 else { return nil }
            number -= 1
        }
        let aside = "\(target).before-\(number)"
        for suffix in ["", "-wal", "-shm"] where access(target + suffix, F_OK) == 0 {
            guard rename(target + suffix, aside + suffix) == 0 else {
                throw Problem(.ioFailed, "The store that is there cannot be moved aside (errno \(errno)).")
            }
        }
        return aside
    }
}
