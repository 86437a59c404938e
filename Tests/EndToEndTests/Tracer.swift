import Foundation
import Glibc
import Testing

/// One system call of a command that fails, or at which the command is killed: the crash comes exactly there.
struct CrashPoint: CustomStringConvertible {
    /// What happens there.
    enum Fault: String, CaseIterable {
        /// The process ends before the call, as `kill -9` and a power cut end it.
        case killed
        /// Half of the bytes are written, and the process ends.
        case torn
        /// The device fails.
        case ioError
        /// The disk is full.
        case diskFull
    }

    /// The system call's name.
    let call: String
    /// Which of its calls in one thread, counted from 1; for torn writes in the process.
    let place: Int
    /// What happens.
    let fault: Fault

    var description: String { "\(fault.rawValue) at \(call) \(place)" }

    /// What the tracer is told; empty where the shim does it.
    var injection: [String] {
        switch fault {
        case .killed: ["-e", "inject=\(call):signal=KILL:when=\(place)"]
        case .torn: []
        case .ioError: ["-e", "inject=\(call):error=EIO:when=\(place)"]
        case .diskFull: ["-e", "inject=\(call):error=ENOSPC:when=\(place)"]
        }
    }
}

/// Runs the product with a fault at one of its system calls: strace for whole calls, a small preloaded library for half of a write.
struct Tracer {
    /// The calls by which anything reaches the disk.
    static let calls = ["pwrite64", "fdatasync", "fsync", "ftruncate", "rename"]
    private static let strace = "/usr/bin/strace"
    private let folder: String
    private let shim: String?

    /// Nil where this machine lets nobody trace: said, not passed over.
    init?(in folder: String) throws {
        let probe = try Self.run(Self.strace, ["-f", "-qq", "-o", "/dev/null", "/bin/true"])
        guard probe == 0 else { return nil }
        self.folder = folder
        let source = folder + "/torn.c"
        try Self.torn.write(toFile: source, atomically: true, encoding: .utf8)
        let library = folder + "/torn.so"
        let made = try Self.run("/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"])
        shim = made == 0 ? library : nil
    }

    private var listing: String { folder + "/calls.txt" }
    private var counting: [String] {
        ["-f", "-qq", "-o", listing, "-e", "trace=" + Self.calls.joined(separator: ","), Product.binary.path]
    }

    /// Every crash point of a command: it is run once, without a fault, to count its calls.
    func points(of command: [String]) throws -> [CrashPoint] {
        _ = try Self.run(Self.strace, counting + command)
        return try pointsListed()
    }

    /// Every crash point of a server until it has served somebody: it is killed then.
    func points(of server: [String], serving: (Process) throws -> Void) throws -> [CrashPoint] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.strace)
        process.arguments = counting + server
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        try serving(process)
        Self.killTraced(by: process)
        process.waitUntilExit()
        return try pointsListed()
    }

    /// Ends whom a tracer traces.
    static func killTraced(by process: Process) {
        let children = "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children"
        let ids = (try? String(contentsOfFile: children, encoding: .utf8)) ?? ""
        for child in ids.split(separator: " ").compactMap({ Int32($0) }) { kill(child, SIGKILL) }
    }

    /// Whether the fault has come of a process that `start` gave.
    func wasReached(_ process: Process) -> Bool {
        !process.isRunning || (try? String(contentsOfFile: listing, encoding: .utf8))?.contains("(INJECTED)") == true
    }

    private func pointsListed() throws -> [CrashPoint] {
        var counts: [String: [Substring: Int]] = [:]
        for line in try String(contentsOfFile: listing, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard words.count == 2, let call = Self.calls.first(where: { words[1].drop { $0 == " " }.hasPrefix($0 + "(") }) else {
                continue
            }
            counts[call, default: [:]][words[0], default: 0] += 1
        }
        return Self.calls.flatMap { call in
            let most = counts[call]?.values.max() ?? 0
            let faults: [CrashPoint.Fault] =
                call == "pwrite64"
                ? (shim == nil ? [.killed, .ioError, .diskFull] : CrashPoint.Fault.allCases) : [.killed, .ioError]
            return faults.flatMap { fault in (0..<most).map { CrashPoint(call: call, place: $0 + 1, fault: fault) } }
        }
    }

    /// Runs a command of the product with a fault.
    func run(_ command: [String], at point: CrashPoint) throws -> Product.Ended {
        let process = try start(command, at: point)
        let text = process.output.fileHandleForReading.readDataToEndOfFile()
        let remarks = process.errors.fileHandleForReading.readDataToEndOfFile()
        process.process.waitUntilExit()
        return Product.Ended(
            code: process.process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: remarks, as: UTF8.self))
    }

    /// Starts a command of the product with a fault; it goes on by itself.
    func start(_ command: [String], at point: CrashPoint) throws -> (process: Process, output: Pipe, errors: Pipe) {
        try? FileManager.default.removeItem(atPath: listing)  // there is none before the first
        let process = Process()
        if point.fault == .torn, let shim {
            process.executableURL = Product.binary
            process.arguments = command
            process.environment = ProcessInfo.processInfo.environment.merging(
                ["LD_PRELOAD": shim, "TORN_WRITE": "\(point.place)"]) { $1 }
        } else {
            process.executableURL = URL(fileURLWithPath: Self.strace)
            process.arguments =
                ["-f", "-qq", "-o", listing, "-e", "trace=" + point.call] + point.injection + [Product.binary.path] + command
        }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return (process, output, errors)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        guard FileManager.default.isExecutableFile(atPath: program) else { return 127 }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Writes half and ends the process: the write that a power cut tore.
    private static let torn = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <signal.h>
        #include <stdatomic.h>
        #include <stdlib.h>
        #include <unistd.h>
        static atomic_long seen;
        static ssize_t write_at(const char *name, int file, const void *bytes, size_t count, off_t place) {
            ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
            const char *wanted = getenv("TORN_WRITE");
            if (wanted && atomic_fetch_add(&seen, 1) + 1 == atol(wanted)) {
                real(file, bytes, count / 2, place);
                kill(getpid(), SIGKILL);
                pause();
            }
            return real(file, bytes, count, place);
        }
        ssize_t pwrite64(int file, const void *bytes, size_t count, off_t place) {
            return write_at("pwrite64", file, bytes, count, place);
        }
        ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
            return write_at("pwrite", file, bytes, count, place);
        }
        """
}
