import HTTPTypes
public import Hummingbird
import ImagingCase
import Interop
import NIOCore
import NIOHTTP1
public import Problems

extension Response {
    /// The answer that says a problem, as `application/problem+json` with the members type, title, status, code, detail,
    /// remedy, retryable, requestID and the problem's facts by their names.
    ///
    /// Where the problem says after how many seconds to retry, so does `Retry-After`.
    /// - Parameters:
    ///   - problem: What went wrong; nothing in it may name a patient.
    ///   - requestID: The request's number in the server's log.
    ///   - fields: Fields beside the usual, such as `Allow`.
    ///
    /// Source: RFC 9457 3, RFC 9110 10.2.3.
    public init(_ problem: Problem, requestID: String, fields: HTTPFields = [:]) {
        self.init(problem, status: problem.code.row.status, requestID: requestID, fields: fields)
    }

    init(_ problem: Problem, status: Int, requestID: String, fields: HTTPFields = [:], isFHIR: Bool = false) {
        var fields = fields
        fields[.contentType] = isFHIR ? FHIRAPI.mediaType : ProblemDocument.mediaType
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        if let seconds = problem.retryAfterSeconds {
            fields[.retryAfter] = String(seconds)
        }
        if let warning = problem.facts.first(where: { $0.name == Problem.warningFact }), let name = Problem.warningField {
            fields[name] = warning.value
        }
        if problem.code == .signIn {
            // RFC 9110 11.6.1, RFC 6750 3.
            fields[.wwwAuthenticate] = "Bearer realm=\"filmjacket\""
        }
        let document =
            isFHIR
            ? FHIROperationOutcome.json(of: problem, status: status, requestID: requestID)
            : ProblemDocument.bytes(of: problem, status: status, requestID: requestID)
        self.init(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document)))
    }
}

/// A problem as JSON.
enum ProblemDocument {
    static let mediaType = "application/problem+json"
    private static let ownMembers: Set<String> = [
        "type", "title", "status", "code", "detail", "instance", "remedy", "retryable", "retryAfterSeconds", "requestID",
    ]

    static func bytes(of problem: Problem, status: Int, requestID: String) -> [UInt8] {
        let code = problem.code.rawValue
        let words = code.lowercased().split(separator: "_").joined(separator: " ")
        var json = JSONWriter()
        json.beginObject()
        json.member("type", "urn:filmjacket:problem:\(code)")
        json.member("title", words.prefix(1).uppercased() + words.dropFirst())
        json.member("status", status)
        json.member("code", code)
        json.member("detail", problem.message)
        json.member("remedy", problem.remedy)
        json.member("retryable", problem.retryAfterSeconds != nil)
        if let seconds = problem.retryAfterSeconds {
            json.member("retryAfterSeconds", seconds)
        }
        json.member("requestID", requestID)
        json.members(problem.facts.filter { !ownMembers.contains($0.name) })
        json.endObject()
        return json.bytes
    }
}

/// The answer of a guard, below the application: the same document, and the connection ends after it.
struct RefusalAnswer {
    let head: HTTPResponseHead
    let body: ByteBuffer?

    init(_ refusal: Refusal, hasBody: Bool) {
        let bytes = ProblemDocument.bytes(of: refusal.problem, status: refusal.status, requestID: RequestID().description)
        var headers: HTTPHeaders = [
            "Content-Type": ProblemDocument.mediaType,
            "Content-Length": String(bytes.count),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
        ]
        if let seconds = refusal.problem.retryAfterSeconds {
            headers.add(name: "Retry-After", value: String(seconds))
        }
        head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: refusal.status), headers: headers)
        body = hasBody ? ByteBuffer(bytes: bytes) : nil
    }
}
