import EventLog
import Foundation
import Glibc
import ImagingCase
import Replication
import SQLiteStore
import TestServers
import Testing
import Wire

/// The product's own binary, as the build made it beside the tests.
enum Product {
    static let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("filmjacket")

    struct Ended {
        let code: Int32
        let output: String
        let errors: String

        /// The last line of the output as a JSON object.
        var json: [String: Any] {
            let line = output.split(separator: "\n").last ?? ""
            return (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]) ?? [:]
        }
    }

    /// Runs a command to its end.
    static func run(_ arguments: String...) throws -> Ended {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let remarks = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ended(
            code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: remarks, as: UTF8.self))
    }
}

/// A process of the product that runs until it is stopped or killed.
final class RealNode {
    let data: String
    let arguments: [String]
    private var process: Process?

    /// The running process; nil while none runs.
    var processID: Int32? { process?.processIdentifier }

    /// The words after the program's name, to start it otherwise.
    var command: [String] { arguments }

    init(data: String, arguments: [String]) {
        self.data = data
        self.arguments = arguments
    }

    func start() throws {
        let process = Process()
        process.executableURL = Product.binary
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        // Asked before its socket is there, the command would open the store itself and stand in the way.
        try eventually("\(arguments.prefix(2)) answers") {
            try FileManager.default.fileExists(atPath: data + "/control.sock") && status()["digest"] != nil
        }
    }

    func status() throws -> [String: Any] { try Product.run("status", "--data", data, "--json").json }

    func stop() {
        process?.terminate()
        process?.waitUntilExit()
        process = nil
    }

    /// As a power cut ends a process.
    func kill() {
        if let process {
            Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        process = nil
        unlink(data + "/control.sock")
    }

    deinit { kill() }
}

/// How often the tests that kill an agent, an archive and HL7 peers in the middle go round: FILMJACKET_EDGE_ROUNDS, 1 where left out. A
/// round kills agent and archive four times each, the HL7 receiver three times and the agent before an HL7 sender up to eight times.
enum EdgeRounds {
    static let count = ProcessInfo.processInfo.environment["FILMJACKET_EDGE_ROUNDS"].flatMap { Int($0) } ?? 1
}

/// Waits for something that other processes bring about; looks again each 20 ms, bounded.
func eventually(_ what: String, seconds: Double = 60, _ isSo: () throws -> Bool) throws {
    let end = Date().addingTimeInterval(seconds)
    while try !isSo() {
        guard Date() < end else { throw Late(what: what) }
        usleep(20_000)
    }
}

struct Late: Error, CustomStringConvertible {
    let what: String
    var description: String { "not within its bound: \(what)" }
}

/// A hub and two joined sites in a temporary folder.
final class RealNetwork {
    let folder: String
    let hub: RealNode
    let northside: RealNode
    let lakeview: RealNode
    /// Where the hub answers.
    let url: String

    init(lakeviewHasAllCases: Bool = true) throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("filmjacket-e2e-\(UInt64.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let ports = Self.freePorts(3)
        let folder = folder
        url = "http://127.0.0.1:\(ports[0])"
        hub = RealNode(
            data: folder + "/hub", arguments: ["hub", "run", "--data", folder + "/hub", "--listen", "127.0.0.1:\(ports[0])"])
        northside = RealNode(
            data: folder + "/northside",
            arguments: ["agent", "run", "--data", folder + "/northside", "--listen", "127.0.0.1:\(ports[1])"])
        lakeview = RealNode(
            data: folder + "/lakeview",
            arguments: ["agent", "run", "--data", folder + "/lakeview", "--listen", "127.0.0.1:\(ports[2])"])
        try #require(Product.run("hub", "init", "--data", hub.data, "--name", "test").code == 0)
        try hub.start()
        for (site, kind) in [("northside", "imaging"), ("lakeview", "reading")] {
            let added =
                site == "lakeview" && lakeviewHasAllCases
                ? try Product.run("hub", "site", "add", site, "--data", hub.data, "--kind", kind, "--all-cases", "--json")
                : try Product.run("hub", "site", "add", site, "--data", hub.data, "--kind", kind, "--json")
            let code = try #require(added.json["code"] as? String)
            let joined = try Product.run("agent", "join", "http://127.0.0.1:\(ports[0])", code, "--data", folder + "/" + site)
            try #require(joined.code == 0, "\(joined.errors)")
        }
        hub.stop()
    }

    deinit {
        for node in [northside, lakeview, hub] { node.kill() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Records one event at a site whose agent does not run, as that site would have some days ago.
    func recordEarlier(_ event: CaseEvent, at site: String, days: Int64, by person: String, _ role: Role) async throws {
        let id = try #require(SiteID(site))
        let store = try SQLiteSiteStore(folder: folder + "/" + site, site: id) { UInt64.random(in: .min ... .max) }
        let then = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) - days * 24 * 3_600_000)
        let recorder = EventRecorder(file: store.file, log: { store.log }, draw: { UInt64.random(in: .min ... .max) }) { then }
        _ = try await recorder.record(
            RecordIntent(
                event: event, stream: nil, author: Author(person: person, role: role), occurredAt: OccurredAt(then),
                source: .page))
        // The store is let go of on its own queue, a moment after the last answer.
        try await Task.sleep(for: .milliseconds(300))
    }

    /// Records at a site whose agent does not run, through the same door as the agent.
    func record(_ site: String, count: Int, cases: Int, tag: String) async throws {
        let id = try #require(SiteID(site))
        let store = try SQLiteSiteStore(folder: folder + "/" + site, site: id) { UInt64.random(in: .min ... .max) }
        let now: @Sendable () -> Instant = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        let recorder = EventRecorder(file: store.file, log: { store.log }, draw: { UInt64.random(in: .min ... .max) }, now: now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<16 {
                group.addTask {
                    for number in stride(from: lane, to: count, by: 16) {
                        let stream = StreamID(kind: .imagingCase, derivedFrom: "accession:4:test:\(number % cases)")
                        _ = try await recorder.record(
                            RecordIntent(
                                event: .commentAdded(CommentAdded(text: "\(tag) \(number)")), stream: stream,
                                author: Author(person: "tech.lee", role: .technologist), occurredAt: OccurredAt(now()),
                                source: .system))
                    }
                }
            }
            try await group.waitForAll()
        }
        // The store is let go of on its own queue, a moment after the last answer.
        try await Task.sleep(for: .milliseconds(300))
    }

    /// Appends an event that says that somebody of another site acted: no door of the product writes such a thing.
    func forge(at site: String) async throws {
        let id = try #require(SiteID(site))
        let stranger = try #require(SiteID("elsewhere"))
        let store = try SQLiteSiteStore(folder: folder + "/" + site, site: id) { UInt64.random(in: .min ... .max) }
        let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let event = CaseEvent.commentAdded(CommentAdded(text: "from nowhere"))
        let draft = EventDraft(
            stream: StreamID(kind: .imagingCase, derivedFrom: "accession:4:test:forged"), kind: event.kind,
            occurredAt: OccurredAt(now), actor: Actor(person: "x", role: "technologist", site: stranger, assurance: .operator),
            source: .system, payload: PayloadCoding.payload(of: event))
        let own = try store.ownLog()
        let forged = try draft.event(
            id: EventID(log: own.log, sequence: own.head + 1), recordedAt: HybridTime(bits: UInt64(now.milliseconds) << 16),
            heads: [])
        try store.append([forged])
        try await Task.sleep(for: .milliseconds(300))
    }

    func digests() throws -> [String] {
        try [hub, northside, lakeview].map { try #require(try $0.status()["digest"] as? String) }
    }

    static func freePorts(_ count: Int) -> [Int] { (0..<count).map { _ in LoopbackPort.reserve() } }
}
