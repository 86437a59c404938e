import EventLog
import Problems
import Replication
import Web

/// Holds each site to the rate at which it may push, where there is one.
final class PushMeter: Sendable {
    private let meter: RateMeter<SiteID>?
    private let eventsPerSecond: Int

    init(_ limits: SiteLimits) {
        eventsPerSecond = limits.eventsPerSecond ?? 0
        meter = limits.eventsPerSecond.map {
            RateMeter(perSecond: $0, burst: $0 * limits.burstSeconds, largest: SyncLimits.segmentEventsMax)
        }
    }

    /// Whether a site may push now. A push is taken whole: what it was too many is paid for before the next.
    ///
    /// - Throws: `TOO_MANY_REQUESTS` with the seconds to wait.
    func require(_ site: SiteID, _ now: Instant) throws(Problem) {
        guard let wait = meter?.wait(of: site, now) else { return }
        throw Problem(
            .tooManyRequests, "The site may push \(eventsPerSecond) events a second for long, and pushed more.",
            remedy: "Wait, then go on; the hub's administrator sets the rate.", retryAfterSeconds: wait)
    }

    /// Counts what was pushed.
    func count(_ events: Int, of site: SiteID, _ now: Instant) { meter?.count(events, of: site, now) }
}
