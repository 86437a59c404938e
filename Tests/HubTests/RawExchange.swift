import Foundation

/// A plain socket, for what no HTTP client would send or leave unread.
final class RawExchange: Sendable {
    private let descriptor: Int32

    struct Unconnected: Error {}

    init(port: Int, receiveBytesMax: Int32 = 0) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        if receiveBytesMax > 0 {
            var size = receiveBytesMax
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var time = timeval(tv_sec: 15, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Unconnected() }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// What comes until the other side closes; nil when it has not within 15 s.
    func rest() -> [UInt8]? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return count < 0 && errno == EAGAIN ? nil : received }
            received.append(contentsOf: buffer[..<count])
        }
    }

    /// Sends text to a port and gives all that is answered until the server closes.
    static func of(_ port: Int, _ text: String) async throws -> String {
        let exchange = try RawExchange(port: port)
        exchange.send(text)
        return String(decoding: await blocking { exchange.rest() ?? [] }, as: UTF8.self)
    }
}

/// Runs blocking work on a thread of its own, so that the executor's threads stay free for the hub.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}
