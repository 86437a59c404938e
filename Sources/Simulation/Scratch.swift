import FoundationEssentials

/// A folder for one seed's files.
struct Scratch {
    let path: String

    init(path: String) {
        self.path = path
        // A folder that cannot be made shows when the first store is opened in it.
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)  // a temporary folder that stays is no harm
    }
}
