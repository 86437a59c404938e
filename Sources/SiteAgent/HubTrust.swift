import CurlHTTP
import EventLog
import Glibc
import Problems
import SQLiteStore
import Wire
import NodeFiles

/// By what a site tells its hub's TLS from anybody else's.
struct HubTrust: Sendable {
    /// The copy of the hub's authority that a site keeps in its folder.
    static let fileName = "hub-authority.pem"

    /// A PEM file that somebody named; nil where nobody did.
    var authorityFile: String?
    /// The hub's own keys, where it stated its authority.
    var pins: [String] = []

    /// How to connect.
    func policy(in folder: String) throws(Problem) -> TLSPolicy {
        guard authorityFile == nil, !pins.isEmpty else { return TLSPolicy(authorityFile: authorityFile) }
        do throws(TransportError) {
            var keys: [PublicKeyPin] = []
            for pin in pins { keys.append(try PublicKeyPin(parsing: pin)) }
            return TLSPolicy(authorityFile: folder + "/" + Self.fileName, pins: keys)
        } catch { throw error.problem }
    }

    /// Asks the hub that a join code names how its TLS is told from others', and keeps its authority in the folder.
    ///
    /// The connection is judged by nothing: its answer is, by the fingerprint in the code. Nothing is said to it that others must not know.
    static func ask(_ url: String, _ code: JoinCode, folder: String) async throws(Problem) -> HubTrust {
        let http = HTTPClient(tls: .unverified)
        defer { http.close() }
        let statement = try await statement(url, http, fingerprint: code.fingerprint)
        guard let pem = statement.pem, !statement.pins.isEmpty else { return HubTrust() }
        try SecretFile.write(Array(pem.utf8), to: folder + "/" + fileName)
        return HubTrust(pins: statement.pins)
    }

    /// What a hub says of its TLS, believed by the fingerprint of its key.
    static func statement(
        _ url: String, _ http: HTTPClient, fingerprint: [UInt8]
    ) async throws(Problem) -> AuthorityStatement {
        let response: HTTPClientResponse
        do {
            var limits = TransferLimits.ordinary
            limits.responseBytesMax = AuthorityStatement.bytesMax
            response = try await http.send(HTTPClientRequest(url: url + "/v1/authority", limits: limits))
        } catch { throw error.problem }
        guard response.status == 200, response.header("Content-Type")?.hasPrefix("text/plain") == true else {
            throw Problem(.proxyAnswered, "Something else than a hub answered (status \(response.status)).")
        }
        return try AuthorityStatement(parsing: String(decoding: response.body, as: UTF8.self), fingerprint: fingerprint)
    }

    /// Forgets what was kept in a folder that has not become a site's.
    static func forget(in folder: String) { unlink(folder + "/" + fileName) }
}
