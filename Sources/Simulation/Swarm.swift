/// How one seed's world is made: which faults are on and how often, how many sites and cases, how large a batch is.
///
/// Each seed turns on some classes only: faults that are always all on hide each other.
/// Source: Groce et al., "Swarm Testing", 2012.
struct Swarm {
    let seed: UInt64
    /// The classes that are on, in order.
    let faults: [FaultClass]
    let usesSQLite: Bool
    let siteCount: Int
    let caseCount: Int
    let operationCount: Int
    /// How long troubles last, in milliseconds.
    let chaosMilliseconds: Int64
    /// The most events of a pushed part and of a page: tiny batches reach branches that large ones never do.
    let pushMax: Int
    let pageMax: Int
    let framesMax: Int
    /// How many events must wait before what is urgent goes ahead; nil for never.
    let aheadMin: UInt64?
    let lossPerMille: Int
    let duplicatePerMille: Int
    let corruptPerMille: Int
    let middleboxPerMille: Int
    let halfOpenPerMille: Int
    let delayMaxMilliseconds: Int64
    private let isOn: Set<FaultClass>

    init(seed: UInt64, without: Set<FaultClass>, hasFolder: Bool) {
        var dice = Dice(seed: seed, 1)
        self.seed = seed
        usesSQLite = hasFolder && seed % 3 == 0
        siteCount = 2 + (dice.chance(perMille: 700) ? dice.below(3) : dice.below(7))
        caseCount = 1 + dice.below(8)
        operationCount = 8 + dice.below(dice.chance(perMille: 200) ? 120 : 40)
        let lengths: [Int64] = [30_000, 120_000, 600_000, 3_600_000]
        chaosMilliseconds = dice.pick(lengths)
        pushMax = dice.pick([1, 2, 3, 8, 64, 4096])
        pageMax = dice.pick([1, 2, 5, 64, 8192])
        framesMax = dice.pick([1, 2, 100])
        lossPerMille = dice.below(300)
        duplicatePerMille = dice.below(500)
        corruptPerMille = dice.below(150)
        middleboxPerMille = dice.below(150)
        halfOpenPerMille = dice.below(80)
        delayMaxMilliseconds = dice.pick([50, 2_000, 60_000, 600_000])
        // Of the rare and grave ones few at a time: several at once leave little to promise.
        var on: Set<FaultClass> = []
        for fault in FaultClass.simulated {
            let perMille = Self.grave.contains(fault) ? 130 : 330
            if dice.chance(perMille: perMille) { on.insert(fault) }
        }
        if usesSQLite { on.subtract(Self.needsFalseDisk) } else { on.remove(.cutLog) }
        isOn = on.subtracting(without)
        faults = isOn.sorted()
        aheadMin = dice.pick([nil, 0, 1, 4])
    }

    static let grave: Set<FaultClass> = [
        .clone, .siteRestored, .siteWiped, .hubRestored, .hubWiped, .revoked, .maliciousHub, .busyBackup,
    ]
    /// What only the false disk can do: the real store's files are cut and flipped as files.
    static let needsFalseDisk: Set<FaultClass> = [.crashInAppend, .unsyncedLoss, .ioError, .diskFull, .bitFlip]

    func has(_ fault: FaultClass) -> Bool { isOn.contains(fault) }
}
