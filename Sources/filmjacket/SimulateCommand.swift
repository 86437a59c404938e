import ArgumentParser
import Foundation
import ImagingCase
import Problems
import Simulation
import Web

/// `filmjacket simulate`: plays one seed of a world in which everything breaks, and says whether every guarantee held.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Rehearse sites and a hub in a false world from one seed, and check every guarantee.",
        discussion: "Touches no data folder. The same seed is the same world, on every machine.")
    @Option(help: "Which world.") var seed: UInt64
    @Flag(help: "Print every happening to standard error.") var trace = false
    @Flag(help: "Print exactly one JSON document.") var json = false

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-simulate-\(getpid())").path
        let outcome = Rehearsal(folder: folder).play(seed, isTraced: trace)
        try? FileManager.default.removeItem(atPath: folder)  // a temporary folder that stays is no harm
        for line in outcome.trace { Output.remark(line) }
        let answer = DeskAnswer(json: Self.document(outcome), text: Self.text(outcome))
        guard outcome.violations.isEmpty else {
            Output.remark(answer.text)
            throw Problem(.integrityFailed, "A guarantee was violated in the world of seed \(seed).", remedy: "Report this seed.")
        }
        Output.finish(answer, json: json)
    }

    private static func text(_ outcome: Rehearsal.Outcome) -> String {
        let world =
            "seed \(outcome.seed): \(outcome.steps) happenings in \(outcome.virtualMilliseconds / 1000) s of virtual time, "
            + "digest \(String(outcome.traceDigest, radix: 16))"
        let faults = outcome.faults.map { "\($0.rawValue) \($0.title) (\(outcome.hits[$0] ?? 0) times)" }
        let verdict = outcome.violations.isEmpty ? ["every guarantee held"] : outcome.violations.map(\.description)
        return ([world] + faults + verdict).joined(separator: "\n  ")
    }

    private static func document(_ outcome: Rehearsal.Outcome) -> String {
        var out = JSONWriter()
        out.beginObject()
        out.member("seed", String(outcome.seed))
        out.member("digest", String(outcome.traceDigest, radix: 16))
        out.member("steps", outcome.steps)
        out.member("virtualSeconds", Int(outcome.virtualMilliseconds / 1000))
        out.member("isGood", outcome.violations.isEmpty)
        out.member("faults", texts: outcome.faults.map(\.rawValue))
        out.member("violations", texts: outcome.violations.map(\.description))
        out.endObject()
        return out.text
    }
}
