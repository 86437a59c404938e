import Crypto
public import EventLog
import Glibc

/// The size of a file and SHA-256 over its content, read a piece at a time.
public struct FileHash: Equatable, Sendable {
    /// The size.
    public let bytes: Int
    /// SHA-256.
    public let hash: EventHash

    /// Reads a file to its end; nil where it cannot be read.
    public init?(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var hasher = SHA256()
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            buffer[..<count].withUnsafeBytes { hasher.update(bufferPointer: $0) }
            total += count
        }
        bytes = total
        hash = EventHash(hasher.finalize())
    }
}
