import EventLog
import Foundation
import ImagingCase
import JWTKit
import People
import Problems
import Synchronization
import TestServers
import Testing

@testable import Web

/// A browser that goes to the identity provider and comes back, with a real provider at the other end.
@Suite(.serialized) struct OpenIDDoorTests {
    private struct Claims: JWTPayload {
        var iss: String
        var aud = "filmjacket"
        var exp = 1_800_000_300
        var nonce: String
        var sub = "1"
        var preferred_username: String
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private final class Provider: Sendable {
        let token = Mutex("")
        let key = ES256PrivateKey()
        private let held = Mutex<ScriptedServer?>(nil)
        var url: String { held.withLock { $0?.url ?? "" } }

        init() throws {
            let point = try #require(key.parameters)
            let server = ScriptedServer { [unowned self] request, connection in
                let body =
                    switch request.path {
                    case "/keys":
                        #"{"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ES256","x":"\#(point.x)","y":"\#(point.y)"}]}"#
                    case "/token": #"{"id_token":"\#(self.token.withLock { $0 })"}"#
                    default:
                        #"{"issuer":"\#(self.url)","authorization_endpoint":"\#(self.url)/auth","token_endpoint":"\#(self.url)/token","#
                            + #""jwks_uri":"\#(self.url)/keys"}"#
                    }
                _ = connection.answer(body, fields: "Connection: close\r\n")
                return .close
            }
            held.withLock { $0 = server }
        }

        func sign(_ name: String, nonce: String) async throws {
            let keys = JWTKeyCollection()
            await keys.add(ecdsa: key, kid: "k")
            let signed = try await keys.sign(Claims(iss: url, nonce: nonce, preferred_username: name), kid: "k")
            token.withLock { $0 = signed }
        }

        func stop() { held.withLock { $0?.stop() } }
    }

    /// Goes away and says what the provider was asked, with the cookie of the browser.
    private func away(_ server: DoorServer, _ query: String = "") async throws -> (nonce: String, state: String, cookie: String) {
        let sent = try await server.ask("GET", "/v1/session/oidc\(query)")
        let cookie = try #require(sent.field("Set-Cookie"))
        #expect(sent.status == 303 && cookie.contains("HttpOnly; SameSite=Lax"))
        let location = try #require(sent.field("Location"))
        let items = try #require(URLComponents(string: location)?.queryItems)
        func item(_ name: String) -> String { items.first { $0.name == name }?.value ?? "" }
        return (item("nonce"), item("state"), String(cookie.prefix { $0 != ";" }))
    }

    @Test func `whom the provider names is signed in, vouched for by it, and acts so`() async throws {
        let provider = try Provider()
        defer { provider.stop() }
        try await DoorServer.run { server in
            try server.reception.believe(
                OpenIDConfiguration(
                    issuer: provider.url, clientID: "filmjacket", redirect: "http://127.0.0.1/v1/session/oidc/callback"))
            try await server.order("1", by: "lee")
            let (nonce, state, cookie) = try await away(server)
            try await provider.sign("dr.ito", nonce: nonce)
            let path = "/v1/session/oidc/callback?state=\(state)&code=abc"
            let other = try await server.ask("GET", path)
            #expect(other.code == "SIGN_IN", "a browser that was not sent away")
            let back = try await server.ask("GET", path, ["Cookie": cookie])
            #expect(back.status == 200 && back.json["assurance"] as? String == "central", "\(back.body)")
            #expect(back.json["token"] == nil)
            let session = String(try #require(back.field("Set-Cookie")).prefix { $0 != ";" })
            let csrf = try #require(back.json["csrf"] as? String)
            let fields = ["Cookie": session, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": csrf]
            let comment = #"{"kind":"comment.added","body":{"text":"seen"}}"#
            #expect(try await server.ask("POST", "/v1/cases/1/events", fields, comment).status == 201)
            let history = try await server.ask("GET", "/v1/cases/1/history", fields)
            #expect(history.body.contains(#""person":"dr.ito","role":"radiologist","site":"northside","assurance":"central""#))
            #expect(try await server.ask("GET", path, ["Cookie": cookie]).code == "SIGN_IN", "once")
        }
    }

    @Test func `whom the provider names and nobody knows here gets no account`() async throws {
        let provider = try Provider()
        defer { provider.stop() }
        try await DoorServer.run { server in
            try server.reception.believe(
                OpenIDConfiguration(
                    issuer: provider.url, clientID: "filmjacket", redirect: "http://127.0.0.1/v1/session/oidc/callback"))
            let (nonce, state, cookie) = try await away(server)
            try await provider.sign("stranger", nonce: nonce)
            let back = try await server.ask("GET", "/v1/session/oidc/callback?state=\(state)&code=abc", ["Cookie": cookie])
            #expect(back.status == 401 && back.code == "SIGN_IN")
            #expect(server.reception.accounts.all.count == 5)
        }
    }

    @Test func `without a provider there is none to go to`() async throws {
        try await DoorServer.run { server in
            let away = try await server.ask("GET", "/v1/session/oidc")
            #expect(away.status == 404 && away.code == "NOT_FOUND")
            let back = try await server.ask("GET", "/v1/session/oidc/callback?error=access_denied")
            #expect(back.code == "SIGN_IN")
        }
    }
}
