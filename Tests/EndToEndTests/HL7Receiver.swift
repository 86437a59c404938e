import Foundation
import TestServers

/// A receiver (python3-hl7 of Debian) that writes down what it took before it says so.
final class HL7Receiver {
    let port = LoopbackPort.reserve()
    let file: String
    private var process: Process?

    init(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        file = folder + "/received"
    }

    deinit { kill() }

    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Scripts/mllp-receiver.py").path
        process.arguments = [script, "\(port)", file]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
        self.process = process
    }

    func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Every message that it took, in order: control id, type, placer number, ORC-1, ORC-5, OBR-25, texts.
    var lines: [[String]] {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""  // nothing taken yet is no file
        return text.split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Waits until something holds of what it took.
    func wait(_ seconds: Double = 60, until isDone: ([[String]]) -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if isDone(lines) { return true }
            usleep(50_000)
        }
        return isDone(lines)
    }
}
