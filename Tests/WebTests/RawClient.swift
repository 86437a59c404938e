import Foundation

/// A client that sends what it likes, byte by byte, over a plain socket.
final class RawClient {
    private let descriptor: Int32

    /// Connects to a port of loopback; nil when nobody accepts. `receiveBytesMax` is what the system may hold of what is not read.
    init?(port: Int, receiveBytesMax: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBytesMax {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var found: UnsafeMutablePointer<addrinfo>?
        var hints = addrinfo()
        hints.ai_family = AF_INET
        guard getaddrinfo("127.0.0.1", String(port), &hints, &found) == 0, let found else { return nil }
        defer { freeaddrinfo(found) }
        // Without it a test that deals a request out in pieces waits for the server's delayed acknowledgements.
        var isAtOnce: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isAtOnce, socklen_t(MemoryLayout<Int32>.size))
        let outcome = connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen)
        guard outcome == 0 else { return nil }
        limitWaiting()
    }

    /// Connects to a socket file; nil when nobody accepts.
    init?(path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard outcome == 0 else { return nil }
        limitWaiting()
    }

    deinit {
        close(descriptor)
    }

    /// Sends text; false when the server has closed.
    @discardableResult
    func send(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// Says that nothing more will be sent.
    func endSending() {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Everything until the server closes; nil when it does not within ten seconds.
    func receiveAll() -> [UInt8]? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else {
                return count < 0 && errno == EAGAIN ? nil : received
            }
            received.append(contentsOf: buffer[..<count])
        }
    }

    /// Reads until the text so far ends as given; nil when it does not.
    func receive(until end: String) -> String? {
        var received: [UInt8] = []
        var byte: UInt8 = 0
        while !received.suffix(end.utf8.count).elementsEqual(end.utf8) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
            received.append(byte)
        }
        return String(decoding: received, as: UTF8.self)
    }

    private func limitWaiting() {
        var time = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}

/// Runs blocking work on a thread of its own, so that the executor's threads stay free for the server.
func onOwnThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}

/// An answer, taken apart.
struct RawAnswer: Sendable {
    let status: Int
    let head: String
    let body: String

    /// Reads an answer; nil when the bytes are none.
    init?(_ bytes: [UInt8]?) {
        guard let bytes else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n"), let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        self.status = status
        head = String(text[..<end.lowerBound])
        body = String(text[end.upperBound...])
    }

    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ":") {
            return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    /// The problem's code, where the answer says a problem.
    var code: String? { member("code") as? String }

    /// A member of the problem document.
    func member(_ name: String) -> Any? {
        guard field("content-type") == "application/problem+json" else { return nil }
        let document = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        return document?[name]
    }
}
