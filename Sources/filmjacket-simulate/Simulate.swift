import ArgumentParser
import Foundation
import Simulation

/// `filmjacket-simulate`: plays the product's agents and hub in a false world, seed by seed.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filmjacket-simulate",
        abstract: "Rehearse sites and a hub in a world where everything breaks, and check every guarantee.",
        discussion: "One seed is one world: the same in every process.", subcommands: [Run.self, Replay.self, Shrink.self])
}

/// A folder for the stores of seeds, in memory where the machine has one.
struct SeedFolder {
    let path: String

    init() throws {
        let memory = "/dev/shm"
        let base = FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path
        path = base + "/filmjacket-simulate-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)  // a temporary folder that stays is no harm
    }
}

/// A planted bug by its name.
struct BugOption: ParsableArguments {
    @Option(help: "Plant a bug, by its name, to see that it is found.") var bug: String?

    func planted() throws -> PlantedBug? {
        guard let bug else { return nil }
        guard let planted = PlantedBug(rawValue: bug) else {
            let names = PlantedBug.allCases.map(\.rawValue).joined(separator: " ")
            throw ValidationError("'\(bug)' is none of: \(names)")
        }
        return planted
    }
}

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Play one seed, or what shrinking left of it.")
    @Argument(help: "The seed.") var seed: UInt64
    @Option(help: "Fault classes to leave out, such as F1,F5.") var without = ""
    @Option(help: "Entries of the script to leave out, such as 0-4,9.") var drop = ""
    @OptionGroup var bugs: BugOption
    @Flag(help: "Print every happening.") var trace = false

    func run() throws {
        guard let mask = Mask(without: without, dropped: drop) else { throw ValidationError("--without or --drop is none.") }
        let folder = try SeedFolder()
        defer { folder.remove() }
        let outcome = Rehearsal(folder: folder.path).play(seed, mask: mask, bug: try bugs.planted(), isTraced: trace)
        for line in outcome.trace { print(line) }
        print(Lines.text(of: outcome))
        if !outcome.violations.isEmpty { throw ExitCode(1) }
    }
}

struct Shrink: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Find the least of a failing seed that still fails.")
    @Argument(help: "The seed.") var seed: UInt64
    @OptionGroup var bugs: BugOption

    func run() throws {
        let folder = try SeedFolder()
        defer { folder.remove() }
        guard let outcome = Shrinker(Rehearsal(folder: folder.path), bug: try bugs.planted()).shrink(seed) else {
            print("Seed \(seed) does not fail.")
            return
        }
        print(Lines.text(of: outcome))
        print("script:")
        for line in outcome.script { print("  " + line) }
        throw ExitCode(1)
    }
}

/// Runs as people read them.
enum Lines {
    static func text(of outcome: Rehearsal.Outcome) -> String {
        let faults = outcome.faults.map(\.rawValue).joined(separator: " ")
        var lines = [
            "seed \(outcome.seed): \(outcome.steps) steps, \(outcome.virtualMilliseconds / 1000) s of virtual time, "
                + "\(outcome.usedSQLite ? "SQLite" : "false disks"), faults \(faults), digest \(hex(outcome.traceDigest))"
        ]
        for violation in outcome.violations { lines.append("  \(violation)") }
        if !outcome.violations.isEmpty { lines.append("  replay: \(command(outcome))") }
        return lines.joined(separator: "\n")
    }

    static func hex(_ bits: UInt64) -> String { String(bits, radix: 16) }

    static func command(_ outcome: Rehearsal.Outcome) -> String {
        var command = "filmjacket-simulate replay \(outcome.seed)"
        if !outcome.mask.without.isEmpty { command += " --without \(outcome.mask.withoutText)" }
        if !outcome.mask.dropped.isEmpty { command += " --drop \(outcome.mask.droppedText)" }
        return command + " --trace"
    }
}
