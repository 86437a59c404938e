import EventLog
public import Problems
public import Replication

/// Segments as they travel and as bundles hold them: a 20-byte frame around a compressed message of columns.
///
/// Frame, big-endian: `FJSG`, version 1, codec (0 plain, 1 zstd), two zero bytes, expanded length u32, stored length u32, CRC-32C of
/// the stored bytes u32, stored bytes. Every length is checked against its cap before anything is allocated.
public enum SegmentCoding {
    /// The frame's length without the stored bytes.
    public static let frameBytes = 20
    /// The most stored bytes of one segment.
    public static let storedBytesMax = SyncLimits.bodyBytesMax - 1024
    private static let magic: [UInt8] = Array("FJSG".utf8)

    /// The bytes of a segment.
    public static func encode(_ segment: Segment, using zstd: Zstd) -> [UInt8] {
        let message = SegmentEncoder.bytes(of: segment)
        let compressed = message.count < 64 ? [] : message.withUnsafeBytes { zstd.compress($0) }
        // Thousands of events that hardly differ shrink more than a reader believes: they travel as they are.
        let isSmaller =
            !compressed.isEmpty && compressed.count < message.count
            && Zstd.isPlausible(expanded: message.count, compressed: compressed.count)
        let stored = isSmaller ? compressed : message
        var out: [UInt8] = []
        out.reserveCapacity(frameBytes + stored.count)
        out.append(contentsOf: magic)
        out.append(contentsOf: [1, isSmaller ? 1 : 0, 0, 0])
        for word in [UInt32(message.count), UInt32(stored.count), Checksum.crc32c(stored)] {
            withUnsafeBytes(of: word.bigEndian) { out.append(contentsOf: $0) }
        }
        out.append(contentsOf: stored)
        return out
    }

    /// Reads the bytes of exactly one segment, rebuilding and hashing every event.
    ///
    /// - Throws: a problem that says what was expected and at which byte; nothing has happened then.
    public static func decode(_ bytes: UnsafeRawBufferPointer, using zstd: Zstd) throws(Problem) -> Segment {
        guard !bytes.isEmpty else { throw Problem(.emptyBody, "A segment was expected, the body is empty.") }
        guard bytes.count >= frameBytes, bytes[..<4].elementsEqual(magic) else {
            throw Problem(.malformed, "A segment was expected; the first bytes are not FJSG.", facts: [.init("offset", "0")])
        }
        guard bytes[4] == 1 else { throw Problem(.malformed, "The segment has format \(bytes[4]), this version reads 1.") }
        guard bytes[6] == 0, bytes[7] == 0 else {
            throw Problem(.malformed, "Two bytes of the segment's frame must be zero.", facts: [.init("offset", "6")])
        }
        let expanded = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        let stored = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)))
        guard stored <= storedBytesMax else { throw Problem(.tooLarge, "The segment states \(stored) stored bytes.") }
        guard stored == bytes.count - frameBytes else {
            throw Problem(
                .malformed, "The segment states \(stored) stored bytes, \(bytes.count - frameBytes) came.",
                facts: [.init("offset", "12")])
        }
        let body = UnsafeRawBufferPointer(rebasing: bytes[frameBytes...])
        guard Checksum.crc32c(body) == UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)) else {
            throw Problem(.badChecksum, "The segment's checksum does not match its bytes: it was changed on the way.")
        }
        switch bytes[5] {
        case 0:
            guard expanded == stored else { throw Problem(.malformed, "A plain segment's two lengths differ.") }
            return try SegmentDecoder.segment(body)
        case 1:
            let message = try zstd.expand(body, to: expanded)
            let result: Result<Segment, Problem> = message.withUnsafeBytes { buffer in
                do throws(Problem) { return .success(try SegmentDecoder.segment(buffer)) } catch { return .failure(error) }
            }
            return try result.get()
        default: throw Problem(.badCompression, "The segment has codec \(bytes[5]), this version reads 0 and 1.")
        }
    }

    /// Reads the bytes of exactly one segment.
    public static func decode(_ bytes: [UInt8], using zstd: Zstd) throws(Problem) -> Segment {
        let result: Result<Segment, Problem> = bytes.withUnsafeBytes { buffer in
            do throws(Problem) { return .success(try decode(buffer, using: zstd)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
