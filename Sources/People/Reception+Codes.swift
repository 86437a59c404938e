import EventLog
public import ImagingCase
public import Problems

/// The second factor of local accounts. Who may look after it is asked before.
extension Reception {
    /// Draws a new secret for somebody. Until its first code is given what was in force stays so.
    ///
    /// - Returns: the address that an authenticator app reads; shown once and kept nowhere in this form.
    public func beginCodes(of name: AccountName, issuer: String) throws(Problem) -> String {
        guard accounts[name]?.hasPassword ?? true else {
            throw Problem(
                .badInput, "The account has no password here, and a code goes beside one.",
                remedy: "Let the identity provider ask for a second factor.")
        }
        let secret = TimeCodeSecret.drawn()
        try accounts.offer(name, secret, now: now())
        return secret.address(of: name, issuer: issuer)
    }

    /// Takes the first code of a new secret, from then on signing in needs one. Other sessions end.
    ///
    /// - Parameter token: the session in which somebody does it for himself, which stays.
    /// - Returns: the recovery codes; shown once and kept nowhere.
    /// - Throws: `SECOND_FACTOR` for another code, `TOO_MANY_REQUESTS`, `NOT_FOUND` where no secret was shown.
    public func confirmCodes(
        of name: AccountName, code: String, keeping token: SessionToken? = nil, address: String
    ) throws(Problem) -> [RecoveryCode] {
        try throttle.take(name: name.description, address: address, now: now())
        let codes = try accounts.confirm(name, code, now: now())
        throttle.succeeded(name: name.description, address: address, now: now())
        try sessions.endAll(of: name, but: token, now: now())
        return codes
    }

    /// Asks somebody for codes no more; his sessions end.
    public func removeCodes(of name: AccountName) throws(Problem) {
        try accounts.removeFactor(name, now: now())
        try sessions.endAll(of: name, now: now())
    }

    /// Asks for a second factor in these roles before anything is signed.
    public func askForCodes(in roles: [Role]) throws(Problem) { try policy.askForCodes(in: roles) }

    /// Whether a session lacks the second factor that its role needs for signing. Whom an identity provider vouches for shows it there.
    func lacksCodes(_ session: Session) -> Bool {
        session.assurance == .local && policy.codesForSigning.contains(session.role) && accounts[session.person]?.hasCodes != true
    }

    /// Takes the code beside a right password, where the account has one.
    ///
    /// - Throws: `SECOND_FACTOR` where none was given, or one that is wrong or was used.
    func require(_ code: String?, of account: Account, isGuess: inout Bool) throws(Problem) {
        guard account.hasCodes else { return }
        guard let code, !code.isEmpty else {
            throw Problem(.secondFactor, "The account needs a code beside the password, and none came.")
        }
        isGuess = true
        try accounts.take(code, of: account.name, now: now())
        isGuess = false
    }
}
