import ImagingCase
public import Problems

/// A problem as FHIR says it: the same code, message and remedy as everywhere else.
///
/// Source: FHIR R4 OperationOutcome, issue-type.
public enum FHIROperationOutcome {
    /// The resource's JSON.
    ///
    /// - Parameters:
    ///   - status: of the answer.
    ///   - requestID: the request's number in the server's log.
    public static func json(of problem: Problem, status: Int, requestID: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("resourceType", "OperationOutcome")
        json.list("issue", [problem]) { problem, json in
            json.member("severity", status >= 500 ? "fatal" : "error")
            json.member("code", type(of: problem.code, status: status))
            json.concept("details", FHIRConcept(.own("problem", problem.code.rawValue), text: problem.message))
            json.said("diagnostics", "\(problem.remedy) (request \(requestID))")
            let fields = problem.facts.filter { $0.name == "field" }.map(\.value)
            if !fields.isEmpty { json.member("expression", texts: fields) }
        }
        json.endObject()
        return json.bytes
    }

    private static func type(of code: ProblemCode, status: Int) -> String {
        switch (code, status) {
        case (.badCursor, _), (.outOfRange, _): "value"
        case (.ambiguous, _): "multiple-matches"
        case (.unsupportedMediaType, _), (.methodNotAllowed, _): "not-supported"
        case (.requestTimeout, _): "timeout"
        case (.auditUnavailable, _), (.diskFull, _): "no-store"
        case (_, 401): "login"
        case (_, 403): "forbidden"
        case (_, 404): "not-found"
        case (_, 409), (_, 412): "conflict"
        case (_, 413), (_, 414), (_, 431): "too-long"
        case (_, 429): "throttled"
        case (_, 503): "transient"
        case (_, 500...): "exception"
        default: "invalid"
        }
    }
}
