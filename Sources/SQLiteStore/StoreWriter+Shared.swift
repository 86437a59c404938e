import EventLog
import GRDB
import ImagingCase

/// Finds the histories of one name: one statement for the writer and for readers.
enum NearStreams {
    /// One word at a time: a list of words would make SQLite build a table for each look.
    static let select = """
        SELECT s.kind, s.high, s.low, s.idx FROM alias a JOIN stream s ON s.idx=a.stream \
        WHERE a.value=?1 AND a.kind=?2 AND a.issuer=?3 ORDER BY a.stream DESC LIMIT ?4
        """

    /// The histories under any of some words, the newest first, each once.
    static func read(
        _ statement: RawStatement, _ value: String, _ words: [String], _ issuer: String, _ max: Int
    ) throws -> [StreamID] {
        var found: [(index: Int64, stream: StreamID)] = []
        for word in words {
            let before = found.count
            statement.bind(1, value)
            statement.bind(2, word)
            statement.bind(3, issuer)
            statement.bind(4, max)
            while try statement.step() {
                guard let stream = statement.streamID else { continue }
                let index = statement.integer(3)
                if !found[..<before].contains(where: { $0.index == index }) { found.append((index, stream)) }
            }
            if before > 0, found.count > before { found.sort { $0.index > $1.index } }
        }
        return found.prefix(max).map(\.stream)
    }

    /// Under which a person's identifiers stand.
    static let persons = [PersonAlias.ofCases, PersonAlias.ofFollowers]
}

/// Judges what histories share with one another, in the commit that changes one of them: two orders for one examination, one
/// identifier of two persons, what came under a retired identifier, a signature that no licence covers.
///
/// Beside the folded states and never part of their digests: a site judges by the histories that it holds, the hub by all.
extension StoreWriter: NeighbourSource {
    /// How many histories a change of one person's links or licences has judged anew in its own commit: the newest. Others are judged
    /// when they change, or when somebody asks.
    private static let judgedMax = 1_000

    func folded(_ stream: StreamID) throws -> FoldedCase? { try self.stream(stream)?.whole }

    func streams(ofPerson id: IssuedIdentifier, max: Int) throws -> [StreamID] {
        try streams(named: id.value, NearStreams.persons, id.issuer, max: max)
    }

    func streams(under alias: Alias, max: Int) throws -> [StreamID] {
        try streams(named: alias.value, [alias.kind.word], alias.issuer, max: max)
    }

    func keepsRegister(_ site: SiteID) throws -> Bool {
        if let known = registers[site] { return known }
        let keeps = try !streams(named: site.text, [AliasWord.register], "", max: 1).isEmpty
        registers[site] = keeps
        return keeps
    }

    private func streams(named value: String, _ words: [String], _ issuer: String, max: Int) throws -> [StreamID] {
        try NearStreams.read(statements.selectNear, value, words, issuer, max)
    }

    /// Judges anew what a history shares, where its new facts have a say in it.
    func judgeShared(_ stream: StreamRecord, news: ArraySlice<CaseFact>) throws {
        switch stream.id.kind {
        case .imagingCase, .course:
            if news.contains(where: { Neighbourhood.isTouched(by: $0.event) }), !isQuiet(stream, news) { try judge(stream) }
        case .person:
            try judge(stream)
            let persons = Set(news.flatMap { CaseIdentity.persons(in: $0.event, of: .person) }).sorted()
            try judge(persons.flatMap { try streams(ofPerson: $0, max: Self.judgedMax) }.filter { $0.kind == .imagingCase })
        case .credential:
            let persons = Set(news.compactMap { $0.event.credentialHolder }).sorted()
            try judge(persons.flatMap { try streams(named: $0, [AliasWord.signer], "", max: Self.judgedMax) })
        case .site, .reviewFile: return
        }
    }

    /// Judges anew a history that lost events, and every one that had something to do with it.
    func judgeWithout(_ stream: StreamRecord) throws {
        let select = try RawStatement(
            db,
            """
            SELECT s.kind, s.high, s.low FROM stream s WHERE s.idx IN \
            (SELECT other FROM shared_conflict WHERE stream=?1 UNION SELECT stream FROM shared_conflict WHERE other=?1) LIMIT ?2
            """, isCached: true)
        select.bind(1, stream.index)
        select.bind(2, Self.judgedMax)
        var near: [StreamID] = []
        while try select.step() {
            if let id = select.streamID { near.append(id) }
        }
        let delete = try RawStatement(db, "DELETE FROM shared_conflict WHERE stream=?1 OR other=?1", isCached: true)
        delete.bind(1, stream.index)
        try delete.run()
        try judge(near)
        guard !stream.facts.isEmpty else { return }
        try judgeShared(stream, news: stream.facts[...])
    }

    /// Whether the news leave untouched what the rules look at, of a history that had nothing to do with any other.
    private func isQuiet(_ stream: StreamRecord, _ news: ArraySlice<CaseFact>) -> Bool {
        guard skipsQuiet, let quiet = stream.quiet, !news.contains(where: { SharedMatter.isReopened(by: $0, in: stream.id.kind) })
        else { return false }
        return quiet == SharedMatter(stream.whole)
    }

    private func judge(_ streams: [StreamID]) throws {
        var seen: Set<StreamID> = []
        for id in streams.prefix(Self.judgedMax) where seen.insert(id).inserted {
            if let record = try stream(id) { try judge(record) }
        }
    }

    private func judge(_ stream: StreamRecord) throws {
        lookedAround += 1
        let near = try Neighbourhood.around(stream.whole, in: self)
        let shared = near.conflicts
        let links = isHub ? near.exactLinks : []
        note.links += links.map { CommitNote.Link(stream: $0.stream, other: $0.other, answer: $0.answer) }
        stream.quiet = near.isQuiet(with: shared, links) ? SharedMatter(stream.whole) : nil
        // A case that is linked from here, or offered to be, is not quiet, though it may not find this one by itself.
        for other in stream.whole.state.rare.linkage.links.map(\.to) + links.flatMap({ [$0.stream, $0.other] })
        where other != stream.id {
            forgetQuiet(other)
        }
        statements.deleteShared.bind(1, stream.index)
        try statements.deleteShared.run()
        for question in shared {
            for other in question.streams where other != stream.id {
                guard let record = try self.stream(other) else { continue }
                record.quiet = nil
                let insert = statements.insertShared
                // Both ways round: a list takes it from either side, and a change of either replaces it.
                for (one, two) in [(stream.index, record.index), (record.index, stream.index)] {
                    insert.bind(1, one)
                    insert.bind(2, question.conflict.id)
                    insert.bind(3, two)
                    insert.bind(4, question.conflict.number)
                    insert.bind(5, question.conflict.state.rawValue)
                    try insert.run()
                }
            }
        }
    }
}
