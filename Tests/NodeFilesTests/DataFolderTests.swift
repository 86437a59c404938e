import Foundation
import Glibc
import Problems
import Testing

@testable import NodeFiles

/// A node's folder is its owner's alone: what is looser is refused by name, and a fresh one is closed.
struct DataFolderTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "fj-folder-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    private func set(_ mode: Int, _ name: String = "") throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder + "/" + name)
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func refusal(_ body: () throws -> Void) -> Problem? {
        do {
            try body()
            return nil
        } catch { return error as? Problem }
    }

    /// A volume of its own brings along lost+found, which is root's.
    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func `a closed folder of root's keeps nobody from working; an open one, and a file of root's, does`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        let node: uid_t = 65_534
        try set(0o700)
        #expect(mkdir(folder + "/lost+found", 0o700) == 0 && chown(folder, node, node) == 0)
        #expect(refusal { try DataFolder.require(folder, owner: node) } == nil)
        try set(0o755, "lost+found")
        #expect(refusal { try DataFolder.require(folder, owner: node) }?.code == .permissions)
        try set(0o700, "lost+found")
        try Data().write(to: URL(fileURLWithPath: folder + "/store.sqlite"))
        try set(0o600, "store.sqlite")
        #expect(refusal { try DataFolder.require(folder, owner: node) }?.code == .permissions)
    }

    @Test(arguments: [0o750, 0o704, 0o755, 0o701, 0o722, 0o777])
    func `a folder that others may look into is refused with its mode`(mode: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        try set(mode)
        let problem = refusal { try DataFolder.require(folder) }
        #expect(problem?.code == .permissions && problem?.code.row.exit == 77)
        #expect(problem?.message.contains("0" + String(mode, radix: 8)) == true, "\(problem?.message ?? "")")
        try set(0o700)
        #expect(refusal { try DataFolder.require(folder) } == nil)
        try set(0o710)
        #expect(refusal { try DataFolder.require(folder) } == nil, "a group may pass through to the socket")
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o602])
    func `a file in it that others may read or write is refused by name`(mode: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        try set(0o700)
        #expect(FileManager.default.createFile(atPath: folder + "/site.key", contents: Data("x".utf8)))
        try set(0o600, "site.key")
        #expect(refusal { try DataFolder.require(folder) } == nil)
        try set(mode, "site.key")
        let problem = refusal { try DataFolder.require(folder) }
        #expect(problem?.code == .permissions && problem?.message.contains("site.key") == true)
        #expect(problem?.remedy.contains("chmod 600 site.key") == true)
    }

    @Test func `a folder below that others may list is refused, a socket is not looked at`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        try set(0o700)
        try FileManager.default.createDirectory(atPath: folder + "/parts", withIntermediateDirectories: false)
        try set(0o755, "parts")
        #expect(refusal { try DataFolder.require(folder) }?.message.contains("parts") == true)
        try set(0o700, "parts")
        #expect(refusal { try DataFolder.require(folder) } == nil)
    }

    @Test func `a folder that is there is closed when a node is made in it, unless others may write it`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        try set(0o755)
        try DataFolder.make(folder)
        #expect(try mode(folder) == 0o700)
        try set(0o777)
        #expect(refusal { try DataFolder.make(folder) }?.code == .permissions)
        #expect(try mode(folder) == 0o777, "nothing was changed")
    }
}
