import EventLog
import ImagingCase

/// Orders, status changes and the site's complement after the examination.
///
/// Source: HL7 v2.5.1 4.5.1 (ORC), table 0119 (order control), table 0038 (order status).
enum OrderMapping {
    static func map(_ context: inout MappingContext) throws(HL7Problem) {
        let groups = OrderGroup.groups(of: context.message)
        guard !groups.isEmpty else {
            throw HL7Problem(.segmentSequence, at: HL7Location("ORC"), "An order begins with an ORC segment, and there is none.")
        }
        for group in groups {
            guard let order = group.order else {
                let location = group.request?.location() ?? HL7Location("ORC")
                throw HL7Problem(.segmentSequence, at: location, "An order begins with an ORC segment, and this one has none.")
            }
            _ = try ImagingRule.showsImaging(group, what: "order")
            try map(order, group, in: groups, &context)
        }
    }

    private static func map(
        _ order: HL7Segment, _ group: OrderGroup, in groups: [OrderGroup], _ context: inout MappingContext
    ) throws(HL7Problem) {
        let control = order[1].text().uppercased()
        switch control {
        case "NW", "RO": try place(order, group, &context)
        case "RP", "RU":
            if let other = groups.first(where: { $0.order?[1].text().uppercased() == "RO" && $0.patient == group.patient }) {
                try replace(order, group, by: other, &context)
            } else {
                try change(order, group, &context)
            }
        case "XO", "XX": try change(order, group, &context)
        case "CA", "DC":
            let asked = OrderCancelRequested(reason: reason(order, group), stopsWhenBegun: control == "DC")
            try record(.ordering(.cancelRequested(asked)), order, group, &context)
        case "OC", "CR", "DR", "OD":
            try record(.orderCancelled(OrderCancelled(reason: reason(order, group))), order, group, &context)
        case "HD", "HR", "OH": try hold(order, group, &context)
        case "RL", "OR", "OE":
            try record(.ordering(.holdReleased(OrderHoldReleased(reason: reason(order, group)))), order, group, &context)
        case "SR" where context.message.header.type == "OMI": try handOver(order, group, &context)
        case "SC", "SR": try changeStatus(order, group, &context)
        case "":
            throw HL7Problem(
                .requiredFieldMissing, at: order.location(1), "ORC-1 has to say what happens to the order, and it is empty.")
        default:
            guard let words = requests[control] else {
                throw HL7Problem(
                    .tableValueNotFound, at: order.location(1),
                    "ORC-1 says \(HL7Problem.shown(control)), and that order control is not recorded.")
            }
            try comment(words, order, group, &context)
        }
    }

    /// What has no axis of its own is kept as a remark on the case, so that nobody's request is lost.
    private static let requests: [String: String] = [
        "UH": "says that the order cannot be held", "UC": "says that the order cannot be cancelled",
        "UD": "says that the order cannot be discontinued", "UX": "says that the order cannot be changed",
        "UA": "says that the order cannot be accepted", "UR": "says that the hold cannot be released",
    ]

    private static func place(_ order: HL7Segment, _ group: OrderGroup, _ context: inout MappingContext) throws(HL7Problem) {
        guard group.request != nil else {
            throw HL7Problem(
                .segmentSequence, at: HL7Location("OBR"), "A new order needs an OBR segment after ORC, and there is none.")
        }
        let aliases = try context.aliases(of: group)
        let content = try OrderContent(group, &context)
        let placed = OrderPlaced(
            accession: aliases.accession, placerOrder: aliases.placerOrder, patient: aliases.patient,
            procedure: content.procedure,
            modality: content.modality, bodySite: content.bodySite, laterality: content.laterality, reason: content.reason,
            priority: content.priority, requester: content.requester, studyUID: aliases.studyUID, history: content.history)
        try record(.orderPlaced(placed), order, group, &context)
        if let screen = content.pregnancy { try record(.pregnancyScreened(screen), order, group, &context) }
    }

    /// The new order stands in the same message, as RO.
    private static func replace(
        _ order: HL7Segment, _ group: OrderGroup, by other: OrderGroup, _ context: inout MappingContext
    ) throws(HL7Problem) {
        let aliases = try context.aliases(of: other)
        let replaced = OrderReplaced(by: aliases.placerOrder ?? aliases.accession, reason: reason(order, group))
        try record(.ordering(.replaced(replaced)), order, group, &context)
    }

    private static func hold(_ order: HL7Segment, _ group: OrderGroup, _ context: inout MappingContext) throws(HL7Problem) {
        let why = reason(order, group)
        let sender = context.message.header.sender
        let unsaid = "\(sender.isEmpty ? "The sender" : sender) gave no reason."
        try record(.ordering(.held(OrderHeld(reason: why.isEmpty ? unsaid : why))), order, group, &context)
    }

    private static func change(_ order: HL7Segment, _ group: OrderGroup, _ context: inout MappingContext) throws(HL7Problem) {
        let content = try OrderContent(group, &context)
        let why = reason(order, group)
        let replaced = ["RP", "RU"].contains(order[1].text().uppercased()) ? ["Replaced by the sender."] : []
        let note = replaced + (why.isEmpty ? [] : [why]) + content.deletions + content.history
        let changed = OrderChanged(
            procedure: content.procedure, modality: content.modality, bodySite: content.bodySite, laterality: content.laterality,
            reason: content.reason, priority: content.priority, requester: content.requester, note: note.joined(separator: "\n"))
        try record(.orderChanged(changed), order, group, &context)
        if let screen = content.pregnancy { try record(.pregnancyScreened(screen), order, group, &context) }
    }

    /// Source: HL7 v2.5.1 4.5.1.5 (ORC-5), IHE RAD TF-2 4.4 (order status update).
    private static func changeStatus(_ order: HL7Segment, _ group: OrderGroup, _ context: inout MappingContext) throws(HL7Problem)
    {
        let status = order[5].text().uppercased()
        let aliases = try context.aliases(of: group)
        let content = try OrderContent(group, &context)
        let (uid, modality) = (aliases.studyUID, content.modality)
        let station = group.control?[9].text() ?? ""
        switch status {
        case "IP":
            let step = ProcedureStepStarted(studyUID: uid, modality: modality, station: station)
            try recordStep(.procedureStepStarted(step), group, &context)
        case "CM":
            let step = ProcedureStepCompleted(studyUID: uid, modality: modality, station: station)
            try recordStep(.procedureStepCompleted(step), group, &context)
        case "DC":
            let step = ProcedureStepDiscontinued(
                studyUID: uid, modality: modality, station: station, reason: reason(order, group))
            try recordStep(.procedureStepDiscontinued(step), group, &context)
        case "CA": try record(.orderCancelled(OrderCancelled(reason: reason(order, group))), order, group, &context)
        case "HD": try hold(order, group, &context)
        case "SC": try comment("says that the examination is scheduled", order, group, &context)
        case "A", "ER", "RP": try comment("says that the order's status is \(status) (table 0038)", order, group, &context)
        case "":
            throw HL7Problem(.requiredFieldMissing, at: order.location(5), "ORC-5 has to give the new status, and it is empty.")
        default:
            throw HL7Problem(
                .tableValueNotFound, at: order.location(5),
                "ORC-5 has to be a status of table 0038, and it says \(HL7Problem.shown(status)).")
        }
    }

    /// The site's complement after the examination: study and accession are aliases, counts are not declared.
    ///
    /// Source: ANS tele-radiology guide, flow 4.
    private static func handOver(_ order: HL7Segment, _ group: OrderGroup, _ context: inout MappingContext) throws(HL7Problem) {
        let viewer = group.observations("URL_PARTIELLE_VIEWER").first
        let url = viewer.map { $0.type == "ED" ? Encapsulated($0.segment[5].first).data : $0.value } ?? ""
        var note = group.noteTexts
        if let timing = group.timing {
            let examined = timing[7].text()
            if !examined.isEmpty, let day = try context.timestamp(timing, 7).day { note.append("Examined on \(day).") }
            let kept = HL7Text.trimmed("\(timing[6].text(1)) \(timing[6].text(2))")
            if !kept.isEmpty { note.append("Images are kept for \(kept).") }
        }
        note += group.observations.filter { !["URL_PARTIELLE_VIEWER", "PRODUIT_ADMINISTRE"].contains($0.code) }.map(\.sentence)
        try context.checkLength(note, at: group.observations.last?.segment.location())
        let event = StudyHandedOver(
            note: note.filter { !$0.isEmpty }.joined(separator: "\n"), viewerURL: url, administered: administered(group))
        let aliases = try context.aliases(of: group)
        let time = try context.occurredAt([(order, 9)])
        let actor = context.actor([(order, 10), (order, 19), (group.request, 34)], as: .technologist)
        try context.add(.studyHandedOver(event), aliases: aliases, opensCase: true, at: time, by: actor)
    }

    /// One text a product: OBX-4 is n.1 for the class, n.2 for the lot and n.3 for the quantity of the n-th product.
    private static func administered(_ group: OrderGroup) -> [String] {
        var products: [(number: String, parts: [String])] = []
        for observation in group.observations("PRODUIT_ADMINISTRE") where !observation.value.isEmpty {
            let id = observation.segment[4].text().split(separator: ".").map(String.init)
            let number = id.first ?? ""
            let scheme = observation.segment[5].text(3)
            let shown = scheme.isEmpty ? observation.value : "\(observation.value) (\(scheme))"
            let part = id.last == "2" && id.count == 2 ? "lot \(shown)" : shown
            if let index = products.firstIndex(where: { $0.number == number }), !number.isEmpty {
                products[index].parts.append(part)
            } else {
                products.append((number, [part]))
            }
        }
        return products.map { $0.parts.joined(separator: ", ") }
    }

    private static func comment(
        _ words: String, _ order: HL7Segment, _ group: OrderGroup, _ context: inout MappingContext
    ) throws(HL7Problem) {
        let why = reason(order, group)
        let sender = context.message.header.sender
        let text = "\(sender.isEmpty ? "The sender" : sender) \(words)\(why.isEmpty ? "." : ": \(why)")"
        try record(.commentAdded(CommentAdded(text: text)), order, group, &context)
    }

    /// Records what the requester did, as his system reports it.
    private static func record(
        _ event: CaseEvent, _ order: HL7Segment, _ group: OrderGroup, _ context: inout MappingContext
    ) throws(HL7Problem) {
        let aliases = try context.aliases(of: group)
        let time = try context.occurredAt([(order, 9)])
        let actor = context.actor([(order, 12), (group.request, 16)])
        try context.add(event, aliases: aliases, opensCase: true, at: time, by: actor)
    }

    /// Records what happened in the examination room: by the technician (OBR-34), else by the system that says so.
    private static func recordStep(_ event: CaseEvent, _ group: OrderGroup, _ context: inout MappingContext) throws(HL7Problem) {
        let aliases = try context.aliases(of: group)
        let time = try context.occurredAt([(group.order, 9)])
        let actor = context.actor([(group.request, 34)])
        try context.add(event, aliases: aliases, opensCase: true, at: time, by: actor)
    }

    /// Why: ORC-16, else the notes of the order.
    static func reason(_ order: HL7Segment, _ group: OrderGroup) -> String {
        let coded = HL7DataTypes.words(order[16].first)
        return coded.isEmpty ? group.noteTexts.joined(separator: "\n") : coded
    }
}
