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
