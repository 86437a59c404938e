import EventLog
import ImagingCase

/// Tells a report, or a finding that somebody must learn of in time.
///
/// A final goes out as F once. Whatever follows it is C, so that the receiver never meets a second F: a correction, an addendum, the
/// end of a question between two finals. Two finals that were signed apart are one message with both texts and a banner: neither hides
/// the other, and nothing waits for the decision.
/// Source: HL7 v2.5.1 7.3.1 (ORU^R01), tables 0123 and 0085; IHE RAD Results Distribution (RAD-128).
struct ResultMessage {
    let outbound: HL7Outbound
    let state: CaseState
    /// Bytes of one observation: receivers take 64 KiB a field.
    static let textBytesMax = 32_000

    /// - Parameter meaning: what the report has come to, as its statement says it.
    func write(_ meaning: String, wasFinal: Bool, to writer: inout SegmentWriter) {
        let report = ReportInForce(state.report)
        let kind = meaning.first ?? "P"
        let isWithdrawn = kind == "W"
        let versions = isWithdrawn ? state.report.versions.filter { $0.status == .retracted } : report.versions
        let status: String
        switch kind {
        case "W": status = "X"
        case "P": status = "P"
        case "X": status = wasFinal ? "C" : "P"
        default: status = wasFinal ? "C" : "F"
        }
        let last = versions.last
        write(status: status, reader: last?.by ?? "", issued: last?.at, to: &writer)
        var sections = ResultSections(status: isWithdrawn ? "W" : status)
        if kind == "X" { sections.add(.banner, "Two final interpretations, reconciliation pending.") }
        for version in versions { add(version, isSeveral: kind == "X", to: &sections) }
        sections.write(study: state.acquisition.studyUID, to: &writer)
    }

    private func add(_ version: ReportVersion, isSeveral: Bool, to sections: inout ResultSections) {
        let open = outbound.open
        if isSeveral { sections.add(.banner, "Interpretation by \(open(version.by)):") }
        sections.add(.findings, open(version.findings))
        sections.add(.impression, open(version.impression))
        sections.add(.addendum, open(version.text))
    }

    /// One finding, told at once: it waits for no report.
    ///
    /// Source: HL7 v2.5.1 table 0078 (AA); RadLex RID49480 to RID49482 in OBX-17.
    func write(_ card: CriticalCard, isWithdrawn: Bool, to writer: inout SegmentWriter) {
        write(status: isWithdrawn ? "X" : "P", reader: card.by, issued: card.at, to: &writer)
        let category = (1...3).contains(card.category) ? card.category : 1
        let words = ["Category 1 (minutes)", "Category 2 (hours)", "Category 3 (days)"][category - 1]
        writer.add(
            "OBX",
            [
                1: "1", 2: "FT", 3: ResultSection.impression.code, 4: "1", 5: SegmentWriter.escaped(outbound.open(card.finding)),
                8: "AA", 11: isWithdrawn ? "W" : "P",
                17: SegmentWriter.components("RID4948\(category - 1)", words, "RadLex"),
            ])
    }

    private func write(status: String, reader: String, issued: Instant?, to writer: inout SegmentWriter) {
        let numbers = outbound.numbers(state)
        writer.add("ORC", [1: "RE", 2: numbers.placer, 3: numbers.filler])
        RequestSegment(outbound: outbound, state: state).write(status: status, reader: reader, issued: issued, to: &writer)
    }
}

/// Sections of a report that goes out.
///
/// Source: LOINC.
enum ResultSection {
    /// What has to be read before anything else.
    case banner
    case findings
    case impression
    case addendum

    /// OBX-3.
    var code: String {
        switch self {
        case .banner: "BANNER^Notice^99FILMJACKET"
        case .findings: "59776-5^Procedure findings^LN"
        case .impression: "19005-8^Radiology Imaging study [Impression] (narrative)^LN"
        case .addendum: "55107-7^Addendum Document^LN"
        }
    }
}

/// Gathers the observations of one report.
struct ResultSections {
    /// OBX-11 of each.
    let status: String
    private var texts: [(section: ResultSection, text: String)] = []

    init(status: String) { self.status = status }

    /// Adds a text; an empty one is none.
    mutating func add(_ section: ResultSection, _ text: String) {
        guard !text.isEmpty else { return }
        for part in Self.parts(text) { texts.append((section, part)) }
    }

    func write(study: String, to writer: inout SegmentWriter) {
        var number = 0
        if !study.isEmpty {
            number += 1
            writer.add("OBX", [1: "1", 2: "ST", 3: "113014^DICOM Study^DCM", 5: SegmentWriter.escaped(study), 11: "O"])
        }
        for (section, text) in texts {
            number += 1
            writer.add(
                "OBX",
                [1: "\(number)", 2: "FT", 3: section.code, 4: "\(number)", 5: SegmentWriter.escaped(text), 11: status])
        }
    }

    /// A text in pieces that fit into a field, parted at the ends of characters.
    static func parts(_ text: String) -> [String] {
        guard text.utf8.count > ResultMessage.textBytesMax else { return [text] }
        var parts: [String] = []
        var part = ""
        var bytes = 0
        for character in text {
            let size = character.utf8.count
            if bytes + size > ResultMessage.textBytesMax {
                parts.append(part)
                (part, bytes) = ("", 0)
            }
            part.append(character)
            bytes += size
        }
        return parts + [part]
    }
}
