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

    init(_ fact: CaseFact, _ said: CommentAdded) {
        event = fact.id
        by = fact.actor.person
        role = fact.actor.role
        at = fact.occurredAt.instant
        text = said.text
    }
}

/// What belongs to the case as a whole: its outside identifiers, remarks, routing and what this version cannot read.
struct General {
    var aliases = Aliases()
    var comments: [Comment] = []
    var routedTo: [SiteID] = []
    var newer: [EventKind] = []
    /// The site of the first event from the examination room, else of the order.
    var site: SiteID?

    static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> General {
        var state = General()
        var routing: [(site: SiteID, position: Int, routes: Bool)] = []
        var isExamined = false
        for position in history.positions(of: .general) {
            let event = history.facts[position].event
            if !isExamined, let isRoom = isFromRoom(event), isRoom || state.site == nil {
                isExamined = isRoom
                state.site = history.facts[position].id.log.site
            }
            switch event {
            case .commentAdded(let said):
                state.comments.append(Comment(history[position], said))
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

    /// A remark changes only the remarks.
    static func advanced(_ state: General, by fact: CaseFact) -> General? {
        guard case .commentAdded(let said) = fact.event else { return nil }
        var state = state
        state.comments.append(Comment(fact, said))
        return state
    }

    /// Whether an event comes from the examination room, or else is the order; nil for all others.
    private static func isFromRoom(_ event: CaseEvent) -> Bool? {
        switch event {
        case .procedureStepStarted, .procedureStepCompleted, .procedureStepDiscontinued, .studyHandedOver: true
        case .orderPlaced: false
        default: nil
        }
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
