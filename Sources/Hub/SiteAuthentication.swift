import Crypto
import EventLog
import HTTPTypes
import Hummingbird
import NIOCore
import Problems
import Replication
import Synchronization
import Web
import Wire

/// A key that a site signs with.
typealias SigningPublicKey = Curve25519.Signing.PublicKey

/// Lets a request in when a site that joined has signed it, lately and for the first time.
///
/// The signature stands in the head and covers the body's digest; so who asks is known before a byte of the body is taken, and nobody
/// but a member can have the hub hold one.
final class SiteAuthentication: Sendable {
    private let registry: SiteRegistry
    private let certificates: SiteCertificates?
    private let now: @Sendable () -> Instant
    private let nonces: Mutex<NonceWindows>

    /// Asks for what `certificates` says beside the signature; for none where it is nil.
    init(registry: SiteRegistry, certificates: SiteCertificates? = nil, now: @escaping @Sendable () -> Instant) {
        self.registry = registry
        self.certificates = certificates
        self.now = now
        nonces = Mutex(NonceWindows(opened: now()))
    }

    /// The site that signed a request without a body.
    ///
    /// - Throws: `BAD_SIGNATURE`, `CLOCK_IMPLAUSIBLE`, `REPLAYED_REQUEST`, `TOO_MANY_REQUESTS`, `CLIENT_CERTIFICATE`, or what its state does
    ///   not allow.
    func site(of request: Request, for purpose: SiteRegistry.Purpose = .reads) throws(Problem) -> SiteID {
        let site = try member(of: request, for: purpose, isUrgent: false)
        try RequestSignature.check([], against: Self.field("Content-Digest", request))
        return site
    }

    /// The site that signed a request, and the body that it signed.
    ///
    /// - Parameter isUrgent: whether the call is let in however many of the site are under way.
    /// - Throws: as for a request without a body, and `TOO_LARGE`.
    func call(
        _ request: Request, for purpose: SiteRegistry.Purpose = .reads, isUrgent: Bool = false
    ) async throws -> (site: SiteID, body: [UInt8]) {
        let site = try member(of: request, for: purpose, isUrgent: isUrgent)
        return (site, try await body(of: request))
    }

    /// The site that signed a request, the key it signed with and the body, whatever certificate it shows: for the call that fetches one.
    func callWithoutCertificate(_ request: Request) async throws -> (site: SiteID, key: SigningPublicKey, body: [UInt8]) {
        let (site, key, _) = try signer(of: request)
        try registry.require(.sends, of: site)
        try SiteCalls.Ticket.current?.belongs(to: site, isUrgent: false)
        return (site, key, try await body(of: request, atMost: SiteCertificates.requestBytesMax))
    }

    private func body(of request: Request, atMost bytesMax: Int = SyncLimits.bodyBytesMax) async throws -> [UInt8] {
        let body = try await request.bytes(atMost: bytesMax)
        try RequestSignature.check(body, against: Self.field("Content-Digest", request))
        return body
    }

    private func member(of request: Request, for purpose: SiteRegistry.Purpose, isUrgent: Bool) throws(Problem) -> SiteID {
        let (site, _, keys) = try signer(of: request)
        try registry.require(purpose, of: site)
        try certificates?.require(of: site, keys: keys, now())
        try SiteCalls.Ticket.current?.belongs(to: site, isUrgent: isUrgent)
        return site
    }

    /// The site that signed a request's head, whatever its state, with which key, and all of its keys that are taken.
    private func signer(
        of request: Request
    ) throws(Problem) -> (site: SiteID, key: SigningPublicKey, keys: [SigningPublicKey]) {
        let signature = try RequestSignature(
            signatureInput: Self.field("Signature-Input", request), signature: Self.field("Signature", request))
        let now = now()
        let keys = try registry.keys(of: signature.site, now: now)
        let path = request.head.path ?? "/"
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        func verify(_ key: SigningPublicKey) throws(Problem) {
            try signature.verify(
                method: request.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
                contentDigest: Self.field("Content-Digest", request), key: key, now: now)
        }
        var signing = keys[0]
        // A key that a newer one took the place of holds for a while: the request may have been on its way.
        for (place, key) in keys.enumerated() {
            do throws(Problem) {
                try verify(key)
                signing = key
                break
            } catch { guard error.code == .badSignature, place < keys.count - 1 else { throw error } }
        }
        try once(signature, now)
        AuditTrail.current?.acts(signature.site)
        return (signature.site, signing, keys)
    }

    private static func field(_ name: String, _ request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    private func once(_ signature: RequestSignature, _ now: Instant) throws(Problem) {
        try nonces.withLock { (nonces) throws(Problem) in try nonces.take(signature, now: now) }
    }
}

extension Request {
    /// The whole body.
    ///
    /// - Throws: `TOO_LARGE`.
    func bytes(atMost bytesMax: Int) async throws -> [UInt8] {
        do {
            let buffer = try await body.collect(upTo: bytesMax)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(.tooLarge, "The body has more than \(bytesMax) bytes.")
        }
    }
}
