public import EventLog

/// Whether a person was entitled to an act, as the register says.
public enum Verdict: Hashable, Sendable {
    /// Covered by the grants of these events; by none where no register is kept.
    case verified(by: [EventID])
    /// Not covered: why, and the event that comes nearest to saying so.
    case unverified(Reason, EventID?)

    /// Why a person was not entitled, the farthest from being entitled first.
    public enum Reason: String, CaseIterable, Sendable {
        case noCredential
        case otherSite
        case otherAct
        case notYetValid
        case expired
        case revoked
        case otherJurisdiction

        /// The reason in words.
        public var words: String {
            switch self {
            case .noCredential: "no credential is known"
            case .otherSite: "the credential does not cover the site"
            case .otherAct: "the credential does not cover the act"
            case .notYetValid: "the credential was not valid yet"
            case .expired: "the credential had expired"
            case .revoked: "the credential was revoked"
            case .otherJurisdiction: "the licence does not cover the jurisdiction"
            }
        }
    }

    /// Whether the person was entitled.
    public var isVerified: Bool {
        if case .verified = self { true } else { false }
    }
}

/// What all persons may do, gathered from their credentials' histories: a pure value that judges acts in any case.
///
/// Source: FHIR R4 Practitioner.qualification; house rule: authority is judged when signed and again when merged.
public struct CredentialRegister: Sendable {
    private var grants: [CredentialGrant] = []
    private var revocations: [CredentialRevocation] = []
    private var places: [EventID: PlacedFact] = [:]
    /// The sites that keep a register; nil for every one.
    private let keptAt: Set<SiteID>?

    /// No register is kept: everybody is believed.
    public static let none = CredentialRegister([])

    /// Gathers what credentials' histories say.
    ///
    /// - Parameter keptAt: the sites that keep a register, where a person of whom nothing is known may not sign; elsewhere such a
    ///   person is believed. Nil where every site keeps one.
    public init(_ credentials: [FoldedCase], keptAt: Set<SiteID>? = nil) {
        self.keptAt = keptAt
        for folded in credentials {
            let state = folded.state.rare.credential
            grants += state.grants
            revocations += state.revocations
            for event in state.grants.map(\.event) + state.revocations.map(\.event) {
                places[event] = folded.history.position(of: event).map { folded.placed($0) }
            }
        }
        grants.sort { $0.event < $1.event }
        revocations.sort { $0.event < $1.event }
    }

    /// Whether anything is registered of anybody, or any site says that it keeps a register.
    public var isKept: Bool { !grants.isEmpty || !revocations.isEmpty || keptAt?.isEmpty == false }

    private func judges(_ person: String, at site: SiteID) -> Bool {
        guard isKept, let keptAt, !keptAt.contains(site) else { return isKept }
        return grants.contains { $0.person == person } || revocations.contains { $0.person == person }
    }

    /// Judges whether a person was entitled to an act at a site and a moment, in every jurisdiction that it touches.
    ///
    /// - Parameter jurisdictions: those of the patient's sites; several may be covered by several licences.
    public func judges(
        person: String, act: EventKind, site: SiteID, at moment: Instant, jurisdictions: [String] = []
    ) -> Verdict {
        guard judges(person, at: site) else { return .verified(by: []) }
        var covering: [EventID] = []
        for jurisdiction in jurisdictions.isEmpty ? [""] : jurisdictions {
            let own = grants.filter { $0.person == person }
            var nearest: (reason: Verdict.Reason, event: EventID?) = (.noCredential, nil)
            if let revoked = revocations.first(where: { $0.person == person }), own.isEmpty {
                nearest = (.revoked, revoked.event)
            }
            var found: EventID?
            for grant in own {
                guard let reason = Self.reason(against: grant, act, site, moment, jurisdiction) else {
                    found = grant.event
                    break
                }
                if Self.rank(reason) > Self.rank(nearest.reason) {
                    nearest = (reason, reason == .revoked ? grant.revokedBy.first : grant.event)
                }
            }
            guard let found else { return .unverified(nearest.reason, nearest.event) }
            if !covering.contains(found) { covering.append(found) }
        }
        return .verified(by: covering)
    }

    private static func reason(
        against grant: CredentialGrant, _ act: EventKind, _ site: SiteID, _ moment: Instant, _ jurisdiction: String
    ) -> Verdict.Reason? {
        if !grant.sites.isEmpty && !grant.sites.contains(site.text) { return .otherSite }
        if !grant.acts.isEmpty && !grant.acts.contains(act.text) { return .otherAct }
        if let from = grant.from, moment < from { return .notYetValid }
        if let until = grant.until, moment >= until { return .expired }
        if let revoked = grant.revokedFrom, moment >= revoked { return .revoked }
        if !jurisdiction.isEmpty && !grant.jurisdiction.isEmpty && grant.jurisdiction != jurisdiction {
            return .otherJurisdiction
        }
        return nil
    }

    private static func rank(_ reason: Verdict.Reason) -> Int { Verdict.Reason.allCases.firstIndex(of: reason) ?? 0 }

    /// The place of a credential's event, for a conflict that names it.
    func place(of event: EventID) -> PlacedFact? { places[event] }
}

/// Which law holds at which site, as the hub is configured.
public struct SiteJurisdictions: Hashable, Sendable {
    private let words: [SiteID: String]

    /// None known: jurisdictions are not judged.
    public static let none = SiteJurisdictions([:])

    /// States them.
    public init(_ words: [SiteID: String]) { self.words = words }

    /// Those of some sites, ascending, each once.
    public func of(_ sites: [SiteID]) -> [String] { Set(sites.compactMap { words[$0] }).sorted() }

    /// That of a site; empty where none is known.
    public func of(_ site: SiteID) -> String { words[site] ?? "" }
}

extension CaseEvent {
    /// Whose licence it says something about; nil for other events.
    public var credentialHolder: String? {
        switch self {
        case .register(.credentialGranted(let said)): said.person
        case .register(.credentialRevoked(let said)): said.person
        default: nil
        }
    }
}
