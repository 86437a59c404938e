public import EventLog
import People
import Synchronization

/// `RateBuckets` that many tasks ask at once.
public final class RateMeter<Key: Hashable & Sendable>: Sendable {
    private let buckets: Mutex<RateBuckets<Key>>

    /// A meter on which nobody has done anything yet.
    ///
    /// - Parameters:
    ///   - perSecond: how many are free each second.
    ///   - burst: how many may be saved up.
    ///   - largest: the most that are counted at once.
    ///   - keysMax: how many are told apart at once.
    public init(perSecond: Int, burst: Int, largest: Int = 1, keysMax: Int = 10_000) {
        let burst = max(1, burst)
        buckets = Mutex(
            RateBuckets(
                burst: burst, periodMicroseconds: Int64(burst) * 1_000_000 / Int64(max(1, perSecond)), largest: largest,
                keysMax: keysMax))
    }

    /// The seconds until one more is free; nil where one is.
    public func wait(of key: Key, _ now: Instant) -> Int? { buckets.withLock { Self.seconds($0.wait(of: key, now)) } }

    /// Counts so many.
    public func count(_ count: Int, of key: Key, _ now: Instant) { buckets.withLock { $0.count(count, of: key, now) } }

    /// Counts one where one is free; else the seconds to wait.
    public func take(_ key: Key, _ now: Instant) -> Int? {
        buckets.withLock { buckets in
            if let wait = Self.seconds(buckets.wait(of: key, now)) { return wait }
            buckets.count(of: key, now)
            return nil
        }
    }

    private static func seconds(_ microseconds: Int64?) -> Int? { microseconds.map { Int(($0 + 999_999) / 1_000_000) } }
}
