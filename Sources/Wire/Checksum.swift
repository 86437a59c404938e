/// CRC-32C over bytes, eight at a time.
///
/// Source: RFC 3720 B.4 (Castagnoli polynomial).
public enum Checksum {
    private static let tables: [[UInt32]] = {
        var first = [UInt32](repeating: 0, count: 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
            first[index] = value
        }
        var tables = [first]
        for level in 1..<8 {
            tables.append((0..<256).map { first[Int(tables[level - 1][$0] & 0xff)] ^ tables[level - 1][$0] >> 8 })
        }
        return tables
    }()

    private static let flat: [UInt32] = tables.flatMap { $0 }

    /// The checksum of bytes.
    public static func crc32c(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc: UInt32 = ~0
        var position = 0
        flat.withUnsafeBufferPointer { table in
            while bytes.count - position >= 8 {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(crc)
                var next: UInt32 = 0
                for lane in 0..<8 { next ^= table[(7 - lane) * 256 + Int(truncatingIfNeeded: word >> UInt64(8 * lane)) & 0xff] }
                crc = next
                position += 8
            }
            while position < bytes.count {
                crc = table[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[position])] ^ crc >> 8
                position += 1
            }
        }
        return ~crc
    }

    /// The checksum of an array.
    public static func crc32c(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { crc32c($0) } }
}
