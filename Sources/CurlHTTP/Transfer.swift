import CCurl

/// Who takes a streamed answer, on the client's thread.
@safe
struct StreamSink: Sendable {
    /// Told the head once; answers whether the body goes to `onBytes` (true) or is gathered.
    let onHead: @Sendable (HTTPClientResponse) -> Bool
    /// Told bytes as they come; answers whether to go on.
    let onBytes: @Sendable (UnsafeRawBufferPointer) -> Bool
}

/// One exchange under way. It lives on the client's thread alone, which also runs its callbacks.
final class Transfer {
    /// How the exchange ended, to whoever waits for it.
    typealias Outcome = Result<HTTPClientResponse, TransportError>

    /// What a gathered body may hold where the limits name no number, as for the error answer to a stream.
    private static let gatheredBytesMax = 16 << 20
    /// Up to here libcurl sends a body together with the head and counts both as "request size".
    private static let bodyBytesSentWithHead = 64 << 10

    let id: UInt64
    let limits: TransferLimits
    private(set) var handle: CurlHandle
    private(set) var lastHeard: ContinuousClock.Instant
    private let bodyCount: Int
    private let sink: StreamSink?
    private let progress: (@Sendable (Int64, Int64) -> Void)?
    private var response = HTTPClientResponse()
    private var headerBytes = 0
    private var headerLines = 0
    private var bodyBytes = 0
    private var isHeadComplete = false
    private var isStreaming = false
    private var told: (Int64, Int64) = (0, 0)
    private var refusal: TransportError?

    /// Makes an exchange ready to start.
    /// - Throws: `insecure`, `unsendable` or `other`; nothing was sent.
    init(_ submission: Submission) throws(TransportError) {
        guard let handle = CurlHandle() else { throw .other(code: Int32(CURLE_OUT_OF_MEMORY.rawValue)) }
        id = submission.id
        limits = submission.request.limits
        self.handle = handle
        lastHeard = .now
        bodyCount = submission.request.body.count
        sink = submission.sink
        progress = submission.request.progress
        try self.handle.prepare(submission.request, submission.settings)
        try self.handle.call(self, withProgress: progress != nil)
    }

    /// Takes one header line as it came, with its line end; false ends the exchange.
    func take(headerLine line: UnsafeRawBufferPointer) -> Bool {
        lastHeard = .now
        headerBytes += line.count
        headerLines += 1
        // The head's first and last line are not fields.
        guard headerBytes <= limits.headerBytesMax, headerLines <= limits.headerCountMax + 2 else { return refuse(.tooLarge) }
        // Fields after the body (trailers) are counted and not believed.
        guard !isHeadComplete else { return true }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            response = HTTPClientResponse()
            return true
        }
        guard let end = text.firstIndex(where: { !$0.isNewline }) else { return endHead() }
        guard end == text.startIndex, let colon = text.firstIndex(of: ":"), !text.hasPrefix(" "), !text.hasPrefix("\t") else {
            return refuse(.malformed)
        }
        response.headers.append((String(text[..<colon]), text[text.index(after: colon)...].trimmed))
        return true
    }

    /// Takes body bytes; false ends the exchange.
    func take(bodyBytes bytes: UnsafeRawBufferPointer) -> Bool {
        lastHeard = .now
        bodyBytes += bytes.count
        let most = limits.responseBytesMax ?? (isStreaming ? Int.max : Self.gatheredBytesMax)
        guard bodyBytes <= most else { return refuse(.tooLarge) }
        guard isStreaming, let sink else {
            unsafe response.body.append(contentsOf: bytes)
            return true
        }
        return unsafe sink.onBytes(bytes) || refuse(.cancelled)
    }

    /// Tells how far the bodies are, when that changed.
    func tell(sent: Int64, received: Int64) {
        guard (sent, received) != told else { return }
        told = (sent, received)
        progress?(sent, received)
    }

    /// What came of the exchange, given how libcurl ended it.
    func outcome(of code: CURLcode) -> Outcome {
        if let refusal {
            return .failure(refusal)
        }
        guard code == CURLE_OK else {
            let verification = handle.long(CURLINFO_SSL_VERIFYRESULT)
            return .failure(TransportError(code, verification: verification))
        }
        guard isHeadComplete else { return .failure(.malformed) }
        let bodySentApart = bodyCount < Self.bodyBytesSentWithHead ? 0 : handle.bytes(CURLINFO_SIZE_UPLOAD_T)
        response.bytesSent = Int64(handle.long(CURLINFO_REQUEST_SIZE)) + bodySentApart
        response.bytesReceived = Int64(handle.long(CURLINFO_HEADER_SIZE)) + handle.bytes(CURLINFO_SIZE_DOWNLOAD_T)
        return .success(response)
    }

    private func endHead() -> Bool {
        response.status = handle.long(CURLINFO_RESPONSE_CODE)
        // Interim answers (1xx) are followed by the real one.
        guard response.status >= 200 else { return true }
        isHeadComplete = true
        isStreaming = sink?.onHead(response) ?? false
        return true
    }

    private func refuse(_ error: TransportError) -> Bool {
        refusal = error
        return false
    }
}

extension Substring {
    /// The text without spaces, tabs and line ends around it. Source: RFC 9110 5.5.
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(self[first...last])
    }
}

extension TransportError {
    /// The reason behind a code of libcurl; `verification` is OpenSSL's X509_V_ERR number.
    init(_ code: CURLcode, verification: Int) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .resolve
        case CURLE_COULDNT_CONNECT: self = .unreachable
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH: self = .pinMismatch
        // X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED.
        case CURLE_PEER_FAILED_VERIFICATION where verification == 9 || verification == 10: self = .certificateExpired
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CLIENTCERT:
            self = .tls
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND: self = .cut
        // What does not begin like HTTP/1 is reported as the unsupported protocol HTTP/0.9.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING: self = .malformed
        case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: self = .unsendable("the address cannot be read")
        case CURLE_ABORTED_BY_CALLBACK: self = .cancelled
        default: self = .other(code: Int32(code.rawValue))
        }
    }
}
