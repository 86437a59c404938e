public import Problems
import Synchronization
public import Wire

/// Compressors kept between calls; each is in one hand at a time.
final class CodecPool: Sendable {
    private static let keptMax = 4

    private struct Box: @unchecked Sendable {  // because it is taken out of the pool before use and given back after
        let zstd: Zstd
    }

    private let free = Mutex<[Box]>([])

    func use<T>(_ body: (Zstd) throws(Problem) -> T) throws(Problem) -> T {
        let box = free.withLock { $0.popLast() } ?? Box(zstd: Zstd())
        defer { free.withLock { if $0.count < Self.keptMax { $0.append(box) } } }
        return try body(box.zstd)
    }
}

extension StoreFile {
    /// Encodes or decodes off the caller's executor: both take milliseconds for a full segment.
    public func offloadCoding<T: Sendable>(_ body: @escaping @Sendable (Zstd) throws(Problem) -> T) async throws(Problem) -> T {
        let codecs = codecs
        return try await offload { () throws(Problem) -> T in try codecs.use(body) }
    }

    /// The most bytes that are encoded or decoded on the spot.
    private static let quickBytesMax = 8 << 10

    /// Encodes or decodes so many bytes: a few on the spot, because handing them to another thread costs more than they do.
    public func coding<T: Sendable>(
        bytes count: Int, _ body: @escaping @Sendable (Zstd) throws(Problem) -> T
    ) async throws(Problem) -> T {
        guard count > Self.quickBytesMax else { return try codecs.use(body) }
        return try await offloadCoding(body)
    }
}
