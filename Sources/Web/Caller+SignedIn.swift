import EventLog
import ImagingCase
import Problems

extension Caller {
    /// The person in his role, where he signed in; nil where he is only said to be there.
    var author: Author? {
        guard assurance == .local || assurance == .central, let person, let role = role.flatMap(Role.init(rawValue:)) else {
            return nil
        }
        return Author(person: person, role: role)
    }

    /// Whether he signed in as one who looks after the node.
    var administers: Bool { author.map { $0.role == .siteAdmin || $0.role == .hubAdmin } ?? false }

    /// Whoever signed in for the request that is being answered.
    static var signedIn: Author? { current?.author }

    /// Who acts or looks: whoever signed in, and else what is said. What a signed-in person says of himself must be what he signed in as.
    ///
    /// - Throws: `NOT_PERMITTED` where it is not.
    static func said(_ person: String?, _ role: String?) throws(Problem) -> (person: String?, role: String?) {
        guard let author = signedIn else { return (person, role) }
        let isHim = person.map { $0.isEmpty || $0 == author.person } ?? true
        let named = role.flatMap { $0.isEmpty ? nil : $0 }
        let isRole = try named.map { (word) throws(Problem) in try RoleWord.role(word) == author.role } ?? true
        guard isHim, isRole else {
            throw Problem(
                .notPermitted, "Signed in is '\(author.person)' as \(author.role.rawValue), and somebody else is named.",
                remedy: "Leave person and role out, or sign in as who acts.")
        }
        return (author.person, author.role.rawValue)
    }
}
