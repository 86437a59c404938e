import Foundation
import Synchronization

/// Ports of loopback for servers that must have a known one before they start.
///
/// Taken below the range from which the system gives ports to whoever asks for any, so that no other listener or connection of the
/// tests can have one meanwhile.
public enum LoopbackPort {
    private static let range = 20_000..<32_000
    private static let taken = Mutex<Set<Int>>([])

    /// A port that is free now and that this process gives out once.
    public static func reserve() -> Int {
        for _ in 0..<10_000 {
            let port = Int.random(in: range)
            guard taken.withLock({ $0.insert(port).inserted }), isFree(port) else { continue }
            return port
        }
        preconditionFailure("no port of \(range) is free")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
