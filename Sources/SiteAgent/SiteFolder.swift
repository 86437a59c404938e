public import Crypto
import CurlHTTP
public import EventLog
import FoundationEssentials
import Glibc
public import Problems
public import SQLiteStore
import NodeFiles
import Wire

/// A site's folder: who it is, which hub it joined, and its key, beside its store.
public struct SiteFolder: Sendable {
    /// The file that says that a folder is a site's.
    public static let fileName = "agent.json"

    /// What the file says.
    struct Identity: Codable, Sendable {
        var site: String
        var kind: String
        var label: String
        var hubURL: String
        var hubKey: String
        var hubName: String
        var authorityFile: String?
        var pins: [String]?
        var format = 1
    }

    /// The folder.
    public let path: String
    /// The site.
    public let site: SiteID
    /// imaging, reading or both.
    public let kind: String
    /// For people.
    public let label: String
    /// Where the hub answers, without a final slash.
    public let hubURL: String
    /// The hub's public key, 32 bytes.
    public let hubKey: [UInt8]
    /// The hub's name.
    public let hubName: String
    /// By what the hub's TLS is told from anybody else's.
    let trust: HubTrust
    /// The site's own key and the one that is to take its place.
    let keyring: SiteKeyring
    /// The site's own key, made here.
    public var key: Curve25519.Signing.PrivateKey { keyring.key }

    /// The copy of the hub's registry that this site keeps.
    public var rosterPath: String { path + "/roster" }

    /// Writes what joining gave.
    static func make(at path: String, identity: Identity, key: Curve25519.Signing.PrivateKey) throws(Problem) {
        try DataFolder.make(path)
        try SiteKeyring.write(key, to: path)
        try SecretFile.write(json: identity, to: path + "/" + fileName)
    }

    /// Learns the hub's next TLS key over a connection that is judged by the keys known so far; from the next start on it is believed too.
    ///
    /// - Returns: whether anything was new.
    @discardableResult
    func refreshTrust(_ http: HTTPClient) async throws(Problem) -> Bool {
        guard authorityIsHubs else { return false }
        let statement = try await HubTrust.statement(hubURL, http, fingerprint: JoinCode.fingerprint(of: hubKey))
        let file = path + "/" + Self.fileName
        guard !statement.pins.isEmpty, var identity = try SecretFile.json(Identity.self, in: file),
            identity.pins != statement.pins
        else { return false }
        identity.pins = statement.pins
        try SecretFile.write(json: identity, to: file)
        return true
    }

    /// Whether the hub is believed by its own keys alone.
    private var authorityIsHubs: Bool { trust.authorityFile == nil && !trust.pins.isEmpty }

    /// A client that believes this site's hub and nobody else.
    func client() throws(Problem) -> HTTPClient { HTTPClient(tls: try trust.policy(in: path)) }

    /// Whether a folder is a site's already.
    public static func exists(in path: String) -> Bool { access(path + "/" + fileName, F_OK) == 0 }

    /// Opens a site's folder.
    ///
    /// - Throws: `NOT_JOINED` where none is, `CONFIGURATION` for a file that is damaged, `PERMISSIONS` where the key may be read by others.
    public init(opening path: String) throws(Problem) {
        guard access(path, F_OK) == 0 else {
            throw Problem(
                .storeMissing, "The data folder does not exist.", remedy: "Join first: filmjacket agent join URL CODE --data DIR."
            )
        }
        guard let bytes = FileManager.default.contents(atPath: path + "/" + Self.fileName) else {
            guard !JoinAttempt.exists(in: path) else {
                throw Problem(
                    .notJoined, "The site has shown the hub its key and has not been let in yet.",
                    remedy: "Once the hub's administrator has approved it, run the same filmjacket agent join again.")
            }
            throw Problem(.notJoined, "The folder is no site's: it has no \(Self.fileName).")
        }
        let identity: Identity
        do { identity = try JSONDecoder().decode(Identity.self, from: bytes) } catch {
            throw Problem(.configuration, "\(Self.fileName) is not what joining writes.")
        }
        guard let site = SiteID(identity.site), let hubKey = Base64.bytes(of: identity.hubKey), hubKey.count == 32 else {
            throw Problem(.configuration, "\(Self.fileName) names no site or no hub key.")
        }
        keyring = try SiteKeyring(opening: path)
        self.path = path
        self.site = site
        kind = identity.kind
        label = identity.label
        hubURL = identity.hubURL
        self.hubKey = hubKey
        hubName = identity.hubName
        trust = HubTrust(authorityFile: identity.authorityFile, pins: identity.pins ?? [])
        JoinAttempt.forget(in: path)
    }

    /// Opens the site's store, with what the kept copy of the hub's registry says of how far logs count: also for who takes a bundle
    /// while no agent runs.
    ///
    /// - Throws: what `SQLiteSiteStore` throws.
    public func openStore(now: Instant) throws(Problem) -> SQLiteSiteStore {
        let store = try SQLiteSiteStore(folder: path, site: site) { UInt64.random(in: .min ... .max) }
        if let roster = roster() { try store.heed(roster, now: now) }
        return store
    }
}
