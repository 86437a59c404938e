import EventLog
import Foundation
import HTTPTypes
public import Hummingbird
import ImagingCase
import NIOCore
import People
import Problems

/// The HTTP calls for signing in.
///
/// | call | does |
/// | --- | --- |
/// | `POST /v1/session` `{"name","password","role","code"}` | signs in: a cookie for pages, the token for scripts |
/// | `GET /v1/session` | who is signed in, in which role, until when |
/// | `DELETE /v1/session` | signs out |
/// | `POST /v1/session/confirmation` `{"password","code"}` | takes the password once more, for signing |
/// | `GET /v1/session/oidc?role=` | sends a browser to the identity provider |
/// | `GET /v1/session/oidc/callback` | takes it back: a cookie for pages |
///
/// A page writes with its cookie and the session's `csrf` in `X-CSRF-Token`; a script with `Authorization: Bearer` and nothing else.
public struct SessionAPI: Sendable {
    private let door: Door
    private let api: CaseAPI
    private let isTLS: Bool

    /// Serves signing in at a door.
    public init?(_ api: CaseAPI, isTLS: Bool) {
        guard let door = api.door else { return nil }
        self.door = door
        self.api = api
        self.isTLS = isTLS
    }

    /// Adds the calls.
    public func add(to router: Router<BasicRequestContext>) {
        router.post("/v1/session") { request, _ in try await signIn(request) }
        router.get("/v1/session") { request, _ in
            let (token, session) = try session(of: request)
            return CaseAPI.response(.ok, SessionText.json(session, door.reception, of: token))
        }
        router.delete("/v1/session") { request, _ in
            try request.requireOwnPage()
            let (token, _) = try session(of: request)
            try door.reception.signOut(token)
            return Response(status: .noContent, headers: [.setCookie: cookie("", maxAge: 0)])
        }
        router.post("/v1/session/confirmation") { request, _ in try await confirm(request) }
        router.get("/v1/session/oidc") { request, _ in try await sendAway(request) }
        router.get("/v1/session/oidc/callback") { request, _ in try await takeBack(request) }
    }

    private static var address: String { Peer.current?.address ?? "?" }

    private struct SigningIn: Decodable {
        let name: String
        let password: String
        let role: String?
        let code: String?
    }

    private func signIn(_ request: Request) async throws -> Response {
        try request.requireOwnOrigin(evenWithoutCookie: true)
        let said: SigningIn = try await api.body(
            of: request, names: ["name", "password", "role", "code"], atMost: CaseAPI.openBodyBytesMax)
        // What is no account's name may be a password in the wrong field.
        if let name = AccountName(said.name) { AuditTrail.current?.asks(name.description, nil) }
        let role = try said.role.map { (word) throws(Problem) in try RoleWord.role(word) }
        let begun = try await door.reception.signIn(
            said.name, password: said.password, code: said.code, as: role, address: Self.address)
        return CaseAPI.response(
            .created, SessionText.json(begun.session, door.reception, of: begun.token, isGiven: true),
            fields: [.setCookie: cookie(begun.token.text, maxAge: nil)])
    }

    private struct Confirming: Decodable {
        let password: String
        let code: String?
    }

    private func confirm(_ request: Request) async throws -> Response {
        try request.requireOwnPage()
        let (token, _) = try session(of: request)
        let said: Confirming = try await api.body(
            of: request, names: ["password", "code"], atMost: CaseAPI.openBodyBytesMax)
        let session = try await door.reception.confirm(
            token, password: said.password, code: said.code, address: Self.address)
        return CaseAPI.response(.ok, SessionText.json(session, door.reception, of: token))
    }

    /// The cookie by which a browser that comes back is the one that was sent away: a link that somebody else made signs nobody in.
    private static let away = "filmjacket-away"

    private func openID() throws(Problem) -> OpenIDFlow {
        guard let flow = door.reception.openID else {
            throw Problem(.notFound, "No identity provider is set here.", remedy: "Sign in with the password of your account.")
        }
        return flow
    }

    private func sendAway(_ request: Request) async throws -> Response {
        let role = try request.uri.queryParameters.get("role").map { (word) throws(Problem) in try RoleWord.role(word) }
        let begun = try await openID().begin(as: role)
        let secure = isTLS ? "; Secure" : ""
        // Lax, because the browser comes back from another site.
        let cookie = "\(Self.away)=\(begun.state); Path=/v1/session/oidc\(secure); HttpOnly; SameSite=Lax; Max-Age=600"
        return Response(status: .seeOther, headers: [.location: begun.url, .setCookie: cookie])
    }

    private func takeBack(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        guard let state = query.get("state"), let code = query.get("code"), code.utf8.count <= 4096,
            request.cookie(named: Self.away) == state
        else {
            throw Problem(
                .signIn, "The identity provider let nobody in, or this browser did not ask it.", remedy: "Begin it again.")
        }
        let found = try await openID().finish(state: state, code: code)
        let begun = try door.reception.admit(found.name, as: found.role)
        return CaseAPI.response(
            .ok, SessionText.json(begun.session, door.reception, of: begun.token),
            fields: [.setCookie: cookie(begun.token.text, maxAge: nil)])
    }

    private func session(of request: Request) throws(Problem) -> (token: SessionToken, session: Session) {
        guard let text = Door.Pass(request).token else { throw Problem(.signIn, "Nobody has signed in.") }
        guard let token = SessionToken(text) else { throw Problem(.signIn, "The session is over.") }
        return (token, try door.reception.session(of: token))
    }

    /// Sent back by the browser to this server alone and by no page of another; gone with the browser.
    ///
    /// Source: RFC 6265bis 5.5 (SameSite), 4.1.3.2 (`__Host-`).
    private func cookie(_ value: String, maxAge: Int?) -> String {
        let name = isTLS ? Door.Pass.cookieOverTLS : Door.Pass.cookieOnLoopback
        let age = maxAge.map { "; Max-Age=\($0)" } ?? ""
        return "\(name)=\(value); Path=/\(isTLS ? "; Secure" : ""); HttpOnly; SameSite=Strict\(age)"
    }
}

/// A session for programs and people.
enum SessionText {
    /// - Parameter isGiven: whether the token itself is part of it, as for a script that signs in; what pages write with always is.
    static func json(_ session: Session, _ reception: Reception, of token: SessionToken, isGiven: Bool = false) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("person", session.person.description)
        json.member("role", session.role.rawValue)
        json.member("assurance", session.assurance.name)
        json.member("session", session.id)
        json.member("until", Timestamp.text(of: session.ends(reception.sessions.bounds)))
        json.key("confirmed")
        json.flag(reception.isConfirmed(session))
        if isGiven { json.member("token", token.text) }
        json.member("csrf", token.ownPage)
        json.endObject()
        return json.bytes
    }

    static func line(_ session: Session, _ reception: Reception) -> String {
        "\(session.person) as \(session.role.rawValue), until \(Timestamp.text(of: session.ends(reception.sessions.bounds))) "
            + "unless it is used (\(session.assurance.name))"
    }
}
