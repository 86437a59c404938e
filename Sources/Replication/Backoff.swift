/// How long to wait after failures: exponential from 250 ms to 60 s, drawn evenly from the whole interval ("full jitter"), so that
/// a thousand agents do not come back in the same second.
public struct Backoff: Equatable, Sendable {
    /// The first ceiling in milliseconds.
    public static let baseMilliseconds: Int64 = 250
    /// The highest ceiling in milliseconds.
    public static let ceilingMilliseconds: Int64 = 60_000
    /// The highest ceiling while nothing at all is reached, in milliseconds: an attempt that reaches nothing costs nobody anything, and a
    /// link that returns must be seen within two seconds. A hub that answers and cannot serve gets the longer one.
    public static let unreachableCeilingMilliseconds: Int64 = 1_500
    /// The longest wait that an answer may ask for, in milliseconds.
    public static let askedMaximumMilliseconds: Int64 = 15 * 60 * 1000
    /// Failures in a row.
    public private(set) var failures = 0

    /// No failure yet.
    public init() {}

    /// Forgets the failures: the other side answered well.
    public mutating func succeeded() { failures = 0 }

    /// Counts a failure and draws the wait in milliseconds.
    ///
    /// - Parameters:
    ///   - askedMilliseconds: what the other side asked for; honoured up to 15 minutes, as the least wait.
    ///   - isUnreachable: whether nothing was reached.
    public mutating func failed(
        using generator: inout some RandomNumberGenerator, askedMilliseconds: Int64? = nil, isUnreachable: Bool = false
    ) -> Int64 {
        failures += 1
        let highest = isUnreachable ? Self.unreachableCeilingMilliseconds : Self.ceilingMilliseconds
        let ceiling = min(highest, Self.baseMilliseconds << Int64(min(failures - 1, 10)))
        let drawn = Int64.random(in: 0...ceiling, using: &generator)
        guard let asked = askedMilliseconds else { return max(drawn, 10) }
        return max(drawn, min(max(asked, 0), Self.askedMaximumMilliseconds))
    }
}
