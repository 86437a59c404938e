import EventLog
import ImagingCase

/// A record as a FHIR R4 AuditEvent.
///
/// No patient is an entity of it: the node's audit names none. The case stands in his place, and its node says whose it is.
/// Source: FHIR R4 AuditEvent; IHE BALP for type, agent and source.
public enum AuditEventResource {
    private static let dicom = "http://dicom.nema.org/resources/ontology/DCM"
    private static let terminology = "http://terminology.hl7.org/CodeSystem/"

    /// The resource's JSON; nil for a line of a newer version.
    public static func json(of line: AuditLine) -> [UInt8]? {
        guard let record = line.record else { return nil }
        var json = JSONWriter()
        json.beginObject()
        json.member("resourceType", "AuditEvent")
        json.member("id", "\(record.actor.site)-\(line.sequence)")
        json.key("meta")
        json.beginObject()
        json.member("versionId", line.hash.description)
        json.member("lastUpdated", Timestamp.text(of: record.at))
        json.endObject()
        json.key("type")
        coding(dicom, record.code.rawValue, record.code.display, &json)
        json.member("action", record.action.rawValue)
        json.member("recorded", Timestamp.text(of: record.at))
        json.member("outcome", String(record.outcome.rawValue))
        json.memberIfSaid("outcomeDesc", record.problem ?? "")
        json.key("purposeOfEvent")
        json.beginArray()
        json.beginObject()
        json.key("coding")
        json.beginArray()
        coding(terminology + "v3-ActReason", record.purpose, nil, &json)
        json.endArray()
        json.endObject()
        json.endArray()
        agents(record, &json)
        source(record, &json)
        entities(record, line, &json)
        json.endObject()
        return json.bytes
    }

    private static func coding(_ system: String, _ code: String, _ display: String?, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("system", system)
        json.member("code", code)
        json.memberIfSaid("display", display ?? "")
        json.endObject()
    }

    private static func agents(_ record: AuditRecord, _ json: inout JSONWriter) {
        json.key("agent")
        json.beginArray()
        agent(record.actor.person ?? "unknown", record, isRequestor: true, &json)
        if let other = record.onBehalfOf { agent(other, record, isRequestor: false, &json) }
        json.endArray()
    }

    private static func agent(_ person: String, _ record: AuditRecord, isRequestor: Bool, _ json: inout JSONWriter) {
        json.beginObject()
        if isRequestor, let role = record.actor.role {
            json.key("role")
            json.beginArray()
            json.beginObject()
            json.member("text", role)
            json.endObject()
            json.endArray()
        }
        json.key("who")
        json.beginObject()
        json.key("identifier")
        json.beginObject()
        json.member("value", person)
        json.endObject()
        json.endObject()
        if isRequestor { json.memberIfSaid("altId", record.actor.session ?? "") }
        json.member("requestor", isRequestor)
        if isRequestor {
            json.key("network")
            json.beginObject()
            json.member("address", record.address)
            json.member("type", AuditMessage.networkType(of: record.address))
            json.endObject()
        }
        json.endObject()
    }

    private static func source(_ record: AuditRecord, _ json: inout JSONWriter) {
        json.key("source")
        json.beginObject()
        json.member("site", record.actor.site)
        json.key("observer")
        json.beginObject()
        json.member("display", "filmjacket \(record.actor.site)")
        json.endObject()
        json.key("type")
        json.beginArray()
        coding(terminology + "security-source-type", "4", "Application Server", &json)
        json.endArray()
        json.endObject()
    }

    private static func entities(_ record: AuditRecord, _ line: AuditLine, _ json: inout JSONWriter) {
        json.key("entity")
        json.beginArray()
        for (kind, id) in [
            ("case", record.objects.stream), ("event", record.objects.event), ("conflict", record.objects.conflict),
        ] {
            guard let id else { continue }
            json.beginObject()
            json.key("what")
            json.beginObject()
            json.key("identifier")
            json.beginObject()
            json.member("value", id)
            json.endObject()
            json.endObject()
            json.key("type")
            coding(terminology + "audit-entity-type", "2", "System Object", &json)
            json.member("name", kind)
            json.endObject()
        }
        json.beginObject()
        json.key("type")
        coding(terminology + "audit-entity-type", "4", "Other", &json)
        json.member("name", record.call)
        if let query = record.query { json.member("query", Base64.text(of: Array(query.utf8))) }
        json.key("detail")
        json.beginArray()
        for detail in AuditMessage.details(of: record, line) {
            json.beginObject()
            json.member("type", detail.name)
            json.member("valueString", detail.value)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endArray()
    }
}
