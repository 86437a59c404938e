import EventLog

/// The segments of one order in a message: from its ORC, or OBR where there is no ORC, to the next.
///
/// Source: HL7 v2.5.1 4.4.1 (ORM^O01), 4.4.6 (OMI^O23), 7.3.1 (ORU^R01).
struct OrderGroup {
    /// The person that the order is for: the PID before it.
    let patient: HL7Segment?
    let allergies: [HL7Segment]
    var order: HL7Segment?
    var request: HL7Segment?
    var timing: HL7Segment?
    var control: HL7Segment?
    var study: HL7Segment?
    var specimen: HL7Segment?
    var document: HL7Segment?
    /// Order detail of another trade: RQD, RXO, ODS and so on.
    var foreignDetail: HL7Segment?
    var diagnoses: [HL7Segment] = []
    var notes: [HL7Segment] = []
    var observations: [Observation] = []

    /// Parts a message into its orders.
    static func groups(of message: HL7Message) -> [OrderGroup] {
        var groups: [OrderGroup] = []
        var patient: HL7Segment?
        var allergies: [HL7Segment] = []
        for segment in message.segments {
            switch segment.name {
            case "PID": (patient, allergies) = (segment, [])
            case "AL1": allergies.append(segment)
            case "ORC":
                groups.append(OrderGroup(patient: patient, allergies: allergies))
                groups[groups.count - 1].order = segment
            case "OBR", "TXA":
                let taken = groups.last.map { segment.name == "OBR" ? $0.request != nil : $0.document != nil } ?? true
                if taken || groups.last?.patient != patient { groups.append(OrderGroup(patient: patient, allergies: allergies)) }
                groups[groups.count - 1].take(segment)
            default: if !groups.isEmpty, groups[groups.count - 1].patient == patient { groups[groups.count - 1].take(segment) }
            }
        }
        return groups
    }

    private mutating func take(_ segment: HL7Segment) {
        switch segment.name {
        case "OBR": request = segment
        case "TXA": document = segment
        case "TQ1": timing = timing ?? segment
        case "IPC": control = control ?? segment
        case "ZDS": study = study ?? segment
        case "SPM": specimen = specimen ?? segment
        case "RQD", "RQ1", "RXO", "ODS", "ODT": foreignDetail = foreignDetail ?? segment
        case "DG1": diagnoses.append(segment)
        case "OBX": observations.append(Observation(segment: segment))
        case "NTE":
            if observations.isEmpty { notes.append(segment) } else { observations[observations.count - 1].notes.append(segment) }
        default: break
        }
    }

    /// The first repetition that is not empty among fields in order of preference.
    static func first(_ candidates: [(segment: HL7Segment?, field: Int)]) -> (value: HL7Repetition, location: HL7Location)? {
        for case let (segment?, field) in candidates where !segment[field].text().isEmpty {
            return (segment[field].first, segment.location(field))
        }
        return nil
    }

    /// Observations with a code that the tele-radiology guide or a terminology gives.
    func observations(_ codes: String...) -> [Observation] { observations.filter { codes.contains($0.code) } }

    /// Text of the notes that stand with the order itself.
    var noteTexts: [String] { notes.map { Observation.text(ofNote: $0) }.filter { !$0.isEmpty } }
}

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

/// An encapsulated value (ED).
///
/// Source: HL7 v2.5.1 2.A.24 (ED).
struct Encapsulated {
    /// The data as it stands in the message.
    let data: String
    private let kind: String
    private let encoding: String

    init(_ value: HL7Repetition) {
        data = value.text(5)
        kind = [value.text(2), value.text(3)].filter { !$0.isEmpty }.joined(separator: "/").lowercased()
        encoding = value.text(4).lowercased()
    }

    /// The text that the data holds; nil where it is no valid base64 of UTF-8 text.
    var decoded: String? {
        if encoding == "a" { return data }
        let bytes = encoding == "hex" ? Hex.bytes(of: data) : Base64.bytes(of: data.filter { $0 != " " && $0 != "\n" })
        guard let bytes, !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        // Control characters say that it is a document of another kind.
        guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }) else { return nil }
        return HL7Text.trimmed(text)
    }

    /// The text, or what stands in its place: a document is named, never carried.
    var words: String {
        guard !data.isEmpty else { return "" }
        return decoded
            ?? "[\(kind.isEmpty ? "document" : kind), \(data.utf8.count) characters of \(encoding.isEmpty ? "data" : encoding), not carried]"
    }
}
