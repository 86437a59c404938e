import EventLog
import Foundation
import JWTKit
import Problems

/// What an identity provider says of somebody, believed only after its signature, its issuer, its audience, its time and its nonce.
///
/// Source: OpenID Connect Core 1.0 3.1.3.7; RFC 8725 3.1 (algorithms are named by the verifier, never by the token).
enum IdentityToken {
    /// The algorithms that are taken. `none` and every HMAC, whose key would be the client's own secret, are not among them.
    static let algorithms: Set<String> = ["RS256", "ES256", "EdDSA"]
    /// Bytes of a token.
    static let bytesMax = 16 << 10
    /// How far the provider's clock may be off.
    static let toleranceSeconds: Double = 60

    /// What is expected of a token.
    struct Expectation {
        let issuer: String
        let audience: String
        let nonce: String
        let claim: String
        let now: Instant
    }

    private struct Header: Decodable {
        let alg: String
        let kid: String?
        let crit: [String]?
    }

    /// The claims that are looked at. Who it is can stand in any member, so all texts are kept.
    private struct Claims: JWTPayload {
        var iss: String
        var aud: AudienceClaim
        var azp: String?
        var exp: ExpirationClaim
        var iat: IssuedAtClaim?
        var nbf: NotBeforeClaim?
        var nonce: String?
        var sub: String
        var email: String?
        var preferredUsername: String?
        var upn: String?

        enum CodingKeys: String, CodingKey {
            case iss, aud, azp, exp, iat, nbf, nonce, sub, email, upn
            case preferredUsername = "preferred_username"
        }

        // Judged by what is expected below, against a clock that is passed in.
        func verify(using algorithm: some JWTAlgorithm) async throws {}

        func text(_ claim: String) -> String? {
            switch claim {
            case "sub": sub
            case "email": email
            case "preferred_username": preferredUsername
            case "upn": upn
            default: nil
            }
        }
    }

    /// Claims that can name an account.
    static let claims = ["preferred_username", "email", "upn", "sub"]

    /// The key that a token names.
    ///
    /// - Throws: `SIGN_IN` for what is no token or has an algorithm that is not taken.
    static func keyName(of token: String) throws(Problem) -> String? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= bytesMax, parts.count == 3, let bytes = Base64.bytes(of: parts[0]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(bytes))  // whatever it is, it is no token
        else { throw refused("is none") }
        guard algorithms.contains(header.alg), header.crit == nil else { throw refused("has an algorithm that is not taken") }
        return header.kid
    }

    /// Whom a token names, after everything about it was checked.
    ///
    /// - Throws: `SIGN_IN` with what is wrong with it.
    static func name(in token: String, keys: JWTKeyCollection, _ expected: Expectation) async throws(Problem) -> String {
        _ = try keyName(of: token)
        let claims: Claims
        do { claims = try await keys.verify(token, as: Claims.self) } catch { throw refused("is not signed by the provider") }
        guard claims.iss == expected.issuer else { throw refused("is of another issuer") }
        guard claims.aud.value.contains(expected.audience), claims.aud.value.count == 1 || claims.azp == expected.audience else {
            throw refused("is for another audience")
        }
        guard claims.azp == nil || claims.azp == expected.audience else { throw refused("was given to another client") }
        let now = Double(expected.now.milliseconds) / 1000
        guard claims.exp.value.timeIntervalSince1970 + toleranceSeconds > now else { throw refused("is over") }
        let starts = [claims.iat?.value, claims.nbf?.value].compactMap { $0?.timeIntervalSince1970 }
        guard starts.allSatisfy({ $0 <= now + toleranceSeconds }) else { throw refused("is not valid yet") }
        guard let nonce = claims.nonce, nonce == expected.nonce else { throw refused("belongs to another sign-in") }
        guard let name = claims.text(expected.claim), !name.isEmpty else {
            throw refused("has no claim '\(expected.claim)'")
        }
        return name
    }

    static func refused(_ what: String) -> Problem {
        Problem(.signIn, "The identity provider's token \(what).", remedy: "Sign in again; tell an administrator if it stays.")
    }
}
