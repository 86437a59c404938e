import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import Interop
import People
import Problems

/// Establishes who asks before a call about cases is answered.
struct DoorMiddleware<Context: RequestContext>: RouterMiddleware {
    private let door: Door

    init(_ door: Door) { self.door = door }

    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        try door.requirePeer(Peer.current)
        let pass = Door.Pass(request)
        var caller = try door.caller(pass, from: Peer.current)
        AuditTrail.current?.asks(caller)
        try door.requireRate(of: caller)
        if caller.author != nil { try request.requireOwnPage() }
        let id = request.namedHistory(context) ?? context.workitem?.caseBeginning
        caller = try door.admitted(caller, to: id, because: pass.reason)
        AuditTrail.current?.asks(caller)
        return try await Caller.$current.withValue(caller) {
            try await SessionWatch.$current.withValue(door.watch(pass)) {
                try await FieldKeys.$current.withValue(door.cases.fields) { try await next(request, context) }
            }
        }
    }
}

extension RequestContext {
    /// The workitem in the address; nil where there is none, or a UID of another make.
    var workitem: WorkitemUID? { parameters.get("workitem")?.removingPercentEncoding.flatMap { WorkitemUID($0) } }
}

/// Whether the session still holds under which something goes on that takes longer than a request.
struct SessionWatch: Sendable {
    /// Asks again.
    let holds: @Sendable () -> Bool

    @TaskLocal static var current: SessionWatch?
}

extension Door {
    /// Watches the session of a pass; nil where nobody has to sign in.
    func watch(_ pass: Pass) -> SessionWatch? {
        guard isClosed(to: Peer.current), let token = pass.token.flatMap(SessionToken.init) else { return nil }
        return SessionWatch { reception.sessions.holds(token, now: reception.now()) }
    }
}

extension Door.Pass {
    /// The name of the cookie over TLS: a browser takes it from this host alone, and sends it nowhere else.
    ///
    /// Source: RFC 6265bis 4.1.3.2 (`__Host-`).
    static let cookieOverTLS = "__Host-filmjacket"
    /// The name of the cookie on loopback, where there is no TLS.
    static let cookieOnLoopback = "filmjacket"

    /// What a request brings along: a bearer token, else a cookie.
    init(_ request: Request) {
        let bearer = request.bearer
        let cookies = bearer == nil ? request.sessionCookie : nil
        let reason = HTTPField.Name("Break-Glass-Reason").flatMap { request.headers[$0] }
        self.init(token: bearer ?? cookies, reason: reason.map { $0.removingPercentEncoding ?? $0 })
    }
}

extension Request {
    /// What the address names as a history: the id in it, of a FHIR resource what lies before the point.
    func namedHistory(_ context: some RequestContext) -> String? {
        let id = context.parameters.get("id")?.removingPercentEncoding
        return uri.path.hasPrefix(FHIRAPI.root) ? id.flatMap { FHIRResourceID($0)?.stream.description } ?? id : id
    }

    /// The token of an `Authorization: Bearer` field. Any other scheme is none of ours, and nobody is let in by it.
    ///
    /// Source: RFC 6750 2.1.
    var bearer: String? {
        guard let field = headers[.authorization] else { return nil }
        let words = field.split(separator: " ", maxSplits: 1)
        return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : ""
    }

    /// The token in a session's cookie.
    var sessionCookie: String? {
        cookie(named: Door.Pass.cookieOverTLS) ?? cookie(named: Door.Pass.cookieOnLoopback)
    }

    /// The value of a cookie, of the first that has the name.
    func cookie(named name: String) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
                if parts.count == 2, parts[0] == name { return String(parts[1]) }
            }
        }
        return nil
    }

    /// Refuses a write with a session's cookie that no page of this server sent: from another origin, or without what only a page that may
    /// read the session's answer knows. Whoever writes with a bearer token needs neither.
    ///
    /// Source: OWASP Cross-Site Request Forgery Prevention (HMAC-based token pattern), beside SameSite and Origin.
    /// - Throws: `BAD_ORIGIN`, `CSRF_TOKEN`.
    func requireOwnPage() throws(Problem) {
        try requireOwnOrigin()
        guard method != .get, method != .head, bearer == nil, let token = sessionCookie.flatMap(SessionToken.init) else { return }
        let said = HTTPField.Name("X-CSRF-Token").flatMap { headers[$0] } ?? ""
        guard token.isOwnPage(said) else {
            throw Problem(.csrfToken, "The session's token for pages was expected in X-CSRF-Token, and it did not come.")
        }
    }

    /// Refuses a write that a page of another origin may have sent with the person's cookie. A bearer token is put there by a program that
    /// knows it, and by no page that does not.
    ///
    /// Source: W3C Fetch Metadata (Sec-Fetch-Site), RFC 6454 7 (Origin).
    /// - Throws: `BAD_ORIGIN`.
    func requireOwnOrigin(evenWithoutCookie: Bool = false) throws(Problem) {
        guard method != .get, method != .head, bearer == nil else { return }
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { headers[$0] }
        let origin = headers[.origin]
        if evenWithoutCookie, site == nil, origin == nil { return }
        let isOwnSite = site == nil || site == "same-origin"
        let isOwnOrigin = origin.map { text in head.authority.map { text == "http://\($0)" || text == "https://\($0)" } ?? false }
        guard isOwnSite, isOwnOrigin ?? (site != nil) else {
            throw Problem(.badOrigin, "The request comes from a page of another origin, or does not say from which.")
        }
    }
}
