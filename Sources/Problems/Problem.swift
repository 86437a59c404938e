/// What went wrong, in the four parts that every edge shows: code, what was expected and came, what to do next, retry.
///
/// The same value becomes an RFC 9457 document, a command's last lines and exit code, and an HL7 error segment.
/// Nothing in it may name a patient: positions, field paths, numbers and identifiers of machines only.
/// Source: RFC 9457 3.1.
public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable code that scripts match on.
    public let code: ProblemCode
    /// One plain sentence: what was expected and what came.
    public let message: String
    /// What to do next, as an imperative sentence.
    public let remedy: String
    /// Whether the same request can succeed later without a change, and after how many seconds at the earliest.
    public let retryAfterSeconds: Int?
    /// Facts for programs, beside the sentence: name and value, in order.
    public let facts: [Fact]

    /// One named fact of a problem, such as the sequence that was expected.
    public struct Fact: Equatable, Sendable {
        /// The member's name in the problem document.
        public let name: String
        /// Its value as text.
        public let value: String

        /// Names a fact.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Says a problem; the remedy defaults to the catalogue's.
    public init(
        _ code: ProblemCode, _ message: String, remedy: String? = nil, retryAfterSeconds: Int? = nil, facts: [Fact] = []
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy ?? code.row.remedy
        self.retryAfterSeconds = retryAfterSeconds ?? code.row.retryAfterSeconds
        self.facts = facts
    }

    /// The problem on one line, for logs and last resorts.
    public var description: String { "\(code.rawValue): \(message) \(remedy)" }
}
