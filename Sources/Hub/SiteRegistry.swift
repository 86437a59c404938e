import Crypto
public import EventLog
import FoundationEssentials
public import Problems
import SQLiteStore
import Synchronization
public import Wire
import NodeFiles

/// Which sites may sync, with which keys: a small file of its own beside the store, replaced in one step.
public final class SiteRegistry: Sendable {
    private let path: String
    private let sites: Mutex<[RegisteredSite]>

    /// Reads the registry of a hub's folder; none yet is an empty one.
    public init(folder: String) throws(Problem) {
        path = folder + "/sites.json"
        sites = Mutex(try SecretFile.json([RegisteredSite].self, in: path) ?? [])
    }

    /// The sites, in order of id.
    public var all: [RegisteredSite] { sites.withLock { $0 } }

    /// One site; nil for an unknown one.
    public subscript(site: SiteID) -> RegisteredSite? { sites.withLock { $0.first { $0.id == site.text } } }

    /// A site by what somebody typed.
    ///
    /// - Throws: `NOT_FOUND` for a site that is none.
    func row(_ id: String) throws(Problem) -> RegisteredSite {
        guard let site = SiteID(id), let row = self[site] else {
            throw Problem(.notFound, "No site is known as '\(id)'.", remedy: "See: filmjacket hub site list.")
        }
        return row
    }

    /// The keys of a site that has joined, the newest first.
    ///
    /// - Throws: `SITE_UNKNOWN` for one that never joined.
    func keys(of site: SiteID, now: Instant) throws(Problem) -> [Curve25519.Signing.PublicKey] {
        let keys = self[site]?.keys(at: now) ?? []
        guard !keys.isEmpty else { throw Problem(.siteUnknown, "The site '\(site)' has not joined this hub.") }
        return keys
    }

    /// Takes over sites from a copy that this hub signed: those that are not known here, with their keys and states.
    ///
    /// What is known here stays as it is: a copy may be older than a revocation.
    /// - Returns: the sites taken over.
    public func restore(from copy: Roster) throws(Problem) -> [SiteID] {
        // One that was invited anew has no key yet; what its former ones signed, and what of it does not count, stays known.
        let unknown = copy.sites.filter { site in
            self[site.site] == nil && (site.key != nil || !site.formerKeys.isEmpty || !site.cuts.isEmpty)
        }
        let rows = unknown.map { site in
            var row = RegisteredSite(
                inviting: site.site.text, kind: site.kind, label: site.label, allCases: site.allCases, codeHash: "",
                codeExpires: 0)
            row.codeHash = nil
            row.state = RegisteredSite.State(rawValue: site.state) ?? .revoked
            row.publicKey = site.key.map(Base64.text)
            row.formerKeys = site.formerKeys.map {
                RegisteredSite.FormerKey(
                    key: Base64.text(of: $0.key), made: nil, until: $0.until.milliseconds, announcement: $0.announcement)
            }
            row.cuts = site.cuts.isEmpty ? nil : site.cuts
            row.reason = site.state == "revoked" ? "as the restored copy says" : nil
            return row
        }
        try change { sites in
            sites += rows
            sites.sort { $0.id < $1.id }
        }
        return unknown.map(\.site)
    }

    /// Changes the registry in memory and file; what the closure throws changes nothing.
    @discardableResult
    func change<Value: Sendable>(
        _ body: @Sendable (inout [RegisteredSite]) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        let outcome: Result<Value, Problem> = sites.withLock { sites in
            do throws(Problem) {
                var next = sites
                let value = try body(&next)
                if next != sites { try SecretFile.write(json: next, to: path) }
                sites = next
                return .success(value)
            } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Changes one site.
    ///
    /// - Throws: `NOT_FOUND` for a site that is none.
    @discardableResult
    func change<Value: Sendable>(
        _ id: String, _ body: @Sendable (inout RegisteredSite) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        try change { (sites) throws(Problem) in
            guard let place = sites.firstIndex(where: { $0.id == id }) else {
                throw Problem(.notFound, "No site is known as '\(id)'.", remedy: "See: filmjacket hub site list.")
            }
            return try body(&sites[place])
        }
    }
}
