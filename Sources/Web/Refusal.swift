import NIOHTTP1
import Problems

/// A request that the server does not take, as the guards say it to each other.
struct Refusal: Error, Equatable {
    let problem: Problem
    let status: Int

    /// A refusal with the code's own status, or another one where HTTP has a more exact number than the catalogue.
    init(_ code: ProblemCode, _ message: String, remedy: String? = nil, status: Int? = nil) {
        problem = Problem(code, message, remedy: remedy)
        self.status = status ?? code.row.status
    }

    /// The refusal behind an error of the HTTP parser; nil for errors of the connection itself.
    init?(parserError error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow:
            self.init(.headersTooLarge, "The header fields are more or longer than what is accepted here.")
        case is HTTPParserError:
            self.init(.badInput, "An HTTP/1.1 request was expected, and what came cannot be read as one.")
        default:
            return nil
        }
    }

    static let slow = Refusal(.requestTimeout, "The whole request was expected in time, and a part of it did not come.")

    static func uriTooLong(_ limits: ServerLimits) -> Refusal {
        Refusal(.uriTooLong, "An address of at most \(limits.uriBytesMax) bytes was expected, and a longer one came.")
    }

    static func bodyTooLarge(_ limits: ServerLimits) -> Refusal {
        Refusal(.tooLarge, "A body of at most \(limits.bodyBytesMax) bytes was expected, and a larger one came.")
    }
}
