public import EventLog

/// What somebody said of two identifiers: that they are one person, or that they are two.
public struct PersonClaim: Hashable, Sendable {
    /// What was said.
    public enum Kind: String, Sendable {
        case merged
        case identifierChanged
        case unmerged
    }

    /// The event.
    public let event: EventID
    /// What was said.
    public let kind: Kind
    /// The identifier that goes on; of a separation the first.
    public let survivor: IssuedIdentifier
    /// The identifier that is retired; of a separation the second.
    public let retired: IssuedIdentifier
    /// Who said it.
    public let by: String
    /// In which role; a system speaks for the master index.
    public let role: String
    /// When, as asserted.
    public let at: Instant
    /// On what it rests.
    public let evidence: String
    /// Whether it is in force.
    public internal(set) var stands = false

    /// Whether it links rather than separates.
    public var isLink: Bool { kind != .unmerged }
    /// Whether the master index said it, through an interface.
    public var isFromIndex: Bool { role == Role.system.rawValue }
}

/// Identifiers that are one person.
public struct PersonGroup: Hashable, Sendable {
    /// The identifier under which the person is shown.
    public let survivor: IssuedIdentifier
    /// All identifiers, the survivor included, ascending.
    public let members: [IssuedIdentifier]
    /// Whether links lead in a circle, so that none of them says who goes on.
    public let isCircular: Bool
}

/// Which identifiers are one person.
public struct ClusterState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case separate
        case linked
        /// Linked by one and separated by another apart: separate until a person decides.
        case disputed
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// The groups of identifiers that are one person, by their survivors.
    public internal(set) var persons: [PersonGroup] = []
    /// Everything that was said, in causal order.
    public internal(set) var claims: [PersonClaim] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The person that an identifier belongs to; nil where it is linked to no other.
    public func person(of id: IssuedIdentifier) -> PersonGroup? { persons.first { $0.members.contains(id) } }
}

/// Which identifiers are one person: links that can be undone, never a rewriting. Doubt separates.
///
/// Source: HL7 v2.5.1 3.3.40 (ADT A40), 3.3.47 (A47), 3.3.37 (A37), MRG-1; house rules for conflicts 19 and 20.
public enum ClusterAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "cluster" }

    /// What it looks at.
    public static var concern: Concerns { .cluster }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ClusterState {
        var ledger = ClusterLedger([(stream, history)])
        var state = ClusterState()
        guard !ledger.isEmpty else { return state }
        let first = conflicts.count
        ledger.judge(&conflicts)
        state.claims = ledger.claims
        state.persons = ledger.groups
        state.oddities = ledger.oddities
        let isDisputed = conflicts[first...].contains {
            $0.number == ClusterLedger.mergedAndSeparated.number && $0.state == .open
        }
        state.status = isDisputed ? .disputed : state.persons.isEmpty ? .separate : .linked
        return state
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ClusterState) -> [Anomaly] { state.oddities }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: ClusterState) -> Bool { state.status == .none }

    /// Writes the state.
    public static func write(_ state: ClusterState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.persons.isEmpty {
            json.key("persons")
            json.beginArray()
            for person in state.persons { person.write(to: &json) }
            json.endArray()
        }
        if !state.claims.isEmpty {
            json.key("claims")
            json.beginArray()
            for claim in state.claims { claim.write(to: &json) }
            json.endArray()
        }
        json.endObject()
    }

    /// Explains each person and each claim that does not stand.
    public static func explain(_ state: ClusterState, _ history: CaseHistory) -> [Explanation] {
        var all = state.persons.map { person in
            Explanation(
                axis: label, state: "\(person.members.map(\.words).joined(separator: " = ")), shown as \(person.survivor.words)",
                rule: person.isCircular
                    ? "Links lead in a circle: one person, shown as the master index says, else under the least identifier."
                    : "Identifiers that links hold together are one person, shown under the one that no link retires.",
                events: state.claims.filter { $0.stands && $0.isLink && person.members.contains($0.survivor) }.map(\.event))
        }
        for claim in state.claims where !claim.stands {
            all.append(
                Explanation(
                    axis: label, state: "\(claim.kind.rawValue) \(claim.survivor.words), \(claim.retired.words): not in force",
                    rule:
                        "A later word on the same two identifiers counts; of a link and a separation made apart the separation.",
                    events: [claim.event]))
        }
        return all
    }
}

extension PersonGroup {
    /// Writes the group as one JSON object.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        survivor.write(to: &json, as: "survivor")
        json.key("members")
        json.beginArray()
        for member in members {
            json.beginObject()
            json.member("issuer", member.issuer)
            json.member("value", member.value)
            json.endObject()
        }
        json.endArray()
        if isCircular { json.member("circular", true) }
        json.endObject()
    }
}

extension PersonClaim {
    /// Writes the claim as one JSON object.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("kind", kind.rawValue)
        json.member("stands", stands)
        survivor.write(to: &json, as: isLink ? "survivor" : "first")
        retired.write(to: &json, as: isLink ? "retired" : "second")
        json.member("by", by)
        json.member("role", role)
        json.moment("at", at)
        json.memberIfSaid("evidence", evidence)
        json.endObject()
    }
}
