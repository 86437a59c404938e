public import EventLog
import FoundationEssentials
public import ImagingCase
public import Problems
import Synchronization
import NodeFiles

/// The accounts of a node, in a file of their own beside its store, for its owner alone.
///
/// A change is durable before it is told, and a crash leaves the book before it or after it. Accounts are in force once one of them is
/// active: from then on a person signs in before cases are shown to him or anything is recorded.
public final class AccountBook: Sendable {
    /// The file's name in the node's folder.
    public static let fileName = "accounts.json"
    /// Most accounts of a node.
    public static let accountsMax = 10_000

    private struct Stored: Codable {
        var format = 1
        var accounts: [StoredAccount]
    }

    private let path: String
    private let held: Mutex<[AccountName: Account]>

    /// Opens the book of a folder; an empty one where there is no file yet.
    ///
    /// - Throws: `CONFIGURATION` for a file that is damaged, `PERMISSIONS` for one that others may read. Nobody is let in then.
    public init(folder: String) throws(Problem) {
        path = folder + "/" + Self.fileName
        let stored = try SecretFile.json(Stored.self, in: path) ?? Stored(accounts: [])
        guard stored.format == 1 else { throw SecretFile.damaged(path) }
        var accounts: [AccountName: Account] = [:]
        for entry in stored.accounts {
            guard let account = entry.account, accounts.updateValue(account, forKey: account.name) == nil else {
                throw SecretFile.damaged(path)
            }
        }
        held = Mutex(accounts)
    }

    /// Whether people have to sign in.
    public var isInForce: Bool { held.withLock { $0.values.contains(where: \.isActive) } }

    /// Every account by name.
    public var all: [Account] { held.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// The account of a name.
    public subscript(name: AccountName) -> Account? { held.withLock { $0[name] } }

    /// Opens an account.
    ///
    /// - Throws: `BAD_INPUT` for a name that is taken or no role, `RANGE` when the book is full.
    public func add(_ name: AccountName, roles: [Role], verifier: PasswordVerifier?, now: Instant) throws(Problem) {
        let roles = try Self.checked(roles)
        try change { (accounts) throws(Problem) in
            guard accounts[name] == nil else {
                throw Problem(
                    .badInput, "There is an account '\(name)' already.", remedy: "See: filmjacket user show \(name).")
            }
            guard accounts.count < Self.accountsMax else {
                throw Problem(.outOfRange, "A node has at most \(Self.accountsMax) accounts.")
            }
            accounts[name] = Account(
                name: name, roles: roles, verifier: verifier, factor: nil, offered: nil, standing: .active, created: now,
                changed: now, lastSignIn: nil)
        }
    }

    /// Gives an account other roles.
    public func set(_ name: AccountName, roles: [Role], now: Instant) throws(Problem) {
        let roles = try Self.checked(roles)
        try change(name, now) { $0.roles = roles }
    }

    /// Lets an account be used, or not any more.
    public func set(_ name: AccountName, standing: Account.Standing, now: Instant) throws(Problem) {
        try change(name, now) { $0.standing = standing }
    }

    /// Gives an account another password.
    public func set(_ name: AccountName, verifier: PasswordVerifier, now: Instant) throws(Problem) {
        try change(name, now) { $0.verifier = verifier }
    }

    /// Notes that somebody signed in.
    func noteSignIn(_ name: AccountName, now: Instant) throws(Problem) {
        try change { (accounts) throws(Problem) in accounts[name]?.lastSignIn = now }
    }

    /// Keeps a secret for codes until its first code is given.
    func offer(_ name: AccountName, _ secret: TimeCodeSecret, now: Instant) throws(Problem) {
        try change(name, now) { $0.offered = secret }
    }

    /// Takes the first code of a secret that was offered: it takes the place of what was in force before.
    ///
    /// - Throws: `SECOND_FACTOR` for another code, `NOT_FOUND` where none was offered; nothing changes then.
    func confirm(_ name: AccountName, _ code: String, now: Instant) throws(Problem) -> [RecoveryCode] {
        var codes: [RecoveryCode] = []
        try change { (accounts) throws(Problem) in
            guard let secret = accounts[name]?.offered else {
                throw Problem(
                    .notFound, "No secret for codes was shown to '\(name)'.", remedy: "Show one: filmjacket user totp \(name).")
            }
            guard let begun = SecondFactor.begun(with: secret, firstCode: code, now: now) else { throw Self.noCode }
            accounts[name]?.factor = begun.factor
            accounts[name]?.offered = nil
            accounts[name]?.changed = now
            codes = begun.recovery
        }
        return codes
    }

    /// Takes a code, durably: after a crash it counts no more either.
    ///
    /// - Throws: `SECOND_FACTOR` for one that is wrong or was used; nothing changes then.
    func take(_ code: String, of name: AccountName, now: Instant) throws(Problem) {
        try change { (accounts) throws(Problem) in
            guard accounts[name]?.factor?.take(code, now: now) == true else { throw Self.noCode }
        }
    }

    /// Asks for codes no more, and forgets what was offered.
    func removeFactor(_ name: AccountName, now: Instant) throws(Problem) {
        try change(name, now) {
            $0.factor = nil
            $0.offered = nil
        }
    }

    private static var noCode: Problem { Problem(.secondFactor, "The code is wrong, too old, or was used already.") }

    private static func checked(_ roles: [Role]) throws(Problem) -> [Role] {
        let ordered = Account.ordered(roles)
        guard !ordered.isEmpty, !roles.contains(.system) else {
            throw Problem(
                .badInput, "An account has one role or several of people; 'system' is a program's.",
                remedy: "See: filmjacket role list.")
        }
        return ordered
    }

    private func change(_ name: AccountName, _ now: Instant, _ body: (inout Account) -> Void) throws(Problem) {
        try change { (accounts) throws(Problem) in
            guard var account = accounts[name] else {
                throw Problem(.notFound, "There is no account '\(name)'.", remedy: "See: filmjacket user list.")
            }
            body(&account)
            account.changed = now
            accounts[name] = account
        }
    }

    private static func hasAdministrator(_ accounts: [AccountName: Account]) -> Bool {
        accounts.values.contains { $0.isActive && $0.administers }
    }

    /// Changes the book: first its file, then what is held.
    private func change(_ body: (inout [AccountName: Account]) throws(Problem) -> Void) throws(Problem) {
        try held.withLock { (held) throws(Problem) in
            var accounts = held
            try body(&accounts)
            // Without an administrator nobody but the folder's owner could let anybody in again; without an active account at all the
            // node would believe whoever comes.
            guard Self.hasAdministrator(accounts) else {
                throw Problem(
                    .notPermitted, "One active account must be able to look after the others.",
                    remedy: "Give somebody the role siteAdmin or hubAdmin first.")
            }
            let stored = Stored(accounts: accounts.values.sorted { $0.name < $1.name }.map(StoredAccount.init))
            try SecretFile.write(json: stored, to: path)
            held = accounts
        }
    }
}
