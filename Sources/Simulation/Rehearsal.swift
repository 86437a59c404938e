/// Plays seeds.
public struct Rehearsal: Sendable {
    /// What a seed's run came to.
    public struct Outcome: Sendable {
        /// The seed.
        public let seed: UInt64
        /// What was left out of it.
        public let mask: Mask
        /// What did not hold; empty for a good run.
        public let violations: [Violation]
        /// The digest over everything that happened: the same for the same seed, in every process.
        public let traceDigest: UInt64
        /// The lines, where they were asked for.
        public let trace: [String]
        /// The script, a line an entry.
        public let script: [String]
        /// The script's places, in order.
        public let places: [Int]
        /// The fault classes that were on.
        public let faults: [FaultClass]
        /// How often each class happened.
        public let hits: [FaultClass: Int]
        /// Happenings in the world.
        public let steps: Int
        /// Moments that were judged.
        public let judged: Int
        /// How many urgent events went ahead of a log, and came ahead of a feed.
        public let ahead: (sent: Int, received: Int)
        /// How many events sites gave back to a hub that had lost them.
        public let givenBack: Int
        /// How much virtual time went by, in milliseconds.
        public let virtualMilliseconds: Int64
        /// Whether the product's own SQLite store was under it.
        public let usedSQLite: Bool
    }

    /// Where seeds on the real store put their files; nil keeps every seed on the false disk.
    private let folder: String?

    /// Prepares to play.
    ///
    /// - Parameter folder: an empty folder, best in memory; what a seed puts there is taken away after it.
    public init(folder: String?) { self.folder = folder }

    /// The fault classes that are on in a seed's world, without playing it.
    public func faults(of seed: UInt64) -> [FaultClass] { Swarm(seed: seed, without: [], hasFolder: folder != nil).faults }

    /// Plays one seed to its end.
    public func play(
        _ seed: UInt64, mask: Mask = Mask(), bug: PlantedBug? = nil, isTraced: Bool = false
    ) -> Outcome {
        let place = folder.map { $0 + "/seed-\(seed)" }
        let scratch = place.map { Scratch(path: $0) }
        defer { scratch?.remove() }
        let world = World(seed: seed, mask: mask, bug: bug, folder: place, isTraced: isTraced)
        world.play()
        return Outcome(
            seed: seed, mask: mask, violations: world.violations, traceDigest: world.trace.digest, trace: world.trace.lines,
            script: world.script.entries.map(\.description), places: world.script.entries.map(\.place),
            faults: world.swarm.faults, hits: world.hits, steps: world.steps, judged: world.checker.count,
            ahead: (world.sentAhead, world.receivedAhead), givenBack: world.givenBack,
            virtualMilliseconds: world.now - World.start, usedSQLite: world.folder != nil)
    }
}
