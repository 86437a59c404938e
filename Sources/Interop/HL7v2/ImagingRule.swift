import ImagingCase

/// Decides whether an order or a report is about imaging, because a shared interface also carries the laboratory's.
///
/// The rule, the first that applies:
/// 1. OBR-24 (diagnostic service section) holds an imaging section of table 0074 or a DICOM modality: imaging.
/// 2. OBR-24 holds anything else: refused, AE 103.
/// 3. The order has a specimen (SPM) or the detail of another trade (RQD, RXO, ODS): refused, AE 100.
/// 4. IPC, ZDS, a DICOM study in OBX, a code of the tele-radiology guide, or a section of an imaging report is there: imaging.
/// 5. Otherwise it does not show: an order is believed, a report only where its order is known already.
///
/// Source: house rule; HL7 v2.5.1 tables 0074 and 0287, DICOM PS3.3 C.7.3.1.1.1 (modality).
enum ImagingRule {
    /// Whether the group shows itself to be imaging (rules 1 and 4); false where it does not show (rule 5).
    ///
    /// - Throws: AE 103 or AE 100 where it is something else.
    static func showsImaging(_ group: OrderGroup, what: String) throws(HL7Problem) -> Bool {
        if let request = group.request, !request[24].text().isEmpty {
            let section = request[24].text().uppercased()
            if sections[section] != nil || modalities.contains(section) { return true }
            throw HL7Problem(
                .tableValueNotFound, at: request.location(24),
                "This is not an imaging \(what): an imaging section is expected in OBR-24, and it says \(HL7Problem.shown(section)).",
                remedy: "Send only imaging orders and reports to this interface.")
        }
        if let other = group.specimen ?? group.foreignDetail {
            throw HL7Problem(
                .segmentSequence, at: other.location(),
                "This is not an imaging \(what): it has a \(other.name) segment, which imaging does not have.",
                remedy: "Send only imaging orders and reports to this interface.")
        }
        if group.control != nil || group.study != nil { return true }
        let schemes = [group.request?[4].text(3) ?? ""] + group.observations.map { $0.segment[3].text(3) }
        if schemes.contains("TLR_OBR_PROCEDURE") || schemes.contains("TLR_OBSERVATION") { return true }
        return group.observations.contains { $0.code == "113014" || ReportSection(of: $0) != nil }
    }

    /// The modality that a section or modality code in OBR-24 names; empty where it names a department only.
    static func modality(ofSection code: String) -> String {
        let code = code.uppercased()
        return sections[code] ?? (modalities.contains(code) ? code : "")
    }

    /// Imaging sections of table 0074 with the modality that each implies.
    private static let sections: [String: String] = [
        "RAD": "", "IMG": "", "CT": "CT", "CTH": "CT", "NMR": "MR", "MRI": "MR", "NMS": "NM", "NUC": "NM", "OUS": "US",
        "RUS": "US",
        "CUS": "US", "VUS": "US", "RX": "", "XRC": "XA", "PET": "PT",
    ]

    private static let modalities: Set<String> = [
        "AR", "BMD", "BI", "CR", "CT", "DG", "DX", "ES", "GM", "IO", "IVOCT", "IVUS", "MG", "MR", "NM", "OCT", "OP", "OPT", "PT",
        "PX", "RF",
        "RG", "TG", "US", "VL", "XA", "XC",
    ]
}
