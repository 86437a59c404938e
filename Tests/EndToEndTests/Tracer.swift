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
    /// Which of its calls in one thread, counted from 1; where the preloaded library strikes, in the process.
    let place: Int
    /// What happens.
    let fault: Fault

    var description: String { "\(fault.rawValue) at \(call) \(place)" }

    /// What strace is told; empty where the preloaded library does it.
    var injection: [String] {
        guard call != "write" else { return [] }
        return switch fault {
        case .killed: ["-e", "inject=\(call):signal=KILL:when=\(place)"]
        case .torn: []
        case .ioError: ["-e", "inject=\(call):error=EIO:when=\(place)"]
        case .diskFull: ["-e", "inject=\(call):error=ENOSPC:when=\(place)"]
        }
    }
}

/// Runs the product with a fault at one of its system calls: strace for whole calls; a small preloaded library for half of a write, and
/// for writes to files alone, which strace does not tell from those to a pipe.
final class Tracer {
    /// The calls by which anything reaches the disk.
    static let calls = ["pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "write"]
    private static let strace = "/usr/bin/strace"
    private let folder: String
    private let shim: String?

    /// Nil where this machine lets nobody trace: said, not passed over.
    init?(in folder: String) throws {
        let probe = try Self.run(Self.strace, ["-f", "-qq", "-o", "/dev/null", "/bin/true"])
        guard probe == 0 else { return nil }
        self.folder = folder
        let source = folder + "/faults.c"
        try Self.faults.write(toFile: source, atomically: true, encoding: .utf8)
        let library = folder + "/faults.so"
        let made = try Self.run("/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"])
        shim = made == 0 ? library : nil
    }

    private var listing: String { folder + "/calls.txt" }
    private var mark: String { folder + "/struck" }
    private var counting: [String] {
        ["-f", "-y", "-qq", "-o", listing, "-e", "trace=" + Self.calls.joined(separator: ","), Product.binary.path]
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

    /// Whether the fault has come of the command or server that was started last; to be asked before that one is killed otherwise.
    var wasReached: Bool {
        let listed = (try? String(contentsOfFile: listing, encoding: .utf8)) ?? ""  // there is none of the library
        return listed.contains("(INJECTED)") || listed.contains("killed by SIGKILL")
            || FileManager.default.fileExists(atPath: mark)
    }

    private func pointsListed() throws -> [CrashPoint] {
        var counts: [String: [Substring: Int]] = [:]
        for line in try String(contentsOfFile: listing, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard words.count == 2, let call = Self.calls.first(where: { words[1].drop { $0 == " " }.hasPrefix($0 + "(") }) else {
                continue
            }
            guard call != "write" || Self.isOfFile(words[1]) else { continue }
            counts[call, default: [:]][words[0], default: 0] += 1
        }
        return Self.calls.flatMap { call in
            CrashPoint.Fault.allCases.flatMap { fault -> [CrashPoint] in
                let isShims = call == "write" || fault == .torn
                guard !isShims || shim != nil else { return [] }
                guard ["write", "pwrite64"].contains(call) || fault == .killed || fault == .ioError else { return [] }
                // The library counts the calls of the process, strace those of each thread.
                let each = (counts[call] ?? [:]).values
                let most = isShims ? each.reduce(0, +) : each.max() ?? 0
                return (0..<most).map { CrashPoint(call: call, place: $0 + 1, fault: fault) }
            }
        }
    }

    /// Whether a listed `write` is one to a file: `write(5</path>, ...`.
    private static func isOfFile(_ call: Substring) -> Bool {
        guard let path = call.split(separator: "<", maxSplits: 1).dropFirst().first else { return false }
        return path.hasPrefix("/") && !path.hasPrefix("/dev/")
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
        for path in [listing, mark] { try? FileManager.default.removeItem(atPath: path) }  // there is none before the first
        let process = Process()
        if point.injection.isEmpty, let shim {
            process.executableURL = Product.binary
            process.arguments = command
            process.environment = ProcessInfo.processInfo.environment.merging(
                [
                    "LD_PRELOAD": shim, "FAULT_CALL": point.call, "FAULT_PLACE": "\(point.place)",
                    "FAULT_KIND": point.fault.rawValue, "FAULT_MARK": mark,
                ]) { $1 }
        } else {
            process.executableURL = URL(fileURLWithPath: Self.strace)
            // A filter in the kernel makes it twice as fast, but lets no signal through.
            process.arguments =
                (point.fault == .killed ? [] : ["--seccomp-bpf"]) + ["-f", "-qq", "-o", listing, "-e", "trace=" + point.call]
                + point.injection + [Product.binary.path] + command
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

    /// Fails one write, or writes half of it and ends the process: the write that a power cut tore.
    private static let faults = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <stdatomic.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>
        #include <unistd.h>
        static atomic_long seen;
        static int is_the_one(const char *call) {
            const char *wanted = getenv("FAULT_CALL"), *place = getenv("FAULT_PLACE");
            return wanted && place && !strcmp(wanted, call) && atomic_fetch_add(&seen, 1) + 1 == atol(place);
        }
        static int is(const char *kind) { return !strcmp(getenv("FAULT_KIND"), kind); }
        static ssize_t strike(void) {
            close(open(getenv("FAULT_MARK"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
            if (is("killed") || is("torn")) {
                kill(getpid(), SIGKILL);
                pause();
            }
            errno = is("diskFull") ? ENOSPC : EIO;
            return -1;
        }
        static ssize_t write_at(const char *name, int file, const void *bytes, size_t count, off_t place) {
            ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
            if (!is_the_one("pwrite64")) return real(file, bytes, count, place);
            if (is("torn")) real(file, bytes, count / 2, place);
            return strike();
        }
        ssize_t pwrite64(int file, const void *bytes, size_t count, off_t place) {
            return write_at("pwrite64", file, bytes, count, place);
        }
        ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
            return write_at("pwrite", file, bytes, count, place);
        }
        ssize_t write(int file, const void *bytes, size_t count) {
            ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
            struct stat found;
            if (fstat(file, &found) || !S_ISREG(found.st_mode) || !is_the_one("write")) return real(file, bytes, count);
            if (is("torn")) real(file, bytes, count / 2);
            return strike();
        }
        """
}
