import EventLog

/// Two identifiers, the lesser first: what is said of them either way round is about the same two.
public struct PersonPair: Hashable, Comparable, Sendable {
    /// The lesser.
    public let low: IssuedIdentifier
    /// The greater.
    public let high: IssuedIdentifier

    /// Names two identifiers; nil where one is not whole or both are one.
    public init?(_ one: IssuedIdentifier?, _ other: IssuedIdentifier?) {
        guard let one, let other, one.isWhole, other.isWhole, one != other else { return nil }
        low = min(one, other)
        high = max(one, other)
    }

    /// By the lesser, then the greater.
    public static func < (left: PersonPair, right: PersonPair) -> Bool { (left.low, left.high) < (right.low, right.high) }
}

extension PersonEvent {
    /// What is said of which two identifiers, and on what it rests.
    var said: (kind: PersonClaim.Kind, one: IssuedIdentifier?, other: IssuedIdentifier?, evidence: String) {
        switch self {
        case .merged(let said): (.merged, said.survivor, said.retired, said.evidence)
        case .identifierChanged(let said): (.identifierChanged, said.to, said.from, "")
        case .unmerged(let said): (.unmerged, said.first, said.second, said.evidence)
        }
    }

    /// The two identifiers; nil where they are not two whole ones.
    var pair: PersonPair? { PersonPair(said.one, said.other) }
}

/// What was said of persons in one history or several; lives for one fold.
struct ClusterLedger {
    /// A claim at its place.
    struct Entry {
        let place: PlacedFact
        let pair: PersonPair
        var claim: PersonClaim
    }

    static let circularMerge = ConflictRule(
        number: 19, kind: "circularMerge", owner: .siteAdmin, dueMinutes: 24 * 60,
        rule: "Identifiers linked in a circle are one person; the master index says which goes on, else the least.",
        inForce: "One person with all identifiers; both directions stay visible.", told: [.siteAdmin, .hubAdmin])
    static let mergedAndSeparated = ConflictRule(
        number: 20, kind: "mergedAndSeparated", owner: .siteAdmin, dueMinutes: 120,
        rule:
            "Of a merge and a separation made apart the separation stands until a person decides: a wrong merge mixes allergies.",
        inForce: "The identifiers stay two persons; both claims and their evidence are shown.",
        told: [.siteAdmin, .radiologist, .frontDesk])

    var entries: [Entry] = []
    private(set) var oddities: [Anomaly] = []
    private(set) var groups: [PersonGroup] = []
    /// Pairs that are linked, with the claims that link them; a decision may leave a claim without its direction.
    private var links: [(pair: PersonPair, entries: [Int])] = []
    /// Claims whose direction a decision set aside.
    private var directionless: [Int] = []

    init(_ histories: [(StreamID, CaseHistory)]) {
        for (stream, history) in histories {
            for position in history.positions(of: .cluster) {
                guard case .person(let event) = history[position].event else { continue }
                take(event, PlacedFact(stream, history, position))
            }
        }
    }

    var isEmpty: Bool { entries.isEmpty && oddities.isEmpty }
    /// Everything that was said by those who may, in order.
    var claims: [PersonClaim] { entries.map(\.claim) }

    private mutating func take(_ event: PersonEvent, _ place: PlacedFact) {
        let fact = place.fact
        let said = event.said
        guard let pair = event.pair, let survivor = said.one, let retired = said.other else {
            let isSelf = said.one != nil && said.one == said.other
            flag(
                fact.id,
                isSelf
                    ? "An identifier linked with itself: kept, it says nothing."
                    : "An identifier lacks issuer or value: kept, it links nobody.")
            return
        }
        // Flagged with all acts of roles that may not; here it counts for nothing.
        guard Authority.isEntitled(fact) else { return }
        entries.append(
            Entry(
                place: place, pair: pair,
                claim: PersonClaim(
                    event: fact.id, kind: said.kind, survivor: survivor, retired: retired, by: fact.actor.person,
                    role: fact.actor.role, at: fact.occurredAt.instant, evidence: said.evidence)))
    }

    private mutating func flag(_ event: EventID, _ what: String) {
        oddities.append(Anomaly(event: event, axis: ClusterAxis.label, what: what))
    }

    /// Derives which pairs are linked, cuts what separations forbid, and joins the rest to persons.
    mutating func judge(_ conflicts: inout [Conflict]) {
        var separations: [(pair: PersonPair, entry: Int)] = []
        for pair in Set(entries.map(\.pair)).sorted() { judge(pair, &separations, &conflicts) }
        for separation in separations { cut(separation.entry, &conflicts) }
        join(&conflicts)
        for link in links { for index in link.entries { entries[index].claim.stands = true } }
        for separation in separations where !isLinked(entries[separation.entry].pair) {
            entries[separation.entry].claim.stands = true
        }
    }

    private func isLinked(_ pair: PersonPair) -> Bool { links.contains { $0.pair == pair } }

    /// One pair: the last word counts, of a link and a separation made apart the separation until somebody decides.
    private mutating func judge(
        _ pair: PersonPair, _ separations: inout [(pair: PersonPair, entry: Int)], _ conflicts: inout [Conflict]
    ) {
        let about = entries.indices.filter { entries[$0].pair == pair }
        var latest = about.filter { one in !about.contains { precedes(one, $0) } }
        for one in about where entries[one].claim.isLink {
            for other in about where !entries[other].claim.isLink && isStandoff(one, other, among: about) {
                let conflict = question(Self.mergedAndSeparated, [one, other], settling: about)
                if let chosen = conflict.chosen(in: [entries[one].place]) {
                    latest.removeAll { ($0 == one || $0 == other) && entries[$0].claim.event != chosen }
                }
                conflicts.append(conflict)
            }
        }
        let separating = latest.filter { !entries[$0].claim.isLink }
        if separating.isEmpty, !latest.isEmpty {
            links.append((pair, latest))
        } else {
            for index in separating { separations.append((pair, index)) }
        }
        turn(pair, about, &conflicts)
    }

    /// Links of one pair made apart in both directions: one person, and a question who goes on.
    private mutating func turn(_ pair: PersonPair, _ about: [Int], _ conflicts: inout [Conflict]) {
        let merges = about.filter { entries[$0].claim.isLink }
        for (place, one) in merges.enumerated() {
            for other in merges[(place + 1)...]
            where entries[one].claim.survivor != entries[other].claim.survivor && isStandoff(one, other, among: merges) {
                ask(Self.circularMerge, [one, other], settling: about, &conflicts)
            }
        }
    }

    /// A question who goes on; a decision leaves the other claims without direction.
    private mutating func ask(
        _ rule: ConflictRule, _ asked: [Int], settling: [Int], _ conflicts: inout [Conflict]
    ) {
        let conflict = question(rule, asked, settling: settling)
        if let chosen = conflict.chosen(in: asked.map { entries[$0].place }) {
            directionless += asked.filter { entries[$0].claim.event != chosen }
        }
        conflicts.append(conflict)
    }

    private func question(_ rule: ConflictRule, _ asked: [Int], settling: [Int]) -> Conflict {
        Conflict(rule, across: asked.map { entries[$0].place }, settling: settling.map { entries[$0].place })
    }

    func precedes(_ one: Int, _ other: Int) -> Bool { entries[one].place.precedes(entries[other].place) }

    private func isApart(_ one: Int, _ other: Int) -> Bool { entries[one].place.isApart(from: entries[other].place) }

    /// Whether two claims were made apart and each was the last word of its side.
    private func isStandoff(_ one: Int, _ other: Int, among all: [Int]) -> Bool {
        isApart(one, other)
            && !all.contains { precedes(one, $0) && isApart($0, other) }
            && !all.contains { precedes(other, $0) && isApart($0, one) }
    }

    /// Two identifiers that are two persons are linked through others: the way between them is cut until a person decides.
    private mutating func cut(_ separation: Int, _ conflicts: inout [Conflict]) {
        let pair = entries[separation].pair
        var open = links.indices.filter { links[$0].pair != pair }
        while let way = path(from: pair.low, to: pair.high, over: open) {
            let claims = way.flatMap { links[$0].entries }
            let conflict = question(Self.mergedAndSeparated, [separation] + claims, settling: [])
            conflicts.append(conflict)
            open.removeAll { way.contains($0) }
            let chosen = conflict.chosen(in: ([separation] + claims).map { entries[$0].place })
            if let chosen, chosen != entries[separation].claim.event { continue }
            for index in way { links[index].entries = [] }
        }
        links.removeAll { $0.entries.isEmpty }
    }

    /// A shortest way over some links, the same at every node; as indices of links.
    private func path(from start: IssuedIdentifier, to end: IssuedIdentifier, over open: [Int]) -> [Int]? {
        var ways: [(at: IssuedIdentifier, way: [Int])] = [(start, [])]
        var seen: Set<IssuedIdentifier> = [start]
        var place = 0
        while place < ways.count {
            let (here, way) = ways[place]
            place += 1
            if here == end { return way }
            for index in open where links[index].pair.low == here || links[index].pair.high == here {
                let next = links[index].pair.low == here ? links[index].pair.high : links[index].pair.low
                if seen.insert(next).inserted { ways.append((next, way + [index])) }
            }
        }
        return nil
    }

    /// Joins what is linked; no circle can be endless, because a group is a set.
    private mutating func join(_ conflicts: inout [Conflict]) {
        var sets = IdentifierSets(links.flatMap { [$0.pair.low, $0.pair.high] })
        for link in links { sets.unite(link.pair.low, link.pair.high) }
        for members in sets.groups {
            let within = links.filter { members.contains($0.pair.low) }.flatMap(\.entries)
            findCircles(within, &conflicts)
            groups.append(
                PersonGroup(
                    survivor: survivor(of: members, within), members: members,
                    isCircular: within.contains { isInCircle($0, within.filter { !directionless.contains($0) }) }))
        }
        groups.sort { $0.survivor < $1.survivor }
    }

    /// Circles of three and more; those of two are questions of their pair.
    private mutating func findCircles(_ within: [Int], _ conflicts: inout [Conflict]) {
        var rest = within.filter { isInCircle($0, within) }
        while let first = rest.first {
            let circle = rest.filter { isInOneCircle(first, $0, within) }
            rest.removeAll { circle.contains($0) }
            guard Set(circle.map { entries[$0].pair }).count > 1 else { continue }
            let isApartSomewhere = circle.contains { one in circle.contains { isApart(one, $0) } }
            if isApartSomewhere {
                ask(Self.circularMerge, circle, settling: [], &conflicts)
            } else if let last = circle.max() {
                flag(entries[last].claim.event, "It closes a circle of links: one person, shown under the least identifier.")
            }
        }
    }

    private func isInCircle(_ index: Int, _ within: [Int]) -> Bool {
        within.contains(index) && reaches(entries[index].claim.survivor, entries[index].claim.retired, within)
    }

    private func isInOneCircle(_ one: Int, _ other: Int, _ within: [Int]) -> Bool {
        reaches(entries[one].claim.survivor, entries[other].claim.retired, within)
            && reaches(entries[other].claim.survivor, entries[one].claim.retired, within)
    }

    /// Whether an identifier leads to another along the direction of some claims.
    private func reaches(_ start: IssuedIdentifier, _ end: IssuedIdentifier, _ within: [Int]) -> Bool {
        var seen = [start]
        var place = 0
        while place < seen.count {
            if seen[place] == end { return true }
            for index in within where entries[index].claim.retired == seen[place] && !seen.contains(entries[index].claim.survivor)
            {
                seen.append(entries[index].claim.survivor)
            }
            place += 1
        }
        return false
    }

    /// The one that the master index keeps, else one that no link retires, else the least of all.
    private func survivor(of members: [IssuedIdentifier], _ within: [Int]) -> IssuedIdentifier {
        let directed = within.filter { !directionless.contains($0) }.map { entries[$0].claim }
        let indexed = directed.filter(\.isFromIndex)
        let kept = members.filter { one in
            indexed.contains { $0.survivor == one } && !indexed.contains { $0.retired == one }
        }
        let notRetired = members.filter { one in !directed.contains { $0.retired == one } }
        return kept.first ?? notRetired.first ?? members[0]
    }
}

/// Sets of identifiers that grow together.
///
/// Source: Tarjan, "Efficiency of a Good But Not Linear Set Union Algorithm", 1975 (path halving, the lesser as root).
struct IdentifierSets {
    private let all: [IssuedIdentifier]
    private var parent: [Int]

    /// Each identifier by itself.
    init(_ identifiers: [IssuedIdentifier]) {
        all = Set(identifiers).sorted()
        parent = Array(all.indices)
    }

    private mutating func root(_ index: Int) -> Int {
        var index = index
        while parent[index] != index {
            parent[index] = parent[parent[index]]
            index = parent[index]
        }
        return index
    }

    /// Makes one set of those that hold two identifiers.
    mutating func unite(_ one: IssuedIdentifier, _ other: IssuedIdentifier) {
        guard let left = all.firstIndex(of: one), let right = all.firstIndex(of: other) else { return }
        let roots = (root(left), root(right))
        parent[max(roots.0, roots.1)] = min(roots.0, roots.1)
    }

    /// The sets, members ascending, by their least member.
    var groups: [[IssuedIdentifier]] {
        mutating get {
            var found: [Int: [IssuedIdentifier]] = [:]
            for index in all.indices { found[root(index), default: []].append(all[index]) }
            return found.keys.sorted().compactMap { found[$0] }
        }
    }
}
