import EventLog
import ImagingCase
import Problems
import SwiftASN1
import Synchronization
import Web
import Wire
import X509
import People

/// Whether sites are asked for a certificate of the hub's authority when they connect.
///
/// It concerns the calls of sites alone: people, browsers and whoever watches the hub have none, and a site that joins has none yet.
public enum ClientCertificates: String, CaseIterable, Sendable {
    /// Nobody is asked.
    case off
    /// A site may show one; what it shows must be its own and hold.
    case accept
    /// A site must show one.
    case require
}

/// Issues certificates to the sites, and holds what they show in TLS against what it must be.
///
/// What a site may do is the registry's to say, at each call: a site that was revoked, suspended or retired has no use of its certificate from
/// then on, and no list of revoked ones is kept.
final class SiteCertificates: Sendable {
    /// The most requests for a certificate of one site in an hour.
    private static let hourMax = 10
    /// The most bytes of one.
    static let requestBytesMax = 4 << 10
    /// The most certificates that are remembered as good.
    private static let knownMax = 4096

    /// Whether a site must show one.
    let isRequired: Bool
    private let authority: HubAuthority
    private let root: Certificate
    private let known = Mutex<[[UInt8]: SiteCertificate]>([:])
    private let asked = Mutex(RateBuckets<SiteID>(burst: hourMax, periodMicroseconds: 3_600_000_000))

    /// Stands on the authority of a hub's folder; nil where nobody is asked.
    init?(_ rule: ClientCertificates, folder: String, now: Instant) throws(Problem) {
        guard rule != .off else { return nil }
        isRequired = rule == .require
        authority = try HubAuthority.standing(in: folder, now: now)
        do { root = try Certificate(derEncoded: Array(authority.content.authorityCertificate)) } catch {
            throw Problem(.configuration, "\(HubAuthority.fileName) holds a certificate that cannot be used: \(error).")
        }
    }

    /// The authority's certificate in DER.
    var authorityBytes: [UInt8] { Array(authority.content.authorityCertificate) }

    /// What a hello says of it.
    var word: String { (isRequired ? ClientCertificates.require : .accept).rawValue }

    /// Refuses a call whose connection showed another certificate than the calling site's own, or none where there must be one.
    ///
    /// - Parameter keys: the signing keys of the site that are taken now.
    /// - Throws: `CLIENT_CERTIFICATE`, with what is wrong as the fact `certificate`.
    func require(of site: SiteID, keys: [SigningPublicKey], _ now: Instant) throws(Problem) {
        guard let bytes = ShownCertificate.current?.bytes else {
            guard isRequired else { return }
            throw Self.refusal("MISSING", site, "the connection shows none")
        }
        guard let shown = read(bytes) else { throw Self.refusal("UNKNOWN_AUTHORITY", site, "another authority issued this one") }
        guard shown.ends >= now else {
            throw Self.refusal("ENDED", site, "this one ended at \(Timestamp.text(of: shown.ends))")
        }
        guard shown.begins <= now else {
            throw Self.refusal("NOT_YET", site, "this one holds from \(Timestamp.text(of: shown.begins)) on")
        }
        guard shown.name.site == site else { throw Self.refusal("OTHER_SITE", site, "this one is of '\(shown.name.site)'") }
        guard keys.contains(where: { SiteCertificate.fingerprint($0) == shown.name.key }) else {
            throw Self.refusal("FORMER_KEY", site, "this one was issued for a key of the site that is not taken any more")
        }
    }

    private static func refusal(_ fact: String, _ site: SiteID, _ found: String) -> Problem {
        Problem(
            .clientCertificate, "A client certificate of this hub for '\(site)' was expected, and \(found).",
            facts: [.init("certificate", fact)])
    }

    /// Reads what this hub issued, once for each.
    private func read(_ bytes: [UInt8]) -> SiteCertificate? {
        if let held = known.withLock({ $0[bytes] }) { return held }
        // Only what is the hub's own is remembered: nobody else can fill the table.
        guard let certificate = SiteCertificate(der: bytes, of: root) else { return nil }
        known.withLock { known in
            if known.count >= Self.knownMax { known = [:] }
            known[bytes] = certificate
        }
        return certificate
    }

    /// Issues a certificate for a key of a site's.
    ///
    /// - Throws: `TOO_MANY_REQUESTS` where it asks over and over, `MALFORMED` for what is no request.
    func issue(
        to site: SiteID, by key: SigningPublicKey, _ request: [UInt8], _ now: Instant
    ) throws(Problem) -> (der: [UInt8], ends: Instant) {
        let wait = asked.withLock { asked in
            let wait = asked.wait(of: site, now)
            if wait == nil { asked.count(of: site, now) }
            return wait
        }
        if let wait {
            throw Problem(
                .tooManyRequests, "The site has asked for \(Self.hourMax) certificates within an hour.",
                remedy: "Wait, and find out why it loses them.", retryAfterSeconds: Int(wait / 1_000_000) + 1)
        }
        return try authority.issue(to: site, SiteCertificate.fingerprint(key), request: request, now)
    }
}
