/// Makes a failing seed's script small: leaves out fault classes, then entries, as long as the same rule still fails.
///
/// Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002 (delta debugging).
public struct Shrinker: Sendable {
    private let rehearsal: Rehearsal
    private let bug: PlantedBug?
    /// The most runs that are spent.
    private let runsMax: Int

    /// Prepares to shrink.
    public init(_ rehearsal: Rehearsal, bug: PlantedBug? = nil, runsMax: Int = 400) {
        self.rehearsal = rehearsal
        self.bug = bug
        self.runsMax = runsMax
    }

    /// The least that still fails as the whole seed does; nil for a seed that does not fail.
    public func shrink(_ seed: UInt64) -> Rehearsal.Outcome? {
        var best = rehearsal.play(seed, bug: bug)
        guard let rule = best.violations.first?.rule else { return nil }
        var runs = 0
        func fails(_ mask: Mask) -> Bool {
            guard runs < runsMax else { return false }
            runs += 1
            let outcome = rehearsal.play(seed, mask: mask, bug: bug)
            guard outcome.violations.contains(where: { $0.rule == rule }) else { return false }
            best = outcome
            return true
        }
        for fault in best.faults {
            var mask = best.mask
            mask.without.insert(fault)
            _ = fails(mask)
        }
        var size = max(1, best.places.count / 2)
        while size >= 1, runs < runsMax {
            var start = 0
            while start < best.places.count {
                var mask = best.mask
                mask.dropped.formUnion(best.places[start..<min(start + size, best.places.count)])
                // What was left out is gone: the next part stands where this one stood.
                if !fails(mask) { start += size }
            }
            size /= 2
        }
        return best
    }
}
