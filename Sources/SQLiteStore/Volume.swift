import FoundationEssentials
import Glibc

/// What kind of volume a folder lies on.
enum Volume {
    // Locks and syncs on these do not hold what a log needs.
    private static let network: Set<String> = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.sshfs"]

    /// The name of the network file system that holds a folder; nil for a local one.
    static func networkFileSystem(of folder: String) -> String? {
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
