import Foundation
import Simulation

/// A folder for the stores of one test's seeds, in memory where the machine has one.
final class SimulationFolder: Sendable {
    let path: String

    init() throws {
        let memory = "/dev/shm"
        let base = FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path
        path = base + "/filmjacket-seeds-\(getpid())-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // a temporary folder that stays is no harm

    var rehearsal: Rehearsal { Rehearsal(folder: path) }
}
