public import EventLog

/// How far sites' clocks are from the hub's, as the hub measured with each batch: corrects intervals that are shown, and nothing
/// else. Which came after which is causal and stays as it is (conflict 61).
public struct SiteClocks: Hashable, Sendable {
    /// One measurement: that of the events of a log up to a place.
    private struct Reading: Hashable, Sendable {
        let through: UInt64
        let offsetMilliseconds: Int64
    }

    /// From how far off a site is shown as wrong.
    public static let noticeMilliseconds: Int64 = 5 * 60_000
    private var readings: [LogID: [Reading]] = [:]

    /// Nothing measured: every clock is believed.
    public init() {}

    /// Takes note of a measurement.
    ///
    /// - Parameter through: the last event of the batch that it came with.
    /// - Parameter offsetMilliseconds: the site's clock minus the hub's.
    public mutating func measured(_ log: LogID, through: UInt64, offsetMilliseconds: Int64) {
        var own = readings[log] ?? []
        own.removeAll { $0.through == through }
        own.append(Reading(through: through, offsetMilliseconds: offsetMilliseconds))
        readings[log] = own.sorted { $0.through < $1.through }
    }

    /// How far the clock was off when an event was recorded: as measured with its batch, else with the last one before.
    public func offsetMilliseconds(of event: EventID) -> Int64 {
        let own = readings[event.log] ?? []
        return (own.first { event.sequence <= $0.through } ?? own.last)?.offsetMilliseconds ?? 0
    }

    /// When a fact happened by the hub's clock.
    public func moment(of fact: CaseFact) -> Instant {
        let offset = offsetMilliseconds(of: fact.id)
        return fact.occurredAt.instant.advanced(byMilliseconds: offset == .min ? .max : -offset)
    }

    /// The time between two facts by the hub's clock; negative where the later one was asserted earlier all the same.
    public func milliseconds(from earlier: CaseFact, to later: CaseFact) -> Int64 {
        let (gap, overflow) = moment(of: later).milliseconds.subtractingReportingOverflow(moment(of: earlier).milliseconds)
        return overflow ? (gap < 0 ? .max : .min) : gap
    }

    /// What is shown beside a site's times, such as `site clock +3:02`; nil where its clock is right.
    public func notice(of event: EventID) -> String? {
        let offset = offsetMilliseconds(of: event)
        guard offset.magnitude >= UInt64(Self.noticeMilliseconds) else { return nil }
        let minutes = offset.magnitude / 60_000
        let rest = String(minutes % 60)
        return "site clock \(offset < 0 ? "-" : "+")\(minutes / 60):\(rest.count < 2 ? "0" : "")\(rest)"
    }
}
