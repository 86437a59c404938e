import Foundation
import Problems
import Testing

@testable import SQLiteStore

/// Bundles that wait for others.
@Suite struct BundleShelfTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shelf-\(UInt64.random(in: 0 ... .max))")

    /// A file with some content, and the shelf beside it.
    private func file(_ content: String) throws -> String {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = folder.appendingPathComponent(content).path
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func content(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    @Test func `one that waited and is refused now is kept apart, and stops no other`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // a temporary folder
        let shelf = BundleShelf(folder.path)
        for name in ["late", "revoked", "later"] {
            #expect(try await shelf.settle(file(name), isWaiting: true) { _ in true } == 0)
        }
        // What is late goes on now; what is later goes on only after that.
        var held: Set<String> = []
        let taken = try await shelf.settle(file("first"), isWaiting: false) { path throws(Problem) in
            switch content(path) {
            case "revoked": throw Problem(.bundleRefused, "The sender was revoked.")
            case "later" where !held.contains("late"): return true
            default:
                held.insert(content(path))
                return false
            }
        }
        #expect(taken == 2 && held == ["late", "later"])
        #expect(shelf.kept(as: "waiting").isEmpty && shelf.kept(as: "refused").map(content) == ["revoked"])
    }

    @Test func `a store that fails leaves what waits where it is`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }  // a temporary folder
        let shelf = BundleShelf(folder.path)
        _ = try await shelf.settle(file("late"), isWaiting: true) { _ in true }
        await #expect(throws: Problem.self) {
            try await shelf.settle(file("first"), isWaiting: false) { _ throws(Problem) in throw Problem(.diskFull, "Full.") }
        }
        #expect(shelf.kept(as: "waiting").count == 1)
    }
}
