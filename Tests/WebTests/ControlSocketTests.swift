import Foundation
import Hummingbird
import Problems
import Testing
import Web

/// The socket file beside a running process.
@Suite struct ControlSocketTests {
    /// A folder of its own for each test.
    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-\(UUID().uuidString.prefix(8))")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    /// The code of the problem with which a claim is refused.
    private static func refusal(_ path: String) -> ProblemCode? {
        do throws(Problem) {
            _ = try ControlSocket(claiming: path)
            return nil
        } catch {
            return error.code
        }
    }

    /// One answer over the file.
    private static func hello(_ path: String) async -> RawAnswer? {
        await onOwnThread {
            let client = RawClient(path: path)
            client?.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return RawAnswer(client?.receiveAll())
        }
    }

    /// Serves until the body has returned.
    private static func serve(_ path: String, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let socket = try ControlSocket(claiming: path)
        let responder = LiveServer.router(LiveServer.Taken()).buildResponder()
        let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await socket.serve(responder, limits: ServerLimits(), logger: LiveServer.quiet) { isReady.yield() }
            }
            var iterator = ready.makeAsyncIterator()
            await iterator.next()
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    @Test func `the file answers, is its owner's alone, refuses a second claim and goes at the end`() async throws {
        try await Self.withFolder { folder in
            let path = folder + "/control.sock"
            try await Self.serve(path) {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                #expect(Self.refusal(path) == .storeInUse)
                let answer = await Self.hello(path)
                #expect(answer?.body == "hello")
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `whoever sees the file can connect to it, and finds it closed to others`() async throws {
        try await Self.withFolder { folder in
            for round in 0..<40 {
                let path = folder + "/\(round).sock"
                await withTaskGroup(of: Void.self) { group in
                    // Cancelled in the end.
                    group.addTask { try? await Self.serve(path) { try await Task.sleep(for: .seconds(60)) } }
                    let (mode, refusal) = await onOwnThread { () -> (Int?, ProblemCode?) in
                        let end = Date().addingTimeInterval(20)
                        while access(path, F_OK) != 0, Date() < end {}
                        let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                        return (mode, Self.refusal(path))
                    }
                    #expect(mode == 0o600 && refusal == .storeInUse, "\(round): \(mode ?? 0)")
                    group.cancelAll()
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test func `a file that a dead process left is replaced`() async throws {
        try await Self.withFolder { folder in
            let path = folder + "/control.sock"
            // Bound and closed: the file stays, and nobody answers on it.
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let outcome = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            #expect(outcome == 0)
            close(descriptor)
            #expect(Self.refusal(path) == nil)
            #expect(!FileManager.default.fileExists(atPath: path))
            try await Self.serve(path) { #expect(await Self.hello(path)?.body == "hello") }
        }
    }

    @Test func `another file in its place is left alone`() async throws {
        try await Self.withFolder { folder in
            let path = folder + "/control.sock"
            try Data("kept".utf8).write(to: URL(fileURLWithPath: path))
            #expect(Self.refusal(path) == .storeNotWritable)
            #expect(FileManager.default.contents(atPath: path) == Data("kept".utf8))
        }
    }

    @Test func `a path that fits no socket's address is refused`() {
        #expect(Self.refusal("/tmp/" + String(repeating: "a", count: 200)) == .configuration)
        #expect(Self.refusal("") == .configuration)
        #expect(Self.refusal("/nonexistent/folder/control.sock") == nil, "the server says so when it binds")
    }
}
