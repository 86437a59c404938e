import EventLog
import HTTPTypes
import Hummingbird
import ImagingCase
import Problems

extension CaseAPI {
    /// The entity tag of a case: a digest over its heads, so that two states have one tag exactly when they stand on the same events.
    ///
    /// Source: RFC 9110 8.8.3; SHA-256 in hexadecimal over the ascending head ids joined by line feeds, in quotes.
    static func tag(_ heads: [EventID]) -> String {
        let text = heads.sorted().map(\.description).joined(separator: "\n")
        return "\"\(EventHash.sha256(Array(text.utf8)))\""
    }

    func list(_ request: Request) throws -> Response { try answer(cases.list(limit: try Self.limit(request))) }

    static func limit(_ request: Request) throws -> Int {
        guard let text = request.uri.queryParameters.get("limit") else { return 200 }
        guard let limit = Int(text), (1...CaseDesk.rowsMax).contains(limit) else {
            throw Problem(.outOfRange, "A limit of 1 to \(CaseDesk.rowsMax) was expected.")
        }
        return limit
    }

    /// What waits for somebody, the most urgent first, then what has an open conflict.
    func worklist(_ request: Request) throws -> Response {
        let limit = try Self.limit(request)
        let query = request.uri.queryParameters
        if let role = query.get("role") {
            return try answer(cases.worklist(role: role, site: query.get("site"), limit: limit))
        }
        let (priority, modality) = (query.get("priority"), query.get("modality"))
        let rows = try cases.summaries().compactMap { bytes in
            WorklistRow(json: bytes).map { (row: $0, bytes: bytes) }
        }
        let waiting = rows.filter { entry in
            entry.row.isWaiting && priority.map { $0 == entry.row.priority } ?? true
                && modality.map { $0 == entry.row.modality } ?? true
        }
        let sorted = waiting.enumerated().sorted { one, other in
            let (left, right) = (one.element.row, other.element.row)
            return (left.rank, left.openConflicts > 0 ? 0 : 1, one.offset) < (
                right.rank, right.openConflicts > 0 ? 0 : 1, other.offset
            )
        }
        let shown = try cases.opened(sorted.map(\.element.bytes), max: limit)
        AuditTrail.current?.counts(shown.count)
        return Self.response(.ok, Array(CaseDesk.array(shown).utf8))
    }

    /// One case with its entity tag; 304 where the asker holds it already.
    func show(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        let query = try Query(request, context)
        let look = try cases.look(at: query.id, knownTo: query.knownTo, at: query.at, for: query.asker)
        let tag = Self.tag(look.history.heads)
        if let held = request.headers[.ifNoneMatch], held == tag {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        return answer(cases.json(of: look.state, look.history), fields: [.eTag: tag])
    }

    private struct Recording: Decodable {
        let kind: String
        let body: JSONValue?
        let `as`: String?
        let role: String?
        let at: String?
    }

    /// Records an event; 201, or 200 for one that was recorded before under its key.
    ///
    /// With `If-Match` it is recorded only on top of the heads that the tag names; otherwise 412 `STALE_HEADS` says the new ones.
    func record(_ request: Request, on id: String?) async throws -> Response {
        let recording: Recording = try await body(of: request, names: ["kind", "body", "as", "role", "at"])
        let who = try Self.who(recording.as, recording.role)
        let said = CaseDesk.Said(
            kind: recording.kind, person: who.person, role: who.role, at: recording.at, body: recording.body?.json ?? "{}")
        let heads = try matched(request.headers[.ifMatch], on: id)
        let answer = try await cases.record(said, on: id, expecting: heads, source: .page, key: try Self.key(of: request))
        return try recorded(answer)
    }

    /// Who acts: whoever signed in may leave it out.
    static func who(_ person: String?, _ role: String?) throws(Problem) -> (person: String, role: String) {
        if Caller.signedIn == nil, let missing = person == nil ? "as" : role == nil ? "role" : nil {
            throw Problem(
                .malformed, "The body is not the JSON that is expected here: the member '\(missing)' is missing.",
                facts: [.init("field", missing)])
        }
        return (person ?? "", role ?? "")
    }

    /// The heads that an `If-Match` field names; nil where it names none.
    private func matched(_ field: String?, on id: String?) throws -> [String]? {
        guard let field, field != "*" else { return nil }
        guard let id else { throw Problem(.badInput, "If-Match needs a case in the address.") }
        let heads = try cases.heads(of: id)
        guard field == Self.tag(heads) else {
            throw Problem(
                .staleHeads, "The case was changed since it was looked at.", facts: heads.map { .init("head", $0.description) })
        }
        return heads.map(\.description)
    }

    private static func key(of request: Request) throws -> String? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = request.headers[name] else { return nil }
        guard (1...200).contains(key.utf8.count) else { throw Problem(.outOfRange, "An Idempotency-Key has 1 to 200 bytes.") }
        return "http|\(key)"
    }

    private struct Resolution: Decodable {
        let choose: String
        let reason: String
        let `as`: String?
        let role: String?
    }

    func resolve(_ request: Request, _ id: String) async throws -> Response {
        let said: Resolution = try await body(of: request, names: ["choose", "reason", "as", "role"])
        let who = try Self.who(said.as, said.role)
        let decision = CaseDesk.Decision(choose: said.choose, reason: said.reason, person: who.person, role: who.role)
        return try recorded(await cases.resolve(id, decision, source: .page, key: try Self.key(of: request)))
    }

    private func recorded(_ answer: CaseDesk.Receipt) throws -> Response {
        // What was just recorded names every head as its parent; only a repeat has to be looked up.
        let heads =
            answer.recorded.isRepeat
            ? try cases.heads(of: answer.recorded.stream) : [answer.recorded.id]
        return Self.response(
            answer.recorded.isRepeat ? .ok : .created, Array(answer.answer.json.utf8), fields: [.eTag: Self.tag(heads)])
    }
}
