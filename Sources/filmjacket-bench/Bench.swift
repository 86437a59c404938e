import ArgumentParser
import Foundation
import ImagingCase
import Problems

/// `filmjacket-bench`: measures what the product promises, with real processes, beside what the machine itself can do.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filmjacket-bench",
        abstract: "Measure filmjacket on this machine. Each figure stands beside its limit, measured in the same run.",
        discussion:
            "Names: record writers fold wire drain live express idle resident rebuild costs mllp fhir. A benchmark, never a test of time."
    )

    @Argument(help: "What to measure; all when left out.") var names: [String] = []
    @Option(help: "Events of a drain, rebuild or fold; 100,000, and 200,000 for a fold, when left out.") var events: Int?
    @Option(help: "Cases for resident.") var cases = 100_000
    @Option(help: "Folder for the data; a temporary one when left out.") var folder: String?
    @Flag(help: "One JSON document.") var json = false

    static let all = [
        "record", "writers", "fold", "wire", "drain", "live", "express", "idle", "resident", "rebuild", "costs", "mllp", "fhir",
    ]

    func validate() throws {
        for name in names where !Self.all.contains(name) {
            throw ValidationError("'\(name)' is none of: \(Self.all.joined(separator: " "))")
        }
    }

    func run() async throws {
        let base = folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-bench-\(getpid())").path
        try FileManager.default.createDirectory(
            atPath: base, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // A temporary folder that stays is no harm.
        defer { if folder == nil { try? FileManager.default.removeItem(atPath: base) } }
        var figures: [Figure] = []
        if !json { print(Machine.line) }
        for name in names.isEmpty ? Self.all : names {
            let place = base + "/" + name
            try FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let part = try await measure(name, in: place)
            figures += part
            if !json { for figure in part { print(figure.text) } }
            try? FileManager.default.removeItem(atPath: place)  // as above
        }
        if json { print(document(figures)) }
    }

    private func measure(_ name: String, in place: String) async throws -> [Figure] {
        switch name {
        case "record": try await StoreBenches.record(in: place, count: 5000)
        case "writers": try await StoreBenches.writers(in: place, writers: 64, each: 1500)
        case "fold": try StoreBenches.fold(events: events ?? 200_000)
        case "wire": try StoreBenches.wire(in: place, count: 100_000)
        case "drain": try await NetworkBenches.drain(in: place, count: events ?? 100_000)
        case "live": try await NetworkBenches.live(in: place, rate: 200, seconds: 10)
        case "express": try await NetworkBenches.express(in: place, count: events ?? 100_000)
        case "idle": try await NetworkBenches.idle(in: place)
        case "resident": try await NetworkBenches.resident(in: place, cases: cases)
        case "costs": try GuardBenches.costs()
        case "mllp": try await EdgeBenches.mllp(in: place, senders: 16, each: 1000)
        case "fhir": try await EdgeBenches.fhir(in: place, cases: cases)
        default: try await NetworkBenches.rebuild(in: place, count: events ?? 100_000)
        }
    }

    private func document(_ figures: [Figure]) -> String {
        var out = JSONWriter()
        out.beginObject()
        out.member("machine", Machine.line)
        out.key("figures")
        out.beginArray()
        for figure in figures { figure.write(to: &out) }
        out.endArray()
        out.endObject()
        return out.text
    }
}

/// The machine in one line.
enum Machine {
    static var line: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model =
            text.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? "unknown processor"
        return
            "\(ProcessInfo.processInfo.activeProcessorCount) cores,\(model), \(ProcessInfo.processInfo.physicalMemory >> 30) GiB, "
            + ProcessInfo.processInfo.operatingSystemVersionString
    }
}
