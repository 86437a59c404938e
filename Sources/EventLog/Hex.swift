/// Lower-case hexadecimal text, for ids and digests people compare.
public enum Hex {
    private static let digits: [UInt8] = Array("0123456789abcdef".utf8)

    /// Sixteen digits of 64 bits.
    public static func text(of bits: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for index in 0..<16 {
                buffer[index] = digits[Int((bits >> UInt64(60 - 4 * index)) & 15)]
            }
            return 16
        }
    }

    /// Appends sixteen digits of 64 bits.
    public static func append(_ bits: UInt64, to text: inout OutputSpan<UInt8>) {
        text.append(bigEndian: eight(UInt32(truncatingIfNeeded: bits >> 32)))
        text.append(bigEndian: eight(UInt32(truncatingIfNeeded: bits)))
    }

    /// Eight digits of 32 bits, the first in the most significant byte: the four bits of each are moved into a byte of their own, and
    /// a byte above nine, which a six more carries beyond fifteen, becomes a letter.
    private static func eight(_ bits: UInt32) -> UInt64 {
        var spread = UInt64(bits)
        spread = (spread & 0xffff_0000) << 16 | spread & 0xffff
        spread = (spread & 0x0000_ff00_0000_ff00) << 8 | spread & 0x0000_00ff_0000_00ff
        spread = (spread & 0x00f0_00f0_00f0_00f0) << 4 | spread & 0x000f_000f_000f_000f
        let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    /// Two digits a byte.
    public static func text(of bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of hexadecimal text; nil where a character is no digit or one is left over.
    public static func bytes(of text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }
}
