public import EventLog
import Synchronization

/// How much each of many may do in a time: a bucket for each, which fills again at a steady rate.
///
/// Whoever has anything left may go on, by as much as he likes, and then waits until that is made up for: what comes in large pieces is
/// neither cut nor refused for ever.
/// Source: ITU-T I.371 Annex A (generic cell rate algorithm).
public final class RateMeter<Key: Hashable & Sendable>: Sendable {
    private let stepMicroseconds: Int64
    private let periodMicroseconds: Int64
    private let keysMax: Int
    /// When each bucket that is not full will be, in microseconds since the epoch.
    private let full = Mutex<[Key: Int64]>([:])

    /// A meter on which nobody has done anything yet.
    ///
    /// - Parameters:
    ///   - perSecond: how many are free each second.
    ///   - burst: how many may be saved up.
    ///   - keysMax: how many are told apart at once; of more, those with the least to make up for are forgotten.
    public init(perSecond: Int, burst: Int, keysMax: Int = 10_000) {
        stepMicroseconds = 1_000_000 / Int64(max(1, perSecond))
        periodMicroseconds = stepMicroseconds * Int64(max(1, burst))
        self.keysMax = keysMax
    }

    /// The seconds until one more is free; nil where one is.
    public func wait(of key: Key, _ now: Instant) -> Int? { full.withLock { wait(of: key, now, $0) } }

    /// Counts so many.
    public func count(_ count: Int, of key: Key, _ now: Instant) { full.withLock { add(count, to: key, now, &$0) } }

    /// Counts one where one is free; else the seconds to wait.
    public func take(_ key: Key, _ now: Instant) -> Int? {
        full.withLock { full in
            if let wait = wait(of: key, now, full) { return wait }
            add(1, to: key, now, &full)
            return nil
        }
    }

    private func wait(of key: Key, _ now: Instant, _ full: [Key: Int64]) -> Int? {
        let owed = (full[key] ?? 0) - now.milliseconds * 1000 + stepMicroseconds - periodMicroseconds
        return owed > 0 ? Int((owed + 999_999) / 1_000_000) : nil
    }

    private func add(_ count: Int, to key: Key, _ now: Instant, _ full: inout [Key: Int64]) {
        let now = now.milliseconds * 1000
        if full[key] == nil, full.count >= keysMax {
            full = full.filter { $0.value > now }
            if full.count >= keysMax, let least = full.min(by: { $0.value < $1.value }) { full[least.key] = nil }
        }
        full[key] = max(full[key] ?? now, now) + Int64(count) * stepMicroseconds
    }
}
