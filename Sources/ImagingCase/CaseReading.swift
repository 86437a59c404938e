public import EventLog

/// Who may look at a history once people sign in: the least that the role and the relation to the case need.
///
/// | role | sees |
/// | --- | --- |
/// | radiologist, lead | all that the node holds |
/// | technologist, nurse, therapist, frontDesk, physicist, safetyOfficer | what is examined at or routed to his site, and his own |
/// | referrer, interventionalRadiologist, radiationOncologist | his own: he ordered it, is named in it or took part in it |
/// | siteAdmin | no patient; he may break the glass |
/// | hubAdmin, researcher, system | no patient |
///
/// Source: house rule (minimum necessary by role and relation); ISO 22600-1 (privilege management) for the terms.
public enum CaseReading {
    /// How far a role sees by itself.
    public enum Reach: Hashable, Sendable {
        /// All that is held.
        case everything
        /// What concerns the site, and what concerns the person.
        case ownSite
        /// What concerns the person.
        case own
        /// Nothing of a patient.
        case nothing
    }

    /// How far a role sees.
    public static func reach(of role: Role) -> Reach {
        switch role {
        case .radiologist, .lead: .everything
        case .technologist, .nurse, .therapist, .frontDesk, .physicist, .safetyOfficer: .ownSite
        case .referrer, .interventionalRadiologist, .radiationOncologist: .own
        case .siteAdmin, .hubAdmin, .researcher, .system: .nothing
        }
    }

    /// Whether a role may look, with a reason and for an hour, at what it has no relation to.
    public static func mayBreakGlass(_ role: Role) -> Bool { role == .siteAdmin || reach(of: role) != .nothing }

    /// Whether a history opens to somebody at a site. A file of peer review is judged by ``ReviewAccess``, and registers name no patient.
    public static func isOpen(_ ties: CaseTies, to author: Author, at site: SiteID?) -> Bool {
        if ties.kind.isForEverySite || ties.kind == .reviewFile { return true }
        switch reach(of: author.role) {
        case .everything: return true
        case .nothing: return false
        case .own: return ties.people.contains(author.person)
        case .ownSite: return site.map(ties.sites.contains) ?? false || ties.people.contains(author.person)
        }
    }
}

/// Whom and which sites a history concerns.
public struct CaseTies: Hashable, Sendable {
    /// What history it is.
    public let kind: StreamKind
    /// The site that examines or ordered, and those that the case is routed to.
    public let sites: Set<SiteID>
    /// Who ordered, who is named as the one to be told or asked, and who took part.
    public let people: Set<String>

    /// States them.
    public init(kind: StreamKind, sites: Set<SiteID>, people: Set<String>) {
        self.kind = kind
        self.sites = sites
        self.people = people
    }

    /// Gathers them from a history.
    public init(of stream: StreamID, _ facts: [CaseFact]) {
        var people: Set<String> = []
        for fact in facts {
            if Self.isPart(fact) { people.insert(fact.actor.person) }
            if let named = Self.named(in: fact.event), !named.isEmpty { people.insert(named) }
        }
        let state = CaseFold.fold(stream, facts)
        self.init(kind: stream.kind, sites: Set(state.routedTo + [state.site].compactMap { $0 }), people: people)
    }

    /// Whether its author took part by it. What everybody may say, a remark above all, makes nobody a part of the case: a relation
    /// could be had by typing one.
    private static func isPart(_ fact: CaseFact) -> Bool {
        guard let role = fact.role, role != .system, let row = Authority.row(for: fact.event.kind) else { return false }
        return row.admits(role) && row.roles.count < Authority.everybody.count
    }

    /// Who is named by an act as the one to whom it goes.
    private static func named(in event: CaseEvent) -> String? {
        switch event {
        case .orderPlaced(let said): said.requester
        case .orderChanged(let said): said.requester
        case .criticalResultCommunicated(let said): said.to
        case .criticalResultEscalated(let said): said.to
        case .criticalAttempt(.attempted(let said)): said.to
        case .readingTask(.transferred(let said)): said.to
        case .consult(.requested(let said)): said.to
        case .discrepancy(.communicated(let said)): said.to
        case .reportReceipt(.delivered(let said)): said.recipient
        default: nil
        }
    }
}
