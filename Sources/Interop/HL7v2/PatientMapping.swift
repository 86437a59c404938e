import EventLog
import ImagingCase

/// Registration, demographics and identifiers: events about a person, for all cases of that person or for his own history.
///
/// Source: HL7 v2.5.1 3.3.4 (A04), 3.3.10 (A10), 3.3.8 (A08), 3.3.31 (A31), 3.3.5 (A05), 3.3.24 (A24),
/// 3.3.37 (A37), 3.3.40 (A40), 3.3.47 (A47), 3.4.9 (MRG).
enum PatientMapping {
    /// Takes what links two identifiers: each person of the message with what was merged into him, or with what he was known by.
    ///
    /// - Throws: AE 100 where a PID or MRG stands alone, AE 101 where one of them names nobody or both the same.
    static func mapLinks(_ context: inout MappingContext) throws(HL7Problem) {
        let message = context.message
        let event = message.first("EVN")
        let time = try context.occurredAt([(event, 6), (event, 2)])
        let actor = context.actor([(event, 5)])
        var person: HL7Segment?
        for segment in message.segments {
            switch segment.name {
            case "PID":
                if let person { throw alone(person) }
                person = segment
            case "MRG":
                guard let named = person else { throw alone(segment) }
                person = nil
                for pair in try pairs(named, segment, &context) {
                    var aliases = HL7Aliases()
                    aliases.patientIdentifiers = [pair.now, pair.before]
                    let what = link(pair, message)
                    try context.add(.person(what), aliases: aliases, opensCase: false, at: time, by: actor)
                }
            default: continue
            }
        }
        guard person == nil, message.first("MRG") != nil else {
            throw alone(person ?? message.header.segment)
        }
    }

    /// Takes the two persons of a message that links or parts them.
    ///
    /// - Throws: AE 100 where there are not two, AE 101 where one of them has no identifier or both have the same.
    static func mapPair(_ context: inout MappingContext) throws(HL7Problem) {
        let message = context.message
        let persons = message.segments.filter { $0.name == "PID" }
        guard persons.count == 2 else {
            throw HL7Problem(
                .segmentSequence, at: HL7Location("PID"),
                "Two PID segments have to name the two persons, and there are \(persons.count).")
        }
        let first = try context.patient(persons[0]).patient
        let second = try context.patient(persons[1]).patient
        let (one, other) = (
            IssuedIdentifier(issuer: first.issuer, value: first.id), IssuedIdentifier(issuer: second.issuer, value: second.id)
        )
        guard one != other else {
            throw HL7Problem(
                .requiredFieldMissing, at: persons[1].location(3),
                "The second PID-3 has to hold another identifier than the first.")
        }
        let event = message.first("EVN")
        let time = try context.occurredAt([(event, 6), (event, 2)])
        var aliases = HL7Aliases()
        aliases.patientIdentifiers = [one, other]
        let what: PersonEvent =
            message.header.trigger == "A24"
            ? .merged(PersonMerged(survivor: one, retired: other, evidence: source(message)))
            : .unmerged(PersonUnmerged(first: one, second: other, evidence: source(message)))
        try context.add(.person(what), aliases: aliases, opensCase: false, at: time, by: context.actor([(event, 5)]))
    }

    private static func alone(_ segment: HL7Segment) -> HL7Problem {
        HL7Problem(
            .segmentSequence, at: segment.name == "MSH" ? HL7Location("PID") : segment.location(),
            "Each PID segment has to be followed by its MRG segment, and one of them is missing.")
    }

    private static func link(_ pair: (now: IssuedIdentifier, before: IssuedIdentifier), _ message: HL7Message) -> PersonEvent {
        message.header.trigger == "A40"
            ? .merged(PersonMerged(survivor: pair.now, retired: pair.before, evidence: source(message)))
            : .identifierChanged(PersonIdentifierChanged(from: pair.before, to: pair.now))
    }

    /// Each identifier that was, with the one that is: of the same issuer where there is one, else the one that names the patient.
    private static func pairs(
        _ person: HL7Segment, _ prior: HL7Segment, _ context: inout MappingContext
    ) throws(HL7Problem) -> [(now: IssuedIdentifier, before: IssuedIdentifier)] {
        let named = try context.patient(person)
        let chosen = IssuedIdentifier(issuer: named.patient.issuer, value: named.patient.id)
        var found: [(now: IssuedIdentifier, before: IssuedIdentifier)] = []
        for value in prior[1].repetitions {
            guard let before = context.issued(HL7DataTypes.identifier(extended: value), at: prior.location(1)) else { continue }
            let now = named.identifiers.first { $0.issuer == before.issuer } ?? chosen
            if named.identifiers.contains(before) {
                context.remark("names an identifier that PID-3 names too; nothing is linked by it", at: prior.location(1))
            } else if !found.contains(where: { $0.before == before }) {
                found.append((now, before))
            }
        }
        guard !found.isEmpty else {
            throw HL7Problem(
                .requiredFieldMissing, at: prior.location(1),
                "MRG-1 has to hold the identifier that was, another one than PID-3 holds, and it does not.")
        }
        return found
    }

    static func map(_ context: inout MappingContext) throws(HL7Problem) {
        let message = context.message
        let person = try context.patient(message.first("PID"))
        var aliases = HL7Aliases()
        aliases.patient = person.patient
        aliases.patientIdentifiers = person.identifiers
        let event = message.first("EVN")
        let time = try context.occurredAt([(event, 6), (event, 2)])
        let actor = context.actor([(event, 5)])
        let what: CaseEvent
        switch message.header.trigger {
        case "A04", "A10":
            what = .patientArrived(PatientArrived(patient: person.patient, visit: message.first("PV1")?[19].text() ?? ""))
        default:
            what = .demographicsCorrected(DemographicsCorrected(patient: person.patient, evidence: evidence(message)))
        }
        try context.add(what, aliases: aliases, opensCase: false, at: time, by: actor)
    }

    /// Where the correction comes from, and what it deletes: an empty field was not said, `""` was taken back.
    private static func evidence(_ message: HL7Message) -> String {
        let fields: [(Int, String)] = [(5, "name"), (7, "birth date"), (8, "sex")]
        let deleted = fields.filter { message.first("PID")?[$0.0].isDeleted == true }.map(\.1)
        let source = source(message)
        return deleted.isEmpty ? source : "\(source); deleted by the sender: \(deleted.joined(separator: ", "))"
    }

    private static func source(_ message: HL7Message) -> String {
        let header = message.header
        return "\(header.type)^\(header.trigger) \(header.controlID) from \(header.sender)"
    }
}
