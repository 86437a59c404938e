import EventLog
import ImagingCase
import Interop
import Problems

/// Workitems: found, searched, shown.
extension CaseDesk {
    /// A workitem with the history that it belongs to.
    struct FoundWorkitem {
        let workitem: Workitem
        let look: Look
    }

    /// How many rows are looked through for workitems; what is older is found by its UID.
    private static let workitemScanMax = 5000

    /// The workitem that a UID names. One that is not there and one whose case does not open to the asker are answered alike.
    ///
    /// - Throws: `UNKNOWN_CASE`.
    func workitem(_ text: String, for asker: Asker) throws(Problem) -> FoundWorkitem {
        AuditTrail.current?.asks(asker.person, asker.role)
        guard let uid = WorkitemUID(text) else { throw Self.unknownWorkitem(text) }
        let look: Look
        do throws(Problem) { look = try self.look(at: uid.caseBeginning, knownTo: nil, at: nil, for: asker) } catch {
            guard error.code == .unknownCase || error.code == .ambiguous else { throw error }
            throw Self.unknownWorkitem(text)
        }
        let all = WorkitemSeries.workitems(of: look.state, look.history, at: now())
        guard let found = all.first(where: { $0.uid == uid }) else { throw Self.unknownWorkitem(text) }
        return FoundWorkitem(workitem: found, look: look)
    }

    private static func unknownWorkitem(_ text: String) -> Problem {
        guard Caller.signedIn == nil else { return hidden(text) }
        return Problem(
            .unknownCase, "No workitem is known here under this UID.", remedy: "Search for it: GET /dicomweb/workitems.",
            facts: [.init("asked", text)])
    }

    /// A workitem as a data set, opened for whoever asks.
    func dataSet(of workitem: Workitem, _ look: Look, label: String) -> DataSet {
        WorkitemDataSet.dataSet(of: workitem, in: look.state, look.history, label: label).mapping(fields.opened(text:))
    }

    /// The workitems that match, of the newest case first, and whether there are more.
    func workitems(
        _ query: WorkitemQuery, offset: Int, limit: Int, label: String
    ) throws(Problem) -> (sets: [DataSet], hasMore: Bool) {
        let rows = try library.summaries(limit: Self.workitemScanMax + 1)
        var sets: [DataSet] = []
        var passed = 0
        for bytes in rows.prefix(Self.workitemScanMax) {
            guard let row = WorklistRow(json: bytes), mayMatch(row, query), let stream = StreamID(row.case),
                stream.kind == .imagingCase, try isListed(row)
            else { continue }
            let history = CaseHistory(try library.facts(of: stream))
            let look = Look(stream: stream, history: history, access: ReviewAccess(to: stream, history, for: Caller.signedIn))
            for workitem in WorkitemSeries.workitems(of: look.state, history, at: now())
            where query.states.contains(workitem.state) {
                let set = dataSet(of: workitem, look, label: label)
                guard query.matches(set) else { continue }
                passed += 1
                guard passed > offset else { continue }
                guard sets.count < limit else { return (sets, true) }
                sets.append(set)
            }
        }
        return (sets, rows.count > Self.workitemScanMax)
    }

    private func isListed(_ row: WorklistRow) throws(Problem) -> Bool {
        guard let author = Caller.signedIn, CaseReading.reach(of: author.role) != .everything else { return true }
        return try isOpen(row, to: author)
    }

    /// Whether a case may have a workitem that is asked for, by its row alone: most need not be read for that.
    private func mayMatch(_ row: WorklistRow, _ query: WorkitemQuery) -> Bool {
        if row.reading == ReadingState.Status.none.rawValue { return false }
        let isOver = row.reading == ReadingState.Status.reported.rawValue
        if isOver, query.states.isSubset(of: [.scheduled, .inProgress]) { return false }
        let isEqual = { (held: String, asked: String) in held == asked || held == fields.sealed(identifier: asked) }
        if let asked = query.exact("PatientID"), !isEqual(row.patient.id, asked) { return false }
        return true
    }
}
