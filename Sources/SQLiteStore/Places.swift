public import EventLog
public import Problems
public import Replication

extension SQLiteHubStore {
    private static func key(_ site: SiteID) -> String { "place/\(site)" }

    /// How far a site said to have its feed; nil where it never did.
    public func place(of site: SiteID) throws(Problem) -> FeedCursor? {
        try file.meta(Self.key(site)).flatMap { FeedCursor(String(decoding: $0, as: UTF8.self)) }
    }

    /// Keeps how far a site says to have its feed.
    public func keep(place cursor: FeedCursor, of site: SiteID) throws(Problem) {
        do { try file.write { try SiteMeta.set(Self.key(site), Array(cursor.description.utf8), $0) } } catch {
            throw SQLiteSiteStore.problem(error)
        }
    }
}

extension SQLiteSiteStore {
    /// The own logs, earlier incarnations first, with how far the hub was known to hold each.
    public func ownLogs() throws(Problem) -> [(state: LogState, shared: UInt64)] {
        let own = log
        return try file.snapshot { snapshot in
            let all = try snapshot.logs().filter { $0.log.site == own.site && $0.head > 0 }
            return try (all.filter { $0.log != own } + all.filter { $0.log == own }).map {
                (try state(of: $0, snapshot), $0.shared)
            }
        }
    }
}
