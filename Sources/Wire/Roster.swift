public import Crypto
public import EventLog
public import Problems
public import Replication

/// The hub's registry of sites and the signed heads of all logs, signed by the hub: every site keeps a copy.
///
/// Text, a line each: `filmjacket roster 1`, `hub KEY`, `issued MILLISECONDS`, `generation BITS`, then `site ID KIND STATE ALLCASES KEY
/// LABEL` for each site, after it `key ID KEY UNTIL ANNOUNCEMENT` for each key that a newer one took the place of (without the last where
/// it announced none) and `cut LOG SEQUENCE` for each log that
/// counts only so far, `head NOTE` for each log, an empty line, and the hub's Ed25519 signature over everything before it. Keys and
/// the signature are base64, a label and a note base64url; `-` stands for none.
public struct Roster: Equatable, Sendable {
    /// One site as the hub knows it.
    public struct Site: Equatable, Sendable {
        /// The site.
        public let site: SiteID
        /// imaging, reading or both.
        public let kind: String
        /// invited, pending, active, suspended, retired or revoked.
        public let state: String
        /// Whether it takes part in every case.
        public let allCases: Bool
        /// Its Ed25519 public key; nil before it joined.
        public let key: [UInt8]?
        /// For people.
        public let label: String
        /// Keys that it signed with before, the oldest first.
        public fileprivate(set) var formerKeys: [FormerKey]
        /// Per log how far its events count, where the site was revoked from before the rest came.
        public fileprivate(set) var cuts: [String: UInt64]

        /// A key that a newer one has taken the place of.
        public struct FormerKey: Equatable, Sendable {
            /// Ed25519, 32 bytes.
            public let key: [UInt8]
            /// Until when the hub takes it.
            public let until: Instant
            /// The text by which it announced the key that took its place; nil where it did not.
            public let announcement: String?

            /// States a key.
            public init(key: [UInt8], until: Instant, announcement: String? = nil) {
                self.key = key
                self.until = until
                self.announcement = announcement
            }
        }

        /// States a site.
        public init(
            site: SiteID, kind: String, state: String, allCases: Bool, key: [UInt8]?, label: String, formerKeys: [FormerKey] = [],
            cuts: [String: UInt64] = [:]
        ) {
            self.site = site
            self.kind = kind
            self.state = state
            self.allCases = allCases
            self.key = key
            self.label = label
            self.formerKeys = formerKeys
            self.cuts = cuts
        }

        fileprivate var line: String {
            let label = self.label.isEmpty ? "-" : Base64.urlText(of: Array(self.label.utf8))
            let first = "site \(site) \(kind) \(state) \(allCases ? 1 : 0) \(key.map(Base64.text) ?? "-") \(label)"
            let keys = formerKeys.map { former in
                let announcement = former.announcement.map { " " + Base64.urlText(of: Array($0.utf8)) } ?? ""
                return "key \(site) \(Base64.text(of: former.key)) \(former.until.milliseconds)\(announcement)"
            }
            let cuts = self.cuts.sorted { $0.key < $1.key }.map { "cut \($0.key) \($0.value)" }
            return ([first] + keys + cuts).joined(separator: "\n")
        }

        /// Takes a line that says more of the site; false for another.
        fileprivate mutating func take(_ parts: [Substring]) -> Bool {
            if parts[0] == "key", (4...5).contains(parts.count), parts[1] == site.text, let key = Base64.bytes(of: parts[2]),
                key.count == 32, let until = Int64(parts[3])
            {
                let text = parts.count == 5 ? Base64.bytes(of: parts[4]) : nil
                guard parts.count == 4 || text != nil else { return false }
                formerKeys.append(
                    FormerKey(
                        key: key, until: Instant(milliseconds: until),
                        announcement: text.map { String(decoding: $0, as: UTF8.self) }))
                return true
            }
            guard parts[0] == "cut", parts.count == 3, let log = LogID(String(parts[1])), log.site == site,
                let sequence = UInt64(parts[2])
            else { return false }
            cuts[log.description] = sequence
            return true
        }

        fileprivate init?(_ parts: [Substring]) {
            guard parts.count == 7, let site = SiteID(String(parts[1])), parts[4] == "0" || parts[4] == "1" else { return nil }
            let key = parts[5] == "-" ? nil : Base64.bytes(of: parts[5])
            let label = parts[6] == "-" ? [] : Base64.bytes(of: parts[6])
            guard parts[5] == "-" || key?.count == 32, let label else { return nil }
            self.init(
                site: site, kind: String(parts[2]), state: String(parts[3]), allCases: parts[4] == "1", key: key,
                label: String(decoding: label, as: UTF8.self))
        }
    }

    /// The hub's Ed25519 public key.
    public let hubKey: [UInt8]
    /// When it was signed, by the hub's clock.
    public let issued: Instant
    /// The hub's numbering then.
    public let generation: Generation
    /// The sites, in order of id.
    public let sites: [Site]
    /// The newest state of each log that its site signed.
    public let heads: [SignedCheckpoint]

    /// Gathers a roster.
    public init(hubKey: [UInt8], issued: Instant, generation: Generation, sites: [Site], heads: [SignedCheckpoint]) {
        self.hubKey = hubKey
        self.issued = issued
        self.generation = generation
        self.sites = sites
        self.heads = heads
    }

    /// The keys that a site has signed with, the newest first; none for a site that never joined.
    public func keys(of site: SiteID) -> [Curve25519.Signing.PublicKey] {
        guard let row = sites.first(where: { $0.site == site }) else { return [] }
        return ([row.key].compactMap { $0 } + row.formerKeys.reversed().map(\.key)).compactMap {
            try? Curve25519.Signing.PublicKey(rawRepresentation: $0)  // a key that is none proves nothing
        }
    }

    /// The key that each site uses.
    public var keys: [SiteID: [UInt8]] {
        Dictionary(sites.compactMap { site in site.key.map { (site.site, $0) } }) { first, _ in first }
    }

    /// Sites that use another key than was known of them, without that one having announced it: a site that joined anew, or a hub that
    /// puts its own key in a site's place.
    public func unannouncedKeys(since known: [SiteID: [UInt8]]) -> [SiteID] {
        sites.filter { site in
            guard let before = known[site.site], let now = site.key else { return false }
            var key = before
            // Each of them names the next: a key that comes back would go round.
            for _ in site.formerKeys where key != now {
                guard let former = site.formerKeys.first(where: { $0.key == key }), let text = former.announcement,
                    let said = try? KeyAnnouncement(parsing: text),  // one that is not signed announces nothing
                    said.site == site.site, said.old == key
                else { return true }
                key = said.new
            }
            return key != now
        }.map(\.site)
    }

    /// Whether a log's own site signed a head, with whichever of its keys.
    public func isSigned(_ head: SignedCheckpoint) -> Bool {
        head.isOwn(of: keys(of: head.checkpoint.log.site))
    }

    /// How far the events of a log count.
    public func standing(of log: LogID) -> LogStanding {
        LogStanding(countingThrough: sites.first { $0.site == log.site }?.cuts[log.description])
    }

    /// Whether it says of any log that it counts only so far.
    public var hasCuts: Bool { sites.contains { !$0.cuts.isEmpty } }

    /// What tells one registry from another, in an answer's field: the sites alone, because heads change with every push.
    public var digest: String {
        String(EventHash.sha256(Array(sites.map(\.line).joined(separator: "\n").utf8)).description.prefix(16))
    }

    private var body: String {
        let first = [
            "filmjacket roster 1", "hub \(Base64.text(of: hubKey))", "issued \(issued.milliseconds)", "generation \(generation)",
        ]
        let heads = self.heads.map { "head \(Base64.urlText(of: Array($0.note.utf8)))" }
        return (first + sites.map(\.line) + heads).joined(separator: "\n") + "\n\n"
    }

    /// The signed text.
    ///
    /// - Throws: the cryptographic library's error, when the key cannot sign.
    public func signed(by key: Curve25519.Signing.PrivateKey) throws -> String {
        let body = self.body
        return body + Base64.text(of: Array(try key.signature(for: Array(body.utf8)))) + "\n"
    }

    /// Reads a signed text of a known hub.
    ///
    /// - Throws: `MALFORMED` for another text, `BAD_SIGNATURE` for one that this hub did not sign.
    public init(parsing text: String, hubKey: [UInt8]) throws(Problem) {
        guard let end = text.firstRange(of: "\n\n"), text.hasSuffix("\n"),
            let signature = Base64.bytes(of: text[end.upperBound...].dropLast()),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: hubKey)  // a key that is none signed nothing
        else { throw Problem(.malformed, "The text is no copy of a hub's registry: its signature's line is missing.") }
        guard key.isValidSignature(signature, for: Array(text[..<end.upperBound].utf8)) else {
            throw Problem(
                .badSignature, "The copy of the registry is not signed by this hub.",
                remedy: "Take the copy from a site that joined this hub: DIR/roster.")
        }
        var found: (issued: Instant, generation: Generation)?
        var sites: [Site] = []
        var heads: [SignedCheckpoint] = []
        let lines = text[..<end.lowerBound].split(separator: "\n")
        guard lines.count >= 4, lines[0] == "filmjacket roster 1", lines[1] == "hub \(Base64.text(of: hubKey))" else {
            throw Problem(.malformed, "The copy of the registry has another form than this version reads (roster 1).")
        }
        if lines[2].hasPrefix("issued "), lines[3].hasPrefix("generation "), let issued = Int64(lines[2].dropFirst(7)),
            let generation = Generation(lines[3].dropFirst(11))
        {
            found = (Instant(milliseconds: issued), generation)
        }
        for line in lines.dropFirst(4) {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            if parts[0] == "site", let site = Site(parts) {
                sites.append(site)
            } else if let last = sites.indices.last, sites[last].take(parts) {
                continue
            } else if parts[0] == "head", parts.count == 2, let note = Base64.bytes(of: parts[1]),
                let head = SignedCheckpoint(note: String(decoding: note, as: UTF8.self))
            {
                heads.append(head)
            } else {
                found = nil
            }
        }
        guard let found else { throw Problem(.malformed, "A line of the copy of the registry cannot be read.") }
        self.init(hubKey: hubKey, issued: found.issued, generation: found.generation, sites: sites, heads: heads)
    }
}
