import EventLog
import FoundationEssentials
import Glibc
import Problems
import Replication
import SQLiteStore
import Wire

/// A folder of a rehearsal and its copies: what a kill leaves is what the files hold at that moment.
final class RealFolder {
    private let base: String
    private var count = 0
    private(set) var path: String
    private var backup: String?

    init(base: String) {
        self.base = base
        path = base + "-0"
    }

    /// What was copied lives on under the next name: the lock of a store that is not closed yet is of the old one.
    func moveOn(keeping: Bool = true, from source: String? = nil) {
        count += 1
        let next = "\(base)-\(count)"
        // A folder that is not there yet has nothing to copy.
        if keeping { try? FileManager.default.copyItem(atPath: source ?? path, toPath: next) }
        try? FileManager.default.removeItem(atPath: path)  // a temporary folder that stays is no harm
        path = next
    }

    func copy(to other: String) {
        try? FileManager.default.removeItem(atPath: other)  // the first time there is none
        try? FileManager.default.copyItem(atPath: path, toPath: other)  // as above
    }

    func backUp() {
        backup = base + "-saved"
        copy(to: base + "-saved")
    }

    func restore() -> Bool {
        guard let backup else { return false }
        moveOn(from: backup)
        return true
    }

    /// Cuts the write-ahead log to a part, flips a bit of it, or takes the anchor away; false where there is no such file.
    func damage(_ dice: inout Dice) -> Bool {
        let file = path + "/store.sqlite-wal"
        switch dice.below(3) {
        case 0: return unlink(path + "/anchor") == 0
        case 1:
            guard let bytes = FileManager.default.contents(atPath: file), !bytes.isEmpty else { return false }
            return truncate(file, off_t(dice.below(bytes.count))) == 0
        default:
            guard var bytes = FileManager.default.contents(atPath: file), !bytes.isEmpty else { return false }
            bytes[bytes.startIndex + dice.below(bytes.count)] ^= 1 << UInt8(dice.below(8))
            return FileManager.default.createFile(atPath: file, contents: bytes, attributes: [.posixPermissions: 0o600])
        }
    }
}

/// A machine with the product's own store.
class RealMachine {
    let folder: RealFolder
    /// The file of the store that is open.
    final var file: StoreFile?

    init(base: String) { folder = RealFolder(base: base) }

    /// The folder is copied while the store is open: closing would tidy the log away.
    func stop(_ dice: inout Dice, losesPower: Bool) -> Bool {
        folder.moveOn()
        file = nil
        return false
    }

    func arm(_ fault: DiskFault?) -> Bool { false }
    func observe(_ body: @escaping (DiskFault) -> Void) {}
    func setFull(_ isFull: Bool) -> Bool { false }
    func backUp() { folder.backUp() }
    func restore() -> Bool { folder.restore() }
    func wipe() { folder.moveOn(keeping: false) }

    func digests() throws(Problem) -> [StreamID: EventHash]? {
        guard let file else { return nil }
        return Dictionary(uniqueKeysWithValues: try file.caseDigests().map { ($0.stream, $0.digest) })
    }
}

/// A site's machine with the product's own store.
final class RealSiteMachine: RealMachine, SiteMachine {
    private let site: SiteID
    private let base: String
    private var copies = 0

    init(site: SiteID, base: String) {
        self.site = site
        self.base = base
        super.init(base: base)
    }

    func open(drawn: UInt64) throws(Problem) -> any StretchStore {
        let store = try SQLiteSiteStore(folder: folder.path, site: site) { drawn }
        file = store.file
        return store
    }

    func damage(_ fault: FaultClass, _ dice: inout Dice) -> Bool { folder.damage(&dice) }

    func copied() -> any SiteMachine {
        copies += 1
        let other = RealSiteMachine(site: site, base: base + "-copy\(copies)")
        folder.copy(to: other.folder.path)
        return other
    }
}

/// The hub's machine with the product's own store.
final class RealHubMachine: RealMachine, HubMachine {
    func open(drawn: UInt64) throws(Problem) -> any SalvageStore {
        let store = try SQLiteHubStore(folder: folder.path) { drawn }
        file = store.file
        return store
    }
}
