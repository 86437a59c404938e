import ArgumentParser
import Foundation
import Simulation
import Synchronization

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Play a range of seeds and report.")
    @Option(help: "The seeds, such as 1..500.") var seeds = "1..200"
    @Option(help: "How many at once.") var jobs = 2
    @Option(help: "Only seeds in which these fault classes are on, such as F5,F22.") var with = ""
    @Option(help: "After how many seconds no further seed is begun; 0 for never.") var within = 0
    @OptionGroup var bugs: BugOption
    @Flag(help: "Stop at the first failure.") var first = false
    @Flag(help: "One JSON document.") var json = false

    /// The runs of several threads.
    private final class Shared: Sendable {
        let tally = Mutex(Tally())
        let next: Mutex<UInt64>

        init(_ next: UInt64) { self.next = Mutex(next) }
    }

    func run() throws {
        let ends = seeds.components(separatedBy: "..").compactMap { UInt64($0) }
        guard ends.count == 2, ends[0] <= ends[1], (1...64).contains(jobs), within >= 0 else {
            throw ValidationError("--seeds is A..B, --jobs 1 to 64, --within 0 or more seconds.")
        }
        guard let mask = Mask(without: with, dropped: "") else { throw ValidationError("--with names no fault classes.") }
        let folder = try SeedFolder()
        defer { folder.remove() }
        let began = Date()
        let tally = play(ends[0]...ends[1], Rehearsal(folder: folder.path), try bugs.planted(), having: mask.without)
        print(json ? document(tally, Date().timeIntervalSince(began)) : text(tally, Date().timeIntervalSince(began)))
        if !tally.isGood { throw ExitCode(1) }
    }

    private func play(
        _ range: ClosedRange<UInt64>, _ rehearsal: Rehearsal, _ bug: PlantedBug?, having wanted: Set<FaultClass>
    ) -> Tally {
        let shared = Shared(range.lowerBound)
        let stopsEarly = first
        let end = within > 0 ? Date().addingTimeInterval(Double(within)) : .distantFuture
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            while true {
                let seed = shared.next.withLock { next -> UInt64? in
                    guard next <= range.upperBound, Date() < end else { return nil }
                    defer { next += 1 }
                    return next
                }
                guard let seed else { return }
                guard wanted.isSubset(of: rehearsal.faults(of: seed)) else { continue }
                let outcome = rehearsal.play(seed, bug: bug)
                shared.tally.withLock { $0.add(outcome) }
                if stopsEarly, !outcome.violations.isEmpty { shared.next.withLock { $0 = .max } }
            }
        }
        return shared.tally.withLock { $0 }
    }

    private func text(_ tally: Tally, _ seconds: Double) -> String {
        var lines = tally.failures.sorted { $0.seed < $1.seed }.prefix(20).map(Lines.text(of:))
        lines.append("fault class, seeds with it, happenings")
        for fault in FaultClass.allCases {
            if let reason = fault.reasonNotSimulated {
                lines.append("  \(fault.rawValue) not simulated: \(reason)")
            } else {
                lines.append("  \(fault.rawValue) \(tally.seedsWith[fault] ?? 0) \(tally.hits[fault] ?? 0)  \(fault.title)")
            }
        }
        for fault in tally.untried { lines.append("not tried by these seeds: \(fault.rawValue) \(fault.title)") }
        lines.append("urgent events: \(tally.ahead.sent) went ahead of a log, \(tally.ahead.received) came ahead of a feed")
        lines.append("given back to a hub that had lost them: \(tally.givenBack) events")
        lines.append(
            "\(tally.seeds) seeds (\(tally.onSQLite) on SQLite), \(tally.steps) steps, \(tally.judged) moments judged, "
                + "\(tally.failures.count) failed")
        lines.append(
            String(
                format: "%.1f seeds per second, %.2f simulated years in %.0f s", Double(tally.seeds) / max(seconds, 0.001),
                tally.virtualYears, seconds))
        return lines.joined(separator: "\n")
    }

    private func document(_ tally: Tally, _ seconds: Double) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do { return String(decoding: try encoder.encode(Document(tally, seconds)), as: UTF8.self) } catch {
            preconditionFailure("numbers and texts can be encoded: \(error)")
        }
    }
}

/// A range of seeds for programs.
private struct Document: Encodable {
    struct Failure: Encodable {
        let seed: UInt64
        let digest: String
        let replay: String
        let violations: [String]
    }

    let seeds: Int
    let onSQLite: Int
    let steps: Int
    let judged: Int
    let sentAhead: Int
    let receivedAhead: Int
    let seconds: Double
    let virtualYears: Double
    let faults: [String: Int]
    let notSimulated: [String: String]
    let untried: [String]
    let failures: [Failure]

    init(_ tally: Tally, _ seconds: Double) {
        seeds = tally.seeds
        onSQLite = tally.onSQLite
        steps = tally.steps
        judged = tally.judged
        sentAhead = tally.ahead.sent
        receivedAhead = tally.ahead.received
        self.seconds = seconds
        virtualYears = tally.virtualYears
        faults = Dictionary(uniqueKeysWithValues: FaultClass.simulated.map { ($0.rawValue, tally.hits[$0] ?? 0) })
        notSimulated = Dictionary(
            uniqueKeysWithValues: FaultClass.allCases.compactMap { fault in
                fault.reasonNotSimulated.map { (fault.rawValue, $0) }
            })
        untried = tally.untried.map(\.rawValue)
        failures = tally.failures.sorted { $0.seed < $1.seed }.map {
            Failure(
                seed: $0.seed, digest: Lines.hex($0.traceDigest), replay: Lines.command($0),
                violations: $0.violations.map(\.description))
        }
    }
}
