import Audit
import EventLog
import Foundation
public import Hummingbird
import Problems

/// Keeps the calls of the HTTP interface: the answer goes out when its record is durable, a refusal's too.
///
/// It stands inside ``ProblemMiddleware``, so that what cannot be kept is answered as a problem and nothing of the answer is sent, and
/// inside whoever says who calls.
public struct AuditMiddleware<Context: RequestContext>: RouterMiddleware {
    private let auditor: Auditor

    /// Keeps what a router answers.
    public init(_ auditor: Auditor) { self.auditor = auditor }

    /// Keeps one call.
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        // What no route takes is answered without looking at anything.
        guard let path = context.endpointPath else { return try await next(request, context) }
        let rule: AuditRule
        switch AuditRule.route(request.method.rawValue, path) {
        case .none: return try await unkept(request, context, path, next)
        case .kept(let decided): rule = decided.asked(request, named: Self.name(request, context))
        case .undecided:
            rule = AuditRule(.procedureRecord, .read, "\(request.method.rawValue) \(path)").asked(
                request, named: Self.name(request, context))
        }
        try await auditor.log.ready()
        let trail = AuditTrail()
        let asker = request.uri.queryParameters
        trail.asks(asker.get("as"), asker.get("as") == nil ? nil : asker.get("role"))
        let response: Response
        do { response = try await AuditTrail.$current.withValue(trail, operation: { try await next(request, context) }) } catch {
            try await refused(rule, trail.found, error)
            throw error
        }
        if !trail.found.isNothing { try await auditor.keepDone(rule, trail.found, .good) }
        return response
    }

    /// What of the address names a history: its id, or a workitem's UID.
    private static func name(_ request: Request, _ context: Context) -> String? {
        request.namedHistory(context) ?? context.parameters.get("workitem")?.removingPercentEncoding
    }

    private func refused(_ rule: AuditRule, _ found: AuditTrail.Found, _ error: any Error) async throws {
        let ending = Auditor.Ending(error)
        if let problem = error as? Problem, Self.isIntrusion(problem.code) {
            try auditor.noteIntrusion(AuditRule(.securityAlert, .execute, rule.call), found, ending)
        } else {
            try await auditor.keep(rule, found, ending)
        }
    }

    /// A call that shows nothing, and of which only a failed proof of identity is kept.
    private func unkept(
        _ request: Request, _ context: Context, _ path: String, _ next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch let problem as Problem where Self.isIntrusion(problem.code) {
            let rule = AuditRule(.securityAlert, .execute, "\(request.method.rawValue) \(path)")
            // Nothing is shown on this answer: it goes out whether or not the note finds room.
            try? auditor.noteIntrusion(rule, AuditTrail().found, Auditor.Ending(code: problem.code))
            throw problem
        }
    }

    /// Whether somebody could not show that he is who he says.
    private static func isIntrusion(_ code: ProblemCode) -> Bool {
        switch code {
        case .badSignature, .siteUnknown, .siteRevoked, .siteRetired, .replayed, .clockImplausible, .joinCodeRefused,
            .siteMismatch, .clientCertificate:
            true
        default: false
        }
    }
}
