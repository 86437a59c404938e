public import ImagingCase

/// Values of DICOM elements as archives hand them on, put right where that loses nothing.
public enum DICOMText {
    /// The longest text that is taken of one element, in characters.
    static let charactersMax = 256

    /// A value without its padding: spaces at both ends, and what stands behind a NUL; the first of several values.
    ///
    /// Source: DICOM PS3.5 6.2, 6.4 (backslash separates values).
    public static func value(_ text: String) -> String {
        let first = text.prefix { $0 != "\\" && $0 != "\0" }
        var slice = first[...]
        while slice.first?.isWhitespace == true { slice = slice.dropFirst() }
        while slice.last?.isWhitespace == true { slice = slice.dropLast() }
        return String(slice.prefix(charactersMax))
    }

    /// A person's name as its alphabetic group, components joined by carets, none at the end.
    ///
    /// Source: DICOM PS3.5 6.2.1.1: up to three groups (alphabetic, ideographic, phonetic) of five components.
    public static func personName(_ text: String) -> String {
        let groups = value(text).split(separator: "=", omittingEmptySubsequences: false)
        // A name without an alphabetic group is its ideographic one.
        let group = groups.first { !$0.isEmpty } ?? ""
        var components = group.split(separator: "^", omittingEmptySubsequences: false).prefix(5).map { value(String($0)) }
        while components.last?.isEmpty == true { components.removeLast() }
        return components.joined(separator: "^")
    }

    /// A date as 1962-04-02; empty for what is no day of the calendar.
    ///
    /// Source: DICOM PS3.5 6.2 (DA).
    public static func date(_ text: String) -> String {
        let digits = value(text)
        guard digits.utf8.count == 8, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return "" }
        let date = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
        return Timestamp.parse(date + "T00:00:00Z") == nil ? "" : date
    }

    /// The administrative sex. Source: DICOM PS3.3 C.7.1.1 (0010,0040).
    public static func sex(_ text: String) -> Sex {
        switch value(text) {
        case "F": .female
        case "M": .male
        case "O": .other
        default: .unspecified
        }
    }

    /// A number of a decimal or integer string; nil for what is none, NaN and infinity included.
    ///
    /// Source: DICOM PS3.5 6.2 (DS, IS).
    public static func number(_ text: String) -> Double? {
        let word = value(text)
        guard !word.isEmpty, word.utf8.count <= 64,
            word.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
            let number = Double(word.hasPrefix("+") ? String(word.dropFirst()) : word), number.isFinite
        else { return nil }
        return number
    }
}
