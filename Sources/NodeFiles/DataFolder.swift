import FoundationEssentials
import Glibc
public import Problems

/// The folder of a node: its owner's alone, as everything in it is.
///
/// Source: house rule: folders 0700, files 0600, and no start on anything looser. A group may be let through to the control socket
/// (0710); it can list and read nothing by that.
public enum DataFolder {
    /// What nobody but the owner may do with a folder: all save passing through for the group.
    private static let folderMask: mode_t = 0o067
    private static let fileMask: mode_t = 0o077

    /// Makes a node's folder, or takes one that is there: it is closed to others then.
    ///
    /// - Throws: `STORE_NOT_WRITABLE` where it cannot be made or written, `PERMISSIONS` where it is another user's or others may write it;
    ///   nothing was changed then.
    public static func make(_ path: String) throws(Problem) {
        if mkdir(path, 0o700) == 0 {
            SecretFile.syncFolder(of: path)
            return
        }
        guard errno == EEXIST else {
            throw Problem(
                .storeNotWritable, "The folder cannot be made (errno \(errno)).", remedy: "Make its parent folder first.")
        }
        let status = try status(path, geteuid())
        guard status.st_mode & 0o022 == 0 else {
            throw Problem(
                .permissions, "The data folder may be written by others than its owner.",
                remedy: "Look at what is in it, then run: chmod 700 on the folder.")
        }
        if status.st_mode & folderMask != 0 { chmod(path, 0o700) }
        guard access(path, W_OK) == 0 else { throw Problem(.storeNotWritable, "The folder is read-only.") }
    }

    /// Refuses a node's folder that is open to others than its owner, or that holds a file that is.
    ///
    /// - Throws: `PERMISSIONS` with the name of what is too open or another user's, `STORE_NOT_WRITABLE` for what is no folder.
    public static func require(_ path: String) throws(Problem) { try require(path, owner: geteuid()) }

    /// As the public one, for whoever must own it all.
    static func require(_ path: String, owner: uid_t) throws(Problem) {
        let status = try status(path, owner)
        guard status.st_mode & folderMask == 0 else {
            throw Problem(
                .permissions, "The data folder has mode \(octal(status.st_mode)); it is its owner's alone (0700).",
                remedy: "Look at who was in it, then run: chmod 700 on the folder.")
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw Problem(.permissions, "The data folder cannot be listed.")
        }
        for name in names.sorted() { try requireFile(name, in: path, owner) }
    }

    private static func requireFile(_ name: String, in folder: String, _ owner: uid_t) throws(Problem) {
        var found = stat()
        // A file that ended meanwhile, as SQLite's beside the database do, is open to nobody.
        guard lstat(folder + "/" + name, &found) == 0 else { return }
        let isFolder = found.st_mode & S_IFMT == S_IFDIR
        guard isFolder || found.st_mode & S_IFMT == S_IFREG else { return }
        // What a file system of its own brings along (lost+found): nobody but root can put anything there.
        guard !(isFolder && found.st_uid == 0 && found.st_mode & folderMask == 0) else { return }
        guard found.st_uid == owner else {
            throw Problem(
                .permissions, "\(name) in the data folder is another user's.",
                remedy: "Run the node as the user who made the folder, or give it back to him: chown.")
        }
        guard found.st_mode & (isFolder ? folderMask : fileMask) == 0 else {
            throw Problem(
                .permissions, "\(name) in the data folder has mode \(octal(found.st_mode)); others may read or write it.",
                remedy: "Run: chmod \(isFolder ? "700" : "600") \(name).")
        }
    }

    private static func status(_ path: String, _ owner: uid_t) throws(Problem) -> stat {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw Problem(.storeNotWritable, "The data path is no folder.")
        }
        guard status.st_uid == owner else {
            throw Problem(
                .permissions, "The data folder is another user's.",
                remedy: "Run the command as the user who made the folder, or give it back to him: chown.")
        }
        return status
    }

    private static func octal(_ mode: mode_t) -> String {
        let digits = String(mode & 0o777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
