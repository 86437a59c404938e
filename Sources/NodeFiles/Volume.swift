import FoundationEssentials
import Glibc

/// The disk that a folder lies on.
public enum Volume {
    /// A volume's bytes.
    public struct Space: Equatable, Sendable {
        /// In all.
        public let totalBytes: UInt64
        /// What this user may still write.
        public let freeBytes: UInt64

        /// States them.
        public init(totalBytes: UInt64, freeBytes: UInt64) {
            self.totalBytes = totalBytes
            self.freeBytes = freeBytes
        }
    }

    // Locks and syncs on these do not hold what a log needs.
    private static let network: Set<String> = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.sshfs"]

    /// What the volume of a folder has in all and free; zeros where it cannot be told, because nothing may be promised then.
    public static func space(at folder: String) -> Space {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return Space(totalBytes: 0, freeBytes: 0) }
        let block = UInt64(status.f_frsize)
        return Space(totalBytes: UInt64(status.f_blocks) * block, freeBytes: UInt64(status.f_bavail) * block)
    }

    /// The name of the network file system that holds a folder; nil for a local one.
    public static func networkFileSystem(of folder: String) -> String? {
        guard let resolved = realpath(folder, nil) else { return nil }
        defer { free(resolved) }
        let path = String(cString: resolved)
        guard let data = FileManager.default.contents(atPath: "/proc/self/mounts") else { return nil }
        var best = (length: 0, kind: "")
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            let point = String(fields[1])
            let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
            if isAbove, point.utf8.count >= best.length { best = (point.utf8.count, String(fields[2])) }
        }
        return network.contains(best.kind) ? best.kind : nil
    }
}
