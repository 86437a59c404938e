import Crypto
import EventLog
import HTTPTypes
import Hummingbird
import Problems
import Synchronization
import Web
import Wire

/// Lets a request in when a site that joined has signed it, lately and for the first time.
final class SiteAuthentication: Sendable {
    private let registry: SiteRegistry
    private let now: @Sendable () -> Instant
    private let nonces: Mutex<NonceWindows>

    init(registry: SiteRegistry, now: @escaping @Sendable () -> Instant) {
        self.registry = registry
        self.now = now
        nonces = Mutex(NonceWindows(opened: now()))
    }

    /// The site that signed a request with a body.
    ///
    /// - Throws: `BAD_SIGNATURE`, `CLOCK_IMPLAUSIBLE`, `REPLAYED_REQUEST`, `TOO_MANY_REQUESTS`, or what its state does not allow.
    func site(
        of request: Request, body: [UInt8] = [], for purpose: SiteRegistry.Purpose = .reads
    ) throws(Problem) -> SiteID {
        let site = try signer(of: request, body: body)
        try registry.require(purpose, of: site)
        return site
    }

    /// The site that signed a request, whatever its state.
    private func signer(of request: Request, body: [UInt8]) throws(Problem) -> SiteID {
        let signature = try RequestSignature(
            signatureInput: Self.field("Signature-Input", request), signature: Self.field("Signature", request))
        let now = now()
        let keys = try registry.keys(of: signature.site, now: now)
        let path = request.head.path ?? "/"
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        func verify(_ key: Curve25519.Signing.PublicKey) throws(Problem) {
            try signature.verify(
                method: request.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
                body: body, contentDigest: Self.field("Content-Digest", request), key: key, now: now)
        }
        // A key that a newer one took the place of holds for a while: the request may have been on its way.
        for (place, key) in keys.enumerated() {
            do throws(Problem) {
                try verify(key)
                break
            } catch { guard error.code == .badSignature, place < keys.count - 1 else { throw error } }
        }
        try once(signature, now)
        AuditTrail.current?.acts(signature.site)
        return signature.site
    }

    private static func field(_ name: String, _ request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    private func once(_ signature: RequestSignature, _ now: Instant) throws(Problem) {
        try nonces.withLock { (nonces) throws(Problem) in try nonces.take(signature, now: now) }
    }
}
