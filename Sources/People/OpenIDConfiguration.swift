import Foundation
public import Problems
import NodeFiles

/// Which identity provider a node believes, and as whom it asks there.
public struct OpenIDConfiguration: Codable, Hashable, Sendable {
    /// The file's name in the node's folder.
    public static let fileName = "openid.json"

    /// The provider: an https address, or http on loopback.
    public let issuer: String
    /// As whom the node is known there.
    public let clientID: String
    /// Where the provider sends people back: this node's `/v1/session/oidc/callback`.
    public let redirect: String
    /// The claim that names the account.
    public let claim: String
    /// A PEM file of the authorities that are believed for the provider; nil for the system's.
    public let authorityFile: String?

    /// Checks and gathers it. A public client: PKCE stands for a secret.
    ///
    /// - Throws: `CONFIGURATION` for what cannot be one.
    public init(
        issuer: String, clientID: String, redirect: String, claim: String = "preferred_username", authorityFile: String? = nil
    ) throws(Problem) {
        for (name, text) in [("issuer", issuer), ("redirect", redirect)] {
            guard let url = URLComponents(string: text), let host = url.host, url.user == nil, url.query == nil,
                url.fragment == nil,
                url.scheme == "https" || url.scheme == "http" && ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host)
            else {
                throw Problem(
                    .configuration, "The \(name) is no https address without user, query and fragment.",
                    remedy: "Give it as the provider shows it, such as https://login.example/realms/hospital.")
            }
        }
        guard !clientID.isEmpty, clientID.utf8.count <= 256 else {
            throw Problem(.configuration, "The client's id has 1 to 256 bytes.")
        }
        guard IdentityToken.claims.contains(claim) else {
            throw Problem(
                .configuration, "'\(claim)' is no claim that names an account.",
                remedy: "Take one of: \(IdentityToken.claims.joined(separator: ", ")).")
        }
        self.issuer = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        self.clientID = clientID
        self.redirect = redirect
        self.claim = claim
        self.authorityFile = authorityFile
    }

    /// Reads a folder's; nil where none is set.
    public static func read(_ folder: String) throws(Problem) -> OpenIDConfiguration? {
        try SecretFile.json(OpenIDConfiguration.self, in: folder + "/" + fileName)
    }

    /// Writes it into a folder.
    public func write(_ folder: String) throws(Problem) {
        try SecretFile.write(json: self, to: folder + "/" + Self.fileName)
    }
}
