import EventLog
import HTTPTypes
import Hummingbird
import Problems
import Synchronization
import Wire

/// Lets a request in when a site that joined has signed it, lately and for the first time.
final class SiteAuthentication: Sendable {
    /// The most nonces remembered; beyond it the oldest half of the window is refused by time anyway.
    static let noncesMax = 200_000

    private struct Nonces {
        var young: Set<String> = []
        var old: Set<String> = []
        var turned: Int64 = 0
    }

    private let registry: SiteRegistry
    private let now: @Sendable () -> Instant
    private let nonces = Mutex(Nonces())

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
        return signature.site
    }

    private static func field(_ name: String, _ request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    private func once(_ nonce: String) throws(Problem) {
        let seconds = now().milliseconds / 1000
        let isNew = nonces.withLock { nonces in
            // Two generations of one window each: what is forgotten is too old to be taken.
            if seconds - nonces.turned > 2 * RequestSignature.windowSeconds || nonces.young.count > Self.noncesMax {
                nonces.old = nonces.young
                nonces.young = []
                nonces.turned = seconds
            }
            guard !nonces.old.contains(nonce) else { return false }
            return nonces.young.insert(nonce).inserted
        }
        guard isNew else { throw Problem(.replayed, "A request with this nonce came before.") }
    }
}
