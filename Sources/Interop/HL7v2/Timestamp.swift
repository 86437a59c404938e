public import EventLog

/// A time stamp as the sender wrote it: as precise as it was said, with its own zone or none.
///
/// Source: HL7 v2.5.1 2.A.22 (DTM), 2.A.77 (TS).
public struct HL7Timestamp: Hashable, Sendable {
    /// How far down the time was said.
    public enum Precision: Int, Comparable, Sendable {
        case year = 4
        case month = 6
        case day = 8
        case hour = 10
        case minute = 12
        case second = 14

        /// Coarser is less.
        public static func < (left: Precision, right: Precision) -> Bool { left.rawValue < right.rawValue }
    }

    /// Why a text is no time stamp.
    public enum Refusal: Error, Equatable, Sendable {
        case notDigits
        case noSuchDay
        case noSuchTime
        case noSuchZone

        /// The sentence's end.
        var words: String {
            switch self {
            case .notDigits: "it is not digits of the form YYYYMMDDHHMMSS"
            case .noSuchDay: "there is no such day"
            case .noSuchTime: "there is no such time of day"
            case .noSuchZone: "there is no such time zone"
            }
        }
    }

    /// The local time, as milliseconds that the same clock face would be after 1970 in UTC.
    public let localMilliseconds: Int64
    /// Minutes east of UTC; nil where the sender did not say.
    public let zoneMinutes: Int16?
    /// How far down the time was said.
    public let precision: Precision

    /// Parses `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`.
    public init(parsing text: String) throws(Refusal) {
        var digits = Array(text.utf8)
        var zone: Int16?
        if let sign = digits.lastIndex(where: { $0 == 0x2b || $0 == 0x2d }) {
            zone = try Self.zone(digits[sign...])
            digits = Array(digits[..<sign])
        }
        var milliseconds: Int64 = 0
        if let point = digits.firstIndex(of: 0x2e) {
            milliseconds = try Self.fraction(digits[(point + 1)...])
            guard point == Precision.second.rawValue else { throw .notDigits }
            digits = Array(digits[..<point])
        }
        guard let precision = Precision(rawValue: digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .notDigits
        }
        func number(_ from: Int, _ count: Int, default absent: Int) -> Int {
            from < digits.count ? digits[from..<(from + count)].reduce(0) { $0 * 10 + Int($1 - 0x30) } : absent
        }
        let (year, month, day) = (number(0, 4, default: 1), number(4, 2, default: 1), number(6, 2, default: 1))
        guard year >= 1, (1...12).contains(month), (1...Self.days(inMonth: month, of: year)).contains(day) else {
            throw .noSuchDay
        }
        let (hour, minute, second) = (number(8, 2, default: 0), number(10, 2, default: 0), number(12, 2, default: 0))
        guard hour < 24, minute < 60, second < 60 else { throw .noSuchTime }
        let seconds = Int64(Self.days(year, month, day)) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        self.localMilliseconds = seconds * 1000 + milliseconds
        self.zoneMinutes = zone
        self.precision = precision
    }

    /// The moment, in the zone that the sender said or else in another.
    public func occurredAt(assuming zone: Int16) -> OccurredAt {
        let zone = zoneMinutes ?? zone
        return OccurredAt(Instant(milliseconds: localMilliseconds - Int64(zone) * 60_000), zoneMinutes: zone)
    }

    /// The day as `YYYY-MM-DD`; nil where no day was said.
    public var day: String? {
        guard precision >= .day else { return nil }
        let date = Self.date(localMilliseconds)
        return "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
    }

    /// A moment as a time stamp to the second with its zone.
    public static func text(_ moment: OccurredAt) -> String {
        let local = moment.instant.milliseconds + Int64(moment.zoneMinutes) * 60_000
        let date = date(local)
        let second = Int(((local % 86_400_000) + 86_400_000) % 86_400_000 / 1000)
        let zone = Int(moment.zoneMinutes.magnitude)
        return padded(date.year, 4) + padded(date.month, 2) + padded(date.day, 2) + padded(second / 3600, 2)
            + padded(second / 60 % 60, 2) + padded(second % 60, 2) + (moment.zoneMinutes < 0 ? "-" : "+") + padded(zone / 60, 2)
            + padded(zone % 60, 2)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func fraction(_ digits: ArraySlice<UInt8>) throws(Refusal) -> Int64 {
        guard (1...4).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notDigits }
        let padded = Array(digits.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - digits.count))
        return padded.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Source: HL7 v2.5.1 2.A.22: `+/-ZZZZ` within the zones in use, -1200 to +1400.
    private static func zone(_ text: ArraySlice<UInt8>) throws(Refusal) -> Int16 {
        let digits = text.dropFirst().map { Int($0) - 0x30 }
        guard digits.count == 4, digits.allSatisfy({ (0...9).contains($0) }) else { throw .noSuchZone }
        let minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
        guard digits[2] < 6, minutes <= 14 * 60 else { throw .noSuchZone }
        return Int16(text.first == 0x2d ? -minutes : minutes)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// Days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ milliseconds: Int64) -> (year: Int, month: Int, day: Int) {
        let days = Int((milliseconds - ((milliseconds % 86_400_000) + 86_400_000) % 86_400_000) / 86_400_000) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
