import EventLog
import Foundation
import Problems
import Replication
import Synchronization

@testable import SQLiteStore

/// A folder of its own for one test, gone with the value.
final class Place: Sendable {
    /// The data folder inside; stores make it.
    let folder: String
    private let parent: String
    private let draws = Mutex<UInt64>(0)

    init() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        parent = "\(base)/filmjacket-test-\(UUID().uuidString)"
        folder = parent + "/data"
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: parent) }  // the system cleans its temporary folder as well

    /// The next incarnation or generation: 1, 2, 3 ...
    func draw() -> UInt64 {
        draws.withLock {
            $0 += 1
            return $0
        }
    }

    func site(_ name: String = "northside", in other: String? = nil) throws -> SQLiteSiteStore {
        guard let site = SiteID(name) else { preconditionFailure("\(name) is no site id") }
        return try patient { try SQLiteSiteStore(folder: other ?? folder, site: site, drawIncarnation: draw) }
    }

    func hub(in other: String? = nil) throws -> SQLiteHubStore {
        try patient { try SQLiteHubStore(folder: other ?? folder, drawGeneration: draw) }
    }

    /// A store that was let go closes when its last commit's thread is done with it, which the caller does not see.
    private func patient<Store>(_ open: () throws -> Store) throws -> Store {
        for _ in 0..<2_000 {
            do { return try open() } catch let problem as Problem where problem.code == .storeInUse { usleep(1_000) }
        }
        return try open()
    }

    /// A copy of the folder as a power cut would leave it: the files as they are now, without closing anything.
    func snapshot(_ name: String = "copy") throws -> String {
        let copy = parent + "/" + name
        try FileManager.default.createDirectory(
            atPath: copy, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) where !file.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: folder + "/" + file, toPath: copy + "/" + file)
        }
        return copy
    }

    var databasePath: String { folder + "/" + StoreFile.fileName }
}
