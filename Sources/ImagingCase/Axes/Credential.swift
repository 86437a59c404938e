public import EventLog

/// A licence or privilege of a person, with what was said against it.
public struct CredentialGrant: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who may.
    public let person: String
    /// Licence number.
    public let licence: String
    /// State or country; empty covers every one.
    public let jurisdiction: String
    /// Sites; empty covers every one.
    public let sites: [String]
    /// Kinds of events; empty covers all that the role may record.
    public let acts: [String]
    /// From when; nil from ever.
    public let from: Instant?
    /// Until when, exclusive; nil for ever.
    public let until: Instant?
    /// Who granted it.
    public let by: String
    /// The revocations that meet it.
    public internal(set) var revokedBy: [EventID] = []
    /// From when the earliest of them counts; nil where none does.
    public internal(set) var revokedFrom: Instant?
}

/// A revocation, whether or not a grant is known that it meets.
public struct CredentialRevocation: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// Who may not.
    public let person: String
    /// Licence number; empty means all.
    public let licence: String
    /// From when.
    public let from: Instant
    /// Who revoked it.
    public let by: String
    /// Why.
    public let reason: String
}

/// What persons may do.
public struct CredentialState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case granted
        /// Some of several licences are revoked.
        case partlyRevoked
        case revoked
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// All grants, in causal order.
    public internal(set) var grants: [CredentialGrant] = []
    /// All revocations, in causal order.
    public internal(set) var revocations: [CredentialRevocation] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}
}

/// What persons may do: licences that are granted and revoked. A revocation meets every grant whose author had not seen it; whoever
/// has seen it may grant anew.
///
/// Source: FHIR R4 Practitioner.qualification; house rule.
public enum CredentialAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "credential" }

    /// What it looks at.
    public static var concern: Concerns { .credential }

    /// Derives the state.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> CredentialState {
        var state = CredentialState()
        var granted: [(position: Int, grant: CredentialGrant)] = []
        for position in history.positions(of: .credential) {
            let fact = history[position]
            guard isSound(fact, &state.oddities) else { continue }
            switch fact.event {
            case .register(.credentialGranted(let said)):
                granted.append((position, CredentialGrant(said, fact)))
            case .register(.credentialRevoked(let said)):
                state.revocations.append(CredentialRevocation(said, fact))
                for index in granted.indices { meet(granted[index].position, position, &granted[index].grant, history) }
            default: continue
            }
        }
        // A grant that stands behind a revocation in the order of names, and was made apart from it, is met as well.
        for index in granted.indices {
            for revocation in state.revocations {
                guard let position = history.position(of: revocation.event), position < granted[index].position else { continue }
                meet(granted[index].position, position, &granted[index].grant, history)
            }
        }
        state.grants = granted.map(\.grant)
        state.status = status(of: state)
        return state
    }

    private static func status(of state: CredentialState) -> CredentialState.Status {
        let revoked = state.grants.filter { $0.revokedFrom != nil }.count
        if state.grants.isEmpty { return state.revocations.isEmpty ? .none : .revoked }
        return revoked == 0 ? .granted : revoked == state.grants.count ? .revoked : .partlyRevoked
    }

    private static func meet(_ grant: Int, _ revocation: Int, _ met: inout CredentialGrant, _ history: CaseHistory) {
        guard !history.precedes(revocation, grant), case .register(.credentialRevoked(let said)) = history[revocation].event,
            said.person == met.person, said.licence.isEmpty || said.licence == met.licence
        else { return }
        let from = said.from ?? history[revocation].occurredAt.instant
        met.revokedBy.append(history[revocation].id)
        met.revokedFrom = min(met.revokedFrom ?? from, from)
    }

    /// Whether it counts: by a role that may, about somebody, not to oneself, and with an end after its beginning.
    private static func isSound(_ fact: CaseFact, _ oddities: inout [Anomaly]) -> Bool {
        guard Authority.isEntitled(fact) else { return false }
        var what = ""
        switch fact.event {
        case .register(.credentialGranted(let said)):
            if said.person.isEmpty { what = "It names no person: it grants nothing." }
            if !said.person.isEmpty && said.person == fact.actor.person { what = "Granted to oneself: it grants nothing." }
            if let from = said.from, let until = said.until, until <= from {
                what = "It ends before it begins: it grants nothing."
            }
        case .register(.credentialRevoked(let said)):
            if said.person.isEmpty { what = "It names no person: it revokes nothing." }
        default: return false
        }
        if !what.isEmpty { oddities.append(Anomaly(event: fact.id, axis: label, what: what)) }
        return what.isEmpty
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: CredentialState) -> [Anomaly] { state.oddities }

    /// Whether there is nothing to show.
    public static func isSilent(_ state: CredentialState) -> Bool { state.status == .none }

    /// Writes the state.
    public static func write(_ state: CredentialState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.grants.isEmpty {
            json.key("grants")
            json.beginArray()
            for grant in state.grants { grant.write(to: &json) }
            json.endArray()
        }
        if !state.revocations.isEmpty {
            json.key("revocations")
            json.beginArray()
            for revocation in state.revocations { revocation.write(to: &json) }
            json.endArray()
        }
        json.endObject()
    }

    /// Explains each grant.
    public static func explain(_ state: CredentialState, _ history: CaseHistory) -> [Explanation] {
        state.grants.map { grant in
            Explanation(
                axis: label, state: "\(grant.licence.isEmpty ? "licence" : grant.licence) of \(grant.person)",
                rule: grant.revokedFrom == nil
                    ? "Granted, and nobody revoked it."
                    : "Revoked by somebody whom the person who granted it had not seen: of both the revocation counts.",
                events: [grant.event] + grant.revokedBy)
        }
    }
}

extension CredentialGrant {
    fileprivate init(_ said: CredentialGranted, _ fact: CaseFact) {
        self.init(
            event: fact.id, person: said.person, licence: said.licence, jurisdiction: said.jurisdiction, sites: said.sites,
            acts: said.acts, from: said.from, until: said.until, by: fact.actor.person)
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("person", person)
        json.memberIfSaid("licence", licence)
        json.memberIfSaid("jurisdiction", jurisdiction)
        if !sites.isEmpty { json.member("sites", texts: sites) }
        if !acts.isEmpty { json.member("acts", texts: acts) }
        if let from { json.moment("from", from) }
        if let until { json.moment("until", until) }
        json.member("by", by)
        if let revokedFrom {
            json.moment("revokedFrom", revokedFrom)
            json.member("revokedBy", events: revokedBy)
        }
        json.endObject()
    }
}

extension CredentialRevocation {
    fileprivate init(_ said: CredentialRevoked, _ fact: CaseFact) {
        self.init(
            event: fact.id, person: said.person, licence: said.licence, from: said.from ?? fact.occurredAt.instant,
            by: fact.actor.person, reason: said.reason)
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event)
        json.member("person", person)
        json.memberIfSaid("licence", licence)
        json.moment("from", from)
        json.member("by", by)
        json.memberIfSaid("reason", reason)
        json.endObject()
    }
}
