import CurlHTTP
import Foundation
import Problems

/// What holds for whatever is posted to somebody: where it may go, how long he may take, and what his answer means.
enum PostedTo {
    /// How long an answer may take.
    static let answerWithin = Duration.seconds(10)

    /// An address that may be posted to: https, or http on this machine; nobody's name or password in it.
    ///
    /// - Throws: `CONFIGURATION`.
    static func address(_ text: String) throws(Problem) -> String {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.scheme == "https" || (parts.scheme == "http" && ["127.0.0.1", "localhost", "[::1]"].contains(host))
        else {
            throw Problem(
                .configuration, "An https address is expected, or http on this machine, and '\(text)' is neither.",
                remedy: "Such as https://pager.example/in.")
        }
        return text
    }

    /// Posts, and says what the answer means: 2xx is taken, 410 wants nothing any more, everything else is tried again. Redirects are not
    /// followed.
    static func outcome(of request: HTTPClientRequest, by http: HTTPClient) async -> DeliveryOutcome {
        do throws(TransportError) {
            let answer = try await http.send(request)
            switch answer.status {
            case 200...299: return .taken(receipt: "\(answer.status)")
            case 410: return .gone("The receiver answered 410: it wants nothing any more.")
            default: return .again("The receiver answered \(answer.status).")
            }
        } catch {
            return error.isRetryable ? .unreachable(error.problem.message) : .again(error.problem.message)
        }
    }
}
