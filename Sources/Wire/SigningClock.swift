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

    /// Learns from a greeting: a clock that differs by more than the way takes dates by the hub's from then on. A site whose requests
    /// lay ahead of the hub's clock would leave something that could be repeated after the hub's next start.
    ///
    /// - Parameters:
    ///   - hubTime: the hub's clock in its answer.
    ///   - sent: this machine's clock when the request went.
    ///   - received: the same when the answer came.
    public mutating func learn(hubTime: Instant, sent: Instant, received: Instant) {
        let roundTrip = received.milliseconds - sent.milliseconds
        guard roundTrip >= 0, roundTrip < RequestSignature.windowSeconds * 1000 else { return }
        let offset = hubTime.milliseconds.subtractingReportingOverflow(sent.milliseconds + roundTrip / 2)
        guard !offset.overflow, (offset.partialValue - offsetMilliseconds).magnitude > 1000 + roundTrip.magnitude else { return }
        offsetMilliseconds = offset.partialValue
    }
}
