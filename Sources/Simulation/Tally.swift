/// What a range of seeds came to, all together.
public struct Tally: Sendable {
    /// From how many seeds on a class that was on and never happened is a fault of the rehearsal itself.
    public static let coverageSeedsMin = 25
    /// Seeds that were played.
    public private(set) var seeds = 0
    /// Those on the product's own store.
    public private(set) var onSQLite = 0
    /// Happenings in all worlds.
    public private(set) var steps = 0
    /// Moments that were judged.
    public private(set) var judged = 0
    /// Virtual time, in milliseconds.
    public private(set) var virtualMilliseconds: Int64 = 0
    /// How often each class happened.
    public private(set) var hits: [FaultClass: Int] = [:]
    /// In how many seeds each class was on.
    public private(set) var seedsWith: [FaultClass: Int] = [:]
    /// How many urgent events went ahead of a log, and came ahead of a feed.
    public private(set) var ahead = (sent: 0, received: 0)
    /// How many events sites gave back to a hub that had lost them.
    public private(set) var givenBack = 0
    /// Runs that failed, by seed.
    public private(set) var failures: [Rehearsal.Outcome] = []

    /// Nothing played yet.
    public init() {}

    /// Adds a run.
    public mutating func add(_ outcome: Rehearsal.Outcome) {
        seeds += 1
        onSQLite += outcome.usedSQLite ? 1 : 0
        steps += outcome.steps
        judged += outcome.judged
        virtualMilliseconds += outcome.virtualMilliseconds
        ahead = (ahead.sent + outcome.ahead.sent, ahead.received + outcome.ahead.received)
        givenBack += outcome.givenBack
        for (fault, count) in outcome.hits { hits[fault, default: 0] += count }
        for fault in outcome.faults { seedsWith[fault, default: 0] += 1 }
        if !outcome.violations.isEmpty { failures.append(outcome) }
    }

    /// Classes that were on in many seeds and never happened: they are not tried by this range.
    public var untried: [FaultClass] {
        FaultClass.simulated.filter { (seedsWith[$0] ?? 0) >= Self.coverageSeedsMin && (hits[$0] ?? 0) == 0 }
    }

    /// Whether the express lane was used both ways, as it must be in many seeds.
    public var triedExpress: Bool { seeds < Self.coverageSeedsMin || (ahead.sent > 0 && ahead.received > 0) }

    /// Whether anything was given back to a hub that had lost it, as it must be in very many seeds.
    public var triedGiveBack: Bool { seeds < 500 || givenBack > 0 }

    /// Virtual years.
    public var virtualYears: Double { Double(virtualMilliseconds) / (365.25 * 86_400_000) }

    /// Whether no guarantee was violated and every class was tried.
    public var isGood: Bool { failures.isEmpty && untried.isEmpty && triedExpress && triedGiveBack }
}
