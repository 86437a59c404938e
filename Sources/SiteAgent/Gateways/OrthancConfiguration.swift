import Foundation
import NodeFiles
public import Problems
import Web

/// Which archive is followed, and how.
public struct OrthancConfiguration: Sendable {
    /// The address of its REST API, without a slash at the end.
    public let url: String
    /// The value of the Authorization field; nil where nobody signs in.
    let authorization: String?
    /// A PEM file of the authorities to believe for the archive; nil for the system's.
    public var authorityFile: String?
    /// Seconds between two looks at all studies.
    public var sweepSeconds: Int64 = 300
    /// Who issues the accession numbers and patient identifiers of the archive; empty where that is not known.
    public var issuer = ""
    /// The folder of the modality worklist's files; nil where none are written.
    public var worklistFolder: String?

    /// Names an archive.
    ///
    /// - Parameters:
    ///   - user: who signs in; empty for nobody.
    ///   - passwordFile: a file that its owner alone may read.
    /// - Throws: `CONFIGURATION` for an address that is none or may not be used, and as `SecretFile.read` for the password's file.
    public init(url: String, user: String = "", passwordFile: String? = nil) throws(Problem) {
        self.url = try Self.address(url)
        guard user.isEmpty == (passwordFile == nil) else {
            throw Problem(
                .configuration, "A name and the file of its password go together, and one of them is missing.",
                remedy: "Give both: --orthanc-user NAME --orthanc-password-file FILE.")
        }
        guard let passwordFile else {
            authorization = nil
            return
        }
        let password = String(decoding: try SecretFile.read(passwordFile), as: UTF8.self).trimmingCharacters(in: .newlines)
        authorization = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }

    private static func address(_ text: String) throws(Problem) -> String {
        let parts = URLComponents(string: text)
        guard let parts, let scheme = parts.scheme, ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil, parts.port != 0
        else {
            throw Problem(
                .configuration, "The archive's address is an http or https address without user, password or query.",
                remedy: "Give it as http://127.0.0.1:8042, and the name by --orthanc-user.")
        }
        guard scheme == "https" || Loopback.contains(host) else {
            throw Problem(
                .configuration, "Plain HTTP goes to this machine only, and '\(host)' is another.",
                remedy: "Use an https address, or run the agent beside the archive.")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
