import EventLog
import ImagingCase

/// Answers to orders, results and documents from a reading department.
///
/// Source: HL7 v2.5.1 7.3.1 (ORU^R01), 9.6 (MDM); IHE RAD TF-2 (results distribution); ANS tele-radiology guide, flow 3.
enum ReportMapping {
    static func mapResults(_ context: inout MappingContext) throws(HL7Problem) {
        let groups = OrderGroup.groups(of: context.message)
        guard !groups.isEmpty else {
            throw HL7Problem(.segmentSequence, at: HL7Location("OBR"), "A result belongs to an OBR segment, and there is none.")
        }
        for group in groups {
            let showsImaging = try ImagingRule.showsImaging(group, what: "report")
            let control = group.order?[1].text().uppercased() ?? ""
            let protocols = group.observations("PROTOCOLE_IMAGERIE")
            if ["OK", "OC", "UA"].contains(control) || !protocols.isEmpty {
                try review(group, isAccepted: !["OC", "UA"].contains(control), protocols, &context)
            } else if group.observations.isEmpty, groups.count > 1 {
                context.remark("brings no observation; nothing is recorded for this order", at: group.request?.location())
            } else {
                try report(group, opensCase: showsImaging, &context)
            }
        }
    }

    private static func review(
        _ group: OrderGroup, isAccepted: Bool, _ protocols: [Observation], _ context: inout MappingContext
    ) throws(HL7Problem) {
        let aliases = try context.aliases(of: group)
        let time = try context.occurredAt([(group.order, 9), (group.request, 22)])
        let actor = context.actor([(group.order, 12), (group.request, 16)], as: .radiologist)
        let reason = group.order.map { OrderMapping.reason($0, group) } ?? ""
        let review = OrderReviewed(decision: isAccepted ? .accepted : .rejected, reason: reason)
        try context.add(.orderReviewed(review), aliases: aliases, opensCase: true, at: time, by: actor)
        guard isAccepted, !protocols.isEmpty else { return }
        let texts = protocols.map { text(ofProtocol: $0, &context) }.filter { !$0.isEmpty }
        guard !texts.isEmpty else {
            let location = protocols[0].segment.location(5)
            throw HL7Problem(.requiredFieldMissing, at: location, "The protocol has to be said in OBX-5, and it is empty.")
        }
        try context.checkLength(texts, at: protocols[0].segment.location(5))
        let assigned = ProtocolAssigned(name: protocols[0].name, instructions: texts.joined(separator: "\n"))
        try context.add(.protocolAssigned(assigned), aliases: aliases, opensCase: true, at: time, by: actor)
    }

    private static func text(ofProtocol observation: Observation, _ context: inout MappingContext) -> String {
        guard observation.type == "ED" else { return observation.value }
        let encapsulated = Encapsulated(observation.segment[5].first)
        if let text = encapsulated.decoded { return text }
        if !encapsulated.data.isEmpty {
            context.remark("is no base64 of UTF-8 text; kept as it was given", at: observation.segment.location(5, component: 5))
        }
        return encapsulated.data
    }

    private static func report(_ group: OrderGroup, opensCase: Bool, _ context: inout MappingContext) throws(HL7Problem) {
        let aliases = try context.aliases(of: group)
        let time = try context.occurredAt([(group.request, 22)])
        let status = try ReportStatus(group)
        let author = author(group, context)
        let text = try text(group, isNeeded: status != .retracted, context)
        let reason = group.order.map { HL7DataTypes.words($0[16].first) } ?? ""
        let event: CaseEvent
        switch status {
        case .preliminary: event = .preliminaryIssued(PreliminaryIssued(findings: text.findings, impression: text.impression))
        case .final: event = .finalSigned(FinalSigned(findings: text.findings, impression: text.impression))
        case .corrected:
            event = .reportCorrected(ReportCorrected(findings: text.findings, impression: text.impression, reason: reason))
        case .retracted: event = .reportRetracted(ReportRetracted(reason: .other, note: reason))
        }
        try context.add(event, aliases: aliases, opensCase: opensCase, at: time, by: author)
        guard status != .retracted, let critical = critical(group, &context) else { return }
        try context.add(.criticalResultRaised(critical), aliases: aliases, opensCase: opensCase, at: time, by: author)
    }

    /// The interpreter (OBR-32, a name with date and place), else the document's authenticator or originator.
    private static func author(_ group: OrderGroup, _ context: MappingContext) -> MappedActor {
        if let request = group.request {
            let value = request[32].first
            let name = [value.text(1, 3), value.text(1, 2)].filter { !$0.isEmpty }.joined(separator: " ")
            let id = value.text(1, 1)
            let person = name.isEmpty ? id : id.isEmpty ? name : "\(name) (\(id))"
            if !person.isEmpty { return MappedActor(person: person, role: .radiologist, location: request.location(32)) }
        }
        return context.actor(
            [(group.document, 22), (group.document, 10), (group.document, 9), (group.observations.last?.segment, 16)],
            as: .radiologist)
    }

    private static func text(_ group: OrderGroup, isNeeded: Bool, _ context: MappingContext) throws(HL7Problem) -> ReportText {
        let text = ReportText(group.observations)
        let location = group.observations.last?.segment.location(5) ?? HL7Location("OBX", field: 5)
        guard !text.isEmpty || !isNeeded else {
            throw HL7Problem(.requiredFieldMissing, at: location, "A report has text in OBX-5, and there is none.")
        }
        try context.checkLength([text.findings, text.impression], at: location)
        return text
    }

    /// One critical result for all observations that are flagged AA, with the most urgent category among them.
    ///
    /// Source: HL7 v2.5.1 table 0078 (AA), RadLex RID49480 to RID49482 in OBX-17.
    private static func critical(_ group: OrderGroup, _ context: inout MappingContext) -> CriticalResultRaised? {
        let flagged = group.observations.filter { observation in
            observation.segment[8].repetitions.contains { $0.text(1).uppercased() == "AA" } && !observation.isWithdrawn
        }
        guard let first = flagged.first else { return nil }
        let categories = flagged.compactMap { observation in
            observation.segment[17].repetitions.compactMap { ["RID49480": 1, "RID49481": 2, "RID49482": 3][$0.text(1)] }.min()
        }
        if categories.isEmpty {
            context.remark("says no category of the critical result; the most urgent is taken", at: first.segment.location(17))
        }
        let finding = flagged.map { $0.isText && !$0.value.isEmpty ? $0.value : $0.sentence }.map { $0.isEmpty ? first.name : $0 }
        let responsible = OrderGroup.first([(group.request, 16), (group.order, 12)]).map { HL7DataTypes.practitioner($0.value) }
        return CriticalResultRaised(
            category: categories.min() ?? 1, finding: finding.joined(separator: "\n"), responsible: responsible ?? "")
    }

    /// A document, for every order that the message names: its text stands with the segment TXA.
    static func mapDocument(_ context: inout MappingContext) throws(HL7Problem) {
        var groups = OrderGroup.groups(of: context.message)
        guard let last = groups.last, let document = last.document else {
            throw HL7Problem(
                .segmentSequence, at: HL7Location("TXA"), "A document is described by a TXA segment, and there is none.")
        }
        for index in groups.indices {
            groups[index].document = document
            groups[index].observations = last.observations
            let opensCase = try ImagingRule.showsImaging(groups[index], what: "report")
            let aliases = try context.aliases(of: groups[index])
            let time = try context.occurredAt([(document, 6), (document, 4)])
            let event = try event(of: groups[index], document, &context)
            try context.add(event, aliases: aliases, opensCase: opensCase, at: time, by: author(groups[index], context))
        }
    }

    /// Source: HL7 v2.5.1 9.6 (T02, T06, T10, T11), table 0271 (TXA-17).
    private static func event(
        of group: OrderGroup, _ document: HL7Segment, _ context: inout MappingContext
    ) throws(HL7Problem) -> CaseEvent {
        let trigger = context.message.header.trigger
        let text = try text(group, isNeeded: trigger != "T11", context)
        switch trigger {
        case "T06": return .addendumSigned(AddendumSigned(text: text.whole))
        case "T10": return .reportCorrected(ReportCorrected(findings: text.findings, impression: text.impression))
        case "T11": return .reportRetracted(ReportRetracted(reason: .other, note: text.whole))
        default: break
        }
        let status = document[17].text().uppercased()
        if ["AU", "LA"].contains(status) {
            return .finalSigned(FinalSigned(findings: text.findings, impression: text.impression))
        }
        if status.isEmpty {
            context.remark("says no completion status; the report is taken as preliminary", at: document.location(17))
        }
        return .preliminaryIssued(PreliminaryIssued(findings: text.findings, impression: text.impression))
    }
}
