public import EventLog

/// Moments as RFC 3339 text, both ways, without a calendar library.
///
/// Source: RFC 3339 5.6; days and civil dates after Hinnant, "chrono-Compatible Low-Level Date Algorithms".
public enum Timestamp {
    /// The longest text: `2026-11-24T09:30:00.123Z`.
    static let textBytesMax = 24
    private static let dayMilliseconds: Int64 = 86_400_000

    /// A moment in UTC as `2026-11-24T09:30:00Z`; milliseconds are written only where there are any.
    ///
    /// Years outside 0000 to 9999, which RFC 3339 has no text for, are written at the nearest moment that it has.
    public static func text(of instant: Instant) -> String {
        var text: [UInt8] = []
        text.append(addingCapacity: textBytesMax) { append(instant, to: &$0) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of a moment.
    static func append(_ instant: Instant, to text: inout OutputSpan<UInt8>) {
        let milliseconds = min(max(instant.milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let days = (milliseconds >= 0 ? milliseconds : milliseconds - (dayMilliseconds - 1)) / dayMilliseconds
        let ofDay = milliseconds - days * dayMilliseconds
        let (year, month, day) = civil(days: days)
        append(year, 4, then: 0x2d, &text)
        append(month, 2, then: 0x2d, &text)
        append(day, 2, then: 0x54, &text)
        append(ofDay / 3_600_000, 2, then: 0x3a, &text)
        append(ofDay / 60_000 % 60, 2, then: 0x3a, &text)
        append(ofDay / 1000 % 60, 2, then: ofDay % 1000 == 0 ? 0x5a : 0x2e, &text)
        if ofDay % 1000 != 0 { append(ofDay % 1000, 3, then: 0x5a, &text) }
    }

    /// Reads a date and time with its offset; nil where the text is no RFC 3339 date-time or the date does not exist.
    ///
    /// Digits beyond milliseconds are dropped; a leap second counts as the last millisecond before it.
    public static func parse(_ text: some StringProtocol) -> OccurredAt? {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("Tt "), let hour = reader.number(2), reader.take(":"),
            let minute = reader.number(2), reader.take(":"), let second = reader.number(2)
        else { return nil }
        var thousandths: Int64 = 0
        if reader.take(".") {
            guard let fraction = reader.thousandths() else { return nil }
            thousandths = fraction
        }
        guard let zone = reader.offsetMinutes(), reader.isAtEnd, (1...12).contains(month),
            (1...daysIn(month: month, year: year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = self.days(year: year, month: month, day: day)
        let leap = second == 60
        let ofDay = ((hour * 60 + minute) * 60 + (leap ? 59 : second)) * 1000 + (leap ? 999 : thousandths)
        let instant = Instant(milliseconds: days * dayMilliseconds + ofDay - zone * 60_000)
        return OccurredAt(instant, zoneMinutes: Int16(zone))
    }

    private static func append(_ value: Int64, _ width: Int, then mark: UInt8, _ text: inout OutputSpan<UInt8>) {
        if width == 4 { text.append(0x30 + UInt8(value / 1000)) }
        if width >= 3 { text.append(0x30 + UInt8(value / 100 % 10)) }
        text.append(0x30 + UInt8(value / 10 % 10))
        text.append(0x30 + UInt8(value % 10))
        text.append(mark)
    }

    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * fromMarch + 2) / 5 + 1)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
    }

    private static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

/// Reads fixed-width numbers and marks from text.
private struct DigitReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        position += 1
        return Int64(bytes[position - 1] - 0x30)
    }

    mutating func number(_ width: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Takes one byte that is among some marks.
    mutating func take(_ marks: StaticString) -> Bool {
        guard position < bytes.count, marks.withUTF8Buffer({ $0.contains(bytes[position]) }) else { return false }
        position += 1
        return true
    }

    /// One digit at least; what lies behind the third is dropped.
    mutating func thousandths() -> Int64? {
        guard let first = digit() else { return nil }
        var value = first
        var count = 1
        while let next = digit() {
            if count < 3 {
                value = value * 10 + next
                count += 1
            }
        }
        for _ in count..<3 { value *= 10 }
        return value
    }

    /// Minutes east of UTC, at most 18 hours.
    mutating func offsetMinutes() -> Int64? {
        if take("Zz") { return 0 }
        let east = take("+")
        guard east || take("-"), let hours = number(2), take(":"), let minutes = number(2), minutes < 60 else { return nil }
        let offset = hours * 60 + minutes
        return offset > 1080 ? nil : east ? offset : -offset
    }
}
