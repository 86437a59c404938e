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
