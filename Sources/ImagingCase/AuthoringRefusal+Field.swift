extension AuthoringRefusal {
    /// Refuses a field whose value does not fit, such as "rtPlan.fractions: expected 1 to 60, got -3.".
    static func misfit(_ path: String, expected: String, got: some CustomStringConvertible) -> AuthoringRefusal {
        let value = got.description
        return AuthoringRefusal(
            .content, "\(path): expected \(expected), got \(value.isEmpty ? "nothing" : value).",
            remedy: "Give \(path) as \(expected).")
    }

    /// Refuses a text that says nothing.
    static func requireText(_ path: String, _ value: String, expected: String) throws(AuthoringRefusal) {
        guard !value.contains(where: { !$0.isWhitespace }) else { return }
        throw misfit(path, expected: expected, got: value.trimmed)
    }

    /// Refuses a count outside a range.
    static func requireCount(_ path: String, _ value: Int, in range: ClosedRange<Int>) throws(AuthoringRefusal) {
        guard !range.contains(value) else { return }
        throw misfit(path, expected: "\(range.lowerBound) to \(range.upperBound)", got: value)
    }

    /// Refuses a number that is none or lies outside a range.
    static func requireNumber(
        _ path: String, _ value: Double, in range: ClosedRange<Double>, unit: String
    ) throws(AuthoringRefusal) {
        guard !(value.isFinite && range.contains(value)) else { return }
        throw misfit(path, expected: "\(range.lowerBound.short) to \(range.upperBound.short) \(unit)", got: value.short)
    }

    /// Refuses a dose that is no number above 0.
    static func requireDose(_ path: String, _ value: Double) throws(AuthoringRefusal) {
        guard !(value.isFinite && value > 0) else { return }
        throw misfit(path, expected: "a dose above 0 cGy", got: value.short)
    }

    /// Refuses a text that is no DICOM unique identifier.
    ///
    /// Source: DICOM PS3.5 9.1: digits and dots, at most 64 characters, no component with a leading zero.
    static func requireUID(_ path: String, _ value: String) throws(AuthoringRefusal) {
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        let isUID =
            value.utf8.count <= 64
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && (part == "0" || part.first != "0")
            }
        if !isUID { throw misfit(path, expected: "a DICOM UID of digits and dots, at most 64 characters", got: value) }
    }

    /// Refuses a text that is no day of the calendar.
    static func requireDay(_ path: String, _ value: String) throws(AuthoringRefusal) {
        guard value.utf8.count != 10 || Timestamp.parse(value + "T00:00:00Z") == nil else { return }
        throw misfit(path, expected: "a day such as 2026-11-24", got: value)
    }
}

extension Double {
    /// The number for people: without a fraction where it has none.
    var short: String { isFinite && self == rounded() && magnitude < 1e15 ? String(Int64(self)) : description }
}

extension String {
    /// The text, or nothing where it is made of spaces alone.
    fileprivate var trimmed: String { contains { !$0.isWhitespace } ? self : "" }
}
