public import EventLog

/// How much each of many may do in a time: a bucket for each, which fills again at a steady rate. Pure.
///
/// Whoever has anything left may go on, by as much as he likes up to a largest piece, and then waits until that is made up for: what comes in
/// large pieces is neither cut nor refused for ever. A clock that was ahead and is set back locks nobody out: nobody owes more than an empty
/// bucket and the largest piece.
/// Source: ITU-T I.371 Annex A (generic cell rate algorithm).
public struct RateBuckets<Key: Hashable & Sendable>: Sendable {
    /// When each bucket that is not full will be, in microseconds since the epoch.
    private(set) var full: [Key: Int64] = [:]
    private let stepMicroseconds: Int64
    private let periodMicroseconds: Int64
    private let owedMicrosecondsMax: Int64
    private let keysMax: Int

    /// Buckets that are all full.
    ///
    /// - Parameters:
    ///   - burst: how many a full bucket holds; at least 1.
    ///   - periodMicroseconds: how long an empty one takes to be full.
    ///   - largest: the most that are counted at once.
    ///   - keysMax: how many are told apart at once; of more, those nearest to full are forgotten.
    public init(burst: Int, periodMicroseconds: Int64, largest: Int = 1, keysMax: Int = 10_000) {
        stepMicroseconds = max(1, periodMicroseconds / Int64(max(1, burst)))
        self.periodMicroseconds = periodMicroseconds
        owedMicrosecondsMax = periodMicroseconds + Int64(max(0, largest - 1)) * stepMicroseconds
        self.keysMax = keysMax
    }

    /// How long it takes until one more is free, in microseconds; nil where one is.
    public mutating func wait(of key: Key, _ now: Instant) -> Int64? {
        guard let full = settle(key, now) else { return nil }
        let wait = full - now.milliseconds * 1000 - (periodMicroseconds - stepMicroseconds)
        return wait > 0 ? wait : nil
    }

    /// Counts so many.
    public mutating func count(_ count: Int = 1, of key: Key, _ now: Instant) {
        let moment = now.milliseconds * 1000
        let held = settle(key, now)
        if held == nil, full.count >= keysMax {
            full = full.filter { $0.value > moment }
            // Whoever fills the table with names that he made up must not free a name from its own delay: the one nearest to full goes.
            if full.count >= keysMax, let nearest = full.min(by: { $0.value < $1.value }) { full[nearest.key] = nil }
        }
        full[key] = max(held ?? moment, moment) + Int64(count) * stepMicroseconds
    }

    /// Gives one back.
    public mutating func giveBack(to key: Key, _ now: Instant) {
        guard let held = settle(key, now) else { return }
        let earlier = held - stepMicroseconds
        full[key] = earlier > now.milliseconds * 1000 ? earlier : nil
    }

    /// When a bucket will be full, by a clock that may have been set back since: from then on time counts by the clock as it is.
    private mutating func settle(_ key: Key, _ now: Instant) -> Int64? {
        guard let held = full[key] else { return nil }
        let settled = min(held, now.milliseconds * 1000 + owedMicrosecondsMax)
        full[key] = settled
        return settled
    }

    /// What would be forgotten with the process, the longest to go first: for whoever keeps it.
    func kept(_ now: Instant, max: Int) -> [Key: Int64] where Key: Comparable {
        let open = full.filter { $0.value > now.milliseconds * 1000 }.sorted { ($1.value, $1.key) < ($0.value, $0.key) }
        return Dictionary(uniqueKeysWithValues: open.prefix(max).map { ($0.key, $0.value) })
    }

    /// Goes on with what was kept.
    mutating func goOn(with kept: [Key: Int64]) { full = Dictionary(uniqueKeysWithValues: kept.prefix(keysMax).map { ($0, $1) }) }
}
