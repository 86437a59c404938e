public import EventLog
import FoundationEssentials
public import ImagingCase
public import Problems
import Synchronization

/// Where people sign in at a node: its accounts, its sessions, and who broke the glass. Works with no hub in reach.
public final class Reception: Sendable {
    /// The accounts.
    public let accounts: AccountBook
    /// The sessions.
    public let sessions: SessionBook
    /// Who looked at what without a relation to it.
    public let glass: BreakGlassBook
    /// What is asked of people beside their password.
    public let policy: SignInPolicy
    /// The wall clock.
    public let now: @Sendable () -> Instant
    let cost: ScryptCost
    let gate: HashingGate
    let throttle: SignInThrottle
    private let folder: String
    private let flow: Mutex<OpenIDFlow?>

    /// Opens the books of a node's folder. One process at a time: whoever opens them holds the folder's lock.
    ///
    /// - Throws: `CONFIGURATION` or `PERMISSIONS` for a book that cannot be believed. Nobody is let in then.
    public init(
        folder: String, cost: ScryptCost = .standard, bounds: Session.Bounds = Session.Bounds(),
        throttle: SignInThrottle? = nil, now: @escaping @Sendable () -> Instant
    ) throws(Problem) {
        accounts = try AccountBook(folder: folder)
        sessions = try SessionBook(folder: folder, bounds: bounds)
        glass = try BreakGlassBook(folder: folder)
        policy = try SignInPolicy(folder: folder)
        self.cost = cost
        self.throttle = if let throttle { throttle } else { try SignInThrottle(folder: folder) }
        self.now = now
        gate = HashingGate()
        self.folder = folder
        flow = Mutex(try OpenIDConfiguration.read(folder).map { OpenIDFlow($0, now: now) })
    }

    /// The identity provider that vouches for people; nil where none is set.
    public var openID: OpenIDFlow? { flow.withLock { $0 } }

    /// Believes an identity provider from now on.
    public func believe(_ provider: OpenIDConfiguration) throws(Problem) {
        try provider.write(folder)
        flow.withLock { $0 = OpenIDFlow(provider, now: now) }
    }

    /// Whether people have to sign in.
    public var isInForce: Bool { accounts.isInForce }

    /// Signs somebody in.
    ///
    /// - Parameters:
    ///   - code: of his authenticator, or a recovery code, where the account has codes.
    ///   - role: the role to act in; may be left out by whoever has one only.
    ///   - address: from where, for the bound on tries.
    /// - Throws: `SIGN_IN`, with the same words after the same time for a name that nobody has, an account that is disabled and a wrong
    ///   password; `TOO_MANY_REQUESTS`; for whoever gave the right password also `SECOND_FACTOR` for the code, `BAD_INPUT` and `NOT_PERMITTED`
    ///   for the role.
    public func signIn(
        _ name: String, password: String, code: String? = nil, as role: Role?, address: String
    ) async throws(Problem) -> (token: SessionToken, session: Session) {
        let account = try await checked(name, password, address) { (account, isGuess) throws(Problem) in
            // Before the code is used up: a role that was left out is asked for, and the code still counts.
            _ = try Self.role(role, of: account)
            try require(code, of: account, isGuess: &isGuess)
        }
        let role = try Self.role(role, of: account)
        let moment = now()
        try accounts.noteSignIn(account.name, now: moment)
        let begun = try sessions.begin(account.name, as: role, .local, now: moment)
        return begun
    }

    /// Begins a session of somebody for whom an identity provider vouches.
    public func admit(_ name: AccountName, as role: Role?) throws(Problem) -> (
        token: SessionToken, session: Session
    ) {
        guard let account = accounts[name], account.isActive else { throw Self.refused }
        let moment = now()
        let begun = try sessions.begin(name, as: try Self.role(role, of: account), .central, now: moment)
        try accounts.noteSignIn(name, now: moment)
        return begun
    }

    /// The session of a token.
    ///
    /// - Throws: `SIGN_IN` where there is none, or its account can no longer be used in its role.
    public func session(of token: SessionToken) throws(Problem) -> Session {
        guard let session = sessions.use(token, now: now()) else { throw Self.over }
        guard let account = accounts[session.person], account.isActive, account.roles.contains(session.role) else {
            try sessions.end(token, now: now())
            throw Self.over
        }
        return session
    }

    /// Whether something may be signed in a session.
    public func isConfirmed(_ session: Session) -> Bool {
        session.isConfirmed(at: now(), sessions.bounds) && !lacksCodes(session)
    }

    /// Takes the password once more, for signing.
    ///
    /// - Throws: `CONFIRM_SIGN_IN` for whoever cannot show here what signing needs.
    public func confirm(
        _ token: SessionToken, password: String, code: String? = nil, address: String
    ) async throws(Problem) -> Session {
        let session = try session(of: token)
        guard accounts[session.person]?.hasPassword == true else {
            throw Problem(
                .confirmSignIn, "The account has no password here.", remedy: "Sign in again with the identity provider.")
        }
        guard !lacksCodes(session) else {
            throw Problem(
                .confirmSignIn, "In the role \(session.role.rawValue) nothing is signed here without codes beside the password.",
                remedy: "Get them: filmjacket user totp \(session.person) --data DIR.")
        }
        _ = try await checked(session.person.description, password, address) { (account, isGuess) throws(Problem) in
            try require(code, of: account, isGuess: &isGuess)
        }
        try sessions.confirm(token, now: now())
        return try self.session(of: token)
    }

    /// Ends a session.
    public func signOut(_ token: SessionToken) throws(Problem) {
        _ = try session(of: token)
        try sessions.end(token, now: now())
    }

    /// The account whose name and password these are.
    ///
    /// - Parameter beside: what has to be right beside the password; a guess at that costs a try as one at the password does.
    func checked(
        _ name: String, _ password: String, _ address: String,
        beside: (Account, inout Bool) throws(Problem) -> Void = { (_, _) throws(Problem) in }
    ) async throws(Problem) -> Account {
        let known = AccountName(name)
        // Whatever cannot be a name shares one delay, so that nobody fills memory with made-up ones.
        let key = known?.description ?? "?"
        try throttle.take(name: key, address: address, now: now())
        let account = known.flatMap { accounts[$0] }
        // A name that nobody has is checked like any other, against what no text matches.
        let verifier = account?.verifier ?? PasswordVerifier.matchingNothing(cost)
        let given = password.utf8.count <= 4 * Password.lengthMax ? password : ""
        let isRight = try await gate.run(costing: verifier.cost) { () throws(Problem) in try verifier.matches(given) }
        // Asked again after the wait: it may have been disabled meanwhile.
        guard isRight, let account = known.flatMap({ accounts[$0] }), account.isActive else { throw Self.refused }
        var isGuess = false
        do throws(Problem) { try beside(account, &isGuess) } catch {
            if !isGuess { throttle.succeeded(name: key, address: address, now: now()) }
            throw error
        }
        throttle.succeeded(name: key, address: address, now: now())
        return account
    }

    private static func role(_ asked: Role?, of account: Account) throws(Problem) -> Role {
        let words = account.roles.map(\.rawValue).joined(separator: ", ")
        guard let asked else {
            guard account.roles.count == 1 else {
                throw Problem(.badInput, "'\(account.name)' has the roles \(words).", remedy: "Say in which: --role ROLE.")
            }
            return account.roles[0]
        }
        guard account.roles.contains(asked) else {
            throw Problem(.notPermitted, "'\(account.name)' has not the role \(asked.rawValue), but \(words).")
        }
        return asked
    }

    private static var refused: Problem {
        Problem(.signIn, "The name or the password is wrong.", remedy: "Try again, or ask an administrator for another password.")
    }

    private static var over: Problem { Problem(.signIn, "The session is over.") }
}
