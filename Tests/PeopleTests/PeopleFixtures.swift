import EventLog
import Foundation
import ImagingCase
import People
import Problems
import Synchronization

/// A folder of its own, gone with the test.
final class Folder: Sendable {
    let path = NSTemporaryDirectory() + "fj-people-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // what is left is in the temporary folder

    func bytes(_ name: String) -> Data? { FileManager.default.contents(atPath: path + "/" + name) }

    /// Puts a file there, for its owner alone.
    func put(_ text: String, as name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path + "/" + name)
    }

    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
    }
}

/// A clock that goes when it is told to.
final class HandClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }

    func advance(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1000 } }
    func advance(minutes: Int64) { advance(seconds: minutes * 60) }
}

/// A cost that makes tests quick; the standard one is measured apart.
let cheap = ScryptCost(rounds: 16, blockSize: 1, parallelism: 1)

func name(_ text: String) throws(Problem) -> AccountName {
    guard let name = AccountName(text) else { throw Problem(.badInput, "no name") }
    return name
}

/// The code of the problem that a body throws; nil where it throws none.
func refusal(_ body: () throws(Problem) -> Void) -> ProblemCode? {
    do throws(Problem) { try body() } catch { return error.code }
    return nil
}

/// The problem that a body throws; nil where it throws none.
func problem(_ body: () async throws(Problem) -> Void) async -> Problem? {
    do throws(Problem) { try await body() } catch { return error }
    return nil
}
