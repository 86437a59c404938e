/// One observation with its notes.
///
/// Source: HL7 v2.5.1 7.4.2 (OBX).
struct Observation {
    let segment: HL7Segment
    var notes: [HL7Segment] = []

    /// The code, OBX-3.1.
    var code: String { segment[3].text(1) }
    /// The suffix of the code, such as IMP. Source: HL7 v2.5.1 7.2.4.
    var suffix: String { segment[3].text(1, 2) }
    /// What it is called: its text, or else its code.
    var name: String { HL7DataTypes.words(segment[3].first) }
    /// The value type, OBX-2.
    var type: String { segment[2].text().uppercased() }
    /// The status, OBX-11.
    var status: String { segment[11].text().uppercased() }
    /// Whether the value was taken back: wrong, deleted or not to be had. Source: HL7 v2.5.1 table 0085.
    var isWithdrawn: Bool { ["W", "D", "X"].contains(status) }
    /// Whether the value is prose.
    var isText: Bool { ["TX", "FT", "ST", "ED", ""].contains(type) }

    /// The value for people, with its units; empty where none is given.
    var value: String {
        let values = segment[5].repetitions.map(text).filter { !$0.isEmpty }
        let joined = values.joined(separator: isText ? "\n" : ", ")
        let units = HL7DataTypes.words(segment[6].first)
        return joined.isEmpty || units.isEmpty ? joined : "\(joined) \(units)"
    }

    private func text(_ value: HL7Repetition) -> String {
        switch type {
        case "TX", "FT", "ST", "", "NM": HL7Text.trimmed(value.freeText)
        case "CE", "CWE", "CF", "CNE", "IS", "ID": HL7DataTypes.words(value)
        case "ED": Encapsulated(value).words
        default:
            (1...value.componentCount).map { value.text($0) }.filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    /// Name, value and notes on one line each, such as `Body height: 170 cm`; empty where there is no value and no note.
    var sentence: String {
        let notes = notes.map { Self.text(ofNote: $0) }.filter { !$0.isEmpty }
        let value = value
        let lines = (value.isEmpty ? [] : ["\(name): \(value)"]) + notes
        return lines.joined(separator: "\n")
    }

    /// A note's text; NTE-3.
    static func text(ofNote note: HL7Segment) -> String {
        note[3].repetitions.map { HL7Text.trimmed($0.freeText) }.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
