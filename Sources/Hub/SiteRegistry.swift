public import Crypto
public import EventLog
import FoundationEssentials
public import Problems
import SQLiteStore
import Synchronization
public import Wire

/// One site as the hub knows it.
public struct RegisteredSite: Codable, Sendable, Equatable {
    /// How far its joining is.
    public enum State: String, Codable, Sendable {
        case invited
        case active
        case revoked
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
    /// SHA-256 over the join code's secret; nil once used.
    public var codeHash: String?
    /// When the code ends, milliseconds since the epoch.
    public var codeExpires: Int64
    /// Wrong tries with the code.
    public var tries: Int
    /// Why it was revoked.
    public var reason: String?

    /// The site's id as a type.
    public var site: SiteID? { SiteID(id) }
}

/// Which sites may sync, with which keys: a small file of its own beside the store, replaced in one step.
public final class SiteRegistry: Sendable {
    private let path: String
    private let sites: Mutex<[RegisteredSite]>

    /// Reads the registry of a hub's folder; none yet is an empty one.
    public init(folder: String) throws(Problem) {
        path = folder + "/sites.json"
        guard FileManager.default.fileExists(atPath: path) else {
            sites = Mutex([])
            return
        }
        let bytes = try SecretFile.read(path)
        do { sites = Mutex(try JSONDecoder().decode([RegisteredSite].self, from: Data(bytes))) } catch {
            throw Problem(.configuration, "sites.json is not what a hub writes.")
        }
    }

    /// The sites, in order of id.
    public var all: [RegisteredSite] { sites.withLock { $0 } }

    /// One site; nil for an unknown one.
    public subscript(site: SiteID) -> RegisteredSite? { sites.withLock { $0.first { $0.id == site.text } } }

    /// The key of an active site.
    ///
    /// - Throws: `SITE_UNKNOWN` for one that never joined, `SITE_REVOKED` for one that may no longer.
    public func key(of site: SiteID) throws(Problem) -> Curve25519.Signing.PublicKey {
        guard let row = self[site], let text = row.publicKey, let raw = Base64.bytes(of: text),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)  // a key that is none lets nobody in
        else { throw Problem(.siteUnknown, "The site '\(site)' has not joined this hub.") }
        guard row.state == .active else { throw Problem(.siteRevoked, "The site '\(site)' was revoked.") }
        return key
    }

    /// The key that a site signed with, active or not; nil for one that never joined.
    func signingKey(of site: SiteID) -> Curve25519.Signing.PublicKey? {
        self[site]?.publicKey.flatMap { Base64.bytes(of: $0) }.flatMap {
            try? Curve25519.Signing.PublicKey(rawRepresentation: $0)  // a key that is none signed nothing
        }
    }

    /// Takes over sites from a copy that this hub signed: those that are not known here, with their keys and states.
    ///
    /// What is known here stays as it is: a copy may be older than a revocation.
    /// - Returns: the sites taken over.
    public func restore(from copy: Roster) throws(Problem) -> [SiteID] {
        let unknown = copy.sites.filter { site in self[site.site] == nil && site.key != nil }
        let rows = unknown.map { site in
            RegisteredSite(
                id: site.site.text, kind: site.kind, label: site.label, allCases: site.allCases,
                state: RegisteredSite.State(rawValue: site.state) ?? .revoked, publicKey: site.key.map(Base64.text),
                codeHash: nil, codeExpires: 0, tries: 0, reason: site.state == "revoked" ? "as the restored copy says" : nil)
        }
        try change { sites in
            sites += rows
            sites.sort { $0.id < $1.id }
        }
        return unknown.map(\.site)
    }

    /// Invites a site, or invites it again with a new code.
    ///
    /// - Throws: `BAD_INPUT` for an id or kind that is none, `STORE_IN_USE` for a site that is active.
    public func invite(
        _ id: String, kind: String, allCases: Bool, label: String, hubKey: [UInt8], secret: [UInt8], now: Instant
    ) throws(Problem) -> JoinCode {
        guard let site = SiteID(id), site.text != "hub" else {
            throw Problem(.badInput, "A site id is a lower-case letter and 1 to 31 letters, digits or hyphens, and not 'hub'.")
        }
        guard ["imaging", "reading", "both"].contains(kind) else {
            throw Problem(.usage, "A site's kind is imaging, reading or both.")
        }
        if let held = self[site], held.state == .active {
            throw Problem(
                .storeInUse, "The site '\(site)' has joined already.", remedy: "Revoke it first, if it must join again.")
        }
        let code = JoinCode(hubKey: hubKey, secret: secret)
        let row = RegisteredSite(
            id: site.text, kind: kind, label: label, allCases: allCases, state: .invited, publicKey: nil,
            codeHash: code.storedHash.description, codeExpires: now.milliseconds + JoinCode.lifetimeMilliseconds, tries: 0,
            reason: nil)
        try change { sites in
            sites.removeAll { $0.id == row.id }
            sites.append(row)
            sites.sort { $0.id < $1.id }
        }
        return code
    }

    /// Takes a site's key in exchange for its code, once.
    ///
    /// - Throws: `JOIN_CODE_REFUSED` for a code that is unknown, used, too old or tried too often.
    public func join(_ request: JoinRequest, hubKey: [UInt8], now: Instant) throws(Problem) -> RegisteredSite {
        let code = try JoinCode(parsing: request.code)
        guard code.fingerprint == JoinCode.fingerprint(of: hubKey) else {
            throw Problem(.joinCodeRefused, "The join code was made by another hub.")
        }
        guard request.publicKey.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: request.publicKey),
            key.isValidSignature(request.proof, for: Array(request.code.utf8))  // a key that is none proves nothing
        else { throw Problem(.joinCodeRefused, "The proof of the site's key does not fit.") }
        let hash = code.storedHash.description
        guard let place = all.firstIndex(where: { $0.state == .invited && $0.codeHash == hash }) else {
            // A wrong secret counts against every open invitation: guessing ends them all.
            try change { sites in
                for index in sites.indices where sites[index].state == .invited {
                    sites[index].tries += 1
                    if sites[index].tries >= JoinCode.triesMax { sites[index].codeHash = nil }
                }
            }
            throw Problem(.joinCodeRefused, "The join code is unknown or was used.")
        }
        guard now.milliseconds <= all[place].codeExpires else {
            throw Problem(.joinCodeRefused, "The join code ended after 15 minutes.")
        }
        var joined = all[place]
        joined.state = .active
        joined.publicKey = Base64.text(of: request.publicKey)
        joined.codeHash = nil
        let row = joined
        try change { sites in
            guard let place = sites.firstIndex(where: { $0.id == row.id }) else { return }
            sites[place] = row
        }
        return row
    }

    /// Refuses a site from now on.
    ///
    /// - Throws: `NOT_FOUND` for a site that is none, `BAD_INPUT` without a reason.
    public func revoke(_ id: String, reason: String) throws(Problem) {
        guard let site = SiteID(id), self[site] != nil else {
            throw Problem(.notFound, "No site is known as '\(id)'.", remedy: "See: filmjacket hub site list.")
        }
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw Problem(.badInput, "No reason is given.", remedy: "Say why the site may no longer sync.")
        }
        try change { sites in
            guard let place = sites.firstIndex(where: { $0.id == id }) else { return }
            sites[place].state = .revoked
            sites[place].reason = reason
            sites[place].codeHash = nil
        }
    }

    private func change(_ body: @Sendable (inout [RegisteredSite]) -> Void) throws(Problem) {
        let fault: Problem? = sites.withLock { sites in
            var next = sites
            body(&next)
            do {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
                try SecretFile.write(Array(encoder.encode(next)), to: path)
            } catch { return (error as? Problem) ?? Problem(.ioFailed, "The registry of sites cannot be written.") }
            sites = next
            return nil
        }
        if let fault { throw fault }
    }
}
