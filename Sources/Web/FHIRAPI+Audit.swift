import Audit
import EventLog
import Foundation
import Hummingbird
import ImagingCase
import Interop
import Problems

/// AuditEvent: the records of the audit, for whoever may read it, by the same question as `/v1/audit`.
extension FHIRAPI {
    /// One record.
    func readAudit(_ id: String, _ request: Request) async throws -> Response {
        guard let sequence = id.split(separator: "-").last.flatMap({ UInt64($0) }), sequence > 0 else {
            throw CaseDesk.noResource(.auditEvent, id)
        }
        let query = request.uri.queryParameters
        let found = await api.desk.answer(
            .auditPage(after: sequence - 1, limit: 1, person: query.get("as") ?? "", role: query.get("role") ?? ""))
        if let problem = found.problem { throw problem }
        guard let line = Self.lines(found, member: "lines").first, let (json, version) = Self.record(line),
            Self.name(of: line) == id
        else { throw CaseDesk.noResource(.auditEvent, id) }
        return Self.response(json, version, to: request)
    }

    /// A page of records, the newest first.
    func searchAudit(_ query: FHIRSearchQuery, _ request: Request) async throws -> Response {
        var filter = AuditFilter(limit: query.count)
        for condition in query.conditions { try Self.narrow(&filter, condition) }
        if case .below(let place) = query.cursor { try await goOn(&filter, below: UInt64(place), request) }
        let asked = request.uri.queryParameters
        let found = await api.desk.answer(
            .auditSearch(filter: filter, person: asked.get("as") ?? "", role: asked.get("role") ?? ""))
        if let problem = found.problem { throw problem }
        var lines = Self.lines(found, member: nil)
        if case .below(let place) = query.cursor { lines.removeAll { $0.sequence >= UInt64(place) } }
        let shown = Array(lines.reversed().prefix(query.count))
        let entries = shown.compactMap { line in
            Self.record(line).map { json, version in
                FHIRBundle.Entry(address: "AuditEvent/\(Self.name(of: line))", json: json, version: version)
            }
        }
        let next = shown.count < query.count ? nil : shown.last.map { FHIRCursor.below(Int64($0.sequence)) }
        let links = CaseDesk.FHIRPage.links(query, base: Self.base(request), next: next)
        return Self.response(
            FHIRBundle(base: Self.base(request), links: links, total: nil).searchset(query.isCount ? [] : entries))
    }

    /// How many records of one millisecond a page goes on through at most.
    private static let sameMomentMax = 100

    /// Goes on below a record: those of its millisecond are asked for again and passed over.
    private func goOn(_ filter: inout AuditFilter, below sequence: UInt64, _ request: Request) async throws {
        let asked = request.uri.queryParameters
        let found = await api.desk.answer(
            .auditPage(
                after: max(sequence, 1) - 1, limit: 1, person: asked.get("as") ?? "", role: asked.get("role") ?? ""))
        if let problem = found.problem { throw problem }
        guard let record = Self.lines(found, member: "lines").first?.record else {
            throw Problem(.badCursor, "The cursor of the page is none that this server gave.")
        }
        let until = record.at.milliseconds + 1
        filter.until = min(filter.until ?? until, until)
        filter.limit = min(filter.limit + Self.sameMomentMax, AuditFilter.limitMax)
    }

    private static func narrow(_ filter: inout AuditFilter, _ condition: FHIRSearchQuery.Condition) throws(Problem) {
        switch condition {
        case .date(let bounds), .updated(let bounds):
            guard bounds.count == 1 else { throw oneValue }
            let span = bounds[0].span
            if let since = span.since { filter.since = max(filter.since ?? .min, since.milliseconds) }
            if let until = span.until { filter.until = min(filter.until ?? .max, until.milliseconds) }
        case .agent(let people):
            guard people.count == 1 else { throw oneValue }
            filter.person = people[0]
        case .refers(let names):
            guard names.count == 1 else { throw oneValue }
            let id = names[0].split(separator: "/").last.map(String.init) ?? names[0]
            filter.stream = FHIRResourceID(id)?.stream.description ?? id
        case .id, .identifier, .patient, .person, .status:
            throw Problem(.badInput, "A search of AuditEvent takes date, agent and entity.")
        }
    }

    private static var oneValue: Problem { Problem(.badInput, "A parameter of AuditEvent takes one value.") }

    /// The records of an answer, as they lie in the file.
    private static func lines(_ answer: DeskAnswer, member: String?) -> [AuditLine] {
        if let member {
            guard let page = try? JSONDecoder().decode([String: JSONValue].self, from: Data(answer.json.utf8)),
                case .list(let texts) = page[member]
            else { return [] }  // an answer of this process that is none of its own says nothing
            return texts.compactMap { if case .text(let text) = $0 { AuditLine(bytes: Array(text.utf8)) } else { nil } }
        }
        // Lines are objects without line feeds, joined by commas: each ends with its hash.
        var lines: [AuditLine] = []
        var rest = Array(answer.json.utf8)[...].dropFirst().dropLast()
        while let end = rest.firstRange(of: Array("\"},{\"seq\":".utf8))?.lowerBound ?? (rest.isEmpty ? nil : rest.endIndex - 2) {
            if let line = AuditLine(bytes: Array(rest[..<(end + 2)])) { lines.append(line) }
            rest = rest[(end + 2)...].dropFirst()
        }
        return lines
    }

    private static func name(of line: AuditLine) -> String { line.record.map { "\($0.actor.site)-\(line.sequence)" } ?? "" }

    private static func record(_ line: AuditLine) -> ([UInt8], FHIRVersion)? {
        guard let json = AuditEventResource.json(of: line), let record = line.record else { return nil }
        return (json, FHIRVersion(id: line.hash.description, updated: record.at))
    }
}
