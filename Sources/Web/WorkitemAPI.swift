import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import ImagingCase
import Interop
import NIOCore
import Problems

/// Reading tasks as workitems of the Unified Procedure Step, for workstations that speak DICOMweb.
///
/// | call | gives |
/// | --- | --- |
/// | `GET /dicomweb/workitems?ProcedureStepState=SCHEDULED&PatientID=&limit=&offset=` | the workitems that match; 204 where none does |
/// | `GET /dicomweb/workitems/{uid}` | one, without its Transaction UID |
/// | `PUT /dicomweb/workitems/{uid}/state` | claims it, gives it back, or says why not |
/// | `POST /dicomweb/workitems/{uid}/cancelrequest` | asks who reads it to give it back |
///
/// Workitems are made by what happens to the examination, so that creating and updating them is not offered, nor are subscriptions:
/// `GET /v1/stream` tells of changes. Same door, permissions and audit as ``CaseAPI``; whoever has no session says who he is by `as`
/// and `role` in the address.
///
/// Source: DICOM PS3.18 11 (Worklist Service and Resources).
extension CaseAPI {
    /// Adds the calls about workitems.
    func addWorkitems(to router: RouterGroup<BasicRequestContext>) {
        router.get("/dicomweb/workitems") { request, _ in try searchWorkitems(request) }
        router.get("/dicomweb/workitems/:workitem") { request, context in try retrieveWorkitem(request, context) }
        router.put("/dicomweb/workitems/:workitem/state") { request, context in try await changeWorkitem(request, context) }
        router.post("/dicomweb/workitems/:workitem/cancelrequest") { request, context in
            try await requestCancellation(request, context)
        }
        router.post("/dicomweb/workitems") { _, _ -> Response in
            throw Self.notOffered("Workitems are not created here: hand the study over, and its reading is scheduled.")
        }
        router.post("/dicomweb/workitems/:workitem") { _, _ -> Response in
            throw Self.notOffered("Workitems are not updated here: record what happened to the examination.")
        }
        let subscriptions = Self.notOffered("Subscriptions are not offered here: GET /v1/stream tells of each change.")
        router.post("/dicomweb/workitems/:workitem/subscribers/:aet") { _, _ -> Response in throw subscriptions }
        router.delete("/dicomweb/workitems/:workitem/subscribers/:aet") { _, _ -> Response in throw subscriptions }
        router.post("/dicomweb/workitems/:workitem/subscribers/:aet/suspend") { _, _ -> Response in throw subscriptions }
        router.get("/dicomweb/subscribers/:aet") { _, _ -> Response in throw subscriptions }
    }

    private static func notOffered(_ sentence: String) -> Problem { Problem(.notOffered, sentence) }

    /// The name of the worklist. At a site what is said is provisional: a UPS lock presumes one server, and that one is the hub.
    ///
    /// Source: DICOM PS3.3 (Worklist Label (0074,1202)).
    private var worklistLabel: String { isProvisional ? "Reading (provisional: the hub decides)" : "Reading" }

    // MARK: Search and retrieve

    /// Source: DICOM PS3.18 11.9, 8.3.4.
    private func searchWorkitems(_ request: Request) throws -> Response {
        try Self.requireDICOM(request)
        let page = try WorkitemPage(request)
        let found = try cases.workitems(page.query, offset: page.offset, limit: page.limit, label: worklistLabel)
        AuditTrail.current?.counts(found.sets.count)
        var warnings: [String] = []
        if page.isFuzzy {
            warnings.append("The fuzzymatching parameter is not supported. Only literal matching has been performed.")
        }
        if found.hasMore {
            warnings.append(
                "The number of results exceeded the maximum supported by the server. Additional results can be requested.")
        }
        guard !found.sets.isEmpty else { return Self.dicom(.noContent, nil, Self.warnings(warnings, request)) }
        var json = JSONWriter()
        json.beginArray()
        for set in found.sets { DataSetJSON.write(set, to: &json) }
        json.endArray()
        return Self.dicom(.ok, json.bytes, Self.warnings(warnings, request))
    }

    /// Source: DICOM PS3.18 11.5.
    private func retrieveWorkitem(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        try Self.requireDICOM(request)
        let found = try cases.workitem(try Self.workitemUID(context), for: try Self.asker(request))
        var json = JSONWriter()
        json.beginArray()
        DataSetJSON.write(cases.dataSet(of: found.workitem, found.look, label: worklistLabel), to: &json)
        json.endArray()
        return Self.dicom(.ok, json.bytes, Self.warnings([], request))
    }

    // MARK: Change

    /// Source: DICOM PS3.18 11.7; PS3.4 CC.2.1.
    private func changeWorkitem(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let uid = try Self.workitemUID(context)
        let asked = try await dataSet(of: request) ?? DataSet()
        do throws(Problem) {
            let warning = try await cases.change(uid, try WorkitemWish(asked, request))
            return Self.dicom(.ok, nil, Self.warnings(warning.map { [$0] } ?? [], request))
        } catch {
            throw Self.warned(error, request)
        }
    }

    /// Nobody is told to stop by a machine: the request becomes a remark on the case, which its reader sees.
    ///
    /// Source: DICOM PS3.18 11.8; PS3.4 CC.2.2.
    private func requestCancellation(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let uid = try Self.workitemUID(context)
        let asked = try await dataSet(of: request)
        let who = try WorkitemWish.who(request)
        do throws(Problem) {
            let warning = try await cases.requestCancellation(of: uid, asked.flatMap(WorkitemWish.reason), who)
            return Self.dicom(.accepted, nil, Self.warnings(warning.map { [$0] } ?? [], request))
        } catch {
            throw Self.warned(error, request)
        }
    }

    // MARK: Form

    private static func workitemUID(_ context: BasicRequestContext) throws -> String {
        guard let text = context.parameters.get("workitem")?.removingPercentEncoding, !text.isEmpty else {
            throw Problem(.badInput, "The address names no workitem.")
        }
        return text
    }

    private static func asker(_ request: Request) throws -> CaseDesk.Asker {
        let query = request.uri.queryParameters
        return try CaseDesk.Asker.said(query.get("as"), query.get("role"))
    }

    /// Refuses who cannot read what is answered.
    ///
    /// Source: DICOM PS3.18 8.7.4 (acceptable media types).
    private static func requireDICOM(_ request: Request) throws {
        guard let accepted = request.headers[.accept] else { return }
        let types = accepted.split(separator: ",").map { $0.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() }
        guard types.contains(where: { ["*/*", "application/*", DataSetJSON.mediaType, "application/json"].contains($0) }) else {
            throw Problem(
                .notAcceptable, "Workitems are answered as \(DataSetJSON.mediaType), and that is not accepted.",
                facts: [.init("offers", DataSetJSON.mediaType)])
        }
    }

    /// The most bytes of a data set that somebody sends.
    private static let dataSetBytesMax = 64 << 10

    /// Reads a data set; nil where there is no body.
    private func dataSet(of request: Request) async throws -> DataSet? {
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: Self.dataSetBytesMax) } catch is NIOTooManyBytesError {
            throw Problem(.tooLarge, "A data set of at most \(Self.dataSetBytesMax) bytes was expected, and a larger one came.")
        }
        guard buffer.readableBytes > 0 else { return nil }
        guard let type = request.headers[.contentType], type.prefix(while: { $0 != ";" }) == DataSetJSON.mediaType else {
            throw Problem(
                .unsupportedMediaType, "A body of \(DataSetJSON.mediaType) was expected.",
                remedy: "Send Content-Type: \(DataSetJSON.mediaType).", facts: [.init("accepts", DataSetJSON.mediaType)])
        }
        do throws(DataSetRefusal) { return try DataSetJSON.read(Array(buffer.readableBytesView)) } catch {
            throw Problem(.malformed, "The body is no data set in the DICOM JSON Model. \(error.message)")
        }
    }

    /// An answer with the patient's data opened before, and the banner where the glass is broken.
    private static func dicom(_ status: HTTPResponse.Status, _ json: [UInt8]?, _ fields: HTTPFields) -> Response {
        var fields = fields
        guard let json else { return Response(status: status, headers: fields) }
        fields[.contentType] = DataSetJSON.mediaType
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }

    private static func warnings(_ texts: [String], _ request: Request) -> HTTPFields {
        let broken = Caller.current?.purpose == .breakGlass ? [DeskAnswer.banner] : []
        var fields: HTTPFields = [:]
        guard let name = Problem.warningField else { return fields }
        for text in broken + texts { fields.append(HTTPField(name: name, value: warning(text, request))) }
        return fields
    }

    /// Source: DICOM PS3.18 11 (`299 {service}: text`); RFC 7234 5.5.
    private static func warning(_ text: String, _ request: Request) -> String {
        "299 \(request.head.authority ?? "filmjacket")/dicomweb: \(text)"
    }

    /// The problem with the whole `Warning` field in the place of its text.
    private static func warned(_ problem: Problem, _ request: Request) -> Problem {
        let facts = problem.facts.map { fact in
            fact.name == Problem.warningFact ? Problem.Fact(fact.name, warning(fact.value, request)) : fact
        }
        return Problem(
            problem.code, problem.message, remedy: problem.remedy, retryAfterSeconds: problem.retryAfterSeconds, facts: facts)
    }
}

extension Problem {
    /// The fact whose value goes out as the field `Warning` too.
    static let warningFact = "warning"

    /// What an answer adds to its status.
    ///
    /// Source: RFC 7234 5.5.
    static let warningField = HTTPField.Name("Warning")
}
