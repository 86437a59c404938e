import Audit
import ImagingCase

/// Answers about the audit, for programs and for people.
enum AuditAnswer {
    /// Records as one array, and as a table.
    static func list(_ lines: [AuditLine]) -> DeskAnswer {
        let rows = lines.compactMap { line in line.record.map { row($0) } }
        return DeskAnswer(
            json: array(lines),
            text: rows.isEmpty
                ? "no records" : TextTable.aligned([["WHEN", "WHO", "CODE", "DID", "OUTCOME", "CALL", "CASE", "FROM"]] + rows))
    }

    /// A page of records, their lines as they lie in the file, with the head at this moment: a reader that wants an end finds it there.
    static func page(_ lines: [AuditLine], head: AuditHead) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("head", head.text)
        json.member("lines", texts: lines.map(\.text))
        json.endObject()
        return DeskAnswer(json: json.text, text: "\(lines.count) records, head \(head.text)")
    }

    /// A whole chain.
    static func verified(_ result: AuditVerification) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("records", result.records)
        json.member("head", result.head.text)
        if let last = result.lastAt { json.member("last", Timestamp.text(of: last)) }
        json.member("good", true)
        json.endObject()
        return DeskAnswer(json: json.text, text: "\(result.records) records, every hash good, head \(result.head.text)")
    }

    private static func array(_ lines: [AuditLine]) -> String { "[\(lines.map(\.text).joined(separator: ","))]" }

    private static func row(_ record: AuditRecord) -> [String] {
        let who = record.actor.person ?? "-"
        let role = record.actor.role.map { " (\($0))" } ?? ""
        let object = record.objects.stream ?? record.objects.conflict ?? record.query ?? ""
        return [
            Timestamp.text(of: record.at), TextTable.cut(who + role, to: 40), record.code.rawValue, record.action.rawValue,
            record.problem ?? "\(record.outcome.rawValue)", record.call, TextTable.cut(object, to: 60), record.address,
        ]
    }
}
