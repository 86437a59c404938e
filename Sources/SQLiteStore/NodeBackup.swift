import Crypto
public import EventLog
import FoundationEssentials
import GRDB
import Glibc
public import Problems
import Replication
import NodeFiles

/// Copies of a node: taken while it works, checked as a whole, and put back under a new identity.
///
/// The database is copied by SQLite itself into one consistent file (`VACUUM INTO`), never by copying its files; identity and registry
/// are copied beside it, so that an empty machine becomes the node. Source: sqlite.org/lang_vacuum.html.
public enum NodeBackup {
    /// Whose copy it is, and which files belong to it beside the store.
    public struct Node: Sendable {
        let role: StoreRole
        let name: String
        let keyFile: String
        let files: [String]
        let optional: [String]

        /// A hub by its name.
        public static func hub(_ name: String) -> Node {
            Node(
                role: .hub, name: name, keyFile: "hub.key", files: ["hub.json", "hub.key"],
                optional: people + ["authority.json", "sites.json", "recovery.json"])
        }

        /// A site by its id.
        public static func site(_ name: String) -> Node {
            Node(
                role: .site, name: name, keyFile: "site.key", files: ["agent.json", "site.key"],
                optional: people + ["hub-authority.pem", "known-keys", "roster", "site.key.made", "site.key.next", "witness"])
        }

        /// Who may do what at the node, and what opens its sealed texts: without these a restored one would be open to everybody on its
        /// machine, and unreadable. Sessions end with the old one.
        private static let people = ["accounts.json", "break-glass.json", "field-key.json", "openid.json"]
    }

    /// Saves a copy of a node into a folder that is not there yet; the node goes on meanwhile.
    ///
    /// - Throws: `BAD_INPUT` for a folder that is there, `DISK_FULL`, or a fault of the store; what was written of the copy is removed.
    public static func save(
        _ file: StoreFile, _ node: Node, identity: String, version: String, to folder: String, now: Instant
    ) throws(Problem) -> BackupManifest {
        guard access(folder, F_OK) != 0 else {
            throw Problem(.badInput, "The backup's folder is there already.", remedy: "Name a folder that is not there yet.")
        }
        let part = folder + ".part"
        try? FileManager.default.removeItem(atPath: part)  // what an interrupted save left
        try DataFolder.make(part)
        do throws(Problem) {
            let manifest = try write(file, node, identity, version, part, now)
            guard rename(part, folder) == 0 else {
                throw Problem(.ioFailed, "The backup cannot be put in place (errno \(errno)).")
            }
            // The copy's name is durable only when the folder around it is.
            SecretFile.syncFolder(of: folder)
            // The copy is there: that a full disk leaves no room for its date makes it no worse.
            do throws(Problem) { try file.noteBackup(at: now) } catch {
                guard error.code == .diskFull else { throw error }
            }
            return manifest
        } catch {
            try? FileManager.default.removeItem(atPath: part)  // the fault that is thrown on says more
            throw error
        }
    }

    private static func write(
        _ file: StoreFile, _ node: Node, _ identity: String, _ version: String, _ folder: String, _ now: Instant
    ) throws(Problem) -> BackupManifest {
        let target = folder + "/" + StoreFile.fileName
        do {
            // A connection of its own: a vacuum runs in no transaction and must not hold the writer.
            let queue = try DatabaseQueue(path: file.database.path)
            try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [target]) }
            try queue.close()
        } catch { throw StoreFault.problem(error, path: target) }
        chmod(target, 0o600)
        var names = [StoreFile.fileName] + node.files
        names += node.optional.filter { access(file.folder + "/" + $0, F_OK) == 0 }
        var files: [BackupManifest.File] = []
        for name in names.sorted() {
            if name != StoreFile.fileName {
                try SecretFile.write(try SecretFile.read(file.folder + "/" + name), to: folder + "/" + name)
            }
            guard let found = FileHash(folder + "/" + name) else {
                throw Problem(.ioFailed, "The copy of \(name) cannot be read again.")
            }
            files.append(BackupManifest.File(name: name, bytes: found.bytes, sha256: found.hash.description))
        }
        let logs = try BackupCopy(target).logs()
        let manifest = BackupManifest(
            role: node.role.rawValue, node: node.name, identity: identity, version: version, taken: now.milliseconds,
            events: logs.reduce(0) { $0 + $1.held }, logs: logs, files: files)
        let bytes = try manifest.bytes()
        let signature: [UInt8]
        do { signature = Array(try NodeKey.read(folder + "/" + node.keyFile).signature(for: bytes)) } catch {
            throw (error as? Problem) ?? Problem(.configuration, "The node's key cannot sign.")
        }
        try SecretFile.write(bytes, to: folder + "/" + BackupManifest.name)
        try SecretFile.write(Array(Base64.text(of: signature).utf8), to: folder + "/" + BackupManifest.signatureName)
        try sync(target)
        return manifest
    }

    /// Makes a file durable.
    static func sync(_ path: String) throws(Problem) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        let isSynced = descriptor >= 0 && fsync(descriptor) == 0
        if descriptor >= 0 { close(descriptor) }
        guard isSynced else { throw Problem(.ioFailed, "A file cannot be made durable (errno \(errno)).") }
    }

    /// Reads what a backup is, with its signature and its files' hashes checked.
    public static func inspect(_ folder: String) throws(Problem) -> BackupManifest {
        let isSite = access(folder + "/site.key", F_OK) == 0
        return try BackupManifest.read(folder, keyFile: isSite ? "site.key" : "hub.key")
    }

    /// As `inspect`, and recomputes every hash, root and case of the copy.
    ///
    /// - Throws: `INTEGRITY_FAILED` naming the first bad item.
    public static func verify(_ folder: String) throws(Problem) -> (BackupManifest, LogReport) {
        let manifest = try inspect(folder)
        let copy = BackupCopy(folder + "/" + StoreFile.fileName)
        guard try copy.logs() == manifest.logs else {
            throw Problem(.integrityFailed, "The copy's logs do not end where the manifest says.", remedy: "Use another backup.")
        }
        return (manifest, try copy.verify())
    }
}

/// A backup's database, opened for reading alone.
struct BackupCopy {
    private let path: String

    init(_ path: String) { self.path = path }

    private func read<T>(_ body: (GRDB.Database) throws -> T) throws(Problem) -> T {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }  // nothing was written
            return try queue.read(body)
        } catch let problem as Problem { throw problem } catch { throw StoreFault.problem(error, path: path) }
    }

    func logs() throws(Problem) -> [BackupManifest.Log] {
        try read { db in
            try StoreTables.dictionaries(db).1.filter { $0.held > 0 }.sorted { $0.log < $1.log }.map {
                BackupManifest.Log(log: $0.log.description, head: $0.head, held: $0.held, hash: $0.hash.description)
            }
        }
    }

    func verify() throws(Problem) -> LogReport {
        try read { db in
            let snapshot = try StoreSnapshot(db, SharedDictionaries(try StoreTables.dictionaries(db).0))
            if let fault = try snapshot.structureFault() {
                throw Problem(.integrityFailed, "SQLite's check of the copy says: \(fault).")
            }
            return try LogReport.verify(snapshot)
        }
    }
}
