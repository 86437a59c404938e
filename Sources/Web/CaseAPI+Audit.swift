import Audit
import EventLog
import Foundation
import Hummingbird
public import Problems

extension CaseAPI {
    /// Records of the audit.
    func audit(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        func moment(_ name: String) throws -> Int64? { try query.get(name).map { try CaseDesk.moment($0).instant.milliseconds } }
        let filter = AuditFilter(
            person: query.get("person"), role: query.get("by"), stream: query.get("case"), code: query.get("code"),
            since: try moment("since"), until: try moment("until"), limit: try Self.limit(request))
        let found = await desk.answer(
            .auditSearch(filter: filter, person: query.get("as") ?? "", role: query.get("role") ?? ""))
        if let problem = found.problem { throw problem }
        return answer(found)
    }
}

extension APITable.Call {
    /// Whether the call's answers wait for their record in the audit.
    var isKept: Bool {
        if case .kept = AuditRule.route(method, path) { true } else { false }
    }
}

extension DeskAnswer {
    /// The problem that an answer says; nil for another answer.
    public var problem: Problem? {
        guard json.hasPrefix("{\"error\":"),
            case .object(let whole) = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)),
            case .object(let said) = whole["error"], case .text(let code) = said["code"], let known = ProblemCode(rawValue: code),
            case .text(let message) = said["message"]
        else { return nil }
        guard case .text(let remedy) = said["remedy"] else { return Problem(known, message) }
        return Problem(known, message, remedy: remedy)
    }
}
