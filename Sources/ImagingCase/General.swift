public import EventLog

/// A remark on the case.
public struct Comment: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who said it.
    public let by: String
    /// In which role.
    public let role: String
    /// When, as asserted.
    public let at: Instant
    /// The remark.
    public let text: String
}

/// What belongs to the case as a whole: its outside identifiers, remarks, routing and what this version cannot read.
struct General {
    var aliases = Aliases()
    var comments: [Comment] = []
    var routedTo: [SiteID] = []
    var newer: [EventKind] = []

    static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> General {
        var state = General()
        var routing: [(site: SiteID, position: Int, routes: Bool)] = []
        for position in history.positions(of: .general) {
            let event = history.facts[position].event
            switch event {
            case .commentAdded(let said):
                let fact = history[position]
                state.comments.append(
                    Comment(
                        event: fact.id, by: fact.actor.person, role: fact.actor.role, at: fact.occurredAt.instant, text: said.text
                    ))
            case .caseRouted(let routed):
                if let site = SiteID(routed.site) { routing.append((site, position, true)) }
            case .caseWithdrawn(let withdrawn):
                if let site = SiteID(withdrawn.site) { routing.append((site, position, false)) }
            case .unknown(let kind):
                if !state.newer.contains(kind) { state.newer.append(kind) }
            default: state.aliases.take(event)
            }
        }
        state.aliases.sort()
        state.newer.sort()
        state.routedTo = routed(routing, history)
        return state
    }

    /// The sites with a routing that no later withdrawal took back: of a routing and a withdrawal made apart the routing stands,
    /// because a reader who sees too much is told, one who sees nothing is not.
    private static func routed(
        _ routing: [(site: SiteID, position: Int, routes: Bool)], _ history: CaseHistory
    ) -> [SiteID] {
        var sites: [SiteID] = []
        for entry in routing where entry.routes && !sites.contains(entry.site) {
            let undone = routing.contains {
                !$0.routes && $0.site == entry.site && history.precedes(entry.position, $0.position)
            }
            if !undone { sites.append(entry.site) }
        }
        return sites.sorted()
    }
}
