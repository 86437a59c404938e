import EventLog
import Foundation
import ImagingCase
import Problems
import Replication
import SQLiteStore
import Web

/// Figures of real processes: a hub and two sites on loopback.
enum NetworkBenches {
    /// Fills the northern site's log while nothing runs.
    static func fill(_ network: BenchNetwork, _ count: Int, seed: UInt64 = 7) async throws {
        try append(network, count, seed)
        // The store is let go of on its own queue, a moment after the last append returns.
        try await Task.sleep(for: .milliseconds(300))
    }

    private static func append(_ network: BenchNetwork, _ count: Int, _ seed: UInt64) throws {
        let store = try StoreBenches.open(network.folder + "/northside")
        var synthetic = SyntheticLog(seed: seed, log: store.log)
        var left = count
        while left > 0 {
            let part = min(left, 4000)
            try store.append(try synthetic.events(part))
            left -= part
        }
    }

    /// A backlog from site to hub to site, stored and folded at all three.
    static func drain(in folder: String, count: Int) async throws -> [Figure] {
        let network = try await BenchNetwork(in: folder)
        try await fill(network, count)
        let hub = try await network.startHub()
        let lakeview = try await network.start("lakeview")
        defer { for node in [lakeview, hub] { node.end() } }
        let cpu = ProcessFigures.cpuSeconds(hub.pid) + ProcessFigures.cpuSeconds(lakeview.pid)
        let start = ContinuousClock.now
        let northside = try await network.start("northside")
        defer { northside.end() }
        let up = elapsedMilliseconds(since: start)
        var first: ContinuousClock.Instant?
        var held: UInt64 = 0
        var firstHeld: UInt64 = 0
        while held < count {
            held = try await lakeview.head(of: "northside")
            if first == nil, held > 0 {
                first = ContinuousClock.now
                firstHeld = held
            }
            guard elapsedMilliseconds(since: start) < 180_000 else {
                throw Problem(.internalError, "the backlog did not drain in 180 s")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        let total = elapsedMilliseconds(since: start)
        let arrival = first.map { elapsedMilliseconds(since: $0) } ?? total
        let used =
            ProcessFigures.cpuSeconds(hub.pid) + ProcessFigures.cpuSeconds(lakeview.pid) - cpu
            + ProcessFigures.cpuSeconds(northside.pid)
        let sent = try await northside.ask(.syncNow)
        let digests = [try await northside.digest(), try await hub.digest(), try await lakeview.digest()]
        guard Set(digests).count == 1 else { throw Problem(.integrityFailed, "the three nodes hold different states") }
        let bytes =
            ((sent["bytesSent"] as? NSNumber)?.doubleValue ?? 0) + ((sent["bytesReceived"] as? NSNumber)?.doubleValue ?? 0)
        return [
            Figure(
                name: "drain \(count), start included", value: Double(count) / (total - up) * 1000, unit: "events/s",
                note: "three equal digests"),
            Figure(
                name: "drain, first arrival to last", value: Double(UInt64(count) - firstHeld) / max(1, arrival) * 1000,
                unit: "events/s",
                note: "first after \(Figure.number(total - arrival - up)) ms"),
            Figure(name: "catch-up, process start included", value: total / 1000, unit: "s"),
            Figure(name: "processor time, three nodes", value: used * 1e6 / Double(count), unit: "us/event"),
            Figure(name: "wire at the site, HTTP included", value: bytes / Double(count), unit: "B/event"),
            Figure(
                name: "resident after, northside/hub/lakeview", value: ProcessFigures.residentMegabytes(northside.pid),
                unit: "MB",
                note:
                    "hub \(Figure.number(ProcessFigures.residentMegabytes(hub.pid))), lakeview \(Figure.number(ProcessFigures.residentMegabytes(lakeview.pid)))"
            ),
        ]
    }

    /// A STAT case behind a backlog: from the link's return until it is complete at the reading site, and until everything is.
    static func express(in folder: String, count: Int) async throws -> [Figure] {
        let network = try await BenchNetwork(in: folder)
        try await fill(network, count)
        let lakeview = try await network.start("lakeview")
        let northside = try await network.start("northside")
        defer { for node in [lakeview, northside] { node.end() } }
        let writer = LiveWriter(data: folder + "/northside")
        defer { writer.close() }
        // One STAT examination, recorded last, while nothing is reached.
        var mix = Mix(seed: 99, openMax: 1, urgency: .stat)
        for _ in 0..<12 { mix.told(try await writer.record(&mix)) }
        guard let examination = writer.names.first else { throw Problem(.internalError, "nothing was recorded") }
        try await Task.sleep(for: .seconds(5))
        let start = ContinuousClock.now
        let hub = try await network.startHub()
        defer { hub.end() }
        let up = elapsedMilliseconds(since: start)
        while try await lakeview.events(of: examination) < 12 {
            guard elapsedMilliseconds(since: start) < 60_000 else {
                throw Problem(.internalError, "the STAT case did not arrive")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let complete = elapsedMilliseconds(since: start) - up
        let held = try await lakeview.head(of: "northside")
        while try await lakeview.head(of: "northside") < UInt64(count + 12) {
            guard elapsedMilliseconds(since: start) < 600_000 else { throw Problem(.internalError, "the backlog did not drain") }
            try await Task.sleep(for: .milliseconds(20))
        }
        let total = elapsedMilliseconds(since: start) - up
        guard try await lakeview.digest() == northside.digest() else {
            throw Problem(.integrityFailed, "the two sites hold different states")
        }
        return [
            Figure(
                name: "STAT case behind \(count) events, hub up to complete at the reading site", value: complete / 1000,
                unit: "s",
                note: "\(held) events there then"),
            Figure(name: "and everything else", value: total / 1000, unit: "s", note: "equal digests"),
        ]
    }

    /// Append at one site to visible state at the other, at a steady rate.
    static func live(in folder: String, rate: Int, seconds: Int) async throws -> [Figure] {
        let sync = Limits.dataSync(in: folder)
        let network = try await BenchNetwork(in: folder)
        let hub = try await network.startHub()
        let lakeview = try await network.start("lakeview")
        let northside = try await network.start("northside")
        defer { for node in [northside, lakeview, hub] { node.end() } }
        let watcher = try await LiveWatcher(port: network.ports[2], data: folder + "/lakeview", site: "northside")
        defer { watcher.close() }
        let writer = LiveWriter(data: folder + "/northside")
        defer { writer.close() }
        try await Task.sleep(for: .milliseconds(300))
        var mix = Mix(seed: 21)
        var sentAt: [ContinuousClock.Instant] = []
        var recorded: [Double] = []
        let began = ContinuousClock.now
        let count = rate * seconds
        for index in 0..<count {
            let due = began.advanced(by: .microseconds(Int64(index) * 1_000_000 / Int64(rate)))
            try await Task.sleep(until: due, tolerance: .zero)
            let start = ContinuousClock.now
            sentAt.append(start)
            mix.told(try await writer.record(&mix))
            recorded.append(elapsedMilliseconds(since: start))
        }
        for _ in 0..<500 where watcher.arrived < count { try await Task.sleep(for: .milliseconds(10)) }
        let latencies = watcher.latencies(since: sentAt)
        guard latencies.count == count else {
            throw Problem(.internalError, "\(latencies.count) of \(count) events were seen at lakeview")
        }
        let samples = Samples(latencies)
        let own = Samples(recorded)
        return [
            Figure(
                name: "live, call at A to state at B, p50", value: samples.p50, unit: "ms", limit: 3 * sync.p50,
                limitName: "three fdatasyncs", note: "\(rate)/s for \(seconds) s"),
            Figure(name: "live, p99", value: samples.p99, unit: "ms", limit: 3 * sync.p99, limitName: "three fdatasyncs p99"),
            Figure(name: "recording over HTTP at A, p50", value: own.p50, unit: "ms"),
        ]
    }

    /// What a call costs when nothing is new.
    static func idle(in folder: String) async throws -> [Figure] {
        let network = try await BenchNetwork(in: folder)
        try await fill(network, 2000)
        let hub = try await network.startHub()
        defer { hub.end() }
        for site in ["northside", "lakeview", "northside", "lakeview"] {
            _ = try BenchNode.run(["sync", "--data", folder + "/" + site, "--json"])
        }
        let line = try BenchNode.run(["sync", "--data", folder + "/lakeview", "--json"]).split(separator: "\n").last ?? ""
        let result = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        let sent = (result["bytesSent"] as? NSNumber)?.doubleValue ?? 0
        let received = (result["bytesReceived"] as? NSNumber)?.doubleValue ?? 0
        let lakeview = try await network.start("lakeview")
        defer { lakeview.end() }
        try await Task.sleep(for: .seconds(2))
        let before = ProcessFigures.cpuSeconds(lakeview.pid) + ProcessFigures.cpuSeconds(hub.pid)
        try await Task.sleep(for: .seconds(10))
        let used = ProcessFigures.cpuSeconds(lakeview.pid) + ProcessFigures.cpuSeconds(hub.pid) - before
        return [
            Figure(
                name: "sync with nothing new, both ways", value: sent + received, unit: "B",
                note: "one request, header lines included"),
            Figure(name: "agent and hub doing nothing", value: used * 10, unit: "% of a core"),
        ]
    }

    /// Resident memory of an agent, empty and with many cases.
    static func resident(in folder: String, cases: Int) async throws -> [Figure] {
        let network = try await BenchNetwork(in: folder)
        let hub = try await network.startHub()
        defer { hub.end() }
        var northside = try await network.start("northside")
        try await Task.sleep(for: .seconds(1))
        let empty = ProcessFigures.residentMegabytes(northside.pid)
        let hubEmpty = ProcessFigures.residentMegabytes(hub.pid)
        northside.end()
        try await fill(network, cases * 12)
        northside = try await network.start("northside")
        defer { northside.end() }
        for _ in 0..<60_000 where try await hub.head(of: "northside") < UInt64(cases * 12) {
            try await Task.sleep(for: .milliseconds(20))
        }
        northside.end()
        let again = try await network.start("northside")
        defer { again.end() }
        try await Task.sleep(for: .seconds(1))
        return [
            Figure(name: "agent resident, empty", value: empty, unit: "MB"),
            Figure(name: "agent resident, \(cases) cases", value: ProcessFigures.residentMegabytes(again.pid), unit: "MB"),
            Figure(name: "hub resident, empty", value: hubEmpty, unit: "MB"),
            Figure(name: "hub resident, \(cases) cases taken in", value: ProcessFigures.residentMegabytes(hub.pid), unit: "MB"),
        ]
    }

    /// A hub whose store was wiped, filled again by its sites.
    static func rebuild(in folder: String, count: Int) async throws -> [Figure] {
        let network = try await BenchNetwork(in: folder)
        try await fill(network, count)
        var hub = try await network.startHub()
        var northside = try await network.start("northside")
        while try await hub.head(of: "northside") < UInt64(count) { try await Task.sleep(for: .milliseconds(20)) }
        let digest = try await northside.digest()
        northside.end()
        hub.end()
        for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "anchor"] {
            try? FileManager.default.removeItem(atPath: folder + "/hub/" + name)  // a file that is not there need not go
        }
        hub = try await network.startHub()
        defer { hub.end() }
        let start = ContinuousClock.now
        northside = try await network.start("northside")
        defer { northside.end() }
        while try await hub.head(of: "northside") < UInt64(count) { try await Task.sleep(for: .milliseconds(5)) }
        let seconds = elapsedMilliseconds(since: start) / 1000
        guard try await hub.digest() == digest else { throw Problem(.integrityFailed, "the rebuilt hub holds another state") }
        northside.end()
        let data = folder + "/northside"
        return [
            try verifying(["--data", data], "log verify, every hash and tree recomputed", count),
            try verifying(["--states", "--data", data], "log verify --states, every state folded anew too", count),
            Figure(
                name: "hub wiped, rebuilt from its site", value: seconds, unit: "s",
                note: "\(count) events, equal digest, \(Figure.number(Double(count) / seconds))/s"),
        ]
    }

    private static func verifying(_ words: [String], _ name: String, _ count: Int) throws -> Figure {
        let begun = ContinuousClock.now
        _ = try BenchNode.run(["log", "verify"] + words)
        let seconds = elapsedMilliseconds(since: begun) / 1000
        return Figure(name: name, value: Double(count) / seconds, unit: "events/s", note: "process start included")
    }
}
