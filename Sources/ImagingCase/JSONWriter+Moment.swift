import EventLog

extension JSONWriter {
    /// Writes a moment as text, in UTC, to the millisecond where it has any.
    ///
    /// Source: RFC 3339 5.6.
    mutating func moment(_ name: StaticString, _ instant: Instant) {
        member(name, instant.dateTime)
    }
}

extension Instant {
    /// The date and time in UTC, as `2026-11-24T09:30:00Z`; milliseconds only where there are any.
    ///
    /// Source: RFC 3339 5.6; days to date after Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    var dateTime: String {
        let day: Int64 = 86_400_000
        var ofDay = milliseconds % day
        var days = milliseconds / day + 719_468
        if ofDay < 0 {
            ofDay += day
            days -= 1
        }
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let ofEra = days - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * ofYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = [padded(year, 4), padded(month, 2), padded(ofYear - (153 * marchMonth + 2) / 5 + 1, 2)]
        let time = [padded(ofDay / 3_600_000, 2), padded(ofDay / 60_000 % 60, 2), padded(ofDay / 1000 % 60, 2)]
        let fraction = ofDay % 1000 == 0 ? "" : "." + padded(ofDay % 1000, 3)
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + fraction + "Z"
    }

    private func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
