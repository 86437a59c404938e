import Foundation
import Simulation
import Testing

/// Whole seeds: a share of new ones, those that failed once, and the same seed twice.
struct SeedTests {
    /// How many seeds each run of the tests plays; `FILMJACKET_SEEDS` plays more.
    static let share: UInt64 = 240
    private static let blocks: UInt64 = 8

    private static var count: UInt64 { ProcessInfo.processInfo.environment["FILMJACKET_SEEDS"].flatMap { UInt64($0) } ?? share }

    @Test(arguments: 0..<Self.blocks)
    func `no guarantee is violated by a share of seeds`(block: UInt64) throws {
        let folder = try SimulationFolder()
        var tally = Tally()
        let began = Date()
        let size = (Self.count + Self.blocks - 1) / Self.blocks
        for seed in (block * size + 1)...((block + 1) * size) {
            let outcome = folder.rehearsal.play(seed)
            tally.add(outcome)
            for violation in outcome.violations {
                Issue.record("seed \(seed): \(violation); replay: filmjacket-simulate replay \(seed) --trace")
            }
        }
        #expect(tally.untried == [])
        let seconds = Date().timeIntervalSince(began)
        print("simulation: \(tally.seeds) seeds, \(Double(tally.seeds) / seconds) seeds/s, \(tally.virtualYears) simulated years")
    }

    /// A seed that failed once, on the line of a file: seed, classes left out, entries left out, and why it is kept.
    struct Kept: CustomTestStringConvertible, Sendable {
        let seed: UInt64
        let mask: Mask
        let why: String

        init?(_ line: Substring) {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 4, let seed = UInt64(parts[0]), let mask = Mask(without: parts[1], dropped: parts[2]) else {
                return nil
            }
            (self.seed, self.mask, why) = (seed, mask, parts[3])
        }

        var testDescription: String { "seed \(seed): \(why)" }
    }

    static var kept: [Kept] {
        get throws {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Seeds/kept.txt")
            return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
                .map { try #require(Kept($0), "\($0)") }
        }
    }

    @Test(arguments: try Self.kept)
    func `a seed that failed once no longer does`(kept: Kept) throws {
        let folder = try SimulationFolder()
        #expect(folder.rehearsal.play(kept.seed, mask: kept.mask).violations == [])
    }

    /// One on the real store and one on the false disk.
    @Test(arguments: [9, 14] as [UInt64])
    func `a seed is the same world twice`(seed: UInt64) throws {
        let folder = try SimulationFolder()
        let (first, second) = (folder.rehearsal.play(seed, isTraced: true), folder.rehearsal.play(seed, isTraced: true))
        #expect(first.trace == second.trace)
        #expect(first.traceDigest == second.traceDigest)
        #expect(first.traceDigest == folder.rehearsal.play(seed).traceDigest)
        #expect(first.steps > 0)
    }
}
