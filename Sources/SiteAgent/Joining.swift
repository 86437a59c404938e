import Crypto
import CurlHTTP
import EventLog
public import Problems
import SQLiteStore
import Wire
import NodeFiles

/// Joins a site to a hub by a one-time code: the key is made here and never leaves.
public enum Joining {
    /// Joins, and writes the site's folder.
    ///
    /// - Throws: `SITE_PENDING` where somebody must approve the site first, and `HUB_UNREACHABLE`, `PROXY_ANSWERED` or a fault of the hub's where
    ///   its answer was lost: the key that was shown is kept then, and the same command shows it again. `JOIN_CODE_REFUSED`,
    ///   `CONFIGURATION` for an address that is none, `STORE_IN_USE` for a folder that joined before: no key is left then.
    /// - Returns: the site as the hub named it.
    public static func join(
        url: String, code text: String, folder: String, authorityFile: String? = nil
    ) async throws(Problem) -> SiteFolder {
        let url = try address(url)
        let code = try JoinCode(parsing: text)
        guard !SiteFolder.exists(in: folder), !StoreFile.exists(in: folder) else {
            throw Problem(.storeInUse, "The folder is a site's or a hub's already.", remedy: "Use another folder.")
        }
        try DataFolder.make(folder)
        let attempt = try JoinAttempt(in: folder, code: code)
        let (answer, asksForCertificates): (JoinAnswer, Bool)
        var trust = HubTrust(authorityFile: authorityFile)
        do throws(Problem) {
            if authorityFile == nil, url.hasPrefix("https:") { trust = try await HubTrust.ask(url, code, folder: folder) }
            (answer, asksForCertificates) = try await ask(url, text, attempt.key, try trust.policy(in: folder))
        } catch {
            switch error.code {
            case .sitePending: throw attempt.waiting(for: code)
            // Whether the hub took the key is not known then: it is shown again.
            case .hubUnreachable, .proxyAnswered, .tooManyRequests, .internalError, .ioFailed, .diskFull, .auditUnavailable: break
            default:
                attempt.end()
                HubTrust.forget(in: folder)
            }
            throw error
        }
        guard JoinCode.fingerprint(of: answer.hubKey) == code.fingerprint else {
            attempt.end()
            throw Problem(.joinCodeRefused, "The hub that answered is not the one that made the code.")
        }
        try SiteFolder.make(
            at: folder,
            identity: SiteFolder.Identity(
                site: answer.site.text, kind: answer.kind, label: answer.label, hubURL: url,
                hubKey: Base64.text(of: answer.hubKey),
                hubName: answer.hubName, authorityFile: authorityFile,
                pins: trust.pins.isEmpty ? nil : trust.pins),
            key: attempt.key)
        attempt.end()
        let joined = try SiteFolder(opening: folder)
        if asksForCertificates { try await fetchCertificate(joined) }
        return joined
    }

    /// Fetches the first client certificate. The site has joined whether or not it comes: the next sync fetches it too.
    private static func fetchCertificate(_ folder: SiteFolder) async throws(Problem) {
        let http = try folder.client()
        defer { http.close() }
        await HubClient(folder: folder, http: http, now: Agent.wallClock).renewCertificate(.asked)
    }

    /// Shows the key and the code to the hub; also says whether it asks its sites for client certificates.
    private static func ask(
        _ url: String, _ code: String, _ key: Curve25519.Signing.PrivateKey, _ tls: TLSPolicy
    ) async throws(Problem) -> (JoinAnswer, asksForCertificates: Bool) {
        let proof: [UInt8]
        do { proof = Array(try key.signature(for: Array(code.utf8))) } catch {
            throw Problem(.internalError, "The key that was made cannot sign.")
        }
        let http = HTTPClient(tls: tls)
        defer { http.close() }
        let request = JoinRequest(code: code, publicKey: Array(key.publicKey.rawRepresentation), proof: proof)
        let response: HTTPClientResponse
        do {
            response = try await http.send(
                HTTPClientRequest(
                    method: "POST", url: url + "/v1/join", headers: [("Content-Type", SyncCoding.mediaType)], body: request.bytes)
            )
        } catch {
            let problem = error.problem
            guard problem.code == .hubUnreachable else { throw problem }
            throw Problem(
                problem.code, problem.message,
                remedy: "See that the address is the hub's and that the hub runs; the code stays good.", facts: problem.facts)
        }
        guard response.status == 200 else {
            throw ProblemReader.problem(response.body)
                ?? Problem(.proxyAnswered, "Something else than a hub answered (status \(response.status)).")
        }
        let asks = response.header("Filmjacket-Certificates") != nil
        do { return (try JoinAnswer(bytes: response.body), asks) } catch {
            throw Problem(.proxyAnswered, "Something else than a hub answered: \(error.message)")
        }
    }

    /// The hub's address without a final slash.
    ///
    /// - Throws: `CONFIGURATION` for another scheme than http and https, a user name, a query, or no host.
    static func address(_ url: String) throws(Problem) -> String {
        var text = url
        while text.hasSuffix("/") { text.removeLast() }
        let scheme = text.hasPrefix("https://") ? 8 : text.hasPrefix("http://") ? 7 : 0
        let rest = text.dropFirst(scheme)
        let isPlain = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"@?#\\\"<>".utf8.contains($0) }
        guard scheme > 0, isPlain, isAuthority(rest.prefix { $0 != "/" }) else {
            throw Problem(
                .configuration, "A hub's address looks like https://hub.example:8443; this has another form.",
                remedy: "Give scheme, host and port, without user, query or fragment.")
        }
        return text
    }

    /// Whether a text is a host, in brackets where it is an address of version 6, and at most one port from 1 to 65535.
    private static func isAuthority(_ text: Substring) -> Bool {
        let end = text.hasPrefix("[") ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
        guard let end else { return !text.isEmpty && !text.hasPrefix("[") }
        let port = text[end...]
        guard end > text.startIndex, !port.isEmpty else { return end > text.startIndex }
        guard port.hasPrefix(":"), port.dropFirst().utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        return (1...65_535).contains(Int(port.dropFirst()) ?? 0)
    }
}
