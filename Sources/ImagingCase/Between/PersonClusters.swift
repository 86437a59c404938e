import EventLog

/// Which identifiers are one person, over the histories of all persons that a node holds.
///
/// A link lies in the history of the lesser of its two identifiers; chains and circles lead through several histories, so that a
/// person is seen whole only here.
public struct PersonClusters: Sendable {
    /// The groups of identifiers that are one person, by their survivors.
    public let persons: [PersonGroup]
    /// Everything that was said, by history and place.
    public let claims: [PersonClaim]
    /// The questions that the claims open.
    public let conflicts: [Conflict]
    private let places: [EventID: PlacedFact]
    private let personOf: [IssuedIdentifier: Int]

    /// Nothing is known of links: every identifier is a person by itself.
    public static let none = PersonClusters([])

    /// Gathers what persons' histories say.
    public init(_ histories: [FoldedCase]) {
        let ordered = histories.sorted { $0.state.stream < $1.state.stream }
        var ledger = ClusterLedger(ordered.map { ($0.state.stream, $0.history) })
        var found: [Conflict] = []
        ledger.judge(&found)
        persons = ledger.groups
        claims = ledger.claims
        conflicts = found.sorted { ($0.number, $0.id) < ($1.number, $1.id) }
        var places: [EventID: PlacedFact] = [:]
        for entry in ledger.entries { places[entry.claim.event] = entry.place }
        self.places = places
        var personOf: [IssuedIdentifier: Int] = [:]
        for (index, person) in ledger.groups.enumerated() {
            for member in person.members { personOf[member] = index }
        }
        self.personOf = personOf
    }

    /// The person that an identifier belongs to; nil where it is linked to no other.
    public func person(of id: IssuedIdentifier) -> PersonGroup? { personOf[id].map { persons[$0] } }

    /// The identifier under which a person is shown; the identifier itself where it is linked to no other.
    public func survivor(of id: IssuedIdentifier) -> IssuedIdentifier { person(of: id)?.survivor ?? id }

    /// Whether two identifiers are one person.
    public func isSame(_ one: IssuedIdentifier, _ other: IssuedIdentifier) -> Bool { survivor(of: one) == survivor(of: other) }

    /// Whether two headers are surely of one person: by their identifiers alone, because names are shared by many.
    public func isSame(_ one: Patient?, _ other: Patient?) -> Bool {
        guard let left = one?.identifier, let right = other?.identifier else { return false }
        return isSame(left, right)
    }

    /// The claim that retires an identifier, at its place; nil for one that goes on.
    func retirement(of id: IssuedIdentifier) -> PlacedFact? {
        guard survivor(of: id) != id else { return nil }
        let retiring = claims.filter { $0.stands && $0.isLink && $0.retired == id }
        let naming = retiring.isEmpty ? claims.filter { $0.stands && $0.isLink && $0.survivor == id } : retiring
        return naming.map(\.event).min().flatMap { places[$0] }
    }
}

extension Patient {
    /// The identifier with its issuer; nil where one of them is not said.
    var identifier: IssuedIdentifier? {
        let id = IssuedIdentifier(issuer: issuer, value: id)
        return id.isWhole ? id : nil
    }
}
