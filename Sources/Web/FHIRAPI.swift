import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import ImagingCase
import Interop
import NIOCore
import Problems

/// The read interface as FHIR R4, at an agent and at a hub alike.
///
/// | call | gives |
/// | --- | --- |
/// | `GET /fhir/R4/metadata` | the CapabilityStatement, to anybody |
/// | `GET /fhir/R4/{type}?...` | a page of what is found; `next` goes on |
/// | `GET /fhir/R4/{type}/{id}` | a resource; `ETag` names its version, `If-None-Match` gets 304 |
/// | `GET /fhir/R4/{type}/{id}/_history` | its versions, the newest first |
/// | `GET /fhir/R4/{type}/{id}/_history/{version}` | one of them |
///
/// What opens, to whom, and what of it is kept in the audit is as for `/v1/cases`. Problems are OperationOutcomes.
/// Source: FHIR R4 http 3.1.0.
struct FHIRAPI: Sendable {
    /// Where the interface begins.
    static let root = "/fhir/R4/"
    /// What it answers in.
    static let mediaType = "application/fhir+json"

    let api: CaseAPI

    /// Stands on the calls about cases.
    init(_ held: CaseAPI) { api = held }

    /// Adds what anybody may ask: what the interface can do.
    func addMetadata(to router: Router<BasicRequestContext>) {
        let date = api.cases.now()
        router.get("/fhir/R4/metadata") { request, _ in
            Self.response(FHIRCapabilityStatement.json(base: Self.base(request), date: date))
        }
    }

    /// Adds the calls behind the door.
    func add(to router: RouterGroup<BasicRequestContext>) {
        router.get("/fhir/R4/:type") { request, context in try await search(request, context) }
        router.get("/fhir/R4/:type/:id") { request, context in try await read(request, context) }
        router.get("/fhir/R4/:type/:id/_history") { request, context in try history(request, context) }
        router.get("/fhir/R4/:type/:id/_history/:version") { request, context in try version(request, context) }
    }

    // MARK: - One resource

    private func read(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let type = try Self.type(context)
        let id = try Self.id(context)
        if type == .auditEvent { return try await readAudit(id, request) }
        let (resource, version) = try api.cases.fhir(type, id)
        return Self.response(resource, version, to: request)
    }

    private func version(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        let type = try Self.type(context)
        let id = try Self.id(context)
        let wanted = context.parameters.get("version")?.removingPercentEncoding ?? ""
        let found = try api.cases.fhirVersions(type, id).first { $0.version.id == wanted && $0.resource != nil }
        guard let found, let resource = found.resource else {
            throw Problem(.notFound, "\(type.rawValue)/\(id) has no version '\(wanted.prefix(64))'.")
        }
        return Self.response(resource, found.version, to: request)
    }

    private func history(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        let type = try Self.type(context)
        let id = try Self.id(context)
        let versions = CaseDesk.FHIRState.changes(try api.cases.fhirVersions(type, id))
        guard versions.contains(where: { $0.resource != nil }) else { throw CaseDesk.noResource(type, id) }
        let shown = versions.reversed().prefix(FHIRSearchQuery.countMax).map { Self.entry("\(type.rawValue)/\(id)", $0) }
        let base = Self.base(request)
        let links = [(name: "self", url: "\(base)/\(type.rawValue)/\(id)/_history")]
        return Self.response(FHIRBundle(base: base, links: links, total: versions.count).history(Array(shown)))
    }

    private static func entry(_ address: String, _ state: CaseDesk.FHIRState) -> FHIRBundle.Entry {
        let json = state.resource?.json(state.version, isGlassBroken: isGlassBroken)
        return FHIRBundle.Entry(address: address, json: json, version: state.version)
    }

    // MARK: - Searching

    private func search(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let query = try Self.query(request, of: try Self.type(context))
        if query.type == .auditEvent { return try await searchAudit(query, request) }
        let page = try api.cases.fhirSearch(query)
        return Self.response(page.bundle(query, base: Self.base(request), isGlassBroken: Self.isGlassBroken))
    }

    static func query(_ request: Request, of type: FHIRType) throws(Problem) -> FHIRSearchQuery {
        let parameters = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
        // Who asks where nobody has to sign in: no part of what is looked for.
        let asked = parameters.filter { $0.name != "as" && $0.name != "role" }
        let prefer = HTTPField.Name("Prefer").flatMap { request.headers[$0] } ?? ""
        return try FHIRSearchQuery(type, asked, isLenient: prefer.contains("handling=lenient"))
    }

    // MARK: - Parts of the address

    static func type(_ context: BasicRequestContext) throws(Problem) -> FHIRType {
        let word = context.parameters.get("type") ?? ""
        guard let type = FHIRType(rawValue: word) else {
            throw Problem(
                .notFound, "There is no resource type '\(word.prefix(64))' here.",
                remedy: "See GET \(root)metadata for those there are.")
        }
        return type
    }

    static func id(_ context: BasicRequestContext) throws(Problem) -> String {
        guard let id = context.parameters.get("id")?.removingPercentEncoding, FHIRResourceID.isPossible(id) else {
            throw Problem(.badInput, "An id has 1 to 64 letters, digits, hyphens and points.", facts: [.init("field", "id")])
        }
        return id
    }

    /// The service's address as the asker wrote it.
    static func base(_ request: Request) -> String {
        "\(request.head.scheme ?? "http")://\(request.head.authority ?? "localhost")\(root.dropLast())"
    }

    static var isGlassBroken: Bool { Caller.current?.purpose == .breakGlass }

    // MARK: - Answers

    static func response(_ resource: FHIRResource, _ version: FHIRVersion, to request: Request) -> Response {
        response(resource.json(version, isGlassBroken: isGlassBroken), version, to: request)
    }

    /// A resource with its version's tag; 304 where the asker holds it already.
    static func response(_ json: [UInt8], _ version: FHIRVersion, to request: Request) -> Response {
        if let held = request.headers[.ifNoneMatch], held == "*" || held.contains("\"\(version.id)\"") {
            return Response(status: .notModified, headers: [.eTag: version.tag])
        }
        return response(json, fields: [.eTag: version.tag])
    }

    static func response(_ json: [UInt8], fields: HTTPFields = [:]) -> Response {
        var fields = fields
        fields[.contentType] = mediaType
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: FieldKeys.current.shown(json)))
    }
}
