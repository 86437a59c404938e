import CCurl
import Dispatch

/// A server that takes mail, over SMTP by libcurl.
///
/// What goes to another machine goes over TLS: `smtps` from the first byte, `smtp` after STARTTLS, without which nothing is sent.
/// Source: RFC 5321, RFC 3207 (STARTTLS), RFC 8314.
public struct MailServer: Sendable {
    /// `smtp://HOST:PORT` or `smtps://HOST:PORT`.
    public let url: String
    /// Name and password, where the server asks for them.
    public let credentials: (user: String, password: String)?
    private let isLoopback: Bool

    /// Reads an address.
    ///
    /// - Throws: `unsendable` where it is no address of a mail server.
    public init(url: String, credentials: (user: String, password: String)? = nil) throws(TransportError) {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 || (parts.count == 4 && parts[3].isEmpty), parts[0] == "smtp:" || parts[0] == "smtps:",
            parts[1].isEmpty,
            !parts[2].isEmpty, !parts[2].contains("@"), parts[2].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { throw .unsendable("the address is neither smtp://HOST:PORT nor smtps://HOST:PORT") }
        self.url = url
        self.credentials = credentials
        let host = parts[2].split(separator: ":").first.map(String.init) ?? ""
        isLoopback = host == "localhost" || host.hasPrefix("127.") || parts[2].hasPrefix("[::1]")
    }

    /// Sends a mail.
    ///
    /// - Parameters:
    ///   - message: header and body as RFC 5322 has them, lines ended by CR LF.
    ///   - from: the envelope's sender.
    ///   - to: the envelope's recipients.
    /// - Throws: ``TransportError``; after `cut` and `timeout` nobody knows whether the server took it.
    public func send(_ message: String, from: String, to: [String]) async throws(TransportError) {
        let outcome: Result<Void, TransportError> = await withCheckedContinuation { continuation in
            // libcurl waits for the server: not on a thread that others share.
            DispatchQueue.global(qos: .utility).async {
                do throws(TransportError) {
                    try sendNow(message, from: from, to: to)
                    continuation.resume(returning: .success(()))
                } catch { continuation.resume(returning: .failure(error)) }
            }
        }
        try outcome.get()
    }

    private func sendNow(_ message: String, from: String, to: [String]) throws(TransportError) {
        guard let handle = CurlHandle() else { throw .other(code: Int32(CURLE_OUT_OF_MEMORY.rawValue)) }
        try handle.set(CURLOPT_URL, url)
        try handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_NOPROXY, "*")
        try handle.set(CURLOPT_NETRC, 0)
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, 10_000)
        try handle.set(CURLOPT_TIMEOUT_MS, 60_000)
        try handle.set(CURLOPT_USE_SSL, Int((isLoopback ? CURLUSESSL_TRY : CURLUSESSL_ALL).rawValue))
        try handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        try handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let credentials {
            try handle.set(CURLOPT_USERNAME, credentials.user)
            try handle.set(CURLOPT_PASSWORD, credentials.password)
        }
        try handle.set(CURLOPT_MAIL_FROM, "<\(from)>")
        do { try handle.sendMail(Array(message.utf8), to: to.map { "<\($0)>" }) } catch { throw Self.named(error) }
    }

    /// libcurl's code as what it means here.
    private static func named(_ error: TransportError) -> TransportError {
        guard case .other(let code) = error else { return error }
        switch CURLcode(rawValue: UInt32(code)) {
        case CURLE_COULDNT_CONNECT: return .unreachable
        case CURLE_COULDNT_RESOLVE_HOST: return .resolve
        case CURLE_OPERATION_TIMEDOUT: return .timeout
        case CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR: return .tls
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR: return .cut
        default: return error
        }
    }
}
