import Synchronization
import EventLog
import ImagingCase
import Problems
import Replication
import SQLiteStore
import Web

/// What keeps a hub's history whole: rebuild, backup, repair, bundles.
extension HubDesk {
    /// Answers what is asked about keeping; nil for another question.
    func answerKeeping(_ request: DeskRequest) async throws(Problem) -> DeskAnswer? {
        let core = core
        switch request {
        case .recoverShow: return try await core.store.file.offload { () throws(Problem) in try Self.recovery(core) }
        case .recoverWaive(let site, let reason):
            try core.recovery.waive(site, reason: reason)
            return try Self.recovery(core)
        case .backupSave(let folder):
            let (now, name) = (now(), core.folder.name)
            let manifest = try await core.store.file.offload { () throws(Problem) in
                try NodeBackup.save(
                    core.store.file, .hub(name), identity: core.store.generation().description, version: Version.text, to: folder,
                    now: now)
            }
            return KeepingText.saved(manifest.events, folder)
        case .bundleExport(let to, let path, let partBytes):
            return try await HubBundles(core: core, now: now()).export(to: to, path: path, partBytes: partBytes)
        case .bundleImport(let path): return try await HubBundles(core: core, now: now()).take(path)
        case .logAside: return Self.answer(LogReport.aside(try core.store.file.aside()))
        case .logRepair: return try await repair()
        case .acknowledge: return NoticeReport.acknowledged(try core.store.file.acknowledgeNotices())
        default: return nil
        }
    }

    /// Checks beside those of the store.
    func keepingChecks() throws(Problem) -> [DoctorCheck] {
        let report = try RecoveryReport(core)
        return certificateChecks + NoticeReport.checks(try core.store.file.notices()) + [
            DoctorCheck(lastBackup: try core.store.file.lastBackup(), now: now(), command: "hub backup save"),
            report.check, try historiesCheck(),
        ]
    }

    /// Logs of which two histories came: nothing more is taken of them until a person says which is true.
    private func historiesCheck() throws(Problem) -> DoctorCheck {
        let logs = try core.store.file.quarantinedLogs()
        let named = logs.prefix(3).map(\.description).joined(separator: ", ")
        return DoctorCheck(
            name: "histories", isGood: logs.isEmpty,
            text: logs.isEmpty ? "one of every log" : "two of \(named)\(logs.count > 3 ? " and \(logs.count - 3) more" : "")",
            remedy: logs.isEmpty
                ? "" : "A site's folder ran twice, or somebody has its key: see the guide of recovery, Two histories.")
    }

    /// How long the certificate holds that the hub issued to itself, while it serves by it.
    private var certificateChecks: [DoctorCheck] {
        guard let ends = core.tls?.standing.serverEnds else { return [] }
        let days = (ends.milliseconds - now().milliseconds) / 86_400_000
        // It is renewed at thirty days: whatever is less says that it was not.
        return [
            DoctorCheck(
                name: "certificate", isGood: days >= HubAuthority.renewDays - 1, text: "holds for \(days) days",
                remedy: days >= HubAuthority.renewDays - 1 ? "" : "See the log for why it is not renewed, and restart the hub.")
        ]
    }

    /// Verifies; what is damaged is asked of the sites at their next hello.
    private func repair() async throws(Problem) -> DeskAnswer {
        let core = core
        let damaged = try await core.store.file.offload { () throws(Problem) in try core.store.file.scrubAll() }
        core.wanted.withLock { $0.formUnion(damaged) }
        return Self.answer(
            try await core.store.file.offload { () throws(Problem) in
                try LogReport.repaired(damaged, mended: [], core.store.file)
            })
    }

    private static func answer(_ report: LogReport) -> DeskAnswer { DeskAnswer(json: report.json, text: report.text) }

    private static func recovery(_ core: HubCore) throws(Problem) -> DeskAnswer { try RecoveryReport(core).answer }
}

/// How far a rebuild is: each log against the newest state of it that its site signed and that any site has seen.
struct RecoveryReport {
    /// One log.
    struct Row {
        let log: LogID
        let whole: UInt64
        let held: UInt64
        /// The size of the newest signed state known; 0 for none.
        let signed: UInt64
        /// Whether the events up to that size have the root that the site signed.
        let isProven: Bool
    }

    let generation: Generation
    let rows: [Row]
    /// Sites that were not heard since the numbering began and are not waived.
    /// Whether sites had joined when the numbering began, so that the hub had to be filled again.
    let isRebuild: Bool
    let waiting: [String]
    let waived: [String: String]

    init(_ core: HubCore) throws(Problem) {
        let ledger = core.recovery.current
        generation = core.store.generation()
        waived = ledger.waived
        waiting = ledger.waiting
        isRebuild = !ledger.expected.isEmpty
        var rows: [Row] = []
        let coverage = try core.store.coverage()
        var logs = coverage.map(\.log)
        for text in ledger.heads.keys { if let log = LogID(text), !logs.contains(log) { logs.append(log) } }
        for log in logs.sorted() {
            let held = coverage.first { $0.log == log }
            let heads = [ledger.heads[log.description], held?.checkpoint].compactMap { $0 }.compactMap {
                SignedCheckpoint(note: $0)
            }
            let head = heads.filter(core.registry.isSigned).max { $0.checkpoint.size < $1.checkpoint.size }
            rows.append(try Self.row(log, held, head?.checkpoint, core))
        }
        self.rows = rows
    }

    private static func row(
        _ log: LogID, _ held: LogCoverage?, _ head: Checkpoint?, _ core: HubCore
    ) throws(Problem) -> Row {
        let whole = held?.whole ?? 0
        var isProven = false
        if let head, head.size <= whole, let edge = try core.store.file.treeEdge(of: log, size: head.size) {
            isProven = edge.root == head.root
        }
        return Row(log: log, whole: whole, held: held?.held ?? 0, signed: head?.size ?? 0, isProven: isProven)
    }

    /// Logs that are not proven up to their newest signed state, or that have events beyond a gap. The hub's own logs carry no
    /// site's signature: they are whole or not.
    var open: [Row] {
        rows.filter { row in
            row.log.site.text == "hub" ? row.whole < row.held : !row.isProven || row.whole < row.held
        }
    }

    /// For `doctor`. While no rebuild is under way a log is not whole because urgent events of it went ahead.
    var check: DoctorCheck {
        let isGood = isComplete || !isRebuild
        let text =
            if isComplete {
                "every site was heard since the numbering began"
            } else if !waiting.isEmpty {
                "waits for \(waiting.joined(separator: ", "))"
            } else { "\(open.count) logs are not whole here, or not shown to be" }
        return DoctorCheck(
            name: "rebuild", isGood: isGood, text: text, remedy: isGood ? "" : "See: filmjacket hub recover watch --once.")
    }

    /// Whether every site was heard or is waived, and every log is proven.
    var isComplete: Bool { waiting.isEmpty && open.allSatisfy { waived[$0.log.site.text] != nil } }

    var answer: DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("generation", generation.description)
        json.member("complete", isComplete)
        json.key("logs")
        json.beginArray()
        for row in rows {
            json.beginObject()
            json.member("log", row.log.description)
            json.member("whole", row.whole)
            json.member("held", row.held)
            json.member("signed", row.signed)
            json.member("proven", row.isProven)
            json.endObject()
        }
        json.endArray()
        json.member("waiting", texts: waiting)
        json.member("waived", texts: waived.keys.sorted())
        json.endObject()
        return DeskAnswer(exit: isComplete ? 0 : 3, json: json.text, text: text)
    }

    private var text: String {
        var lines = rows.map { row in
            let proof =
                row.log.site.text == "hub"
                ? "the hub's own" : row.isProven ? "proven up to \(row.signed)" : "signed up to \(row.signed), not proven"
            let beyond = row.held > row.whole ? ", \(row.held - row.whole) beyond a gap" : ""
            return "  \(row.log)  \(row.whole) of \(max(row.signed, row.whole))\(beyond)  \(proof)"
        }
        lines += waiting.map { "  \($0)  not heard since the numbering \(generation) began" }
        lines += waived.sorted { $0.key < $1.key }.map { "  \($0.key)  waived: \($0.value)" }
        let proven = rows.filter(\.isProven).count
        lines.append(
            isComplete
                ? "nothing is missing: \(proven) logs proven up to the newest heads that their sites signed"
                : "\(open.count) logs not proven yet, \(waiting.count) sites not heard from yet")
        return lines.joined(separator: "\n")
    }
}
