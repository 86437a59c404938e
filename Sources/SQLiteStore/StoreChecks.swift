import EventLog
public import Problems
import Replication
import NodeFiles

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
        let space = measure()
        let hasRoom = DiskReserve.hasRoom(space, for: .replication)
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
                name: "disk", isGood: hasRoom,
                text:
                    "\(space.freeBytes >> 20) MiB free, \(DiskReserve.bytes(of: space, for: .recording) >> 20) MiB kept in reserve",
                remedy: hasRoom ? "" : "Free disk space: taking in has stopped, recording stops when the reserve is reached."),
            StoreCheck(name: "at rest", isGood: true, text: DiskEncryption(at: folder).sentence, remedy: ""),
        ]
    }
}
