import CZstd
public import Problems

/// One compressor and one decompressor, kept between calls; not shared between threads.
///
/// Output is bounded before anything is allocated: by the stated size, by a cap and by a ratio, so that 33 kB cannot become 1 GiB.
/// Source: RFC 8878.
public final class Zstd {
    /// The most bytes that anything expands to.
    public static let expandedBytesMax = 8 << 20
    /// The highest expansion of inputs above 64 KiB.
    public static let ratioMax = 100
    /// The descriptor of the largest window that a frame may ask for: 8 MiB. The library checks windows only when it streams.
    private static let windowDescriptorMax: UInt8 = 13 << 3
    private let compressor: OpaquePointer?
    private let decompressor: OpaquePointer?

    /// Makes the contexts; memory is taken at first use.
    public init() {
        compressor = ZSTD_createCCtx()
        decompressor = ZSTD_createDCtx()
        precondition(compressor != nil && decompressor != nil, "a zstd context needs memory")
    }

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
    }

    /// Compresses at level 3; above it little is gained live.
    public func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let written = ZSTD_compressCCtx(compressor, buffer.baseAddress, bound, bytes.baseAddress, bytes.count, 3)
            precondition(ZSTD_isError(written) == 0, "compression into a bound buffer succeeds")
            count = written
        }
    }

    /// Whether a size is not above the highest expansion that `expand` takes.
    static func isPlausible(expanded: Int, compressed: Int) -> Bool {
        expanded <= 64 * 1024 || expanded / ratioMax <= compressed
    }

    /// Expands exactly one frame to exactly a stated size.
    ///
    /// - Throws: `TOO_LARGE` beyond a cap, `BAD_COMPRESSION` for anything that is not one whole frame of that size.
    public func expand(_ bytes: UnsafeRawBufferPointer, to size: Int) throws(Problem) -> [UInt8] {
        guard size <= Self.expandedBytesMax else {
            throw Problem(.tooLarge, "The compressed part states \(size) bytes, at most \(Self.expandedBytesMax) are taken.")
        }
        guard Self.isPlausible(expanded: size, compressed: bytes.count) else {
            throw Problem(.tooLarge, "The compressed part expands more than \(Self.ratioMax):1.")
        }
        guard ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count) == bytes.count else {
            throw Problem(.badCompression, "The compressed part is not exactly one zstd frame.")
        }
        // Source: RFC 8878 3.1.1.1. Bit 5: the content is its own window; else the next byte describes one.
        guard bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]), bytes[4] & 0x20 != 0 || bytes[5] <= Self.windowDescriptorMax else {
            throw Problem(.badCompression, "The compressed part asks for a window above 8 MiB.")
        }
        var written = 0
        let output = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            written = ZSTD_decompressDCtx(decompressor, buffer.baseAddress, size, bytes.baseAddress, bytes.count)
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        guard ZSTD_isError(written) == 0, written == size else {
            throw Problem(.badCompression, "The compressed part does not expand to the stated \(size) bytes.")
        }
        return output
    }
}
