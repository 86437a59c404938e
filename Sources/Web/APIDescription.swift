import HTTPTypes
public import Hummingbird
import ImagingCase
import Problems

/// Groups of calls that a server has or has not.
public enum APIFamily: Sendable, CaseIterable {
    /// By which sites reconcile.
    case sync
    /// For whoever watches the process.
    case health
    /// About cases and conflicts.
    case cases
    /// About the sites of a hub.
    case sites
    /// For signing in.
    case sessions
}

/// The published description of the HTTP interface, made from ``APITable``.
///
/// Source: OpenAPI Specification 3.1.0.
enum APIDescription {
    /// The document for a server that has some families of calls.
    static func json(of families: Set<APIFamily>) -> String {
        let calls = APITable.all.filter { families.contains($0.family) }
        var json = JSONWriter()
        json.beginObject()
        json.member("openapi", "3.1.0")
        json.key("info")
        json.beginObject()
        json.member("title", "Filmjacket")
        json.member("version", Version.text)
        json.member("description", "Errors are application/problem+json with a stable code (RFC 9457).")
        json.endObject()
        json.key("paths")
        json.beginObject()
        var written: Set<String> = []
        for call in calls where written.insert(call.path).inserted {
            json.key(call.path)
            json.beginObject()
            for same in calls where same.path == call.path { write(same, to: &json) }
            json.endObject()
        }
        json.endObject()
        json.key("components")
        json.raw(Array("{\"schemas\":\(APISchemas.json)}".utf8))
        json.endObject()
        return json.text
    }

    private static func write(_ call: APITable.Call, to json: inout JSONWriter) {
        json.key(call.method.lowercased())
        json.beginObject()
        json.member("operationId", operation(call))
        json.member("summary", call.summary)
        let places = call.path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map {
                APITable.Parameter(name: String($0.dropFirst().dropLast()), summary: "Part of the address.", isRequired: true)
            }
        let all = [("path", places), ("query", call.query), ("header", call.fields)]
        if all.contains(where: { !$0.1.isEmpty }) {
            json.key("parameters")
            json.beginArray()
            for (kind, parameters) in all {
                for parameter in parameters { write(parameter, in: kind, to: &json) }
            }
            json.endArray()
        }
        if let body = call.body {
            json.key("requestBody")
            json.beginObject()
            json.key("required")
            json.flag(true)
            write(body, to: &json)
            json.endObject()
        }
        writeAnswers(of: call, to: &json)
        json.endObject()
    }

    private static func operation(_ call: APITable.Call) -> String {
        call.method.lowercased()
            + call.path.split { "/{}-.".contains($0) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func write(_ parameter: APITable.Parameter, in kind: String, to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", parameter.name)
        json.member("in", kind)
        json.member("description", parameter.summary)
        json.key("required")
        json.flag(parameter.isRequired)
        json.key("schema")
        json.raw(Array(parameter.schema.utf8))
        json.endObject()
    }

    private static func write(_ content: APITable.Content, to json: inout JSONWriter) {
        json.key("content")
        json.beginObject()
        json.key(content.type)
        let schema = content.schema.map { "{\"schema\":{\"$ref\":\"#/components/schemas/\($0)\"}}" } ?? "{}"
        json.raw(Array(schema.utf8))
        json.endObject()
    }

    private static func writeAnswers(of call: APITable.Call, to json: inout JSONWriter) {
        json.key("responses")
        json.beginObject()
        for answer in call.answers {
            json.key(String(answer.status))
            json.beginObject()
            json.member("description", answer.status == 304 ? "The asker holds it already." : call.summary)
            if answer.status != 304 { write(answer.content, to: &json) }
            json.endObject()
        }
        // Every call may also meet the limits of the server and its being stopped.
        let codes =
            call.problems + (call.path.contains("{") && !call.problems.contains(.badInput) ? [.badInput] : [])
            + (call.isBehindDoor ? [.signIn, .tooManyRequests] : []) + (call.isKept ? [.auditUnavailable] : [])
            + [.requestTimeout, .draining, .internalError]
        for status in Set(codes.map(\.row.status)).sorted() {
            let names = codes.filter { $0.row.status == status }.map(\.rawValue).joined(separator: ", ")
            json.key(String(status))
            json.beginObject()
            json.member("description", names)
            write(call.problemContent, to: &json)
            json.endObject()
        }
        json.endObject()
    }
}

extension APITable.Call {
    /// In what a problem is answered.
    fileprivate var problemContent: APITable.Content {
        path.hasPrefix(FHIRAPI.root)
            ? .bytes(FHIRAPI.mediaType) : APITable.Content(type: ProblemDocument.mediaType, schema: "Problem")
    }

    /// Whether somebody has to sign in for it where there are accounts.
    fileprivate var isBehindDoor: Bool { family == .cases || family == .sites }
}

extension CaseAPI {
    /// Adds `/openapi.json`, which describes the calls of some families.
    public func addDescription(to router: Router<BasicRequestContext>, of families: Set<APIFamily>) {
        let bytes = Array(APIDescription.json(of: families).utf8)
        router.get("/openapi.json") { _, _ in Self.response(.ok, bytes) }
    }

    /// Adds `/v1/sites`: whom the hub knows, without anything secret.
    public func addSites(to whole: Router<BasicRequestContext>) {
        let router = whole.group()
        if let door { router.add(middleware: DoorMiddleware(door)) }
        router.get("/v1/sites") { _, _ in answer(await desk.answer(.siteList)) }
    }
}
