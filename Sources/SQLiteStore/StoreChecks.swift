import EventLog
import Glibc
public import Problems
import Replication

/// Free space where a folder lies.
public enum DiskSpace {
    /// Bytes that this user may still write; 0 where it cannot be told.
    public static func freeBytes(at folder: String) -> UInt64 {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return 0 }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}

/// One check of `doctor`: what was looked at, what was found, and what mends it.
public struct StoreCheck: Sendable {
    /// One word.
    public let name: String
    /// Whether it is as it must be.
    public let isGood: Bool
    /// What was found.
    public let text: String
    /// What mends it; empty when nothing must.
    public let remedy: String
}

extension StoreFile {
    /// Looks at what durability rests on.
    public func checks() throws(Problem) -> [StoreCheck] {
        let synchronous = try database.writerSynchronous()
        let journal = try database.journalMode()
        let free = DiskSpace.freeBytes(at: folder)
        return [
            StoreCheck(
                name: "durability", isGood: synchronous == 2 && journal == "wal",
                text: "journal \(journal), synchronous \(synchronous) (2 is FULL)",
                remedy: synchronous == 2 ? "" : "Restart; if it stays, report it: acknowledged events are at risk."),
            StoreCheck(
                name: "rollback", isGood: !wasRolledBack,
                text: wasRolledBack ? "the store was found with fewer events than were committed" : "no lost tail",
                remedy: wasRolledBack ? "Sync: what the hub holds comes back. Find out why the disk or backup lost data." : ""),
            StoreCheck(
                name: "disk", isGood: free > 256 << 20, text: "\(free / (1 << 20)) MiB free",
                remedy: free > 256 << 20 ? "" : "Free disk space: recording is refused when it ends."),
        ]
    }
}
