import EventLog
import ImagingCase
import Problems

/// What a signed-in person may see: the one place where a case opens or does not.
extension CaseDesk {
    /// Whether a history opens to somebody by his role and relation.
    func isOpen(_ stream: StreamID, to author: Author) throws(Problem) -> Bool {
        try isOpen(stream, to: author) { () throws(Problem) in CaseTies(of: stream, try library.facts(of: stream)) }
    }

    /// The same where the ties are known, or are gathered only if the role asks for them.
    private func isOpen(
        _ stream: StreamID, to author: Author, _ ties: () throws(Problem) -> CaseTies
    ) throws(Problem) -> Bool {
        let reach = CaseReading.reach(of: author.role)
        if reach == .everything || stream.kind.isForEverySite || stream.kind == .reviewFile { return true }
        if reach == .nothing { return false }
        return CaseReading.isOpen(try ties(), to: author, at: sight.own())
    }

    /// The history that a text names, as a case or as a conflict; nil where it names none, or several.
    func stream(shownAs text: String) -> StreamID? { stream(named: text) ?? (try? find(text))?.streams.first }

    /// Finds a case for whoever asks. To a signed-in person one that does not open to him and one that is not there are answered alike.
    ///
    /// - Throws: `UNKNOWN_CASE`, and `AMBIGUOUS` for whoever may see everything.
    func resolveShown(_ id: String) throws(Problem) -> StreamID {
        guard let author = Caller.signedIn, CaseReading.reach(of: author.role) != .everything else {
            return try library.resolve(id)
        }
        let stream: StreamID
        do throws(Problem) { stream = try library.resolve(id) } catch {
            guard error.code == .unknownCase || error.code == .ambiguous else { throw error }
            throw Self.hidden(id)
        }
        try requireOpen(stream, to: author, askedAs: id)
        return stream
    }

    /// Refuses a history that does not open to somebody, as if it were not there.
    func requireOpen(_ stream: StreamID, to author: Author, askedAs id: String) throws(Problem) {
        if Caller.current?.purpose == .breakGlass { return }
        guard try isOpen(stream, to: author) else { throw Self.hidden(id) }
    }

    static func hidden(_ id: String) -> Problem {
        Problem(
            .unknownCase, "No case that opens to you is known here as '\(id)'.",
            remedy: "Check the identifier. To see one that you have no relation to, give a reason: --break-glass REASON, "
                + "over HTTP Break-Glass-Reason.", facts: [.init("asked", id)])
    }

    /// How many rows are looked through for those that open to somebody.
    private static let scanMax = 5000

    /// Of rows those that open to whoever asks, at most so many.
    func opened(_ rows: [[UInt8]], max: Int) throws(Problem) -> [[UInt8]] {
        guard let author = Caller.signedIn, CaseReading.reach(of: author.role) != .everything else {
            return Array(rows.prefix(max))
        }
        var shown: [[UInt8]] = []
        for row in rows.prefix(Self.scanMax) where shown.count < max {
            if let known = WorklistRow(json: row), try isOpen(known, to: author) { shown.append(row) }
        }
        return shown
    }

    /// Whether a row may be shown to somebody; its own site is known without reading the case.
    func isOpen(_ row: WorklistRow, to author: Author) throws(Problem) -> Bool {
        if CaseReading.reach(of: author.role) == .ownSite, let site = row.site, site == sight.own()?.text { return true }
        guard let stream = StreamID(row.case) else { return false }
        let version = "\(row.events ?? 0) \(row.digest ?? "")"
        return try isOpen(stream, to: author) { () throws(Problem) in
            try shelf.ties(of: stream, version: version) { () throws(Problem) in
                CaseTies(of: stream, try library.facts(of: stream))
            }
        }
    }

    /// Whether a history is part of a list for whoever asks.
    func isListed(_ stream: StreamID) throws(Problem) -> Bool {
        guard let author = Caller.signedIn else { return true }
        return try isOpen(stream, to: author)
    }
}
