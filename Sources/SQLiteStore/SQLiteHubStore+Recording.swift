public import EventLog
import Replication

extension SQLiteHubStore {
    /// The hub's site id in its own events: people at the hub act as well.
    public static let site = SiteID("hub")

    /// The log of what is recorded at the hub itself; a new generation opens a new one.
    public func ownLog() -> LogID {
        guard let site = Self.site else { preconditionFailure("'hub' is a site id") }
        return LogID(site: site, incarnation: Incarnation(bits: generation().bits))
    }
}
