public import EventLog
public import ImagingCase

/// What a node knows of somebody who may sign in.
public struct Account: Hashable, Sendable {
    /// Whether the account can be used.
    public enum Standing: String, Codable, Sendable {
        case active
        case disabled
    }

    /// The name; also the person of the events that he records.
    public let name: AccountName
    /// The roles in which he may sign in, in the order of the catalogue.
    public internal(set) var roles: [Role]
    /// His password; nil where he signs in with an identity provider alone.
    var verifier: PasswordVerifier?
    /// What he shows beside it; nil where nothing.
    var factor: SecondFactor?
    /// A secret that was shown to him and of which no code was given yet.
    var offered: TimeCodeSecret?
    /// Whether the account can be used.
    public internal(set) var standing: Standing
    /// When it was made.
    public let created: Instant
    /// When roles, standing or password were changed last.
    public internal(set) var changed: Instant
    /// When he signed in last; nil for never.
    public internal(set) var lastSignIn: Instant?

    /// Whether the account can be used.
    public var isActive: Bool { standing == .active }
    /// Whether there is a password.
    public var hasPassword: Bool { verifier != nil }
    /// Whether signing in needs a code beside the password.
    public var hasCodes: Bool { factor != nil }
    /// How many recovery codes were not used.
    public var recoveryCodes: Int { factor?.recovery.count ?? 0 }
    /// Whether he may look after the node's accounts.
    public var administers: Bool { roles.contains(.siteAdmin) || roles.contains(.hubAdmin) }

    /// Roles that people have, each once, in the order of the catalogue. `system` is a program's.
    static func ordered(_ roles: [Role]) -> [Role] { Role.allCases.filter { $0 != .system && roles.contains($0) } }
}

/// An account as it lies in its file.
struct StoredAccount: Codable {
    var name: String
    var roles: [String]
    var verifier: PasswordVerifier?
    var factor: SecondFactor?
    var offered: TimeCodeSecret?
    var standing: Account.Standing
    var createdMilliseconds: Int64
    var changedMilliseconds: Int64
    var lastSignInMilliseconds: Int64?

    init(_ account: Account) {
        name = account.name.description
        roles = account.roles.map(\.rawValue)
        verifier = account.verifier
        factor = account.factor
        offered = account.offered
        standing = account.standing
        createdMilliseconds = account.created.milliseconds
        changedMilliseconds = account.changed.milliseconds
        lastSignInMilliseconds = account.lastSignIn?.milliseconds
    }

    /// The account; nil where the file says what no version writes.
    var account: Account? {
        guard let name = AccountName(name), verifier?.isWhole ?? true, factor?.isWhole ?? true, offered?.isWhole ?? true
        else { return nil }
        let known = roles.compactMap(Role.init(rawValue:))
        guard known.count == roles.count, Account.ordered(known) == known, !known.isEmpty else { return nil }
        return Account(
            name: name, roles: known, verifier: verifier, factor: factor, offered: offered, standing: standing,
            created: Instant(milliseconds: createdMilliseconds), changed: Instant(milliseconds: changedMilliseconds),
            lastSignIn: lastSignInMilliseconds.map(Instant.init(milliseconds:)))
    }
}
