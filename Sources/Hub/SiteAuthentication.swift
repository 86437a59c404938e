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
    private let nonces = Mutex(NonceWindow())

    init(registry: SiteRegistry, now: @escaping @Sendable () -> Instant) {
        self.registry = registry
        self.now = now
    }

    /// The site that signed a request with a body.
    ///
    /// - Throws: `BAD_SIGNATURE`, `CLOCK_IMPLAUSIBLE`, `REPLAYED_REQUEST`, `SITE_UNKNOWN` or `SITE_REVOKED`.
    func site(of request: Request, body: [UInt8]) throws(Problem) -> SiteID {
        let signature = try RequestSignature(
            signatureInput: Self.field("Signature-Input", request), signature: Self.field("Signature", request))
        let key = try registry.key(of: signature.site)
        let path = request.head.path ?? "/"
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        try signature.verify(
            method: request.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "", body: body,
            contentDigest: Self.field("Content-Digest", request), key: key, now: now())
        try once("\(signature.site) \(signature.nonce)")
        AuditTrail.current?.acts(signature.site)
        return signature.site
    }

    private static func field(_ name: String, _ request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    private func once(_ nonce: String) throws(Problem) {
        let now = now()
        let isNew = nonces.withLock { $0.take(nonce, now: now) }
        guard isNew else { throw Problem(.replayed, "A request with this nonce came before.") }
    }
}
