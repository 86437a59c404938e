import EventLog
import Glibc
import ImagingCase

/// A record as a DICOM audit message.
///
/// Source: DICOM PS3.15 A.5.1 (schema), IHE ITI-20.
public enum AuditMessage {
    /// The message's XML; nil for a line of a newer version.
    public static func xml(of line: AuditLine) -> String? {
        guard let record = line.record else { return nil }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><AuditMessage>"
        text += "<EventIdentification EventActionCode=\"\(record.action.rawValue)\" "
        text += "EventDateTime=\"\(Timestamp.text(of: record.at))\" EventOutcomeIndicator=\"\(record.outcome.rawValue)\">"
        text += code("EventID", record.code.rawValue, "DCM", record.code.display)
        if let problem = record.problem { text += "<EventOutcomeDescription>\(escaped(problem))</EventOutcomeDescription>" }
        text += code("PurposeOfUse", record.purpose, "2.16.840.1.113883.1.11.20448", record.purpose) + "</EventIdentification>"
        text += participants(record)
        text += "<AuditSourceIdentification AuditSourceID=\"\(escaped("filmjacket " + record.actor.site))\" "
        text += "AuditEnterpriseSiteID=\"\(escaped(record.actor.site))\">"
        text += code("AuditSourceTypeCode", "4", "DCM", "Application Server") + "</AuditSourceIdentification>"
        return text + objects(record, line) + "</AuditMessage>"
    }

    private static func participants(_ record: AuditRecord) -> String {
        let actor = record.actor
        var text = "<ActiveParticipant UserID=\"\(escaped(actor.person ?? "unknown"))\" "
        if let session = actor.session { text += "AlternativeUserID=\"\(escaped(session))\" " }
        text += "UserIsRequestor=\"true\" NetworkAccessPointID=\"\(escaped(record.address))\" "
        text += "NetworkAccessPointTypeCode=\"\(networkType(of: record.address))\">"
        if let role = actor.role { text += code("RoleIDCode", role, "filmjacket", role) }
        text += "</ActiveParticipant>"
        if let other = record.onBehalfOf {
            text += "<ActiveParticipant UserID=\"\(escaped(other))\" UserIsRequestor=\"false\"/>"
        }
        return text
    }

    private static func objects(_ record: AuditRecord, _ line: AuditLine) -> String {
        var text = ""
        for (kind, id) in [
            ("case", record.objects.stream), ("event", record.objects.event), ("conflict", record.objects.conflict),
        ] {
            guard let id else { continue }
            text += "<ParticipantObjectIdentification ParticipantObjectID=\"\(escaped(id))\" ParticipantObjectTypeCode=\"2\">"
            text += code("ParticipantObjectIDTypeCode", kind, "filmjacket", kind)
            text += "<ParticipantObjectName>\(kind)</ParticipantObjectName></ParticipantObjectIdentification>"
        }
        text +=
            "<ParticipantObjectIdentification ParticipantObjectID=\"\(escaped(record.call))\" ParticipantObjectTypeCode=\"4\">"
        text += code("ParticipantObjectIDTypeCode", "call", "filmjacket", "call")
        let query = record.query.map { "<ParticipantObjectQuery>\(Base64.text(of: Array($0.utf8)))</ParticipantObjectQuery>" }
        text += query ?? "<ParticipantObjectName>\(escaped(record.call))</ParticipantObjectName>"
        for detail in details(of: record, line) {
            text += "<ParticipantObjectDetail type=\"\(detail.name)\" value=\"\(Base64.text(of: Array(detail.value.utf8)))\"/>"
        }
        return text + "</ParticipantObjectIdentification>"
    }

    /// What neither form has a place of its own for: the record's place in the chain, by which a repeat is known, too.
    static func details(of record: AuditRecord, _ line: AuditLine) -> [(name: String, value: String)] {
        var details = [
            ("sequence", "\(line.sequence)"), ("previous", line.previous.description), ("hash", line.hash.description),
            ("assurance", record.actor.assurance.name),
        ]
        if let count = record.count { details.append(("count", "\(count)")) }
        return details
    }

    /// 2 for an IP address, else 1, a machine's name. Source: DICOM PS3.15 A.5.2.2.
    static func networkType(of address: String) -> String {
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, address, &four) == 1 || inet_pton(AF_INET6, address, &six) == 1 ? "2" : "1"
    }

    private static func code(_ element: String, _ code: String, _ system: String, _ text: String) -> String {
        "<\(element) csd-code=\"\(escaped(code))\" codeSystemName=\"\(system)\" originalText=\"\(escaped(text))\"/>"
    }

    /// A text in XML 1.0: marks escaped, and what XML has no character for left out.
    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\t", "\n", "\r": out += "&#\(scalar.value);"
            case "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}": out.unicodeScalars.append(scalar)
            default: break
            }
        }
        return out
    }
}
