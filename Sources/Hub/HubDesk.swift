import Synchronization
import Replication
public import Audit
public import EventLog
import Foundation
import ImagingCase
public import Problems
import SQLiteStore
public import Web
import Wire
import NodeFiles

/// Answers what can be asked of a hub, running or opened by a command.
public struct HubDesk: Desk {
    let core: HubCore
    let now: @Sendable () -> Instant
    /// Cases and conflicts.
    public let cases: CaseDesk
    /// Who saw or did what here.
    public let audit: AuditLog

    /// Whether the store was found with fewer events than were committed before.
    public var wasRolledBack: Bool { core.store.file.wasRolledBack }

    init(core: HubCore, fields: FieldKeys = .none, now: @escaping @Sendable () -> Instant) {
        self.core = core
        self.now = now
        audit = AuditLog(folder: core.folder.path + "/audit", node: "hub", now: now)
        let store = core.store
        let recorder = EventRecorder(
            file: store.file, log: { store.ownLog() }, draw: { UInt64.random(in: .min ... .max) }, now: now)
        let sight = NodeSight(
            own: { store.ownLog().site },
            lastHeard: { site in core.seen.withLock { $0[site] }.map { Instant(milliseconds: $0) } }, shared: { _ in nil })
        cases = CaseDesk(
            library: store.file, record: { intent throws(Problem) in try await recorder.record(intent) }, sight: sight,
            fields: fields, now: now)
    }

    /// Opens a hub's folder for one command, under the writer lock.
    public init(opening data: String, now: @escaping @Sendable () -> Instant) throws(Problem) {
        let folder = try HubFolder(opening: data)
        let registry = try SiteRegistry(folder: data)
        let store = try SQLiteHubStore(folder: data) { UInt64.random(in: .min ... .max) }
        let fields = try FieldKeys(folder: data, environment: ProcessInfo.processInfo.environment)
        self.init(core: try HubCore(folder: folder, registry: registry, store: store, now: now()), fields: fields, now: now)
    }

    /// How many events the hub holds.
    public func countOfEvents() throws(Problem) -> UInt64 { try core.store.file.countOfEvents() }

    /// Keeps the hub's audit for those who ask through one door.
    func auditor(door: String) -> Auditor { Auditor(log: audit, node: "hub", door: door, now: now) }

    /// This desk for those who ask through one door, every answer kept that shows or changes anything of a patient.
    public func audited(door: String) -> AuditedDesk { AuditedDesk(self, cases: cases, auditor: auditor(door: door)) }

    /// Answers a request; problems are answers too.
    public func answer(_ request: DeskRequest) async -> DeskAnswer {
        if let answer = await cases.answer(request) { return answer }
        do throws(Problem) {
            switch request {
            case .status: return try status()
            case .doctor: return try await doctor()
            case .logShow(let text, let first, let limit):
                let report = try LogReport.show(core.store.file, log: try log(text), from: first, limit: limit)
                // Whoever follows a log asks over and over.
                if report.text.isEmpty { AuditTrail.current?.givesNothing() }
                return DeskAnswer(json: report.json, text: report.text)
            case .logStats:
                let report = try LogReport.stats(core.store.file)
                return DeskAnswer(json: report.json, text: report.text)
            case .logVerify(let states):
                let report = try LogReport.verify(core.store.file, states: states)
                return DeskAnswer(json: report.json, text: report.text)
            default:
                if let answer = try await answerSites(request) { return answer }
                if let answer = try await answerKeeping(request) { return answer }
                throw Problem(.usage, "That is asked of a site, this is a hub.")
            }
        } catch { return DeskAnswer(problem: error) }
    }

    private func log(_ text: String?) throws(Problem) -> LogID {
        guard let text else { return core.store.ownLog() }
        if let log = LogID(text) { return log }
        let found = try core.store.logs().map(\.log).filter { $0.description.hasPrefix(text) }
        guard let first = found.first else {
            throw Problem(.notFound, "No log here begins with '\(text)'.", remedy: "See: filmjacket log stats.")
        }
        guard found.count == 1 else {
            throw Problem(
                .ambiguous, "'\(text)' fits \(found.count) logs.", facts: found.map { .init("candidate", $0.description) })
        }
        return first
    }

    private func status() throws(Problem) -> DeskAnswer {
        let store = core.store
        let events = try Self.events(core)
        let open = try store.file.conflicts(openOnly: true).count
        let digest = try store.file.digest()
        var json = JSONWriter()
        json.beginObject()
        json.member("role", "hub")
        json.member("name", core.folder.name)
        json.member("generation", store.generation().description)
        json.member("cases", try store.file.count())
        json.member("events", events)
        json.member("conflictsOpen", open)
        json.member("digest", digest.description)
        json.member("diskFreeBytes", Volume.space(at: store.file.folder).freeBytes)
        json.key("sites")
        json.beginArray()
        for site in core.registry.all { try write(site, to: &json) }
        json.endArray()
        json.endObject()
        var lines = [
            "hub \(core.folder.name), generation \(store.generation())",
            "cases \(try store.file.count())   events \(events)   state \(digest.description.prefix(12))",
        ]
        for site in core.registry.all { lines.append(line(site)) }
        if open > 0 { lines.append("\(open) open conflict\(open == 1 ? "" : "s"): filmjacket conflict list") }
        return DeskAnswer(json: json.text, text: lines.joined(separator: "\n"))
    }

    private func doctor() async throws(Problem) -> DeskAnswer {
        var checks = try core.store.file.checks().map {
            DoctorCheck(name: $0.name, isGood: $0.isGood, text: $0.text, remedy: $0.remedy)
        }
        checks += try keepingChecks()
        checks.append(try cases.fieldCheck(isHub: true))
        checks.append(DoctorCheck(await audit.condition(), now: now()))
        checks.append(
            DoctorCheck(
                name: "sites", isGood: true, text: "\(core.registry.all.count(where: \.state.isMember)) joined", remedy: "")
        )
        return DoctorCheck.answer(checks)
    }

    /// What the hub waits for before it holds again what it lost; nil where nothing. Whose data it waits for is not said at an open
    /// door: `hub recover watch` names the sites.
    var unfinished: @Sendable () -> String? {
        { [core] in
            let waiting = core.recovery.current.waiting.count
            return waiting == 0 ? nil : "recovering: waits for \(waiting) site\(waiting == 1 ? "" : "s")"
        }
    }

    /// How many events the hub holds, those included that came ahead of their log.
    private static func events(_ core: HubCore) throws(Problem) -> UInt64 { try core.store.coverage().reduce(0) { $0 + $1.held } }

    /// Numbers for metrics.
    public var gauges: @Sendable () -> [(name: String, value: Double)] {
        { [core] in
            let events = (try? Self.events(core)) ?? 0  // a metric that cannot be read is nothing
            let conflicts = (try? core.store.file.conflicts(openOnly: true).count) ?? 0
            return [
                ("filmjacket_events", Double(events)), ("filmjacket_conflicts_open", Double(conflicts)),
                ("filmjacket_store_free_bytes", Double(Volume.space(at: core.store.file.folder).freeBytes)),
            ]
        }
    }
}
