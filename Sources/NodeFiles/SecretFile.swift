import FoundationEssentials
import Glibc
public import Problems

/// Small files that must survive a crash whole and that nobody else may read: keys, identities, the registry of sites.
public enum SecretFile {
    /// Replaces a file in one step: a crash leaves the old content or the new, never half of one.
    public static func write(_ bytes: [UInt8], to path: String) throws(Problem) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Problem(.storeNotWritable, "A file cannot be written (errno \(errno)).") }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            guard count > 0 else {
                let code = errno
                _ = close(descriptor)
                _ = unlink(temporary)
                throw code == ENOSPC
                    ? Problem(.diskFull, "The disk is full.") : Problem(.ioFailed, "A file cannot be written (errno \(code)).")
            }
            written += count
        }
        let isSynced = fsync(descriptor) == 0
        guard close(descriptor) == 0, isSynced, rename(temporary, path) == 0 else {
            throw Problem(.ioFailed, "A file cannot be made durable (errno \(errno)).")
        }
        // The rename itself is durable only when the folder is.
        syncFolder(of: path)
    }

    /// Makes the names beside a path durable.
    public static func syncFolder(of path: String) {
        let folder = open(
            path.split(separator: "/").dropLast().reduce(into: path.hasPrefix("/") ? "/" : "./") { $0 += $1 + "/" },
            O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        _ = fsync(folder)
        _ = close(folder)
    }

    /// Reads a file that only its owner may read.
    ///
    /// - Throws: `STORE_MISSING` where there is none, `PERMISSIONS` where others may read it.
    public static func read(_ path: String) throws(Problem) -> [UInt8] {
        var status = stat()
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard stat(path, &status) == 0 else {
            throw Problem(
                .storeMissing, "\(name) is missing from the data folder.", remedy: "Put the file back from a copy of the folder.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Problem(.permissions, "\(name) may be read by others than its owner.", remedy: "Run: chmod 600 \(name).")
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Problem(.permissions, "\(name) cannot be read.")
        }
        return Array(bytes)
    }
}
