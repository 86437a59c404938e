import CurlHTTP
import EventLog
import Foundation
import JWTKit
import Problems

/// The provider as it describes itself, and its keys, kept for ten minutes: it signs with a new one when it likes.
///
/// Source: OpenID Connect Discovery 1.0 4; RFC 7517 5.
actor OpenIDProvider {
    struct Description: Decodable {
        let issuer: String
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let jwksURI: String

        enum CodingKeys: String, CodingKey {
            case issuer
            case authorizationEndpoint = "authorization_endpoint"
            case tokenEndpoint = "token_endpoint"
            case jwksURI = "jwks_uri"
        }
    }

    private struct Keys {
        let names: Set<String>
        let collection: JWTKeyCollection
        let fetched: Instant
    }

    private static let lifetimeMilliseconds: Int64 = 600_000
    /// How soon the keys are asked for again for the sake of a name that is not among them: anybody can make such names up.
    private static let pauseMilliseconds: Int64 = 60_000

    private let configuration: OpenIDConfiguration
    private let http: HTTPClient
    private var described: (Description, Instant)?
    private var keys: Keys?

    init(_ configuration: OpenIDConfiguration) {
        self.configuration = configuration
        http = HTTPClient(tls: TLSPolicy(authorityFile: configuration.authorityFile, minimumVersion: .tls12))
    }

    deinit { http.close() }

    func description(now: Instant) async throws(Problem) -> Description {
        if let (held, at) = described, isFresh(at, now, Self.lifetimeMilliseconds) { return held }
        let bytes = try await get(configuration.issuer + "/.well-known/openid-configuration")
        // An answer that is none has one cause for people.
        guard let found = try? JSONDecoder().decode(Description.self, from: bytes),
            found.issuer == configuration.issuer || found.issuer == configuration.issuer + "/"
        else { throw Self.unusable("describes itself otherwise than OpenID Connect asks") }
        let own = URLComponents(string: configuration.issuer)?.scheme
        for url in [found.authorizationEndpoint, found.tokenEndpoint, found.jwksURI] {
            guard URLComponents(string: url)?.scheme == own else { throw Self.unusable("names an address without TLS") }
        }
        described = (found, now)
        return found
    }

    /// The provider's keys, asked for again where a token names one that is not among them.
    func keys(for name: String?, now: Instant) async throws(Problem) -> JWTKeyCollection {
        if let keys, isFresh(keys.fetched, now, Self.lifetimeMilliseconds) {
            let isKnown = name.map(keys.names.contains) ?? (keys.names.count == 1)
            if isKnown || isFresh(keys.fetched, now, Self.pauseMilliseconds) { return try known(keys, name) }
        }
        let bytes = try await get(try await description(now: now).jwksURI)
        let set: JWKS
        do { set = try JSONDecoder().decode(JWKS.self, from: bytes) } catch { throw Self.unusable("gives no keys") }
        let collection = JWTKeyCollection()
        var names: Set<String> = []
        for key in set.keys.prefix(64) where [.rsa, .ecdsa, .octetKeyPair].contains(key.keyType) {
            guard let name = key.keyIdentifier?.string else { continue }
            // A key of a kind that is not known here signs nothing that is believed.
            if (try? await collection.add(jwk: key)) != nil { names.insert(name) }
        }
        let fetched = Keys(names: names, collection: collection, fetched: now)
        keys = fetched
        return try known(fetched, name)
    }

    private func known(_ keys: Keys, _ name: String?) throws(Problem) -> JWTKeyCollection {
        guard name.map(keys.names.contains) ?? (keys.names.count == 1) else {
            throw IdentityToken.refused("is signed with a key that the provider does not name")
        }
        return keys.collection
    }

    private func isFresh(_ moment: Instant, _ now: Instant, _ milliseconds: Int64) -> Bool {
        (0..<milliseconds).contains(now.milliseconds - moment.milliseconds)
    }

    /// Exchanges a code for the token.
    ///
    /// Source: RFC 6749 4.1.3, RFC 7636 4.5.
    func exchange(_ code: String, verifier: String, now: Instant) async throws(Problem) -> String {
        struct Answer: Decodable {
            let idToken: String
            enum CodingKeys: String, CodingKey { case idToken = "id_token" }
        }
        let form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", configuration.redirect),
            ("client_id", configuration.clientID), ("code_verifier", verifier),
        ].map { "\($0)=\(OpenIDFlow.escaped($1))" }.joined(separator: "&")
        let request = HTTPClientRequest(
            method: "POST", url: try await description(now: now).tokenEndpoint,
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: Array(form.utf8), limits: Self.limits)
        let response: HTTPClientResponse
        do { response = try await http.send(request) } catch { throw Self.unusable("does not answer (\(error.name))") }
        guard response.status == 200 else { throw IdentityToken.refused("is not given for this code") }
        // An answer that is none has one cause for people.
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
            throw Self.unusable("gives no token")
        }
        return answer.idToken
    }

    private static let limits = TransferLimits(responseBytesMax: 1 << 20, totalTimeout: .seconds(15))

    private func get(_ url: String) async throws(Problem) -> Data {
        let response: HTTPClientResponse
        do { response = try await http.send(HTTPClientRequest(url: url, limits: Self.limits)) } catch {
            throw Self.unusable("does not answer (\(error.name))")
        }
        guard response.status == 200 else { throw Self.unusable("answers with status \(response.status)") }
        return Data(response.body)
    }

    static func unusable(_ what: String) -> Problem {
        Problem(
            .hubUnreachable, "The identity provider \(what).",
            remedy: "Sign in with the password of your account here; an administrator can set one.")
    }
}
