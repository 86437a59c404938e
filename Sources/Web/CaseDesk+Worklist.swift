import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// What waits for a role, by when it is due; then the most urgent, then the oldest. Exit 0 also where something is overdue.
    ///
    /// - Throws: `BAD_INPUT` for a role or site that is none, `OUT_OF_RANGE` for a limit below 1.
    func worklist(role word: String, site: String?, limit: Int) throws(Problem) -> DeskAnswer {
        let role = try RoleWord.role(word)
        if let site, SiteID(site) == nil { throw Problem(.badInput, "'\(site)' is no site id.") }
        guard limit > 0 else { throw Problem(.outOfRange, "A list has 1 to \(Self.rowsMax) rows.") }
        let places = try library.conflicts(openOnly: true).filter(\.isShared)
        let held = role == .technologist ? try heldExaminations(at: places) : [:]
        let found = try library.waiting(for: role).enumerated().compactMap { place, bytes -> Waiting? in
            guard let row = WorklistRow(json: bytes), var work = row.work(of: role) else { return nil }
            if work.what == WorkItem.examine, let why = held[row.case] { work.what = why }
            return Waiting(row: row, work: work, place: place)
        }
        let shared = try sharedWork(of: role, at: places).compactMap { entry in
            WorklistRow(json: entry.row).map { Waiting(row: $0, work: entry.work, place: .max) }
        }
        let asked = (found + shared).filter { site == nil || $0.row.site == site }
        let rows = try opened(asked).sorted(by: <).prefix(min(limit, Self.rowsMax))
        AuditTrail.current?.counts(rows.count)
        var json = JSONWriter()
        json.beginArray()
        for entry in rows { entry.write(to: &json) }
        json.endArray()
        let text = rows.isEmpty ? "nothing waits for the role \(role.rawValue)" : Self.table(rows.map { $0 }, now: now())
        return DeskAnswer(json: json.text, text: text, remark: try lateRemark(for: role))
    }

    /// A case that waits, with what it waits for.
    private struct Waiting: Comparable {
        let row: WorklistRow
        let work: WorklistRow.Work
        /// The place in the store's own order: oldest first.
        let place: Int

        /// Moments in this form sort as texts.
        private var key: (String, Int, Int) { (work.due ?? "9", row.rank, place) }

        static func < (left: Waiting, right: Waiting) -> Bool { left.key < right.key }
        static func == (left: Waiting, right: Waiting) -> Bool { left.key == right.key }

        func write(to json: inout JSONWriter) {
            json.beginObject()
            json.member("case", row.case)
            json.member("what", work.what)
            if let due = work.due { json.member("due", due) }
            json.member("priority", row.priority)
            json.key("patient")
            json.beginObject()
            json.member("id", row.patient.id)
            json.member("name", row.patient.name)
            json.endObject()
            if let number = row.accession?.value { json.member("accession", number) }
            json.member("exam", CaseText.exam(row.modality, row.procedure))
            if let site = row.site { json.member("site", site) }
            json.member("headline", row.headline)
            json.member("openConflicts", row.openConflicts)
            json.endObject()
        }
    }

    private func opened(_ waiting: [Waiting]) throws(Problem) -> [Waiting] {
        guard let author = Caller.signedIn, CaseReading.reach(of: author.role) != .everything else { return waiting }
        var shown: [Waiting] = []
        for entry in waiting where try isOpen(entry.row, to: author) { shown.append(entry) }
        return shown
    }

    private static func table(_ rows: [Waiting], now: Instant) -> String {
        TextTable.aligned(
            [["DUE", "PRIORITY", "CASE", "PATIENT", "EXAM", "SITE", "TO DO"]]
                + rows.map { entry in
                    [
                        due(entry.work.due, now), entry.row.priority.uppercased(), String(entry.row.case.prefix(10)),
                        TextTable.cut(entry.row.patient.name, to: 24),
                        TextTable.cut(CaseText.exam(entry.row.modality, entry.row.procedure), to: 30), entry.row.site ?? "",
                        (entry.row.openConflicts > 0 ? "! " : "") + TextTable.cut(entry.work.what, to: 80),
                    ]
                })
    }

    /// Minutes left or over, in words: `in 12 min`, `18 min LATE`.
    static func due(_ text: String?, _ now: Instant) -> String {
        guard let text, let moment = Timestamp.parse(text)?.instant else { return "" }
        let minutes = (moment.milliseconds - now.milliseconds) / 60_000
        let size =
            abs(minutes) < 120
            ? "\(abs(minutes)) min" : abs(minutes) < 2880 ? "\(abs(minutes) / 60) h" : "\(abs(minutes) / 1440) d"
        return minutes < 0 ? "\(size) LATE" : "in \(size)"
    }
}
