public import EventLog

/// What the guard in front of the log may look at beside the case itself: the register of credentials, the law of the place, and the
/// questions that the case shares with others.
public struct Surroundings: Sendable {
    /// Where it is recorded; nil where the site does not matter.
    public var site: SiteID?
    /// Who holds which licence.
    public var credentials: CredentialRegister
    /// Under which law.
    public var jurisdictions: SiteJurisdictions
    /// Questions between this case and others, which a decision may name.
    public var conflicts: [Conflict]

    /// Nothing beside the case.
    public static let none = Surroundings()

    /// Gathers what is known.
    public init(
        site: SiteID? = nil, credentials: CredentialRegister = .none, jurisdictions: SiteJurisdictions = .none,
        conflicts: [Conflict] = []
    ) {
        self.site = site
        self.credentials = credentials
        self.jurisdictions = jurisdictions
        self.conflicts = conflicts
    }
}

extension Authoring {
    /// Refuses a signature that the register does not confirm: what arrives from elsewhere is kept, what is signed here need not be
    /// made in vain.
    static func checkCredential(
        _ event: CaseEvent, in state: CaseState, by author: Author, now: Instant, _ around: Surroundings
    ) throws(AuthoringRefusal) {
        guard let site = around.site, author.role != .system,
            Authority.row(for: event.kind)?.conditions.contains(.credential) == true
        else { return }
        let laws = around.jurisdictions.of([site])
        let verdict = around.credentials.judges(
            person: author.person, act: event.kind, site: site, at: now, jurisdictions: laws)
        guard case .unverified(let reason, let event) = verdict else { return }
        throw AuthoringRefusal(
            .role, "\(author.person) may not sign here: \(reason.words)\(event.map { " (\($0))" } ?? "").",
            remedy: "Issue it as a preliminary, or have it signed by somebody whose licence covers it.")
    }
}
