import Foundation
import Problems
import Testing

@testable import NodeFiles

/// A wrapped key opens with its credential and with nothing else.
struct FieldKeyFileTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "fj-field-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    private func file(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private func code(_ body: () throws -> Void) -> ProblemCode? {
        do {
            try body()
            return nil
        } catch { return (error as? Problem)?.code }
    }

    @Test func `a key is the same after it was wrapped, written, read and opened`() throws {
        let credential = try FieldCredential(file: file("c", String(repeating: "k", count: 32) + "\n"))
        let key = FieldKeyFile.draw()
        let path = folder + "/" + FieldKeyFile.fileName
        try FieldKeyFile(key, id: "0a1b2c3d", under: credential).write(to: path)
        let held = try #require(try FieldKeyFile(reading: path))
        #expect(try held.id == "0a1b2c3d" && held.unwrapped(by: credential) == key)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(key.count == 32 && FieldKeyFile.draw() != key)
        // The same key wrapped again is another text: nobody sees from two files that they hold one key.
        try FieldKeyFile(key, id: "0a1b2c3d", under: credential).write(to: path + "2")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != Data(contentsOf: URL(fileURLWithPath: path + "2")))
    }

    @Test func `another credential, a changed file and a loose one are refused`() throws {
        let (own, other) = (
            try FieldCredential(file: file("c", String(repeating: "k", count: 32))),
            try FieldCredential(file: file("d", String(repeating: "k", count: 33)))
        )
        let path = folder + "/k"
        try FieldKeyFile(FieldKeyFile.draw(), id: "0a1b2c3d", under: own).write(to: path)
        let held = try #require(try FieldKeyFile(reading: path))
        #expect(code { _ = try held.unwrapped(by: other) } == .configuration)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = try file("changed", text.replacing(#""wrapped" : ""#, with: #""wrapped" : "AAAA"#))
        #expect(code { _ = try FieldKeyFile(reading: changed)?.unwrapped(by: own) } == .configuration)
        #expect(code { _ = try FieldKeyFile(reading: file("half", String(text.prefix(40)))) } == .configuration)
        #expect(code { _ = try FieldKeyFile(reading: file("loose", text, mode: 0o640)) } == .permissions)
        #expect(try FieldKeyFile(reading: folder + "/none") == nil)
    }

    @Test func `a credential is a closed file with enough in it, named by the environment or given to the service`() throws {
        let good = String(repeating: "q", count: 44)
        #expect(
            code { _ = try FieldCredential(file: file("short", String(repeating: "q", count: 31) + "\n\n")) } == .configuration)
        #expect(code { _ = try FieldCredential(file: file("long", String(repeating: "q", count: 4097))) } == .configuration)
        #expect(code { _ = try FieldCredential(file: file("open", good, mode: 0o644)) } == .permissions)
        #expect(code { _ = try FieldCredential(file: folder + "/nowhere") } == .configuration)
        let named = try file("named", good)
        #expect(try FieldCredential.given([FieldCredential.variable: named]) != nil)
        #expect(try FieldCredential.given(["CREDENTIALS_DIRECTORY": folder]) == nil)
        // As systemd lays it out: an access list for the service's user shows as a group's right.
        _ = try file(FieldCredential.name, good, mode: 0o440)
        #expect(try FieldCredential.given(["CREDENTIALS_DIRECTORY": folder]) != nil)
        #expect(try FieldCredential.given([:]) == nil && FieldCredential.given([FieldCredential.variable: ""]) == nil)
    }
}
