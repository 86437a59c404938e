import EventLog
import Problems
import Wire

/// A new key in the place of the one in use.
extension SiteRegistry {
    /// How long the key that was in use is still taken, in milliseconds: what was signed may be on its way, by a stick in a pocket too.
    static let overlapMilliseconds: Int64 = 30 * 86_400_000
    /// The most keys of a site that are taken at once.
    static let keysMax = 8

    /// Notes when the newest certificate of a site ends.
    func note(certificateOf site: SiteID, ends: Instant) throws(Problem) {
        try change(site.text) { $0.certificateEnds = ends.milliseconds }
    }

    /// Forgets when certificates end: nobody is asked for one any more.
    func forgetCertificates() throws(Problem) {
        try change { sites in
            for place in sites.indices { sites[place].certificateEnds = nil }
        }
    }

    /// Puts a new key in the place of the one in use. The same announcement again gets the same answer.
    ///
    /// - Throws: `BAD_SIGNATURE` for an announcement by another key than the one in use, `TOO_MANY_REQUESTS` where too many former keys
    ///   are still taken.
    /// - Returns: until when the former key is taken.
    /// - Parameter text: the announcement as it was signed: sites look at it themselves.
    func rotate(_ announcement: KeyAnnouncement, text: String, now: Instant) throws(Problem) -> Instant {
        let (old, next) = (Base64.text(of: announcement.old), Base64.text(of: announcement.new))
        return try change(announcement.site.text) { (row) throws(Problem) in
            if row.publicKey == next, let known = row.formerKeys?.last(where: { $0.key == old }) {
                return Instant(milliseconds: known.until)
            }
            // A former key vouches for nothing new: whoever stole it could keep the site that way.
            guard row.publicKey == old, old != next, row.formerKeys?.contains(where: { $0.key == next }) != true else {
                throw Problem(.badSignature, "The new key is not announced by the key that the site uses now.")
            }
            let taken = (row.formerKeys ?? []).filter { $0.until >= now.milliseconds }
            guard taken.count < Self.keysMax - 1 else {
                let wait = taken.map(\.until).min().map { ($0 - now.milliseconds) / 1000 + 1 }
                throw Problem(
                    .tooManyRequests, "The site has had \(Self.keysMax) keys within thirty days.",
                    remedy: "Wait until the oldest of them is not taken any more.", retryAfterSeconds: wait.map { Int($0) })
            }
            let until = now.milliseconds + Self.overlapMilliseconds
            row.formerKeys =
                (row.formerKeys ?? []) + [RegisteredSite.FormerKey(key: old, made: row.keyMade, until: until, announcement: text)]
            row.publicKey = next
            row.keyMade = now.milliseconds
            return Instant(milliseconds: until)
        }
    }
}
