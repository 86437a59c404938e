/// What can be asked about people at a node: signing in and looking after accounts. Apart from ``DeskRequest``, because these carry
/// passwords, and what is asked of a desk may be written down.
public enum PeopleRequest: Codable, Sendable {
    /// Sign somebody in.
    case signIn(name: String, password: String, role: String?, code: String?)
    /// End the session that the asker shows.
    case signOut
    /// Who the asker is.
    case whoIs
    /// Take the password once more, for signing.
    case confirm(password: String, code: String?)
    /// Show a new secret for codes; it takes effect with the first code.
    case codesBegin(name: String)
    /// Take the first code of a new secret.
    case codesConfirm(name: String, code: String)
    /// Ask somebody for codes no more.
    case codesRemove(name: String)
    /// Ask for codes in these roles before anything is signed; nil to be told in which.
    case codesRequire(roles: [String]?)
    /// Open an account.
    case add(name: String, roles: [String], password: String?)
    /// Every account.
    case list
    /// One account.
    case show(name: String)
    /// Let an account be used, or not any more.
    case stand(name: String, isActive: Bool)
    /// Give somebody another password; of oneself with the old one.
    case password(name: String, new: String, old: String?)
    /// Give somebody other roles.
    case roles(name: String, roles: [String])
    /// Who looked at what without a relation to it.
    case glassList(all: Bool)
    /// Believe an identity provider.
    case openIDSet(issuer: String, client: String, redirect: String, claim: String, authorityFile: String?)
    /// Which identity provider is believed.
    case openIDShow
    /// Note that entries were reviewed.
    case glassReview(numbers: [Int])
}
