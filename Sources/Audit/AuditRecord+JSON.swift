import EventLog
import ImagingCase

extension AuditRecord {
    /// Writes the members in their order; what is not said is left out.
    func write(to json: inout JSONWriter) {
        json.member("at", Timestamp.text(of: at))
        json.member("clock", clock)
        json.member("code", code.rawValue)
        json.member("action", action.rawValue)
        json.member("outcome", outcome.rawValue)
        json.member("purpose", Self.cut(purpose))
        json.said("person", actor.person)
        json.said("role", actor.role)
        json.member("assurance", actor.assurance.name)
        json.member("site", Self.cut(actor.site))
        json.said("session", actor.session)
        json.said("onBehalfOf", onBehalfOf)
        json.member("address", Self.cut(address))
        json.member("call", Self.cut(call))
        json.said("case", objects.stream)
        json.said("event", objects.event)
        json.said("conflict", objects.conflict)
        json.said("query", query)
        if let count { json.member("count", count) }
        json.said("problem", problem)
    }

    /// A text in at most ``textBytesMax`` bytes, cut between characters.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > textBytesMax else { return text }
        var kept = ""
        var bytes = 0
        for character in text {
            bytes += character.utf8.count
            guard bytes <= textBytesMax else { break }
            kept.append(character)
        }
        return kept
    }

    /// The members as they are read back.
    struct Stored: Decodable {
        let at, clock, code, action, purpose, assurance, site, address, call: String
        let outcome: Int
        let person, role, session, onBehalfOf, event, conflict, query, problem: String?
        let `case`: String?
        let count: Int?

        /// The record; nil where a word is one of a newer version.
        var record: AuditRecord? {
            guard let moment = Timestamp.parse(at)?.instant, let code = AuditCode(rawValue: code),
                let action = AuditAction(rawValue: action), let outcome = AuditOutcome(rawValue: outcome),
                let assurance = Assurance(name: assurance)
            else { return nil }
            var record = AuditRecord(
                at: moment, code: code, action: action, outcome: outcome, purpose: purpose,
                actor: AuditActor(person: person, role: role, assurance: assurance, site: site, session: session),
                onBehalfOf: onBehalfOf, address: address, call: call,
                objects: AuditObjects(stream: `case`, event: event, conflict: conflict), query: query, count: count,
                problem: problem)
            record.clock = clock
            return record
        }
    }
}

extension JSONWriter {
    /// Writes a text member that was said, cut to its bound.
    fileprivate mutating func said(_ name: StaticString, _ value: String?) {
        if let value, !value.isEmpty { member(name, AuditRecord.cut(value)) }
    }
}
