public import EventLog
public import Problems

/// The hub's clock as a site knows it: requests carry the hub's time, because a site whose own clock is wrong by years records and
/// reconciles all the same. Pure: the time is an argument.
///
/// What a site signs is not dated by it: the hub alone judges how old a request may be, and each counts once.
public struct SigningClock: Equatable, Sendable {
    /// The hub's clock minus this machine's, as far as known, in milliseconds.
    public private(set) var offsetMilliseconds: Int64 = 0

    /// Believes the machine's clock.
    public init() {}

    /// The moment that a request carries.
    public func reading(at now: Instant) -> Instant { now.advanced(byMilliseconds: offsetMilliseconds) }

    /// Learns from a hub that found a request's time implausible and said by how much.
    ///
    /// - Returns: whether something was learnt, so that another try has a chance.
    @discardableResult
    public mutating func learn(from problem: Problem) -> Bool {
        guard problem.code == .clockImplausible,
            let seconds = problem.facts.first(where: { $0.name == "offsetSeconds" }).flatMap({ Int64($0.value) }), seconds != 0,
            seconds.magnitude < 1_000_000_000_000
        else { return false }
        offsetMilliseconds = offsetMilliseconds.subtractingReportingOverflow(seconds * 1000).partialValue
        return true
    }
}
