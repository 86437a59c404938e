import Foundation
import Synchronization

/// A small real server: plain POSIX sockets on loopback or a socket file, one thread a connection, answers by script.
public final class ScriptedServer: Sendable {
    /// What came, as read from the wire.
    public struct Request: Sendable {
        /// The request line and the header lines.
        public var head: String
        /// The body.
        public var body: [UInt8]
        /// Bytes on the wire, head and body.
        public var bytes: Int

        /// The request target.
        public var path: String { String(head.split(separator: " ")[1]) }

        /// A header field; nil where there is none.
        public func field(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() where line.lowercased().hasPrefix(name.lowercased() + ":") {
                return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
            }
            return nil
        }
    }

    /// What to do with the connection after an answer.
    public enum After: Sendable {
        case keep
        case close
    }

    /// What answers a request.
    public typealias Script = @Sendable (Request, Connection) -> After

    private struct State {
        /// Every request so far.
        public var requests: [Request] = []
        var connections: [Int32] = []
        var accepted = 0
        var isStopped = false
    }

    /// The port on loopback; 0 on a socket file.
    public let port: Int
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())

    /// Every request so far.
    public var requests: [Request] { state.withLock { $0.requests } }
    /// How many connections were accepted.
    public var acceptedConnections: Int { state.withLock { $0.accepted } }
    /// The address to ask.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Listens on a free port of loopback, or on a socket file.
    public init(unixSocketPath: String? = nil, _ script: @escaping Script) {
        self.script = script
        if let unixSocketPath {
            (listener, port) = (Self.bindSocketFile(unixSocketPath), 0)
        } else {
            (listener, port) = Self.bindLoopback()
        }
        precondition(listen(listener, 256) == 0)
        Thread.detachNewThread { self.acceptAll() }
    }

    /// Ends the listener and every connection.
    public func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        _ = shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for connection in connections {
            _ = shutdown(connection, Int32(SHUT_RDWR))
        }
    }

    /// A socket bound to a free port of loopback; nobody listens on it until `listen`.
    public static func bindLoopback() -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) | getsockname(descriptor, address, &length)
            }
        }
        precondition(outcome == 0)
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func bindSocketFile(_ path: String) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(outcome == 0)
        return descriptor
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            let isStopped = state.withLock { state in
                state.accepted += 1
                state.connections.append(descriptor)
                return state.isStopped
            }
            guard !isStopped else { return }
            Thread.detachNewThread { self.serve(Connection(descriptor: descriptor)) }
        }
    }

    private func serve(_ connection: Connection) {
        while let request = connection.read() {
            state.withLock { $0.requests.append(request) }
            if script(request, connection) == .close {
                break
            }
        }
        state.withLock { state in
            state.connections.removeAll { $0 == connection.descriptor }
            close(connection.descriptor)
        }
    }
}

/// The server's end of one connection.
public struct Connection: Sendable {
    /// The socket.
    public let descriptor: Int32

    /// Sends text; false when the other end is gone.
    @discardableResult
    public func send(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// Sends an answer with a length.
    @discardableResult
    public func answer(_ body: String = "", status: String = "200 OK", fields: String = "") -> Bool {
        send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
    }

    /// Returns when the other end has closed.
    public func waitForClose() {
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) > 0 {}
    }

    /// One request with its body by length; nil when the connection ends.
    public func read() -> ScriptedServer.Request? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
        }
        var request = ScriptedServer.Request(head: String(decoding: bytes, as: UTF8.self), body: [], bytes: 0)
        let length = request.field("content-length").flatMap(Int.init) ?? 0
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while request.body.count < length {
            let count = recv(descriptor, &buffer, min(buffer.count, length - request.body.count), 0)
            guard count > 0 else { return nil }
            request.body.append(contentsOf: buffer[..<count])
        }
        request.bytes = bytes.count + request.body.count
        return request
    }
}

/// Lets one side of a test wait for the other.
public final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// A closed gate.
    public init() {}

    /// Lets one waiter through.
    public func open() {
        semaphore.signal()
    }

    /// Blocks the thread; only for the server's threads and the client's.
    public func wait() {
        semaphore.wait()
    }

    /// Waits without blocking the caller's executor.
    public func waited() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                self.semaphore.wait()
                continuation.resume()
            }
        }
    }
}
