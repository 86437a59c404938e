public import ImagingCase
public import Problems

/// Looking after accounts. Who may is asked before.
extension Reception {
    /// Opens an account with a password.
    public func add(_ name: AccountName, roles: [Role], password: String?) async throws(Problem) {
        let verifier: PasswordVerifier?
        if let password { verifier = try await self.verifier(of: password, for: name) } else { verifier = nil }
        try accounts.add(name, roles: roles, verifier: verifier, now: now())
    }

    /// Gives somebody another password and ends his sessions.
    public func setPassword(of name: AccountName, to password: String) async throws(Problem) {
        let verifier = try await verifier(of: password, for: name)
        try accounts.set(name, verifier: verifier, now: now())
        try ended(name)
    }

    /// Takes a new password from somebody who gives his old one; his other sessions end.
    public func changePassword(
        _ token: SessionToken, from old: String, to new: String, address: String
    ) async throws(Problem) {
        let session = try session(of: token)
        _ = try await checked(session.person.description, old, address)
        let verifier = try await verifier(of: new, for: session.person)
        try accounts.set(session.person, verifier: verifier, now: now())
        try sessions.endAll(of: session.person, but: token, now: now())
    }

    /// Lets an account be used, or not any more; then its sessions end.
    public func set(_ name: AccountName, standing: Account.Standing) throws(Problem) {
        try accounts.set(name, standing: standing, now: now())
        try ended(name)
    }

    /// Gives somebody other roles; his sessions end, because each is in a role.
    public func set(_ name: AccountName, roles: [Role]) throws(Problem) {
        try accounts.set(name, roles: roles, now: now())
        try ended(name)
    }

    private func ended(_ name: AccountName) throws(Problem) {
        try sessions.endAll(of: name, now: now())
    }

    private func verifier(of password: String, for name: AccountName) async throws(Problem) -> PasswordVerifier {
        let password = try Password(password, of: name)
        let cost = cost
        return try await gate.run(costing: cost) { () throws(Problem) in try PasswordVerifier(of: password, cost: cost) }
    }
}
