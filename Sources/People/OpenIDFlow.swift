public import EventLog
import Foundation
public import ImagingCase
public import Problems
import Synchronization

/// Signing in with an identity provider: by code and PKCE, so that what passes through the browser lets nobody in.
///
/// Source: OpenID Connect Core 1.0 3.1; RFC 7636 (PKCE, S256); RFC 9700 2.1.
public final class OpenIDFlow: Sendable {
    private struct Begun {
        let nonce: String
        let verifier: String
        let role: Role?
        let at: Instant
    }

    /// Sign-ins under way at most; the oldest makes room.
    private static let begunMax = 1000
    private static let lifetimeMilliseconds: Int64 = 600_000

    /// Which provider it is.
    public let configuration: OpenIDConfiguration
    private let provider: OpenIDProvider
    private let now: @Sendable () -> Instant
    private let begun = Mutex<[String: Begun]>([:])

    /// Asks a provider.
    public init(_ configuration: OpenIDConfiguration, now: @escaping @Sendable () -> Instant) {
        self.configuration = configuration
        self.now = now
        provider = OpenIDProvider(configuration)
    }

    /// Where to send somebody who wants to sign in, and the state by which he is known when he comes back.
    public func begin(as role: Role?) async throws(Problem) -> (url: String, state: String) {
        let moment = now()
        let endpoint = try await provider.description(now: moment).authorizationEndpoint
        let (state, nonce, verifier) = (Self.random(), Self.random(), Self.random())
        begun.withLock { begun in
            begun = begun.filter { (0..<Self.lifetimeMilliseconds).contains(moment.milliseconds - $0.value.at.milliseconds) }
            if begun.count >= Self.begunMax, let oldest = begun.min(by: { $0.value.at < $1.value.at }) { begun[oldest.key] = nil }
            begun[state] = Begun(nonce: nonce, verifier: verifier, role: role, at: moment)
        }
        let challenge = Base64.urlText(of: EventHash.sha256(Array(verifier.utf8)).bytes)
        let query = [
            ("response_type", "code"), ("client_id", configuration.clientID), ("redirect_uri", configuration.redirect),
            ("scope", "openid profile email"), ("state", state), ("nonce", nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ].map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
        return (endpoint + (endpoint.contains("?") ? "&" : "?") + query, state)
    }

    /// Who came back with a code, in which role he wants to act. A state serves once.
    ///
    /// - Throws: `SIGN_IN` for a state that is not under way and for a token that is not believed, `HUB_UNREACHABLE` where the provider
    ///   does not answer.
    public func finish(state: String, code: String) async throws(Problem) -> (name: AccountName, role: Role?) {
        let moment = now()
        let found = begun.withLock { $0.removeValue(forKey: state) }
        guard let found, (0..<Self.lifetimeMilliseconds).contains(moment.milliseconds - found.at.milliseconds) else {
            throw Problem(.signIn, "This sign-in is not under way, or took longer than ten minutes.", remedy: "Begin it again.")
        }
        // As the provider writes itself: with a slash at the end or without.
        let issuer = try await provider.description(now: moment).issuer
        let token = try await provider.exchange(code, verifier: found.verifier, now: moment)
        let keys = try await provider.keys(for: try IdentityToken.keyName(of: token), now: moment)
        let text = try await IdentityToken.name(
            in: token, keys: keys,
            IdentityToken.Expectation(
                issuer: issuer, audience: configuration.clientID, nonce: found.nonce, claim: configuration.claim,
                now: moment))
        guard let name = AccountName(text.lowercased()) else {
            throw IdentityToken.refused("names nobody who has an account here")
        }
        return (name, found.role)
    }

    private static func random() -> String {
        Base64.urlText(of: (0..<32).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// Source: RFC 3986 2.3.
    static func escaped(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return text.utf8.map { plain.contains($0) ? String(UnicodeScalar($0)) : "%" + Hex.text(of: [$0]).uppercased() }.joined()
    }
}
