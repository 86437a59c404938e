public import EventLog

extension CredentialAxis {
    /// Refuses a grant to nobody or to oneself, without a licence, for no site or act that exists, or that ends before it begins, and
    /// the revocation of what nobody holds.
    public static func mayAuthor(
        _ event: CaseEvent, in state: CredentialState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .register(.credentialGranted(let said)): try mayGrant(said, by: author, now: now)
        case .register(.credentialRevoked(let said)): try mayRevoke(said, in: state)
        default: return
        }
    }

    private static func mayGrant(
        _ said: CredentialGranted, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        try require(said.person, "person", "Name the person.")
        guard said.person != author.person else {
            throw AuthoringRefusal(
                .role, "Nobody grants a credential to himself.", remedy: "Have it granted by another administrator.")
        }
        try require(said.licence, "licence", "Say the number of the licence or privilege.")
        for (index, site) in said.sites.enumerated() where SiteID(site) == nil {
            throw AuthoringRefusal(
                .content, "The field 'sites[\(index)]' is no site id: \"\(site)\".",
                remedy: "Name a site: a lower-case letter, then letters, digits or -.")
        }
        for (index, act) in said.acts.enumerated() where Authority.row(for: EventKind(act)) == nil {
            throw AuthoringRefusal(
                .content, "The field 'acts[\(index)]' is no kind of event: \"\(act)\".",
                remedy: "Use a kind of the catalogue, or leave acts out for all.")
        }
        if let from = said.from, let until = said.until, until <= from {
            throw AuthoringRefusal(
                .content, "The field 'until' is not after 'from'.", remedy: "Say an end after the beginning, or none.")
        }
        if let until = said.until, until <= now {
            throw AuthoringRefusal(
                .content, "The field 'until' has passed: the credential would never have counted.",
                remedy: "Say an end in the future, or none.")
        }
    }

    private static func mayRevoke(_ said: CredentialRevoked, in state: CredentialState) throws(AuthoringRefusal) {
        try require(said.person, "person", "Name the person.")
        try require(said.reason, "reason", "Say why.")
        let held = state.grants.filter { $0.person == said.person && $0.revokedFrom == nil }
        guard !held.contains(where: { said.licence.isEmpty || $0.licence == said.licence }) else { return }
        let rest = Set(held.map(\.licence)).sorted()
        throw AuthoringRefusal(
            .state, "\(said.person) holds no such licence.",
            remedy: rest.isEmpty ? "Nothing is left to revoke." : "Revoke one of: \(rest.joined(separator: ", ")).")
    }

    private static func require(_ text: String, _ field: String, _ remedy: String) throws(AuthoringRefusal) {
        guard !text.contains(where: { !$0.isWhitespace }) else { return }
        throw AuthoringRefusal(.content, "The field '\(field)' is empty.", remedy: remedy)
    }
}
