import EventLog
import ImagingCase

/// Registration and demographics: events about a person, for all cases of that person.
///
/// Source: HL7 v2.5.1 3.3.4 (A04), 3.3.10 (A10), 3.3.8 (A08), 3.3.31 (A31).
enum PatientMapping {
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
        let header = message.header
        let fields: [(Int, String)] = [(5, "name"), (7, "birth date"), (8, "sex")]
        let deleted = fields.filter { message.first("PID")?[$0.0].isDeleted == true }.map(\.1)
        let source = "\(header.type)^\(header.trigger) \(header.controlID) from \(header.sender)"
        return deleted.isEmpty ? source : "\(source); deleted by the sender: \(deleted.joined(separator: ", "))"
    }
}
