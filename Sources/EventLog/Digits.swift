/// Decimal text of whole numbers, for writers of bytes.
public enum Digits {
    /// The most digits of 64 bits.
    public static let countMax = 20

    /// Appends a number's digits, without leading zeros.
    public static func append(_ value: UInt64, to text: inout OutputSpan<UInt8>) {
        guard value >= 10 else {
            text.append(0x30 + UInt8(truncatingIfNeeded: value))
            return
        }
        var scale: UInt64 = 10
        while value / scale >= 10 { scale *= 10 }
        while scale > 0 {
            text.append(0x30 + UInt8(truncatingIfNeeded: value / scale % 10))
            scale /= 10
        }
    }
}
