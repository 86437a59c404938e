/// Small readings of text that several data types share.
enum HL7Text {
    /// Without white space at the ends.
    static func trimmed(_ text: String) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isSpace($0) }), let end = scalars.lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return start == scalars.startIndex && scalars.index(after: end) == scalars.endIndex
            ? text : String(scalars[start...end])
    }

    /// A hierarchic designator (HD) as one text for people: the namespace, or else the universal id.
    static func designator(_ value: HL7Repetition) -> String {
        let namespace = value.text(1)
        return namespace.isEmpty ? value.text(2) : namespace
    }
}
