import FoundationEssentials
import Glibc

/// Whether a folder lies on an encrypted volume, as far as this machine's kernel tells.
///
/// Source: Linux device mapper: `/sys/dev/block/MAJOR:MINOR/dm/uuid` of a dm-crypt device begins with `CRYPT-`.
public enum DiskEncryption: Equatable, Sendable {
    /// Under dm-crypt, itself or all that it lies on.
    case encrypted
    /// On a block device that is not.
    case plain
    /// On something that is no block device: a container's layer, memory, a file system over several devices.
    case unknown

    /// Looks at the volume of a folder.
    public init(at folder: String) {
        var status = stat()
        guard stat(folder, &status) == 0 else {
            self = .unknown
            return
        }
        // As glibc's gnu_dev_major and gnu_dev_minor, which are macros.
        let device = UInt64(status.st_dev)
        let major = (device >> 8) & 0xfff | (device >> 32) & ~0xfff
        let minor = device & 0xff | (device >> 12) & ~0xff
        self.init(
            device: "/sys/dev/block/\(major):\(minor)",
            text: { FileManager.default.contents(atPath: $0).map { String(decoding: $0, as: UTF8.self) } },
            list: { try? FileManager.default.contentsOfDirectory(atPath: $0) })  // nil: there is no such folder
    }

    /// Looks at a device and at those that it lies on.
    ///
    /// - Parameters:
    ///   - device: its folder under `/sys`.
    ///   - text: the content of a file; nil where there is none.
    ///   - list: the names in a folder; nil where there is none.
    init(device: String, depth: Int = 0, text: (String) -> String?, list: (String) -> [String]?) {
        guard list(device) != nil, depth < 8 else {
            self = .unknown
            return
        }
        if text(device + "/dm/uuid")?.hasPrefix("CRYPT-") == true {
            self = .encrypted
            return
        }
        let below = (list(device + "/slaves") ?? []).map {
            DiskEncryption(device: device + "/slaves/" + $0, depth: depth + 1, text: text, list: list)
        }
        self = below.isEmpty ? .plain : below.allSatisfy { $0 == .encrypted } ? .encrypted : .plain
    }

    /// One line for `doctor`.
    public var sentence: String {
        switch self {
        case .encrypted: "the data folder is on an encrypted volume (dm-crypt)"
        case .plain:
            "the data folder is on a volume that is not encrypted: who takes the disk reads it; LUKS is recommended, and no copy leaves the building"
        case .unknown:
            "whether the volume is encrypted cannot be told from here (a container or several devices); ask who runs the machine"
        }
    }
}
