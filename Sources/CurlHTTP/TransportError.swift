public import Problems

/// Why an exchange over HTTP did not give an answer.
///
/// An answer with an error status is an answer, not one of these. Except for `cut`, `timeout`, `malformed` and `tooLarge`
/// after the head, nothing is known of whether the other end acted: repeat only what is safe to do twice.
public enum TransportError: Error, Equatable, Sendable {
    /// Nobody accepted the connection: refused, no route, or no such socket file.
    case unreachable
    /// The host's name has no address.
    case resolve
    /// TLS could not be agreed, or the certificate is not vouched for by the configured authority.
    case tls
    /// The server's public key is none of the pinned ones: somebody else answers.
    case pinMismatch
    /// The server's certificate is past its end, or this machine's clock is wrong.
    case certificateExpired
    /// A deadline passed: connecting, in total, too slow, or silent.
    case timeout
    /// The answer went over a bound of ``TransferLimits``.
    case tooLarge
    /// The connection ended in the middle of the exchange.
    case cut
    /// What came is not HTTP/1.1.
    case malformed
    /// Plain HTTP to a host that is not this machine; nothing was sent.
    case insecure
    /// The request cannot be sent as it is; the text says which part. Nothing was sent.
    case unsendable(String)
    /// The task was cancelled, a callback declined, or the client was closed.
    case cancelled
    /// Anything else, as libcurl numbers it.
    case other(code: Int32)

    /// Whether the same exchange may succeed later without a change at this end.
    public var isRetryable: Bool {
        switch self {
        case .unreachable, .resolve, .tls, .certificateExpired, .timeout, .cut, .malformed, .other: true
        case .pinMismatch, .tooLarge, .insecure, .unsendable, .cancelled: false
        }
    }

    /// A stable name for programs, as the fact `transport` of ``problem``.
    public var name: String {
        switch self {
        case .unreachable: "UNREACHABLE"
        case .resolve: "NAME_NOT_RESOLVED"
        case .tls: "TLS_FAILED"
        case .pinMismatch: "TLS_PIN_MISMATCH"
        case .certificateExpired: "TLS_CERT_EXPIRED"
        case .timeout: "TIMEOUT"
        case .tooLarge: "ANSWER_TOO_LARGE"
        case .cut: "ANSWER_CUT"
        case .malformed: "ANSWER_NOT_HTTP"
        case .insecure: "INSECURE"
        case .unsendable: "UNSENDABLE"
        case .cancelled: "CANCELLED"
        case .other(let code): "CURL_\(code)"
        }
    }

    /// The same said for people and programs. Source: RFC 9457 3.1.
    public var problem: Problem {
        let facts = [Problem.Fact("transport", name)]
        switch self {
        case .unreachable:
            return Problem(.hubUnreachable, "A connection was expected, and nobody accepted it.", facts: facts)
        case .resolve:
            return Problem(.hubUnreachable, "The host's name was looked up and has no address.", facts: facts)
        case .tls:
            return Problem(
                .hubUnreachable, "A certificate of the configured authority was expected, and TLS could not be agreed.",
                remedy: "Check the authority file and that the address is the server's, not a proxy's.", facts: facts)
        case .pinMismatch:
            return Problem(
                .hubUnreachable, "The pinned public key was expected, and another one answered. Nothing was sent.",
                remedy: "Ask the hub's administrator whether its key changed; until then somebody else may be answering.",
                facts: facts)
        case .certificateExpired:
            return Problem(
                .hubUnreachable, "A certificate that is valid now was expected, and this one is not.",
                remedy: "Have the server's certificate renewed, and check this machine's clock.", facts: facts)
        case .timeout:
            return Problem(.hubUnreachable, "An answer was expected in time, and the deadline passed.", facts: facts)
        case .cut:
            return Problem(.hubUnreachable, "A whole answer was expected, and the connection ended before its end.", facts: facts)
        case .tooLarge:
            return Problem(.tooLarge, "The answer is larger than what is accepted here.", facts: facts)
        case .malformed:
            return Problem(.proxyAnswered, "An HTTP answer was expected, and something else came.", facts: facts)
        case .insecure:
            return Problem(
                .configuration, "TLS was expected, and the address is plain HTTP to another machine. Nothing was sent.",
                remedy: "Use an https address; plain HTTP is for this machine only.", facts: facts)
        case .unsendable(let part):
            return Problem(.configuration, "The request cannot be sent: \(part).", facts: facts)
        case .cancelled:
            return Problem(.interrupted, "The exchange was cancelled before its end.", facts: facts)
        case .other(let code):
            return Problem(.hubUnreachable, "The transfer failed (libcurl code \(code)).", facts: facts)
        }
    }
}
