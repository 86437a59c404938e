import Foundation
import Simulation
import Testing

/// The rehearsal finds what is planted: it would find it in the product.
struct PlantedBugTests {
    /// A planted bug, the first seed that finds it, and the rules that may name it.
    struct Find: CustomTestStringConvertible, Sendable {
        let bug: PlantedBug
        let seed: UInt64
        let rule: Rule

        init(_ bug: PlantedBug, _ seed: UInt64, _ rule: Rule) {
            self.bug = bug
            self.seed = seed
            self.rule = rule
        }

        var testDescription: String { "\(bug) by seed \(seed)" }
    }

    @Test(arguments: Self.table)
    func `a planted bug is found, and the seed passes without it`(find: Find) throws {
        let folder = try SimulationFolder()
        let rules = folder.rehearsal.play(find.seed, bug: find.bug).violations.map(\.rule)
        #expect(rules.contains(find.rule), "\(rules)")
        #expect(folder.rehearsal.play(find.seed).violations == [])
    }

    @Test func `every planted bug has its seed`() {
        #expect(Set(Self.table.map(\.bug)) == Set(PlantedBug.allCases))
        #expect(Self.table.count >= 25)
    }

    @Test func `the documentation shows this table`() throws {
        let path = "\(#filePath.components(separatedBy: "/Tests/")[0])/Sources/Simulation/Simulation.docc/Simulation.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for find in Self.table {
            let row = "| \(find.bug.title) (`\(find.bug)`) | \(find.seed) | \(find.rule.rawValue) \(find.rule) |"
            #expect(text.contains(row + "\n"), "\(row)")
        }
    }

    /// Shrinking keeps the failure and loses what has no part in it.
    @Test func `a failing seed is made smaller and still fails`() throws {
        let folder = try SimulationFolder()
        let find = try #require(Self.table.first { $0.bug == .dropsLastOfPage })
        let whole = folder.rehearsal.play(find.seed, bug: find.bug)
        let least = try #require(Shrinker(folder.rehearsal, bug: find.bug, runsMax: 30).shrink(find.seed))
        #expect(least.violations.map(\.rule).contains(find.rule))
        #expect(least.script.count < whole.script.count)
        #expect(Shrinker(folder.rehearsal).shrink(find.seed) == nil)
    }

    /// Filled from `filmjacket-simulate run --bug NAME --first`.
    static let table: [Find] = [
        Find(.acknowledgesBeforeSync, 2, .localDurability),
        Find(.syncsNowAndThen, 5, .localDurability),
        Find(.hubAcknowledgesBeforeSync, 2, .hubDurability),
        Find(.ignoresBitFlip, 22, .tamperEvidence),
        Find(.ignoresAnchor, 31, .noReuse),
        Find(.reopensOldBackup, 2, .localDurability),
        Find(.cursorBeforePage, 4, .idempotence),
        Find(.dropsLastOfPage, 1, .idempotence),
        Find(.keepsIncarnationOnRecovery, 6, .liveness),
        Find(.comparesWithoutIncarnation, 5, .idempotence),
        Find(.retriesUnderNewID, 70, .noDuplicate),
        Find(.losesTimers, 2, .liveness),
        Find(.ignoresNewGeneration, 20, .liveness),
        Find(.dropsUnknownKinds, 1, .idempotence),
        Find(.countsSentAsShared, 1, .hubDurability),
        Find(.believesProxy, 3, .hubDurability),
        Find(.leavesLostTail, 14, .noLoss),
        Find(.remembersInsteadOfAsking, 102, .liveness),
        Find(.stopsAtFirstPage, 3, .liveness),
        Find(.acknowledgesMoreThanStored, 1, .hubDurability),
        Find(.givesEverythingToAll, 1, .isolation),
        Find(.ignoresRouting, 7, .noLoss),
        Find(.skipsSignature, 8, .noInvention),
        Find(.letsRevokedIn, 17, .revocation),
        Find(.takesReplays, 5, .revocation),
        Find(.acceptsForks, 2, .equivocation),
        Find(.forgetsQuarantine, 2, .equivocation),
        Find(.changesWhatItRelays, 1, .noInvention),
        Find(.believesAnyCursor, 107, .idempotence),
        Find(.takesAnyStretch, 13, .noInvention),
        Find(.forgetsBeforeGiven, 1278, .noLoss),
        Find(.confirmsWhatWentAhead, 1, .hubDurability),
        Find(.skipsPageSeenAhead, 1, .idempotence),
        Find(.forgetsWhatWentAhead, 581, .noLoss),
        Find(.foldsInOrderOfArrival, 1, .convergence),
        Find(.lastWriterWins, 1, .convergence),
        Find(.draftBeatsFinal, 7, .convergence),
        Find(.dropsShorterBranch, 1, .convergence),
    ]
}
