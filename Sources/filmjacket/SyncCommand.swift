import ArgumentParser
import EventLog
import Foundation
import ImagingCase
import Problems
import Replication
import SQLiteStore
import SiteAgent
import Web

/// `filmjacket sync`: reconciles this site with its hub now, through the running agent or by itself.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Reconcile this site's log with the hub now.",
        discussion:
            "Ends with 0 when both hold the same, 3 when a conflict is open, 4 when the hub did not answer: everything is safe then."
    )

    @Option(help: "The site's data folder.") var data: String
    @Flag(help: "NDJSON: progress lines, then one result.") var json = false
    @Flag(help: "Say what would go and come and which conflicts would open; change nothing.") var dryRun = false
    @Flag(help: "Send only.") var pushOnly = false
    @Flag(help: "Receive only.") var pullOnly = false

    func validate() throws {
        if pushOnly && pullOnly { throw ValidationError("--push-only and --pull-only exclude each other.") }
    }

    func run() async throws {
        do {
            if let client = try await DeskClient.running(in: data) {
                if dryRun { Output.finish(try await client.ask(.syncPreview), json: json) }
                guard !pushOnly, !pullOnly else {
                    throw Problem(
                        .usage, "An agent is running, and it keeps both directions in step.",
                        remedy: "Leave out --push-only and --pull-only, or stop the agent first.")
                }
                try await follow(client)
            }
            let folder = try SiteFolder(opening: data)
            let store = try folder.openStore(now: Agent.wallClock())
            OfflineDesk.warn(ifRolledBack: store.file.wasRolledBack)
            if dryRun {
                let desk = SiteDesk(folder: folder, store: store, driver: nil, now: Agent.wallClock).audited(door: "console")
                Output.finish(await desk.answer(.syncPreview), json: json)
            }
            try await once(folder, store)
        } catch let problem as Problem {
            fail(problem)
        }
    }

    /// Ends with a problem; for programs too the last line is a result.
    private func fail(_ problem: Problem) -> Never {
        guard json else { Output.fail(problem, json: false) }
        var out = JSONWriter()
        out.beginObject()
        out.member("type", "result")
        out.member("exit", problem.code.row.exit)
        out.member("code", problem.code.rawValue)
        out.member("message", problem.message)
        out.member("remedy", problem.remedy)
        out.endObject()
        Output.line(out.text)
        Foundation.exit(problem.code.row.exit)
    }

    private func once(_ folder: SiteFolder, _ store: SQLiteSiteStore) async throws {
        let line = ProgressLine(json: json)
        let head = try store.ownLog().head
        line.begin("\(folder.site) -> \(folder.hubURL)")
        let outcome = try await ManualSync.run(folder: folder, store: store, pushes: !pullOnly, pulls: !pushOnly) { status in
            line.show(
                .init(
                    done: status.pushed, total: max(head, status.shared) - min(head, status.shared) + status.pushed,
                    received: status.pulled,
                    receiving: status.feedHead > status.feedPosition ? status.feedHead - status.feedPosition : 0,
                    bytes: status.bytesSent + status.bytesReceived))
        }
        let status = outcome.status
        let open = try store.file.conflicts(openOnly: true).count
        finish(
            line,
            .init(
                pushed: status.pushed, pulled: status.pulled, confirmed: outcome.confirmed, pending: outcome.pending,
                newConflicts: outcome.newConflicts.map(\.id), bytesSent: status.bytesSent, bytesReceived: status.bytesReceived,
                generation: status.generation?.description ?? "", digest: outcome.digest.description, open: open,
                problem: status.problem, alarm: status.alarm, offsetMilliseconds: status.clockOffsetMilliseconds,
                sentAhead: status.sentAhead, receivedAhead: status.receivedAhead))
    }

    /// What the last lines say.
    struct Report {
        var pushed: UInt64
        var pulled: UInt64
        var confirmed: UInt64
        var pending: UInt64
        var newConflicts: [String]
        var bytesSent: Int64
        var bytesReceived: Int64
        var generation: String
        var digest: String
        var open: Int
        var problem: Problem?
        var alarm: Problem?
        var offsetMilliseconds: Int64?
        /// Urgent events that went and came ahead of what waited.
        var sentAhead: UInt64 = 0
        var receivedAhead: UInt64 = 0

        var exit: Int32 {
            if let problem { return problem.code.row.exit == 75 ? 4 : problem.code.row.exit }
            return open > 0 ? 3 : 0
        }
    }

    private func finish(_ line: ProgressLine, _ report: Report) -> Never {
        line.end()
        if let alarm = report.alarm { Output.remark("ALARM \(alarm.code.rawValue): \(alarm.message) \(alarm.remedy)") }
        if json {
            var out = JSONWriter()
            out.beginObject()
            out.member("type", "result")
            out.member("exit", report.exit)
            out.member("pushed", report.pushed)
            out.member("pulled", report.pulled)
            out.member("confirmed", report.confirmed)
            out.member("pending", report.pending)
            out.member("newConflicts", report.newConflicts.count)
            out.member("conflictsOpen", report.open)
            out.member("bytesSent", report.bytesSent)
            out.member("bytesReceived", report.bytesReceived)
            out.member("generation", report.generation)
            out.member("digest", report.digest)
            if report.sentAhead > 0 { out.member("sentAhead", report.sentAhead) }
            if report.receivedAhead > 0 { out.member("receivedAhead", report.receivedAhead) }
            if let alarm = report.alarm { out.member("alarm", alarm.code.rawValue) }
            if let problem = report.problem {
                out.member("code", problem.code.rawValue)
                out.member("message", problem.message)
                if let transport = problem.facts.first(where: { $0.name == "transport" }) {
                    out.member("transport", transport.value)
                }
            }
            out.endObject()
            Output.line(out.text)
        } else if let problem = report.problem {
            Output.remark("\(problem.code.rawValue): \(problem.message)\nTry: \(problem.remedy)")
            Output.line("not in step: \(report.pending) waiting here, all of them safe in the log")
        } else {
            let clock = report.offsetMilliseconds.map { String(format: ", clock %+.2f s", Double($0) / 1000) } ?? ""
            Output.line(
                "in step: sent \(report.pushed), received \(report.pulled), \(report.bytesSent + report.bytesReceived) bytes\(clock), "
                    + "state \(report.digest.prefix(12))")
            if report.sentAhead + report.receivedAhead > 0 {
                Output.line("urgent first: \(report.sentAhead) sent and \(report.receivedAhead) received ahead of the rest")
            }
            if !report.newConflicts.isEmpty {
                Output.line(
                    "\(report.newConflicts.count) new conflict\(report.newConflicts.count == 1 ? "" : "s"):  filmjacket conflict show "
                        + "\(report.newConflicts[0]) --data \(data)")
            } else if report.open > 0 {
                Output.line(
                    "\(report.open) open conflict\(report.open == 1 ? "" : "s"):  filmjacket conflict list --data \(data)")
            }
        }
        Foundation.exit(report.exit)
    }

    /// With an agent running, asks it to hurry and follows it until it is in step.
    private func follow(_ client: DeskClient) async throws -> Never {
        struct Standing: Decodable {
            var inStep, reachable, stopped: Bool
            var pushed, pulled, pending, head, feedPosition, feedHead: UInt64
            var bytesSent, bytesReceived: Int64
            var generation, digest: String
            var conflictsOpen: Int
            var openConflicts: [String]
            var problem: String?
        }
        let line = ProgressLine(json: json)
        line.begin("through the running agent")
        let began = Date()
        var first: Standing?
        while true {
            let answer = try await client.ask(.syncNow)
            guard answer.exit == 0 else { throw DeskClient.problem(of: answer) }
            let now = try JSONDecoder().decode(Standing.self, from: Data(answer.json.utf8))
            let start = first ?? now
            first = start
            let seconds = Date().timeIntervalSince(began)
            line.show(
                .init(
                    done: now.pushed - start.pushed, total: now.pushed - start.pushed + now.pending,
                    received: now.pulled - start.pulled,
                    receiving: 0, bytes: now.bytesSent + now.bytesReceived - start.bytesSent - start.bytesReceived))
            let problem =
                now.stopped || (!now.reachable && seconds > 3)
                ? Problem(.hubUnreachable, now.problem ?? "The hub does not answer the running agent.") : nil
            // Two looks: the first may have come before the hurry took effect.
            if problem != nil || (now.inStep && seconds > 0.15) {
                finish(
                    line,
                    .init(
                        pushed: now.pushed - start.pushed, pulled: now.pulled - start.pulled, confirmed: now.head - now.pending,
                        pending: now.pending,
                        newConflicts: now.openConflicts.filter { !start.openConflicts.contains($0) },
                        bytesSent: now.bytesSent - start.bytesSent,
                        bytesReceived: now.bytesReceived - start.bytesReceived, generation: now.generation, digest: now.digest,
                        open: now.conflictsOpen, problem: problem, offsetMilliseconds: nil))
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
