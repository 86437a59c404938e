import Foundation
import Testing

/// What befalls machines and networks, with the kernel's own means: packets that are lost, a disk that is full or can only be read, a
/// machine that stands still, clocks that are years off. The scripts are beside this file and run by themselves too.
@Suite(.serialized) struct HarshMachineTests {
    /// A script, how it is started, and what it must have said at its end.
    struct Ordeal: CustomTestStringConvertible, Sendable {
        let name: String
        /// The namespace it needs, as an option of `unshare`; empty where it needs none.
        var namespace = ""
        /// A command that succeeds where the machine allows what the script needs.
        let probe: String
        let end: String

        var testDescription: String { name }
    }

    private static let ordeals = [
        Ordeal(
            name: "lossy-network", namespace: "-n",
            probe: """
                unshare -n sh -c 'ip link set lo up && nft add table inet t && nft add chain inet t c "{ type filter hook input priority 0; }" \
                && nft add rule inet t c iif lo numgen random mod 100 \\< 1 drop'
                """, end: "healed: one state"),
        Ordeal(
            name: "full-disk", namespace: "-m", probe: "unshare -m mount -t tmpfs none /mnt",
            end: "with room again: recorded and shared"),
        Ordeal(
            name: "mllp-full-disk", namespace: "-m", probe: "unshare -m mount -t tmpfs none /mnt",
            end: "with room again: accepted"),
        Ordeal(name: "paused-hub", probe: "true", end: "it goes on: one state"),
        Ordeal(name: "wrong-clocks", probe: "faketime -f +1d true", end: "the clock is right again: one state"),
    ]

    private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scripts")

    @Test(arguments: ordeals) func `a machine or network that fails loses nothing`(ordeal: Ordeal) throws {
        guard try Self.shell(ordeal.probe, in: "/").code == 0 else {
            print("\(ordeal.name): not tried, this machine does not allow: \(ordeal.probe)")
            return
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a temporary folder
        let script = Self.scripts.appendingPathComponent(ordeal.name + ".sh").path
        let wrapped = (ordeal.namespace.isEmpty ? "" : "unshare \(ordeal.namespace) ") + "bash '\(script)'"
        let ended = try Self.shell("timeout 600 " + wrapped, in: folder.path)
        #expect(ended.code == 0 && ended.output.hasSuffix(ordeal.end + "\n"), "\(ended.output) \(ended.errors)")
        print("\(ordeal.name): " + ended.output.split(separator: "\n").joined(separator: "; "))
    }

    private static func shell(_ command: String, in folder: String) throws -> Product.Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        // The second port is for the agent of the script.
        let port = RealNetwork.freePorts(1)[0]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PRODUCT": Product.binary.path, "PORT": "\(port)", "PATH": "/usr/sbin:/sbin:/usr/bin:/bin"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let remarks = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Product.Ended(
            code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: remarks, as: UTF8.self))
    }
}
