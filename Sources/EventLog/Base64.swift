/// Base64 with the standard alphabet and padding, and the URL alphabet without: small texts in headers, codes and checkpoints.
///
/// Source: RFC 4648 4 and 5.
public enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Encodes with the standard alphabet and padding.
    public static func text(of bytes: [UInt8]) -> String { encode(bytes, standard, padded: true) }

    /// Encodes with the URL alphabet, without padding.
    public static func urlText(of bytes: [UInt8]) -> String { encode(bytes, urlSafe, padded: false) }

    /// Decodes either alphabet; padding is complete or missing. Nil for anything else: both alphabets in one text, padding of
    /// another length, bits left over.
    public static func bytes(of text: some StringProtocol) -> [UInt8]? {
        let whole = Array(text.utf8)
        let digits = whole.prefix { $0 != 0x3d }
        let padding = whole.count - digits.count
        guard digits.count % 4 != 1, padding == 0 || padding == (4 - digits.count % 4) % 4 else { return nil }
        guard whole.suffix(padding).allSatisfy({ $0 == 0x3d }) else { return nil }
        guard !(digits.contains { $0 == 0x2b || $0 == 0x2f } && digits.contains { $0 == 0x2d || $0 == 0x5f }) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = value(digit) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & ((1 << UInt32(count)) - 1) == 0 else { return nil }
        return bytes
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let rest = min(3, bytes.count - index)
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | UInt32(offset < rest ? bytes[index + offset] : 0) }
            for digit in 0...rest { text.append(alphabet[Int((bits >> UInt32(18 - 6 * digit)) & 63)]) }
            if padded { text.append(contentsOf: repeatElement(0x3d, count: 3 - rest)) }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case 0x41...0x5a: UInt32(digit - 0x41)
        case 0x61...0x7a: UInt32(digit - 0x61 + 26)
        case 0x30...0x39: UInt32(digit - 0x30 + 52)
        case 0x2b, 0x2d: 62
        case 0x2f, 0x5f: 63
        default: nil
        }
    }
}
