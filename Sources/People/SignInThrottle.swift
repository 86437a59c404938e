public import EventLog
public import Problems
import Synchronization

/// How often somebody may try to sign in: a bucket for each name and each address, which fills again with time. A delay, never a lock:
/// whoever waits as long as he is told may try again.
public final class SignInThrottle: Sendable {
    /// The size of a bucket and how long it takes to fill.
    public struct Rate: Hashable, Sendable {
        /// Tries at once.
        public var burst: Int
        /// How long an empty bucket takes to be full.
        public var periodMilliseconds: Int64

        /// States a rate.
        public init(burst: Int, periodMilliseconds: Int64) {
            self.burst = burst
            self.periodMilliseconds = periodMilliseconds
        }

        var stepMilliseconds: Int64 { periodMilliseconds / Int64(burst) }
    }

    private struct Buckets {
        /// When each bucket that is not full will be.
        var full: [String: Instant] = [:]
        let rate: Rate
        let max: Int

        /// How long to wait until a try is free; nil where one is.
        func wait(_ key: String, _ now: Instant) -> Int64? {
            guard let full = full[key] else { return nil }
            let rest = full.milliseconds - now.milliseconds - (rate.periodMilliseconds - rate.stepMilliseconds)
            return rest > 0 ? rest : nil
        }

        mutating func take(_ key: String, _ now: Instant) {
            if full[key] == nil, full.count >= max {
                full = full.filter { $0.value > now }
                // Whoever fills the table with names that he made up must not free a name from its own delay: the one nearest to full goes.
                if full.count >= max, let nearest = full.min(by: { $0.value < $1.value }) { full[nearest.key] = nil }
            }
            full[key] = Swift.max(full[key] ?? now, now).advanced(byMilliseconds: rate.stepMilliseconds)
        }

        mutating func give(_ key: String, _ now: Instant) {
            guard let held = full[key]?.advanced(byMilliseconds: -rate.stepMilliseconds) else { return }
            full[key] = held > now ? held : nil
        }
    }

    private let buckets: Mutex<(names: Buckets, addresses: Buckets)>

    /// 5 wrong tries with a name in 15 minutes, 50 tries from an address in an hour.
    public init(
        name: Rate = Rate(burst: 5, periodMilliseconds: 900_000), address: Rate = Rate(burst: 50, periodMilliseconds: 3_600_000),
        keysMax: Int = 10_000
    ) {
        buckets = Mutex((Buckets(rate: name, max: keysMax), Buckets(rate: address, max: keysMax)))
    }

    /// Takes a try before a password is looked at, so that many at once are no more than many one after another.
    ///
    /// - Throws: `TOO_MANY_REQUESTS` with the seconds to wait. The words are the same for a name that nobody has.
    public func take(name: String, address: String, now: Instant) throws(Problem) {
        let wait: Int64? = buckets.withLock { buckets in
            let waits = [buckets.names.wait(name, now), buckets.addresses.wait(address, now)].compactMap { $0 }
            if let longest = waits.max() { return longest }
            buckets.names.take(name, now)
            buckets.addresses.take(address, now)
            return nil
        }
        guard let wait else { return }
        let seconds = Int((wait + 999) / 1000)
        throw Problem(
            .tooManyRequests, "Signing in was tried too often; the next try is free in \(seconds) s.",
            remedy: "Wait, then try again; an administrator can set another password.", retryAfterSeconds: seconds)
    }

    /// Gives a name its try back: the password was right.
    public func succeeded(name: String, now: Instant) { buckets.withLock { $0.names.give(name, now) } }
}
