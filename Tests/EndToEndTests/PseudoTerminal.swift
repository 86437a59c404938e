import Foundation
import Glibc
import Testing

/// The product at a terminal: a pseudo-terminal with a width, whose other end is the test.
final class PseudoTerminal {
    private let leader: Int32
    private let process = Process()
    private(set) var text = ""

    /// Starts a command at a terminal of its own.
    init(_ arguments: [String], columns: UInt16 = 80, environment: [String: String] = [:]) throws {
        leader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // TIOCSPTLCK and TIOCGPTN: macros that Swift does not see. Source: ioctl_tty(2).
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        try #require(leader >= 0 && ioctl(leader, 0x4004_5431, &isLocked) == 0 && ioctl(leader, 0x8004_5430, &number) == 0)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(leader, UInt(TIOCSWINSZ), &size) == 0)
        let follower = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(follower >= 0)
        let end = FileHandle(fileDescriptor: follower, closeOnDealloc: true)
        process.executableURL = Product.binary
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }.merging(environment) { $1 }
        process.standardInput = end
        process.standardOutput = end
        process.standardError = end
        try process.run()
        _ = fcntl(leader, F_SETFL, fcntl(leader, F_GETFL) | O_NONBLOCK)
    }

    var pid: Int32 { process.processIdentifier }

    /// Types a text.
    func type(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(leader, $0.baseAddress, $0.count) } }

    /// Waits until a text was shown.
    func wait(for text: String) throws {
        do {
            try eventually("'\(text)' on the terminal", seconds: 30) {
                // Read after the look at the process: what it printed last is seen.
                let hasEnded = !process.isRunning
                drain()
                guard !hasEnded || self.text.contains(text) else { throw Late(what: "'\(text)', and the command has ended") }
                return self.text.contains(text)
            }
        } catch let late as Late {
            throw Late(what: "\(late.what); the terminal shows: \(self.text.suffix(1000))")
        }
    }

    /// Waits for the end and gives the exit code.
    func end() throws -> Int32 {
        try eventually("\(process.arguments ?? []) to end", seconds: 30) {
            drain()
            return !process.isRunning
        }
        drain()
        return process.terminationStatus
    }

    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(leader, &bytes, bytes.count)
            guard count > 0 else { return }
            text += String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGTERM) }
        close(leader)
    }
}
