public import EventLog

/// Two linked cases that not the same sites may see: the joined history is shown to those who see both.
public struct TenantLink: Hashable, Sendable {
    /// The question: somebody asks for access, or it stays as it is.
    public let conflict: Conflict
    /// The linked cases, ascending.
    public let cases: [StreamID]
    /// The sites that see the joined history, ascending.
    public let visibleTo: [SiteID]
    /// The sites that see only one of the cases, ascending: to them the other is not even named.
    public let lockedFor: [SiteID]
}

extension BetweenCases {
    static let linkedAcrossTenants = ConflictRule(
        number: 64, kind: "linkedAcrossTenants", owner: .siteAdmin, dueMinutes: 24 * 60,
        rule: "A link never widens access: the joined history is visible to those alone who see every part of it.",
        inForce: "Only sites that see both cases see them joined; the others may ask for access.", told: [.siteAdmin, .hubAdmin])

    /// Conflict 64: links between cases that not the same sites take part in. Superseded when access was granted to all.
    public func tenants() -> [TenantLink] {
        pairs.compactMap { one, other in
            let claims = [(one, other), (other, one)].compactMap { from, to in
                from.linkPosition(to: to.state.stream).map { from.placed($0) }
            }
            guard let link = claims.first, let first = (link.stream == one.state.stream ? other : one).history.positions.first
            else {
                return nil
            }
            let isOne = link.stream == one.state.stream
            let (left, right) = (one.participants, other.participants)
            let both = left.filter { right.contains($0) }
            let some = (left + right).filter { !both.contains($0) }
            var conflict = Conflict(Self.linkedAcrossTenants, across: [link, (isOne ? other : one).placed(first)])
            if some.isEmpty {
                guard let granted = one.lastRouting ?? other.lastRouting else { return nil }
                conflict.supersede(by: granted)
            }
            return TenantLink(
                conflict: conflict, cases: [one.state.stream, other.state.stream], visibleTo: both.sorted(),
                lockedFor: Set(some).sorted())
        }
    }
}

extension FoldedCase {
    /// The sites that take part in the case: they recorded something in it, or it is routed to them; ascending.
    public var participants: [SiteID] {
        var sites = Set(state.routedTo)
        for fact in history.facts { sites.insert(fact.id.log.site) }
        return sites.sorted()
    }

    fileprivate func linkPosition(to other: StreamID) -> Int? {
        state.rare.linkage.links.first { $0.to == other && $0.isLink && $0.stands }.flatMap { history.position(of: $0.event) }
    }

    fileprivate var lastRouting: CaseFact? { history.facts.last { $0.event.kind == .caseRouted } }
}
