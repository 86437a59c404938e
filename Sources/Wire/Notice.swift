public import EventLog
public import Problems

/// Something that somebody must know of, kept in the store until a person says that he knows: it outlives the process that saw it.
public struct Notice: Equatable, Sendable {
    /// When it was seen, by this machine's clock.
    public let seen: Instant
    /// The code, such as `HUB_REWOUND`.
    public let code: ProblemCode
    /// What was seen.
    public let message: String

    /// States a notice.
    public init(seen: Instant, code: ProblemCode, message: String) {
        self.seen = seen
        self.code = code
        self.message = message
    }

    /// The notice on one line, as it is kept.
    public var line: String { "\(seen.milliseconds)\t\(code.rawValue)\t\(message)" }

    /// Reads a line; nil for one that is none.
    public init?(line: Substring) {
        let parts = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let milliseconds = Int64(parts[0]), let code = ProblemCode(rawValue: String(parts[1])) else {
            return nil
        }
        self.init(seen: Instant(milliseconds: milliseconds), code: code, message: String(parts[2]))
    }
}
