import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// The most rows of a list.
    static let rowsMax = 10_000

    /// Worklist rows, newest case first.
    func list(limit: Int) throws(Problem) -> DeskAnswer {
        guard limit > 0 else { throw Problem(.outOfRange, "A list has 1 to \(Self.rowsMax) rows.") }
        let limit = min(limit, Self.rowsMax)
        let rows = try opened(library.summaries(limit: Caller.signedIn == nil ? limit : Self.rowsMax), max: limit)
        AuditTrail.current?.counts(rows.count)
        let text = rows.isEmpty ? "no cases" : WorklistRow.table(rows.compactMap(WorklistRow.init(json:)))
        return DeskAnswer(json: Self.array(rows), text: text)
    }

    /// One case.
    func show(_ id: String, knownTo: String?, at: String?, for asker: Asker) throws(Problem) -> DeskAnswer {
        let look = try look(at: id, knownTo: knownTo, at: at, for: asker)
        let (state, history) = (look.state, look.history)
        // What others share with the case is judged as it is now: of an earlier moment nobody can say what was known of them.
        let near = knownTo == nil && at == nil ? try nearShown(state.stream, history) : nil
        var text = CaseText(state: state, history: history, access: look.access).lines
        if let near { text += Self.lines(of: near) }
        text += freshnessLines(history)
        if let knownTo { text.insert("as known to the author of \(knownTo)", at: 0) }
        if let at { text.insert("as recorded until \(at)", at: 0) }
        return DeskAnswer(
            json: String(decoding: json(of: state, history, near: near), as: UTF8.self), text: text.joined(separator: "\n"),
            remark: Self.hint(state, near: near))
    }

    /// What to type next where a case waits for a decision; empty where none does.
    static func hint(_ state: CaseState, near: Neighbourhood? = nil) -> String {
        let open = state.openConflicts + (near?.conflicts.map(\.conflict).filter { $0.state == .open } ?? [])
        guard let first = open.first else { return "" }
        let count = open.count == 1 ? "1 open conflict" : "\(open.count) open conflicts"
        return "\(count) on \(CaseText.short(state.stream)): \(first.kind)\nTry: filmjacket conflict show \(first.id)"
    }

    static func array(_ rows: [[UInt8]]) -> String {
        var json = JSONWriter()
        json.beginArray()
        for row in rows { json.raw(row) }
        json.endArray()
        return json.text
    }
}
