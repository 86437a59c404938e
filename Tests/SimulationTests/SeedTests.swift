import Foundation
import Simulation
import Synchronization
import Testing

/// Whole seeds: a share of new ones, those that failed once, and the same seed twice.
struct SeedTests {
    /// How many seeds each run of the tests plays; `FILMJACKET_SEEDS` says another number. `Deploy/test` plays many more, optimised.
    static let share: UInt64 = 200

    private static var asked: UInt64? { ProcessInfo.processInfo.environment["FILMJACKET_SEEDS"].flatMap { UInt64($0) } }

    /// The runs of two threads.
    private final class Shared: Sendable {
        let tally = Mutex(Tally())
        let next = Mutex<UInt64>(1)
    }

    @Test func `no guarantee is violated by a share of seeds, and every class of faults happens`() throws {
        let folder = try SimulationFolder()
        let (shared, last, began) = (Shared(), Self.asked ?? Self.share, Date())
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            while true {
                let seed = shared.next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard seed <= last else { return }
                let outcome = folder.rehearsal.play(seed)
                shared.tally.withLock { $0.add(outcome) }
            }
        }
        let tally = shared.tally.withLock { $0 }
        for failure in tally.failures {
            let seen = failure.violations.map(\.description).joined(separator: "; ")
            Issue.record("seed \(failure.seed): \(seen); replay: filmjacket-simulate replay \(failure.seed) --trace")
        }
        #expect(tally.untried == [])
        #expect(tally.triedExpress, "\(tally.ahead)")
        #expect(UInt64(tally.seeds) == last)
        let rate = Double(tally.seeds) / Date().timeIntervalSince(began)
        print("simulation: \(tally.seeds) seeds, \(rate) seeds/s, \(tally.virtualYears) simulated years")
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
