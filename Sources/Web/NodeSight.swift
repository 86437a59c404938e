public import EventLog

/// What a node knows of the others: how fresh what they say is, and how far its own events went.
public struct NodeSight: Sendable {
    /// The node's own site; the hub's own name at a hub.
    let own: @Sendable () -> SiteID?
    /// When the node last heard of a site, directly or by the hub; nil where it has not since it started.
    let lastHeard: @Sendable (SiteID) -> Instant?
    /// How far an own log is held by the hub too; nil at the hub, where everything is shared.
    let shared: @Sendable (LogID) -> UInt64?

    /// Gathers what a node knows.
    public init(
        own: @escaping @Sendable () -> SiteID?, lastHeard: @escaping @Sendable (SiteID) -> Instant?,
        shared: @escaping @Sendable (LogID) -> UInt64?
    ) {
        self.own = own
        self.lastHeard = lastHeard
        self.shared = shared
    }

    /// Whether the hub holds an event too: what another site recorded came from there.
    func isShared(_ event: EventID) -> Bool {
        guard event.log.site == own(), let through = shared(event.log) else { return true }
        return event.sequence <= through
    }
}
