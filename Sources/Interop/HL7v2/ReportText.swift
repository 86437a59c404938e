import ImagingCase

/// A section of an imaging report.
///
/// Source: LOINC; DICOM PS3.16 CID 7001; HL7 v2.5.1 7.2.4 (observation identifier suffixes).
enum ReportSection: Hashable {
    case findings
    case impression
    /// A section that a case has no field for: kept under its name with the findings.
    case named(String)
    /// Kept under its name with the impression, which readers read first.
    case recommendation

    /// The section that an observation's code or suffix names; nil where it names none.
    init?(of observation: Observation) {
        switch observation.code {
        case "59776-5", "18782-3", "18748-4": self = .findings
        case "19005-8": self = .impression
        case "18783-1": self = .recommendation
        case "55115-0": self = .named("Request")
        case "11329-0": self = .named("History")
        case "55111-9": self = .named("Procedure")
        case "18834-2": self = .named("Comparison")
        case "73568-8": self = .named("Communication")
        default:
            switch observation.suffix {
            case "IMP": self = .impression
            case "GDT", "ADT": self = .findings
            case "REC": self = .recommendation
            default: return nil
            }
        }
    }
}

/// The text of a report, put together from its observations in their order.
struct ReportText {
    private(set) var findings = ""
    private(set) var impression = ""

    /// Both sections empty.
    var isEmpty: Bool { findings.isEmpty && impression.isEmpty }
    /// Both sections as one text.
    var whole: String { [findings, impression].filter { !$0.isEmpty }.joined(separator: "\n\n") }

    /// Puts the text together. An observation without a section goes to the findings; one that is no prose under its name; one that
    /// is withdrawn is left out.
    init(_ observations: [Observation]) {
        for observation in observations where observation.code != "113014" && !observation.isWithdrawn {
            let value = observation.value
            let notes = observation.notes.map { Observation.text(ofNote: $0) }.filter { !$0.isEmpty }
            let text = ((value.isEmpty ? [] : [value]) + notes).joined(separator: "\n")
            guard !text.isEmpty else { continue }
            switch ReportSection(of: observation) {
            case .findings: Self.append(text, to: &findings)
            case .impression: Self.append(text, to: &impression)
            case .recommendation: Self.append("Recommendation: \(text)", to: &impression)
            case .named(let name): Self.append("\(name): \(text)", to: &findings)
            case nil: Self.append(observation.isText || value.isEmpty ? text : observation.sentence, to: &findings)
            }
        }
    }

    private static func append(_ text: String, to section: inout String) {
        section += section.isEmpty ? text : "\n\(text)"
    }
}

/// How far a report is, told by OBR-25 and the OBX-11 of its text.
///
/// The most cautious that is said counts: withdrawn where every text is; else corrected, also where a part is withdrawn; else
/// preliminary; else final.
/// Source: HL7 v2.5.1 tables 0123 and 0085.
enum ReportStatus {
    case preliminary
    case final
    case corrected
    case retracted

    /// Reads the status of a group.
    ///
    /// - Throws: AE 101 where nothing is said, AE 103 where what is said is no status of a report.
    init(_ group: OrderGroup) throws(HL7Problem) {
        let request = group.request?[25].text().uppercased() ?? ""
        let texts = group.observations.filter { $0.code != "113014" }
        let all = Set((texts.map(\.status) + [request]).filter { !$0.isEmpty })
        if request == "X" || !texts.isEmpty && texts.allSatisfy(\.isWithdrawn) {
            self = .retracted
        } else if all.contains("C") || texts.contains(where: \.isWithdrawn) {
            self = .corrected
        } else if !all.isDisjoint(with: ["P", "R", "A"]) {
            self = .preliminary
        } else if !all.isDisjoint(with: ["F", "U"]) {
            self = .final
        } else {
            let location = group.request?.location(25) ?? HL7Location("OBR", field: 25)
            guard !all.isEmpty else {
                throw HL7Problem(
                    .requiredFieldMissing, at: location, "OBR-25 or OBX-11 has to say how far the report is, and neither does.")
            }
            throw HL7Problem(
                .tableValueNotFound, at: location,
                "A report is preliminary (P, R, A), final (F), corrected (C) or withdrawn (W, D, X).")
        }
    }
}
