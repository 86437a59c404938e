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
