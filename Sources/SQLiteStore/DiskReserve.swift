import Glibc
import Problems
import NodeFiles

/// Space that is kept free, so that a disk that fills up stops what can wait before it stops recording, and recording before SQLite
/// runs out in the middle of something.
///
/// The reserve is 256 MiB or 5 % of the volume, whichever is less: recording is the last to stop. What other nodes hold anyway - pulled
/// pages at a site, pushed runs at a hub - stops at twice the reserve.
/// Source: house rule (reliability I21); a failed `statvfs` reads as no space, because nothing may be promised then.
enum DiskReserve {
    /// The most that is kept free, in bytes.
    static let bytesMax: UInt64 = 256 << 20

    /// Who asks to write.
    enum Purpose: UInt64 {
        /// What exists nowhere else yet.
        case recording = 1
        /// What another node keeps and gives again.
        case replication = 2
    }

    /// Bytes that must stay free on a volume.
    static func bytes(of space: Volume.Space, for purpose: Purpose) -> UInt64 {
        min(bytesMax, space.totalBytes / 20) * purpose.rawValue
    }

    /// Whether a volume has room.
    static func hasRoom(_ space: Volume.Space, for purpose: Purpose) -> Bool {
        space.freeBytes > bytes(of: space, for: purpose)
    }
}

extension StoreFile {
    /// Refuses before anything is written when the reserve would be touched.
    ///
    /// - Throws: `DISK_FULL`; reading and sending go on, and the next call measures again.
    func requireSpace(for purpose: DiskReserve.Purpose) throws(Problem) {
        let space = measure()
        guard !DiskReserve.hasRoom(space, for: purpose) else { return }
        let reserve = DiskReserve.bytes(of: space, for: purpose) >> 20
        let what = purpose == .recording ? "Nothing was recorded" : "Nothing was taken in"
        throw Problem(
            .diskFull, "\(what): \(space.freeBytes >> 20) MiB are free, \(reserve) MiB are kept in reserve.",
            facts: [
                .init("freeBytes", "\(space.freeBytes)"), .init("reserveBytes", "\(DiskReserve.bytes(of: space, for: purpose))"),
            ])
    }
}
