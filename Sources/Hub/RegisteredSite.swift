import Crypto
public import EventLog
import Wire

/// One site as the hub knows it.
public struct RegisteredSite: Codable, Sendable, Equatable {
    /// How far its joining is, and whether it may sync.
    public enum State: String, Codable, Sendable {
        /// It has a join code.
        case invited
        /// It showed its key and waits until somebody has compared the check digits.
        case pending
        /// It syncs.
        case active
        /// It is given nothing, and what it sends is kept aside.
        case suspended
        /// Its log is sealed.
        case retired
        /// It is refused, and what it sent since is in no state.
        case revoked

        /// Whether the site has joined and its log may grow.
        var isMember: Bool { self == .active || self == .suspended }
    }

    /// A key that a newer one has taken the place of.
    public struct FormerKey: Codable, Sendable, Equatable {
        /// Ed25519, base64.
        public var key: String
        /// When it came into use, milliseconds since the epoch; nil where it was not noted.
        public var made: Int64?
        /// Until when it is taken, milliseconds since the epoch.
        public var until: Int64
        /// The text by which it announced the key that took its place; nil where it did not, as after joining anew.
        public var announcement: String?
    }

    /// The site's id.
    public var id: String
    /// imaging, reading or both.
    public var kind: String
    /// For people.
    public var label: String
    /// Whether it takes part in every case.
    public var allCases: Bool
    /// How far its joining is.
    public var state: State
    /// The site's Ed25519 public key, base64; nil before it joined.
    public var publicKey: String?
    /// When that key came into use, milliseconds since the epoch.
    public var keyMade: Int64?
    /// Keys that were in use before, the newest last: what they signed stays signed.
    public var formerKeys: [FormerKey]?
    /// When the newest certificate ends that the hub issued to it, milliseconds since the epoch; nil where it has none.
    public var certificateEnds: Int64?
    /// SHA-256 over the join code's secret; once used it is good for the key that was shown with it alone. Nil where it is good for none.
    public var codeHash: String?
    /// When the code ends, milliseconds since the epoch.
    public var codeExpires: Int64
    /// Wrong tries with the code.
    public var tries: Int
    /// Whether somebody must approve it after it has shown its key.
    public var needsApproval: Bool?
    /// Why it is in its state, where somebody gave a reason.
    public var reason: String?
    /// When it came into its state, milliseconds since the epoch.
    public var changed: Int64?
    /// Per log how far its events count, where it was revoked: what lies beyond is in no state.
    public var cuts: [String: UInt64]?
    /// The signed heads at which the logs of a retired site are sealed.
    public var sealed: [String]?

    /// The site's id as a type.
    public var site: SiteID? { SiteID(id) }

    /// A site that is invited.
    init(inviting id: String, kind: String, label: String, allCases: Bool, codeHash: String, codeExpires: Int64) {
        self.id = id
        self.kind = kind
        self.label = label
        self.allCases = allCases
        self.codeHash = codeHash
        self.codeExpires = codeExpires
        state = .invited
        tries = 0
    }

    /// The digits by which people compare the key that the hub was shown with the one that the site made; nil before it showed one.
    func checkDigits(hubKey: [UInt8]) -> String? {
        publicKey.flatMap { Base64.bytes(of: $0) }.map {
            CheckDigits.text(hub: JoinCode.fingerprint(of: hubKey), site: $0)
        }
    }

    /// The keys whose signatures hold at a moment, the newest first.
    func keys(at now: Instant) -> [Curve25519.Signing.PublicKey] {
        ([publicKey].compactMap { $0 } + former.filter { $0.until >= now.milliseconds }.map(\.key)).compactMap(Self.key)
    }

    /// Every key that it ever signed with, the newest first.
    var everyKey: [Curve25519.Signing.PublicKey] {
        ([publicKey].compactMap { $0 } + former.map(\.key)).compactMap(Self.key)
    }

    private var former: [FormerKey] { (formerKeys ?? []).reversed() }

    private static func key(_ text: String) -> Curve25519.Signing.PublicKey? {
        Base64.bytes(of: text).flatMap {
            try? Curve25519.Signing.PublicKey(rawRepresentation: $0)  // a key that is none signed nothing
        }
    }
}
