import CurlHTTP
import Crypto
import EventLog
import Foundation
import ImagingCase
import JWTKit
import People
import Problems
import Synchronization
import TestServers
import Testing

/// A small real provider: describes itself, shows its keys, and signs tokens, good and bad ones.
private final class SmallProvider: Sendable {
    struct Claims: JWTPayload {
        var iss: String
        var aud: AudienceClaim
        var exp: ExpirationClaim
        var iat: IssuedAtClaim
        var nonce: String
        var sub = "4711"
        var preferred_username: String
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    struct State {
        /// What the browser was sent away with.
        var challenge = ""
        var token = ""
        var keys = ""
        var issuer: String?
        var asked: [String] = []
    }

    let state = Mutex(State())
    private let held = Mutex<ScriptedServer?>(nil)
    let key = ES256PrivateKey()
    let name = "k1"

    var server: ScriptedServer { held.withLock { $0! } }
    var issuer: String { server.url }

    init() throws {
        let parameters = try #require(key.parameters)
        let jwk =
            #"{"keys":[{"kty":"EC","crv":"P-256","kid":"k1","alg":"ES256","use":"sig","x":"\#(parameters.x)","y":"\#(parameters.y)"}]}"#
        state.withLock { $0.keys = jwk }
        let server = ScriptedServer { [unowned self] request, connection in
            let (status, body) = self.answer(request)
            _ = connection.answer(
                body, status: "\(status) X", fields: "Content-Type: application/json\r\nConnection: close\r\n")
            return .close
        }
        held.withLock { $0 = server }
    }

    private func answer(_ request: ScriptedServer.Request) -> (Int, String) {
        let path = String(request.path.prefix { $0 != "?" })
        let url = server.url
        return state.withLock { state in
            state.asked.append(path)
            switch path {
            case "/.well-known/openid-configuration":
                let issuer = state.issuer ?? url
                return (
                    200,
                    #"{"issuer":"\#(issuer)","authorization_endpoint":"\#(url)/auth","token_endpoint":"\#(url)/token","jwks_uri":"\#(url)/keys"}"#
                )
            case "/keys": return (200, state.keys)
            case "/token":
                let form = String(decoding: request.body, as: UTF8.self)
                let verifier = form.split(separator: "&").first { $0.hasPrefix("code_verifier=") }?.dropFirst(14) ?? ""
                let hash = Data(SHA256.hash(data: Data(verifier.utf8))).base64EncodedString()
                    .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
                // As a provider does, it gives nothing to whoever did not begin the sign-in.
                guard hash == state.challenge, form.contains("code=abc"), form.contains("grant_type=authorization_code") else {
                    return (400, #"{"error":"invalid_grant"}"#)
                }
                return (200, #"{"id_token":"\#(state.token)","token_type":"Bearer","access_token":"x"}"#)
            default: return (404, "{}")
            }
        }
    }

    func claims(_ nonce: String, _ change: (inout Claims) -> Void = { _ in }) -> Claims {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        var claims = Claims(
            iss: issuer, aud: AudienceClaim(value: ["filmjacket"]), exp: ExpirationClaim(value: now.addingTimeInterval(300)),
            iat: IssuedAtClaim(value: now), nonce: nonce, preferred_username: "dr.ito")
        change(&claims)
        return claims
    }

    func signed(_ claims: Claims) async throws -> String {
        let keys = JWTKeyCollection()
        await keys.add(ecdsa: key, kid: JWKIdentifier(string: name))
        return try await keys.sign(claims, kid: JWKIdentifier(string: name))
    }

    func stop() { server.stop() }
}

@Suite(.serialized) struct OpenIDTests {
    private let clock = HandClock()

    private func flow(_ provider: SmallProvider) throws -> OpenIDFlow {
        let clock = clock
        return OpenIDFlow(
            try OpenIDConfiguration(
                issuer: provider.issuer, clientID: "filmjacket", redirect: "http://127.0.0.1:1/v1/session/oidc/callback"),
            now: { clock.now })
    }

    /// Begins a sign-in, as the browser is sent away.
    private func begin(_ flow: OpenIDFlow, _ provider: SmallProvider) async throws -> (state: String, nonce: String) {
        let begun = try await flow.begin(as: .lead)
        let items = try #require(URLComponents(string: begun.url)?.queryItems)
        func item(_ name: String) -> String { items.first { $0.name == name }?.value ?? "" }
        #expect(item("response_type") == "code" && item("code_challenge_method") == "S256" && item("state") == begun.state)
        #expect(item("client_id") == "filmjacket" && item("scope").hasPrefix("openid"))
        provider.state.withLock { $0.challenge = item("code_challenge") }
        return (begun.state, item("nonce"))
    }

    private func outcome(
        _ flow: OpenIDFlow, _ provider: SmallProvider, _ make: (String) async throws -> String
    ) async throws -> Problem? {
        let (state, nonce) = try await begin(flow, provider)
        let token = try await make(nonce)
        provider.state.withLock { $0.token = token }
        return await problem { () throws(Problem) in _ = try await flow.finish(state: state, code: "abc") }
    }

    @Test func `a token that the provider signed for this sign-in names its person, once`() async throws {
        let provider = try SmallProvider()
        defer { provider.stop() }
        let flow = try flow(provider)
        let (state, nonce) = try await begin(flow, provider)
        let token = try await provider.signed(provider.claims(nonce))
        provider.state.withLock { $0.token = token }
        let found = try await flow.finish(state: state, code: "abc")
        #expect(found.name.description == "dr.ito" && found.role == .lead)
        let again = await problem { () throws(Problem) in _ = try await flow.finish(state: state, code: "abc") }
        #expect(again?.code == .signIn, "a state serves once")
    }

    @Test func `a provider that writes itself with a slash at the end vouches too, and its tokens alone`() async throws {
        let provider = try SmallProvider()
        defer { provider.stop() }
        let slashed = provider.issuer + "/"
        provider.state.withLock { $0.issuer = slashed }
        let flow = try flow(provider)
        #expect(try await outcome(flow, provider) { try await provider.signed(provider.claims($0) { $0.iss = slashed }) } == nil)
        let other = try await outcome(flow, provider) { try await provider.signed(provider.claims($0)) }
        #expect(other?.code == .signIn && other?.message.contains("another issuer") == true)
    }

    /// Tokens of which one thing is wrong each, with what is said of it.
    private func wrong(_ provider: SmallProvider) -> [(String, String, (String) async throws -> String)] {
        func encoded(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        func body(_ nonce: String) throws -> String {
            encoded(String(decoding: try JSONEncoder().encode(provider.claims(nonce)), as: UTF8.self))
        }
        let later = Date(timeIntervalSince1970: 1_800_000_600)
        return [
            ("alg none", "algorithm that is not taken", { encoded(#"{"alg":"none","kid":"k1"}"#) + "." + (try body($0)) + "." }),
            ("alg None", "algorithm that is not taken", { encoded(#"{"alg":"None","kid":"k1"}"#) + "." + (try body($0)) + "." }),
            (
                "HS256 with the public key as its secret", "algorithm that is not taken",
                { nonce in
                    let keys = JWTKeyCollection()
                    await keys.add(
                        hmac: HMACKey(from: Data(provider.key.publicKey.pemRepresentation.utf8)), digestAlgorithm: .sha256,
                        kid: "k1")
                    return try await keys.sign(provider.claims(nonce), kid: "k1")
                }
            ),
            (
                "another audience", "for another audience",
                { try await provider.signed(provider.claims($0) { $0.aud = AudienceClaim(value: ["other"]) }) }
            ),
            (
                "two audiences", "for another audience",
                { try await provider.signed(provider.claims($0) { $0.aud = AudienceClaim(value: ["other", "filmjacket"]) }) }
            ),
            (
                "another issuer", "of another issuer",
                { try await provider.signed(provider.claims($0) { $0.iss = "http://127.0.0.1:1" }) }
            ),
            (
                "expired", "is over",
                {
                    try await provider.signed(
                        provider.claims($0) { $0.exp = ExpirationClaim(value: Date(timeIntervalSince1970: 1_799_999_939)) })
                }
            ),
            (
                "of the future", "not valid yet",
                { try await provider.signed(provider.claims($0) { $0.iat = IssuedAtClaim(value: later) }) }
            ),
            ("another nonce", "belongs to another sign-in", { _ in try await provider.signed(provider.claims("other")) }),
            (
                "another key under the same name", "not signed by the provider",
                { nonce in
                    let keys = JWTKeyCollection()
                    await keys.add(ecdsa: ES256PrivateKey(), kid: "k1")
                    return try await keys.sign(provider.claims(nonce), kid: "k1")
                }
            ),
            (
                "a key that nobody named", "a key that the provider does not name",
                { nonce in
                    let keys = JWTKeyCollection()
                    await keys.add(ecdsa: ES256PrivateKey(), kid: "k9")
                    return try await keys.sign(provider.claims(nonce), kid: "k9")
                }
            ),
            (
                "a name that is none", "names nobody",
                { try await provider.signed(provider.claims($0) { $0.preferred_username = "Dr Ito; boss" }) }
            ),
            ("no token", "is none", { _ in "x" }), ("nothing", "is none", { _ in "" }),
            ("an endless one", "is none", { _ in String(repeating: "a", count: 20_000) + ".b.c" }),
        ]
    }

    /// B28, B29.
    @Test func `a token that anything is wrong with lets nobody in`() async throws {
        let provider = try SmallProvider()
        defer { provider.stop() }
        let flow = try flow(provider)
        for (what, why, make) in wrong(provider) {
            let refused = try await outcome(flow, provider, make)
            #expect(
                refused?.code == .signIn && refused?.message.contains(why) == true, "\(what): \(String(describing: refused))")
        }
        let good = try await outcome(flow, provider) { try await provider.signed(provider.claims($0)) }
        #expect(good == nil, "\(String(describing: good))")
    }

    @Test func `who did not begin the sign-in, or took too long, gets nothing for the code`() async throws {
        let provider = try SmallProvider()
        defer { provider.stop() }
        let flow = try flow(provider)
        let (state, _) = try await begin(flow, provider)
        provider.state.withLock { $0.challenge = "another's" }
        let stolen = await problem { () throws(Problem) in _ = try await flow.finish(state: state, code: "abc") }
        #expect(stolen?.code == .signIn)
        let (late, _) = try await begin(flow, provider)
        clock.advance(minutes: 10)
        #expect(await problem { () throws(Problem) in _ = try await flow.finish(state: late, code: "abc") }?.code == .signIn)
        #expect(await problem { () throws(Problem) in _ = try await flow.finish(state: "x", code: "abc") }?.code == .signIn)
    }

    @Test func `the keys are asked for once in ten minutes, and for made-up names at most once a minute`() async throws {
        let provider = try SmallProvider()
        defer { provider.stop() }
        let flow = try flow(provider)
        for _ in 0..<3 { #expect(try await outcome(flow, provider) { try await provider.signed(provider.claims($0)) } == nil) }
        func asked() -> Int { provider.state.withLock { $0.asked.filter { $0 == "/keys" }.count } }
        #expect(asked() == 1)
        let stranger: (String) async throws -> String = { nonce in
            let keys = JWTKeyCollection()
            await keys.add(ecdsa: ES256PrivateKey(), kid: "k9")
            return try await keys.sign(provider.claims(nonce), kid: "k9")
        }
        for _ in 0..<3 { #expect(try await outcome(flow, provider, stranger)?.code == .signIn) }
        #expect(asked() == 1)
        clock.advance(seconds: 61)
        for _ in 0..<3 { #expect(try await outcome(flow, provider, stranger)?.code == .signIn) }
        #expect(asked() == 2)
    }

    @Test func `a provider that describes another issuer, or does not answer, is no provider`() async throws {
        let provider = try SmallProvider()
        provider.state.withLock { $0.issuer = "https://evil.example" }
        let flow = try flow(provider)
        #expect(await problem { () throws(Problem) in _ = try await flow.begin(as: nil) }?.code == .hubUnreachable)
        provider.stop()
        #expect(await problem { () throws(Problem) in _ = try await flow.begin(as: nil) }?.code == .hubUnreachable)
    }

    @Test(arguments: [
        "http://login.example", "https://u:p@login.example", "ftp://login.example", "https://login.example?x=1", "", "x",
    ])
    func `an issuer without TLS, with a password or without a host is none`(issuer: String) {
        #expect(
            refusal { () throws(Problem) in
                _ = try OpenIDConfiguration(
                    issuer: issuer, clientID: "f", redirect: "https://hub.example/v1/session/oidc/callback")
            } == .configuration)
    }

    @Test func `what was set is there again, for its owner alone`() throws {
        let folder = try Folder()
        let set = try OpenIDConfiguration(
            issuer: "https://login.example/realms/x/", clientID: "f", redirect: "https://hub.example/v1/session/oidc/callback",
            claim: "email")
        try set.write(folder.path)
        #expect(try OpenIDConfiguration.read(folder.path) == set && set.issuer == "https://login.example/realms/x")
        #expect(try folder.mode(OpenIDConfiguration.fileName) == 0o600)
    }
}
