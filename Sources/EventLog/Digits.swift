/// Decimal text of whole numbers, for writers of bytes.
public enum Digits {
    /// The most digits of 64 bits.
    public static let countMax = 20

    /// Appends a number's digits, without leading zeros.
    ///
    /// - Precondition: There is room for them.
    public static func append(_ value: UInt64, to text: inout OutputSpan<UInt8>) {
        guard value >= 10 else {
            text.append(0x30 + UInt8(truncatingIfNeeded: value))
            return
        }
        let digits = count(value)
        text.withUnsafeMutableBufferPointer { place, count in
            precondition(place.count - count >= digits, "room was made for what is written")
            var rest = value
            var at = count + digits
            while at > count {
                at -= 1
                place[at] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            count += digits
        }
    }

    private static func count(_ value: UInt64) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while count < countMax, value >= bound {
            count += 1
            if count < countMax { bound *= 10 }
        }
        return count
    }

    /// The number that digits say; nil for none, for a leading zero of several digits, any other byte and more than 64 bits: a number
    /// has one text.
    static func value(of digits: borrowing Span<UInt8>) -> UInt64? {
        guard (1...countMax).contains(digits.count), digits.count == 1 || digits[0] != 0x30 else { return nil }
        var value: UInt64 = 0
        for index in 0..<digits.count {
            guard (0x30...0x39).contains(digits[index]) else { return nil }
            let (tenfold, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverBy) = tenfold.addingReportingOverflow(UInt64(digits[index] - 0x30))
            guard !isOver, !isOverBy else { return nil }
            value = sum
        }
        return value
    }
}
