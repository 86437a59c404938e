import HTTPTypes
public import Hummingbird
import HummingbirdCore
import Logging
import Problems

/// Turns whatever a handler throws into an answer that says a problem: the second middleware of every router,
/// right behind ``SecurityHeaders``, which then covers these answers too.
///
/// A thrown ``Problem`` is answered as it is. Hummingbird's own errors get the catalogue's words for their status. Anything
/// else is `INTERNAL` without details, and its type is logged under the request's number: an error's text may name a patient.
public struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    private let methods: MethodTable

    /// A middleware that knows the methods of each path from a table, which is filled when all routes are there.
    public init(_ methods: MethodTable) {
        self.methods = methods
    }

    /// Answers a request, with a problem where nothing else was answered; throws nothing.
    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return answer(problem, request, context)
        } catch let refusal as Refusal {
            return answer(refusal.problem, status: refusal.status, request, context)
        } catch is CancellationError {
            return answer(Problem(.draining, "The server is stopping and did not finish this request."), request, context)
        } catch let error as any HTTPResponseError {
            return answer(error.status, request, context)
        } catch {
            context.logger.error("request failed", metadata: ["error.type": "\(type(of: error))"])
            return answer(Problem(.internalError, "The server failed on this request."), request, context)
        }
    }

    /// The problem in the form of the address: FHIR has its own.
    private func answer(
        _ problem: Problem, status: Int? = nil, fields: HTTPFields = [:], _ request: Request, _ context: Context
    ) -> Response {
        Response(
            problem, status: status ?? problem.code.row.status, requestID: Self.number(of: context), fields: fields,
            isFHIR: request.uri.path.hasPrefix(FHIRAPI.root))
    }

    private func answer(_ status: HTTPResponse.Status, _ request: Request, _ context: Context) -> Response {
        let allowed = status == .notFound ? methods.methods(of: request.uri.path) : []
        if !allowed.isEmpty, !allowed.contains(request.method.rawValue) {
            let list = allowed.joined(separator: ", ")
            let problem = Problem(
                .methodNotAllowed, "A method of \(list) was expected.", facts: [Problem.Fact("allow", list)])
            return answer(problem, fields: [.allow: list], request, context)
        }
        return answer(Self.problem(of: status), status: status.code, request, context)
    }

    /// The request's number in the log; a fresh one where the log handler keeps none, on which Hummingbird's `id` would stop.
    private static func number(of context: Context) -> String {
        context.logger[metadataKey: "hb.request.id"]?.description ?? RequestID().description
    }

    private static func problem(of status: HTTPResponse.Status) -> Problem {
        switch status.code {
        case 404: Problem(.notFound, "There is nothing under this address.", remedy: "Check the address.")
        case 405: Problem(.methodNotAllowed, "The method is not one of this address.")
        case 408: Problem(.requestTimeout, "The whole request was expected in time.")
        case 413: Problem(.tooLarge, "The body is larger than what is accepted here.")
        case 415: Problem(.unsupportedMediaType, "The body's media type is none that is accepted here.")
        case 429: Problem(.tooManyRequests, "More requests came than are accepted in this time.")
        case 401, 403: Problem(.notPermitted, "The request is not permitted to whoever sent it.")
        case 503: Problem(.draining, "The server cannot answer now.")
        case 400..<500: Problem(.badInput, "The request cannot be read as what was expected here.")
        default: Problem(.internalError, "The server failed on this request.")
        }
    }
}
