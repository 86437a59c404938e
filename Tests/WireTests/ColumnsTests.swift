import EventLog
import ImagingCase
import Problems
import Replication
import Testing

@testable import Wire

/// Numbers and fields as bytes, against the examples of the protobuf documentation and against every spoiled form.
struct ColumnsTests {
    private static let edges: [UInt64] = (0..<64).flatMap { [1 << $0, (1 << $0) - 1] } + [.max]

    private func read<Value>(_ bytes: [UInt8], _ body: (inout ColumnReader) throws(Problem) -> Value) -> Value? {
        bytes.withUnsafeBytes { buffer in
            var reader = ColumnReader(buffer)
            do throws(Problem) {
                let value = try body(&reader)
                return reader.isAtEnd ? value : nil
            } catch {
                return nil
            }
        }
    }

    @Test func `numbers come back, and every cut of one is refused`() {
        for value in Self.edges {
            var writer = ColumnWriter(reserving: 10)
            writer.append(value)
            #expect(writer.bytes.count == max(1, (64 - value.leadingZeroBitCount + 6) / 7))
            #expect(read(writer.bytes) { reader throws(Problem) in try reader.next() } == value)
            for count in 0..<writer.bytes.count {
                #expect(read(Array(writer.bytes[..<count])) { reader throws(Problem) in try reader.next() } == nil)
            }
        }
    }

    @Test func `signed numbers come back, small ones in one byte`() {
        for edge in Self.edges {
            for value in [Int64(bitPattern: edge), 0 &- Int64(bitPattern: edge)] {
                var writer = ColumnWriter(reserving: 10)
                writer.append(signed: value)
                #expect(read(writer.bytes) { reader throws(Problem) in try reader.nextSigned() } == value)
                #expect(writer.bytes.count == 1 || !(-64...63).contains(value))
            }
        }
    }

    /// Source: protobuf encoding, "Base 128 Varints": 150 is 96 01.
    @Test func `bytes are those of the documentation`() {
        var writer = ColumnWriter(reserving: 10)
        writer.field(1, integer: 150)
        writer.field(2, text: "testing")
        #expect(Hex.text(of: writer.bytes) == "089601" + "120774657374696e67")
    }

    @Test func `a number of more than 64 bits is refused`() {
        let nine = [UInt8](repeating: 0xff, count: 9)
        #expect(read(nine + [0x01]) { reader throws(Problem) in try reader.next() } == .max)
        for last in UInt8(2)...255 {
            #expect(read(nine + [last]) { reader throws(Problem) in try reader.next() } == nil, "\(last)")
        }
        #expect(read([UInt8](repeating: 0x80, count: 10) + [0]) { reader throws(Problem) in try reader.next() } == nil)
    }

    @Test func `a field's length never reaches beyond the bytes`() {
        for length in Self.edges where length > 3 {
            var writer = ColumnWriter(reserving: 16)
            writer.append(2 << 3 | 2)
            writer.append(length)
            let bytes = writer.bytes + [1, 2, 3]
            #expect(read(bytes) { reader throws(Problem) in try reader.field().number } == nil, "\(length)")
        }
        #expect(read([0x12, 3, 1, 2, 3]) { reader throws(Problem) in Array(try reader.field().bytes) } == [1, 2, 3])
    }

    @Test func `text that is no UTF-8 is refused`() {
        for bytes in [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            #expect(read(bytes) { reader throws(Problem) in try reader.text(UInt64(bytes.count)) } == nil, "\(bytes)")
        }
        #expect(read(Array("é\0".utf8)) { reader throws(Problem) in try reader.text(3) } == "é\0")
    }

    @Test func `a payload leaves out what is not said and writes fields in ascending number`() {
        #expect(ProtoWriter.bytes(of: CommentAdded()) == [])
        #expect(ProtoWriter.bytes(of: CommentAdded(text: "ok")) == [0x0a, 2, 0x6f, 0x6b])
    }
}

struct ChecksumTests {
    /// Source: RFC 3720 B.4, and the check value of the CRC catalogue for "123456789".
    @Test func `checksums are those of the standard`() {
        #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(Checksum.crc32c([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(Checksum.crc32c(Array(0..<32)) == 0x46dd_794e)
        #expect(Checksum.crc32c((0..<32).reversed()) == 0x113f_db5c)
        #expect(Checksum.crc32c(Array("123456789".utf8)) == 0xe306_9283)
        #expect(Checksum.crc32c([]) == 0)
    }

    /// The quick way against the bitwise definition, at every length around the eight-byte step and every start.
    @Test func `eight bytes at a time give what one bit at a time gives`() {
        var random = SplitMix64(seed: 5)
        let bytes = (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for start in 0..<9 {
            for end in start...64 {
                let part = Array(bytes[start..<end])
                var crc: UInt32 = ~0
                for byte in part {
                    crc ^= UInt32(byte)
                    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82f6_3b78 : 0) }
                }
                #expect(Checksum.crc32c(part) == ~crc)
                bytes[start..<end].withUnsafeBytes { #expect(Checksum.crc32c($0) == ~crc) }
            }
        }
    }
}
