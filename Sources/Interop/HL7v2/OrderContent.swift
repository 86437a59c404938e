import ImagingCase

/// What an order group says about the examination, from whichever segment says it.
struct OrderContent {
    let procedure: Coded?
    let modality: String
    let bodySite: String
    let laterality: Laterality
    let reason: String
    let priority: Urgency
    let requester: String
    /// Clinical history and every other observation, note and allergy, one text each: nothing that was sent is lost.
    let history: [String]
    let pregnancy: PregnancyScreened?
    /// What the sender asks to delete (`""`), one sentence each. An order's fields cannot be emptied, so it is said in words.
    let deletions: [String]

    init(_ group: OrderGroup, _ context: inout MappingContext) throws(HL7Problem) {
        procedure = Self.procedure(group)
        modality = Self.modality(group)
        (bodySite, laterality) = Self.region(group)
        reason = Self.reason(group)
        priority = Self.priority(group, &context)
        requester = OrderGroup.first([(group.order, 12), (group.request, 16)]).map { HL7DataTypes.practitioner($0.value) } ?? ""
        history = Self.history(group)
        pregnancy = Self.pregnancy(group)
        deletions = Self.deletions(group)
        try context.checkLength(history + [reason], at: group.observations.last?.segment.location())
    }

    /// OBR-4, unless it holds the step of the tele-radiology flow; then the code of the examination, where one is given.
    private static func procedure(_ group: OrderGroup) -> Coded? {
        if let coded = group.observations("CODE_ACTE_IMAGERIE").first { return HL7DataTypes.coded(coded.segment[5].first) }
        guard let request = group.request, request[4].text(3) != "TLR_OBR_PROCEDURE" else { return nil }
        return HL7DataTypes.coded(request[4].first)
    }

    private static func modality(_ group: OrderGroup) -> String {
        if let coded = group.observations("MODALITE_IMAGERIE").first, !coded.segment[5].text().isEmpty {
            return coded.segment[5].text()
        }
        if let control = group.control, !control[5].text().isEmpty { return control[5].text() }
        return group.request.map { ImagingRule.modality(ofSection: $0[24].text()) } ?? ""
    }

    /// Regions and sides share one observation code; SNOMED CT tells them apart. An older sender gives the site in OBR-15.
    ///
    /// Source: SNOMED CT 24028007, 7771000, 51440002; IHE RAD TF-2 4.1 (OBR-15 site modifier L, R, B).
    private static func region(_ group: OrderGroup) -> (String, Laterality) {
        var sites: [String] = []
        var sides: Set<Laterality> = []
        for observation in group.observations("REGION_ANATOMIQUE") {
            for value in observation.segment[5].repetitions {
                switch value.text(1) {
                case "24028007": sides.insert(.right)
                case "7771000": sides.insert(.left)
                case "51440002": sides.insert(.bilateral)
                default: if !HL7DataTypes.words(value).isEmpty { sites.append(HL7DataTypes.words(value)) }
                }
            }
        }
        if let source = group.request?[15].first {
            let site = [source.text(4, 2), source.text(4, 1)].first { !$0.isEmpty } ?? ""
            if sites.isEmpty, !site.isEmpty { sites.append(site) }
            if sides.isEmpty, let side = side(source.text(5, 1)) { sides.insert(side) }
        }
        // Left and right together are both sides; no side is guessed away.
        let side = sides.count > 1 ? .bilateral : sides.first ?? .unspecified
        return (sites.joined(separator: ", "), side)
    }

    private static func side(_ code: String) -> Laterality? {
        switch code.uppercased() {
        case "L", "LEFT": .left
        case "R", "RIGHT": .right
        case "B", "BILATERAL": .bilateral
        default: nil
        }
    }

    /// OBR-31, then OBR-13, then DG1: the first that is there.
    private static func reason(_ group: OrderGroup) -> String {
        if let request = group.request {
            let coded = request[31].repetitions.map(HL7DataTypes.words).filter { !$0.isEmpty }
            if !coded.isEmpty { return coded.joined(separator: "; ") }
            let text = HL7Text.trimmed(request[13].first.freeText)
            if !text.isEmpty { return text }
        }
        return group.diagnoses.map(diagnosis).filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static func diagnosis(_ segment: HL7Segment) -> String {
        let coded = HL7DataTypes.words(segment[3].first)
        return coded.isEmpty ? segment[4].text() : coded
    }

    /// TQ1-9, else the priority component of ORC-7 or OBR-27, else OBR-5.
    private static func priority(_ group: OrderGroup, _ context: inout MappingContext) -> Urgency {
        let candidates: [(HL7Segment?, field: Int, component: Int)] = [
            (group.timing, 9, 1), (group.order, 7, 6), (group.request, 27, 6), (group.request, 5, 1),
        ]
        for case let (segment?, field, component) in candidates where !segment[field].text(component).isEmpty {
            if let urgency = HL7DataTypes.urgency(segment[field].text(component)) { return urgency }
            context.remark(
                "holds a priority that is not known; none is recorded", at: segment.location(field, component: component))
            return .unspecified
        }
        return .unspecified
    }

    private static func history(_ group: OrderGroup) -> [String] {
        let elsewhere: Set<String> = [
            "MODALITE_IMAGERIE", "REGION_ANATOMIQUE", "CODE_ACTE_IMAGERIE", "113014", "82810-3",
        ]
        let observed = group.observations.map { observation in
            guard elsewhere.contains(observation.code) else { return observation.sentence }
            // The value has its own field; what was noted beside it has not.
            return observation.notes.map { Observation.text(ofNote: $0) }.filter { !$0.isEmpty }.joined(separator: "\n")
        }
        let allergies = group.allergies.map { allergy in
            let parts = [HL7DataTypes.words(allergy[3].first), HL7DataTypes.words(allergy[4].first), allergy[5].text()]
            return "Allergy: \(parts.filter { !$0.isEmpty }.joined(separator: ", "))"
        }
        let reason = reason(group)
        let diagnoses = group.diagnoses.map(diagnosis).filter { !$0.isEmpty && !reason.contains($0) }.map { "Diagnosis: \($0)" }
        return (group.noteTexts + observed + allergies + diagnoses).filter { !$0.isEmpty }
    }

    /// Source: LOINC 82810-3 with HL7 table 0532 (expanded yes/no), SNOMED CT or LOINC answers.
    private static func pregnancy(_ group: OrderGroup) -> PregnancyScreened? {
        guard let observation = group.observations("82810-3").first, !observation.segment[5].isEmpty else { return nil }
        let code = observation.segment[5].text()
        let status: PregnancyStatus
        switch code.uppercased() {
        case "N", "60001007", "LA26683-5": status = .no
        case "Y", "77386006", "LA15173-0": status = .yes
        case "152231000119106", "146799005": status = .possible
        default: status = .unknown
        }
        let item = ScreeningItem(kind: observation.name, value: observation.value)
        return PregnancyScreened(result: status, items: [item], note: "As told with the order.")
    }

    private static func deletions(_ group: OrderGroup) -> [String] {
        let fields: [(HL7Segment?, Int, String)] = [
            (group.order, 12, "requester"), (group.request, 4, "procedure"), (group.request, 13, "relevant clinical information"),
            (group.request, 31, "reason"), (group.timing, 9, "priority"),
        ]
        return fields.compactMap { segment, field, name in
            segment?[field].isDeleted == true ? "Deleted by the sender: \(name)." : nil
        }
    }
}
