public import Audit
public import EventLog
import Foundation
import ImagingCase
public import Logging
import Outbound
public import Problems
import Replication
public import SQLiteStore
import Synchronization
public import Web
import Wire
import NodeFiles

/// Answers what can be asked of a site, running or opened by a command.
public struct SiteDesk: Desk {
    /// The site's folder.
    public let folder: SiteFolder
    /// The store.
    public let store: SQLiteSiteStore
    /// The door for recording.
    public let recorder: EventRecorder
    /// Cases and conflicts.
    public let cases: CaseDesk
    /// Who saw or did what here.
    public let audit: AuditLog
    let importer: HL7Importer
    /// What is told to other systems.
    let outbox: Outbox
    /// The site's doors to other systems, as far as they are open.
    let edges: Edges
    /// What the site can do with sealed texts.
    let fields: FieldKeys
    let driver: SyncDriver?
    let now: @Sendable () -> Instant

    /// Stands on an opened store; `driver` is there while the agent runs.
    public init(
        folder: SiteFolder, store: SQLiteSiteStore, driver: SyncDriver?, fields: FieldKeys = .none, edges: Edges = Edges(),
        logger: Logger = Logger(label: "filmjacket.agent"), now: @escaping @Sendable () -> Instant
    ) {
        self.fields = fields
        self.edges = edges
        self.folder = folder
        self.store = store
        self.driver = driver
        self.now = now
        audit = AuditLog(folder: folder.path + "/audit", node: folder.site.text, now: now)
        let recorder = EventRecorder(file: store.file, log: { store.log }, draw: { UInt64.random(in: .min ... .max) }, now: now)
        self.recorder = recorder
        // The other sites are heard of by the hub alone.
        let sight = NodeSight(
            own: { store.log.site }, lastHeard: { _ in driver?.current.lastContact },
            // Where the store cannot say, nothing counts as shared.
            shared: { log in log == store.log ? (try? Self.shared(store, driver)) ?? 0 : nil })
        cases = CaseDesk(
            library: store.file, record: { intent throws(Problem) in try await recorder.record(intent) }, sight: sight,
            fields: fields, now: now)
        outbox = Outbox(
            store: store.file, site: folder.site, fields: fields,
            record: { intent throws(Problem) in try await recorder.record(intent) },
            auditor: Auditor(log: audit, node: folder.site.text, door: "notify", now: now), logger: logger, now: now)
        importer = HL7Importer(
            library: store.file, record: { intent throws(Problem) in try await recorder.record(intent) }, site: folder.site,
            fields: fields, now: now)
    }

    /// Opens a site's folder for one command, under the writer lock.
    public init(opening data: String, now: @escaping @Sendable () -> Instant) throws(Problem) {
        let folder = try SiteFolder(opening: data)
        let store = try folder.openStore(now: now())
        let fields = try FieldKeys(folder: data, environment: ProcessInfo.processInfo.environment)
        self.init(folder: folder, store: store, driver: nil, fields: fields, now: now)
    }

    /// Keeps the site's audit for those who ask through one door.
    func auditor(door: String) -> Auditor { Auditor(log: audit, node: folder.site.text, door: door, now: now) }

    /// This desk for those who ask through one door, every answer kept that shows or changes anything of a patient.
    public func audited(door: String) -> AuditedDesk { AuditedDesk(self, cases: cases, auditor: auditor(door: door)) }

    /// Answers a request; problems are answers too.
    public func answer(_ request: DeskRequest) async -> DeskAnswer {
        if let answer = await cases.answer(request) { return answer }
        do throws(Problem) {
            switch request {
            case .status: return try status()
            case .doctor: return try await doctor()
            case .importHL7(let name, let text):
                guard let bytes = Base64.bytes(of: text) else {
                    throw Problem(.malformed, "The bytes of '\(name)' are not base64.")
                }
                return fields.shown(await importer.take(bytes, name: name))
            case .logShow(let text, let first, let limit):
                let log = try text.map { (text) throws(Problem) in try self.log(text) } ?? store.log
                let report = try LogReport.show(store.file, log: log, from: first, limit: limit)
                // Whoever follows a log asks over and over.
                if report.text.isEmpty { AuditTrail.current?.givesNothing() }
                return Self.answer(report)
            case .logStats: return Self.answer(try LogReport.stats(store.file))
            case .logVerify(let states): return Self.answer(try LogReport.verify(store.file, states: states))
            case .notify(let asked): return try await outbox.answer(asked)
            case .syncNow: return try syncNow()
            case .syncPreview: return fields.shown(try await ManualSync.preview(folder: folder, store: store).answer)
            default:
                if let answer = try await answerKeeping(request) { return answer }
                throw Problem(.usage, "That is asked of a hub, this is the site '\(folder.site)'.")
            }
        } catch { return DeskAnswer(problem: error) }
    }

    static func answer(_ report: LogReport) -> DeskAnswer { DeskAnswer(json: report.json, text: report.text) }

    private func log(_ text: String) throws(Problem) -> LogID {
        if let log = LogID(text) { return log }
        let found = try store.logs().map(\.log).filter { $0.description.hasPrefix(text) }
        guard let first = found.first else {
            throw Problem(.notFound, "No log here begins with '\(text)'.", remedy: "See: filmjacket log stats.")
        }
        guard found.count == 1 else {
            throw Problem(
                .ambiguous, "'\(text)' fits \(found.count) logs.", facts: found.map { .init("candidate", $0.description) })
        }
        return first
    }

    /// What is known of the queue: derived from the log's head and the hub's, never counted apart.
    struct Queue {
        let log: LogID
        let head: UInt64
        /// How far the hub holds the log.
        let confirmed: UInt64
        /// How many of these are set aside.
        let refused: UInt64
        let oldestSeconds: Int64
        /// What the hub holds and everybody sees who may.
        var shared: UInt64 { confirmed - refused }
        var pending: UInt64 { head - confirmed }
    }

    /// How far the hub holds the own log. What the driver heard last goes before what was written down, in both directions: a hub can
    /// lose what it held.
    private static func shared(_ store: SQLiteSiteStore, _ driver: SyncDriver?) throws(Problem) -> UInt64 {
        guard let heard = driver?.current, heard.lastContact != nil else { return try store.shared() }
        return heard.shared
    }

    func queue() throws(Problem) -> Queue {
        let own = try store.ownLog()
        let shared = min(own.head, try Self.shared(store, driver))
        var oldest: Int64 = 0
        if shared < own.head,
            let event = try store.segment(of: own.log, from: shared + 1, eventsMax: 1, bytesMax: 1).events.first
        {
            oldest = max(0, (now().milliseconds - event.event.recordedAt.instant.milliseconds) / 1000)
        }
        // Counted from the events themselves, never from a counter beside them.
        let refused = try store.file.aside().count { $0.id.log == own.log && $0.id.sequence <= shared }
        return Queue(log: own.log, head: own.head, confirmed: shared, refused: UInt64(refused), oldestSeconds: oldest)
    }

    /// Own events of the log that is written now that are set aside.
    func refused(_ queue: Queue) throws(Problem) -> [SetAsideEvent] {
        try store.file.aside().filter { $0.id.log == queue.log && $0.id.sequence <= queue.confirmed }
    }

    private func status() throws(Problem) -> DeskAnswer {
        let queue = try queue()
        let open = try store.file.conflicts(openOnly: true).count
        let digest = try store.file.digest()
        let sync = driver?.current
        let stored = try store.cursor()?.generation
        let generation = sync?.generation ?? stored
        var json = JSONWriter()
        json.beginObject()
        json.member("site", folder.site.text)
        json.member("incarnation", queue.log.incarnation.description)
        json.member("head", queue.head)
        json.member("shared", queue.shared)
        json.member("pending", queue.pending)
        json.member("pendingOldestSeconds", queue.oldestSeconds)
        json.member("refused", queue.refused)
        json.key("hub")
        json.beginObject()
        json.member("url", folder.hubURL)
        json.member("reachable", sync?.isReachable ?? false)
        json.key("generation")
        if let generation { json.string(generation.description) } else { json.null() }
        json.key("clockOffsetSeconds")
        if let offset = sync?.clockOffsetMilliseconds { json.real(Double(offset) / 1000) } else { json.null() }
        let certificate = try OwnCertificate(in: folder.path)
        if let certificate { json.member("certificateEnds", Timestamp.text(of: certificate.ends)) }
        if let problem = sync?.problem { json.member("problem", problem.code.rawValue) }
        if let alarm = sync?.alarm { json.member("alarm", alarm.code.rawValue) }
        json.endObject()
        let notices = try store.file.notices()
        json.key("notices")
        json.beginArray()
        for notice in notices { NoticeReport.write(notice, to: &json) }
        json.endArray()
        try CanaryReport(store.file.canaries(), now()).write(to: &json)
        json.key("edges")
        json.beginArray()
        edges.write(to: &json)
        try outbox.write(to: &json)
        json.endArray()
        json.member("conflictsOpen", open)
        json.member("diskFreeBytes", Volume.space(at: store.file.folder).freeBytes)
        json.member("cases", try store.file.count())
        json.member("digest", digest.description)
        json.member("running", driver != nil)
        json.endObject()
        let warning = certificate?.warning(now())
        return DeskAnswer(
            json: json.text,
            text: (try [statusText(queue, open, digest, try store.file.count())] + [warning].compactMap { $0 } + outbox.lines())
                .joined(
                    separator: "\n"))
    }

    private func statusText(_ queue: Queue, _ open: Int, _ digest: EventHash, _ cases: Int) -> String {
        var lines = [
            "\(folder.site) (\(folder.kind)), hub \(folder.hubName) at \(folder.hubURL)",
            "recorded \(queue.head)   shared \(queue.shared)   waiting \(queue.pending)"
                + (queue.pending > 0 ? " (oldest \(queue.oldestSeconds) s)" : "")
                + (queue.refused > 0 ? "   refused \(queue.refused): filmjacket statement" : ""),
            "cases \(cases)   state \(digest.description.prefix(12))",
        ]
        if let sync = driver?.current {
            if let problem = sync.problem, !sync.isReachable {
                lines.append("hub not reachable: \(problem.message) Keep working; everything is safe here.")
            } else {
                lines.append(sync.isReachable ? "hub reachable" : "hub not heard yet")
                if let problem = sync.problem, !sync.isStopped {
                    lines.append("not in step: \(problem.code.rawValue): \(problem.message)")
                }
            }
            if let alarm = sync.alarm {
                lines.append("ALARM \(alarm.code.rawValue): \(alarm.message) \(alarm.remedy)")
            }
            if let offset = sync.clockOffsetMilliseconds, abs(offset) > 2000 {
                lines.append("clock differs from the hub's by \(Double(offset) / 1000) s: turnaround times are wrong")
            }
            if sync.isStopped, let problem = sync.problem { lines.append("STOPPED: \(problem.message) \(problem.remedy)") }
        } else {
            lines.append("no agent is running; the hub's state is the last known")
        }
        lines += edges.lines
        if open > 0 { lines.append("\(open) open conflict\(open == 1 ? "" : "s"): filmjacket conflict list") }
        return lines.joined(separator: "\n")
    }

    private func syncNow() throws(Problem) -> DeskAnswer {
        guard let driver else { throw Problem(.internalError, "Without a running agent the command syncs by itself.") }
        // Looked at before the hurry, so that what this sync opens is told from what was open.
        let open = try store.file.conflicts(openOnly: true)
        driver.hurry()
        let sync = driver.current
        let queue = try queue()
        var json = JSONWriter()
        json.beginObject()
        json.member("inStep", sync.isInStep && queue.pending == 0)
        json.member("reachable", sync.isReachable)
        json.member("stopped", sync.isStopped)
        json.member("pushed", sync.pushed)
        json.member("pulled", sync.pulled)
        json.member("pending", queue.pending)
        json.member("head", queue.head)
        json.member("bytesSent", sync.bytesSent)
        json.member("bytesReceived", sync.bytesReceived)
        if sync.sentAhead > 0 { json.member("sentAhead", sync.sentAhead) }
        if sync.receivedAhead > 0 { json.member("receivedAhead", sync.receivedAhead) }
        json.member("feedPosition", sync.feedPosition)
        json.member("feedHead", sync.feedHead)
        json.member("generation", sync.generation?.description ?? "")
        json.member("conflictsOpen", open.count)
        json.member("openConflicts", texts: open.map(\.id))
        json.member("digest", try store.file.digest().description)
        json.memberIfSaid("problem", sync.problem.map { "\($0.code.rawValue): \($0.message)" } ?? "")
        json.endObject()
        return DeskAnswer(json: json.text, text: "")
    }

    private func doctor() async throws(Problem) -> DeskAnswer {
        var checks = try store.file.checks().map {
            DoctorCheck(name: $0.name, isGood: $0.isGood, text: $0.text, remedy: $0.remedy)
        }
        if let sync = driver?.current {
            checks.append(
                DoctorCheck(
                    name: "hub", isGood: sync.isReachable,
                    text: sync.isReachable ? "reachable" : sync.problem?.message ?? "not heard yet",
                    remedy: sync.isReachable ? "" : sync.problem?.remedy ?? "Wait a moment and ask again."))
            if let offset = sync.clockOffsetMilliseconds {
                checks.append(
                    DoctorCheck(
                        name: "clock", isGood: abs(offset) < 60_000, text: "\(Double(offset) / 1000) s against the hub",
                        remedy: abs(offset) < 60_000 ? "" : "Set this machine's clock: requests are refused beyond 60 s."))
            }
        }
        checks.append(try DoctorCheck(keyOf: folder, now: now()))
        checks.append(try cases.fieldCheck(isHub: false))
        if let certificate = try OwnCertificate(in: folder.path) { checks.append(certificate.check(now())) }
        checks += NoticeReport.checks(try store.file.notices())
        checks.append(DoctorCheck(lastBackup: try store.file.lastBackup(), now: now(), command: "agent backup save"))
        checks += try CanaryReport(store.file.canaries(), now()).checks
        checks.append(DoctorCheck(await audit.condition(), now: now()))
        checks += try edges.checks(now()) + outbox.checks()
        let unproven = try store.unproven().reduce(0) { $0 + $1.count }
        checks.append(
            DoctorCheck(
                name: "origins", isGood: true,
                text: unproven == 0
                    ? "all that other sites recorded is in logs that they signed"
                    : "\(unproven) events of other sites are not shown yet to be in logs that they signed", remedy: ""))
        let queue = try queue()
        checks.append(
            DoctorCheck(
                name: "queue", isGood: queue.oldestSeconds < 900,
                text: "\(queue.pending) waiting, oldest \(queue.oldestSeconds) s",
                remedy: queue.oldestSeconds < 900 ? "" : "Sync, and find out why the hub does not answer."))
        return DoctorCheck.answer(checks)
    }

    /// Numbers for metrics.
    public var gauges: @Sendable () -> [(name: String, value: Double)] {
        { [self] in
            guard let queue = try? queue() else { return [] }  // a metric that cannot be read is left out
            let conflicts = (try? store.file.conflicts(openOnly: true).count) ?? 0
            return [
                ("filmjacket_log_head_sequence", Double(queue.head)), ("filmjacket_outbox_events", Double(queue.pending)),
                ("filmjacket_outbox_oldest_seconds", Double(queue.oldestSeconds)),
                ("filmjacket_conflicts_open", Double(conflicts)),
                ("filmjacket_hub_up", driver?.current.isReachable == true ? 1 : 0),
                ("filmjacket_store_free_bytes", Double(Volume.space(at: store.file.folder).freeBytes)),
            ]
        }
    }
}
