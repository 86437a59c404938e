import FoundationEssentials
public import ImagingCase
import Problems
import NodeFiles
import Synchronization

/// What a node asks of people beside their password, in a file of its own.
public final class SignInPolicy: Sendable {
    /// The file's name in the node's folder.
    public static let fileName = "sign-in-policy.json"

    private struct Stored: Codable {
        var format = 1
        /// Roles in which nothing is signed without a second factor.
        var codesForSigning: [String]
    }

    private let path: String
    private let roles: Mutex<[Role]>

    /// Reads the policy of a folder; asks for nothing where there is none.
    ///
    /// - Throws: `CONFIGURATION` for a file that is damaged, `PERMISSIONS` for one that others may read. Nobody is let in then: a policy
    ///   that cannot be read must not be one that asks for less.
    init(folder: String) throws(Problem) {
        path = folder + "/" + Self.fileName
        let stored = try SecretFile.json(Stored.self, in: path) ?? Stored(codesForSigning: [])
        let known = stored.codesForSigning.compactMap(Role.init(rawValue:))
        guard stored.format == 1, known.count == stored.codesForSigning.count else { throw SecretFile.damaged(path) }
        roles = Mutex(known)
    }

    /// Roles in which nothing is signed without a second factor, in the order of the catalogue.
    public var codesForSigning: [Role] { roles.withLock { $0 } }

    /// Asks for a second factor in these roles from now on, and in no others.
    func askForCodes(in asked: [Role]) throws(Problem) {
        let ordered = Account.ordered(asked)
        try roles.withLock { (held) throws(Problem) in
            try SecretFile.write(json: Stored(codesForSigning: ordered.map(\.rawValue)), to: path)
            held = ordered
        }
    }
}
