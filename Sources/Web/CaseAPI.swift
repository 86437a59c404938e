import EventLog
import Foundation
import HTTPTypes
public import Hummingbird
import ImagingCase
import NIOCore
import Problems

/// The HTTP calls about cases and conflicts, for pages, bridges and scripts.
///
/// | call | gives |
/// | --- | --- |
/// | `GET /v1/cases?limit=` | worklist rows, newest case first |
/// | `GET /v1/worklist?limit=&priority=&modality=` | what waits for somebody, the most urgent first |
/// | `GET /v1/cases/{id}`, `/history`, `/explain`, all `?knownTo=&at=&as=&role=` | one case; `ETag` names its heads |
/// | `GET /v1/worklist?role=&site=&limit=` | what waits for a role, by when it is due |
/// | `GET /v1/late?role=&since=` | what came long after it happened, one message for each role |
/// | `GET /v1/cases/{id}/go`, `/due`, `/receipts`, `/related` | is it safe, what waits for whom, who has seen it, what else |
/// | `GET /v1/cases/{id}/changes?since=&as=&role=` | what changed since an event, a moment or a person's last act |
/// | `POST /v1/cases/{id}/events`, `POST /v1/cases/events` | records `{"kind","body","as","role","at"}`; `If-Match`, `Idempotency-Key` |
/// | `GET /v1/conflicts?state=all`, `GET /v1/conflicts/{id}` | conflicts |
/// | `POST /v1/conflicts/{id}/resolution` | closes one: `{"choose","reason","as","role"}` |
/// | `GET /v1/audit?as=&role=&person=&by=&case=&code=&since=&until=&limit=` | records of the audit, for administrators |
/// | `GET /v1/stream` | server-sent events, one for each change |
/// | `GET /fhir/R4/...` | cases as FHIR resources: ``FHIRAPI`` |
/// | `GET /livez`, `/readyz`, `/metrics` | health |
/// | `GET /openapi.json` | the description of all calls that the server has |
/// | `GET /v1/sites` | the sites, at a hub |
/// | `POST /v1/control` | a ``DeskRequest`` as JSON; only for the control socket |
/// | `POST /v1/people` | a ``PeopleRequest`` as JSON; only for the control socket |
/// | `GET /dicomweb/workitems`, `/{uid}`, `PUT /{uid}/state`, `POST /{uid}/cancelrequest` | reading tasks for DICOMweb: `WorkitemAPI` |
/// | `POST`, `GET`, `DELETE /v1/session`, `POST /v1/session/confirmation` | signing in: ``SessionAPI`` |
///
/// Problems are thrown and become RFC 9457 documents in ``ProblemMiddleware``.
public struct CaseAPI: Sendable {
    let desk: any Desk
    let cases: CaseDesk
    let commits: @Sendable () -> AsyncStream<UInt64>
    let gauges: @Sendable () -> [(name: String, value: Double)]
    let unfinished: @Sendable () -> String?
    let door: Door?
    /// Whether another node has the last word on what is claimed here.
    let isProvisional: Bool

    /// Serves a node's cases.
    ///
    /// - Parameters:
    ///   - commits: gives a new stream of commits from now on.
    ///   - gauges: gives the node's numbers under their metric names.
    ///   - unfinished: what the node has still to do before it is whole, as one line; nil where nothing.
    ///   - door: establishes who asks; nil where nobody can sign in.
    ///   - isProvisional: whether the hub has the last word on what is claimed here.
    public init(
        desk: any Desk, cases: CaseDesk, commits: @escaping @Sendable () -> AsyncStream<UInt64>,
        gauges: @escaping @Sendable () -> [(name: String, value: Double)],
        unfinished: @escaping @Sendable () -> String? = { nil }, door: Door? = nil, isProvisional: Bool = false
    ) {
        self.desk = desk
        self.cases = cases
        self.commits = commits
        self.gauges = gauges
        self.unfinished = unfinished
        self.door = door
        self.isProvisional = isProvisional
    }

    /// Adds the calls about cases, conflicts and changes, behind the door where there is one.
    public func addCases(to whole: Router<BasicRequestContext>) {
        FHIRAPI(self).addMetadata(to: whole)
        let router = whole.group()
        if let door { router.add(middleware: DoorMiddleware(door)) }
        router.get("/v1/cases") { request, _ in try list(request) }
        router.get("/v1/worklist") { request, _ in try worklist(request) }
        router.get("/v1/late") { request, _ in
            let query = request.uri.queryParameters
            return try answer(cases.late(role: query.get("role"), since: query.get("since")))
        }
        router.get("/v1/cases/:id") { request, context in try show(request, context) }
        router.get("/v1/cases/:id/history") { request, context in
            let query = try Query(request, context)
            return try answer(cases.history(query.id, knownTo: query.knownTo, at: query.at, for: query.asker))
        }
        router.get("/v1/cases/:id/explain") { request, context in
            let query = try Query(request, context)
            return try answer(cases.explain(query.id, knownTo: query.knownTo, at: query.at, for: query.asker))
        }
        router.get("/v1/cases/:id/go") { _, context in try answer(cases.goAhead(try Query.id(context))) }
        router.get("/v1/cases/:id/due") { _, context in try answer(cases.due(try Query.id(context))) }
        router.get("/v1/cases/:id/receipts") { _, context in try answer(cases.receipts(try Query.id(context))) }
        router.get("/v1/cases/:id/related") { _, context in try answer(cases.related(try Query.id(context))) }
        router.get("/v1/cases/:id/changes") { request, context in
            let query = try Query(request, context)
            let since = request.uri.queryParameters.get("since")
            return try answer(cases.changes(query.id, since: since, for: query.asker))
        }
        router.post("/v1/cases/events") { request, _ in try await record(request, on: nil) }
        router.post("/v1/cases/:id/events") { request, context in try await record(request, on: try Query.id(context)) }
        router.get("/v1/conflicts") { request, _ in
            let state = request.uri.queryParameters.get("state") ?? "open"
            guard state == "open" || state == "all" else {
                throw Problem(.badInput, "The state is open or all.", facts: [.init("field", "state")])
            }
            return try answer(cases.conflicts(all: state == "all"))
        }
        router.get("/v1/conflicts/:id") { _, context in try answer(cases.conflict(try Query.id(context))) }
        router.post("/v1/conflicts/:id/resolution") { request, context in try await resolve(request, try Query.id(context)) }
        router.get("/v1/stream") { _, _ in changes() }
        router.get("/v1/audit") { request, _ in try await audit(request) }
        addWorkitems(to: router)
        FHIRAPI(self).add(to: router)
    }

    /// Adds the door of the command line: whoever can open the socket may do all that the node's owner may.
    public func addControl(to router: Router<BasicRequestContext>) {
        router.post("/v1/control") { request, _ in
            let asked: DeskRequest = try await body(of: request, atMost: ServerLimits().bodyBytesMax)
            guard let door else { return Self.response(.ok, Array(try JSONEncoder().encode(await desk.answer(asked)))) }
            let answer = await door.answer(asked, by: desk, Door.Pass(request), from: Peer.current)
            return Self.response(.ok, Array(try JSONEncoder().encode(answer)))
        }
        if let door {
            router.post("/v1/people") { request, _ in
                let asked: PeopleRequest = try await body(of: request)
                let answer = await PeopleDesk(door).answer(asked, Door.Pass(request), from: Peer.current)
                return Self.response(.ok, Array(try JSONEncoder().encode(answer)))
            }
        }
    }

    /// What a reading call asks for.
    struct Query {
        let id: String
        let knownTo: String?
        let at: String?
        let asker: CaseDesk.Asker

        init(_ request: Request, _ context: BasicRequestContext) throws {
            let query = request.uri.queryParameters
            id = try Self.id(context)
            knownTo = query.get("knownTo")
            at = query.get("at")
            asker = try CaseDesk.Asker.said(query.get("as"), query.get("role"))
        }

        static func id(_ context: BasicRequestContext) throws -> String {
            guard let text = context.parameters.get("id")?.removingPercentEncoding, !text.isEmpty else {
                throw Problem(.badInput, "The address names no case or conflict.")
            }
            return text
        }
    }

    /// The most bytes of a JSON body of somebody who was let in.
    static let bodyBytesMax = 1 << 20
    /// The most bytes of a JSON body of somebody who still says who he is.
    static let openBodyBytesMax = 8 << 10

    /// Reads a JSON body. Only `application/json` is taken: a page of another origin cannot send that without being asked first.
    ///
    /// - Parameters:
    ///   - names: the members that the outermost object may have; nil where the decoder knows.
    ///   - bytesMax: the most bytes that are taken.
    func body<Body: Decodable>(
        of request: Request, names: Set<String>? = nil, atMost bytesMax: Int = CaseAPI.bodyBytesMax
    ) async throws -> Body {
        guard let type = request.headers[.contentType], type.prefix(while: { $0 != ";" }) == "application/json" else {
            throw Problem(
                .unsupportedMediaType, "A body of application/json was expected.", remedy: "Send Content-Type: application/json.",
                facts: [.init("accepts", "application/json")])
        }
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: bytesMax) } catch is NIOTooManyBytesError {
            throw Problem(.tooLarge, "A JSON body of at most \(bytesMax) bytes was expected, and a larger one came.")
        }
        guard buffer.readableBytes > 0 else { throw Problem(.emptyBody, "A JSON body was expected, and nothing came.") }
        let bytes = Array(buffer.readableBytesView)
        // The command line's own door carries whole bodies and files as texts.
        let found = try JSONGuard.names(in: bytes, textBytesMax: bytesMax <= Self.bodyBytesMax ? JSONGuard.textBytesMax : .max)
        if let names, let unknown = found.first(where: { !names.contains($0) }) {
            let shown = String(unknown.prefix(64))
            throw Problem(
                .unknownField, "The body has a member '\(shown)', which is not known here.",
                remedy: "Send only \(names.sorted().joined(separator: ", ")).", facts: [.init("field", shown)])
        }
        do { return try JSONDecoder().decode(Body.self, from: Data(bytes)) } catch {
            let place = Self.place(of: error)
            throw Problem(
                .malformed, "The body is not the JSON that is expected here: \(place.text).",
                facts: place.field.map { [.init("field", $0)] } ?? [])
        }
    }

    /// Where a body departs from what is expected, without its values: they may name a patient.
    private static func place(of error: any Error) -> (text: String, field: String?) {
        guard let error = error as? DecodingError else { return ("it cannot be read", nil) }
        func path(_ context: DecodingError.Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, _): return ("the member '\(key.stringValue)' is missing", key.stringValue)
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return ("'\(path(context))' has another type", path(context))
        default: return ("it is no JSON", nil)
        }
    }

    /// An answer of the desk as it is.
    func answer(_ answer: DeskAnswer) -> Response { self.answer(Array(answer.json.utf8)) }

    /// A document, with the banner where the glass is broken.
    func answer(_ json: [UInt8], fields: HTTPFields = [:]) -> Response {
        guard Caller.current?.purpose == .breakGlass else { return Self.response(.ok, json, fields: fields) }
        let told = DeskAnswer(json: String(decoding: json, as: UTF8.self), text: "").bannered
        return Self.response(.ok, Array(told.json.utf8), fields: fields)
    }

    static func response(_ status: HTTPResponse.Status, _ json: [UInt8], fields: HTTPFields = [:]) -> Response {
        var fields = fields
        fields[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: FieldKeys.current.shown(json)))
    }
}
