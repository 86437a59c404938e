import EventLog
import ImagingCase
import Problems

/// What a signed-in person may see: the one place where a case opens or does not.
extension CaseDesk {
    /// Whether a history opens to somebody by his role and relation.
    func isOpen(_ stream: StreamID, to author: Author) throws(Problem) -> Bool {
        try isOpen(stream, to: author) { () throws(Problem) in try library.version(of: stream) }
    }

    /// The same where the version of the history is known, or is asked for only if the role's reach needs it.
    private func isOpen(
        _ stream: StreamID, to author: Author, _ version: () throws(Problem) -> CaseVersion?
    ) throws(Problem) -> Bool {
        let reach = CaseReading.reach(of: author.role)
        if reach == .everything || stream.kind.isForEverySite || stream.kind == .reviewFile { return true }
        if reach == .nothing { return false }
        return CaseReading.isOpen(try ties(of: stream, try version()), to: author, at: sight.own())
    }

    /// Whom a history concerns. A stream of news asks it of each open conflict at each change, a list of each row: the history is read once.
    private func ties(of stream: StreamID, _ version: CaseVersion?) throws(Problem) -> CaseTies {
        guard let version else { return CaseTies(of: stream, []) }
        return try shelf.ties(of: stream, version: version) { () throws(Problem) in
            CaseTies(of: stream, try library.facts(of: stream))
        }
    }

    /// The history that a text names, as a case or as a conflict; nil where it names none, or several.
    func stream(shownAs text: String) -> StreamID? { stream(named: text) ?? (try? find(text))?.streams.first }

    /// Finds a case for whoever asks. To a signed-in person one that does not open to him and one that is not there are answered alike.
    ///
    /// - Throws: `UNKNOWN_CASE`, and `AMBIGUOUS` for whoever may see everything.
    func resolveShown(_ id: String) throws(Problem) -> StreamID {
        guard let author = Caller.signedIn else { return try resolve(id) }
        let stream = try resolve(id, for: author)
        try requireOpen(stream, to: author, askedAs: id)
        return stream
    }

    /// Finds a case for whoever records on it. What does not open to him is answered as what is not there, before anything is said of
    /// what he wants to record: a refusal that looks at the case would tell that there is one.
    ///
    /// - Throws: as ``resolveShown(_:)``.
    func resolveWritten(_ id: String) throws(Problem) -> StreamID {
        guard let author = Caller.signedIn else { return try resolve(id) }
        let stream = try resolve(id, for: author)
        try requireWritable(stream, by: author, askedAs: id)
        return stream
    }

    private func resolve(_ id: String, for author: Author) throws(Problem) -> StreamID {
        let isAmbiguityTold = CaseReading.reach(of: author.role) == .everything
        do throws(Problem) { return try resolve(id) } catch {
            guard error.code == .unknownCase || error.code == .ambiguous && !isAmbiguityTold else { throw error }
            throw Self.hidden(id)
        }
    }

    /// Refuses a history that does not open to somebody, as if it were not there.
    func requireOpen(_ stream: StreamID, to author: Author, askedAs id: String) throws(Problem) {
        if Caller.current?.purpose == .breakGlass { return }
        guard try isOpen(stream, to: author) else { throw Self.hidden(id) }
    }

    /// Refuses to let somebody record on a history that does not open to him, as if it were not there. Which identifiers are one person
    /// is said by whoever keeps that, although he looks at no case; a file of peer review is written by those to whom it opens.
    func requireWritable(_ stream: StreamID, by author: Author, askedAs id: String) throws(Problem) {
        switch stream.kind {
        case .person where PersonEvent.kinds.contains { Authority.row(for: $0)?.admits(author.role) ?? false }: return
        case .reviewFile:
            let history = CaseHistory(try library.facts(of: stream))
            guard ReviewAccess(to: stream, history, for: author).isOpen else { throw Self.hidden(id) }
        default: try requireOpen(stream, to: author, askedAs: id)
        }
    }

    /// Refuses an event that names no case and by its identifiers lies on an examination that does not open to whoever signed in: who
    /// orders takes part, and would by that open to himself whatever he knows a number of.
    ///
    /// - Throws: `NOT_PERMITTED`.
    func requireOwnIdentity(of event: CaseEvent) throws(Problem) {
        guard let author = Caller.signedIn, CaseReading.reach(of: author.role) != .everything else { return }
        for alias in CaseIdentity.aliases(in: event) {
            let stream = try library.stream(of: alias) ?? CaseIdentity.derive(alias)
            guard try !library.facts(of: stream).isEmpty, try !isOpen(stream, to: author) else { continue }
            throw Problem(
                .notPermitted, "The body names an examination that does not open to you.",
                remedy:
                    "Check its identifiers. To record on one that you have no relation to, name it and give a reason: --case ID "
                    + "--break-glass REASON, over HTTP the case in the address and Break-Glass-Reason.")
        }
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
        return try isOpen(stream, to: author) { () throws(Problem) in
            if let events = row.events, let digest = row.digest { return CaseVersion(events: events, digest: digest) }
            return try library.version(of: stream)
        }
    }

    /// Whether a history is part of a list for whoever asks.
    func isListed(_ stream: StreamID) throws(Problem) -> Bool {
        guard let author = Caller.signedIn else { return true }
        return try isOpen(stream, to: author)
    }
}
