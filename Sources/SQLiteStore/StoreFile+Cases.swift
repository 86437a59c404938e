public import EventLog
import GRDB
public import ImagingCase
public import Problems
import Wire

extension StoreFile: CaseLibrary {
    /// The case that a text names.
    public func resolve(_ text: String) throws(Problem) -> StreamID {
        var found: [StreamID] = []
        if let id = StreamID(text) {
            found = try database.read { db in
                let select = try RawStatement(
                    db, "SELECT 1 FROM stream_id WHERE kind=?1 AND high=?2 AND low=?3", isCached: true)
                select.bind(id)
                defer { select.reset() }
                return try select.step() ? [id] : []
            }
        } else if !text.isEmpty {
            found = try aliased(exactly: text)
            if found.isEmpty { found = try beginning(text) }
        }
        guard let first = found.first else {
            throw Problem(.unknownCase, "No case here is known as '\(text)'.", facts: [.init("asked", text)])
        }
        guard found.count == 1 else {
            throw Problem(
                .ambiguous, "'\(text)' fits \(found.count) cases.",
                facts: found.prefix(5).map { Problem.Fact("candidate", $0.description) })
        }
        return first
    }

    private func aliased(exactly text: String) throws(Problem) -> [StreamID] {
        try streams(
            """
            SELECT DISTINCT s.kind, s.high, s.low FROM alias a JOIN stream s ON s.idx=a.stream \
            WHERE a.value=?1 AND a.kind IN (\(AliasWord.examinations))
            """
        ) {
            $0.bind(1, text)
        }
    }

    /// Cases whose id or identifier begins with a text; one more than needed to know that it is ambiguous.
    private func beginning(_ text: String) throws(Problem) -> [StreamID] {
        var found = try streams(
            """
            SELECT DISTINCT s.kind, s.high, s.low FROM alias a JOIN stream s ON s.idx=a.stream \
            WHERE a.value>=?1 AND a.value<?2 AND a.kind IN (\(AliasWord.examinations)) LIMIT 6
            """
        ) {
            $0.bind(1, text)
            $0.bind(2, text + "\u{10FFFF}")
        }
        let prefix = text.hasPrefix("c-") ? text : "c-" + text
        if prefix.utf8.count > 4, let first = StreamID(prefix + String(repeating: "a", count: max(0, 28 - prefix.utf8.count))),
            let last = StreamID(prefix + String(repeating: "7", count: max(0, 27 - prefix.utf8.count)) + "4")
        {
            // The first character fixes the sign bit, so the signed order of the column is the unsigned one here.
            let more = try streams("SELECT kind, high, low FROM stream_id WHERE kind=1 AND high BETWEEN ?1 AND ?2 LIMIT 6") {
                $0.bind(1, first.high)
                $0.bind(2, last.high)
            }
            for stream in more where stream.description.hasPrefix(prefix) && !found.contains(stream) { found.append(stream) }
        }
        return found
    }

    private func streams(_ sql: String, _ bind: (RawStatement) -> Void) throws(Problem) -> [StreamID] {
        try database.read { db in
            let select = try RawStatement(db, sql, isCached: true)
            bind(select)
            var found: [StreamID] = []
            while try select.step() {
                if let stream = select.streamID { found.append(stream) }
            }
            return found
        }
    }

    /// The facts of a case, in order of arrival.
    public func facts(of stream: StreamID) throws(Problem) -> [CaseFact] {
        try snapshot { try $0.facts(of: stream) }
    }

    /// How many events of a case are held, and the digest of its state.
    public func version(of stream: StreamID) throws(Problem) -> CaseVersion? {
        try database.read { db in
            let select = try RawStatement(
                db,
                "SELECT s.events, s.digest FROM stream_id i JOIN stream s ON s.idx=i.idx WHERE i.kind=?1 AND i.high=?2 AND i.low=?3",
                isCached: true)
            select.bind(stream)
            defer { select.reset() }
            guard try select.step(), let digest = EventHash(bytes: select.array(1)) else { return nil }
            return CaseVersion(events: try PositionList.read(select.bytes(0)).count, digest: digest.description)
        }
    }

    /// The events of a stream, in order of arrival.
    public func events(of stream: StreamID) throws(Problem) -> [HashedEvent] { try snapshot { try $0.events(of: stream) } }

    /// The worklist row of a history.
    public func summary(of stream: StreamID) throws(Problem) -> [UInt8]? {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT s.summary FROM stream_id i JOIN stream s ON s.idx=i.idx WHERE i.kind=?1 AND i.high=?2 AND i.low=?3",
                isCached: true)
            select.bind(stream)
            defer { select.reset() }
            return try select.step() && !select.isNull(0) ? select.array(0) : nil
        }
    }

    /// Worklist rows as JSON, newest case first.
    public func summaries(limit: Int) throws(Problem) -> [[UInt8]] {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT summary FROM stream WHERE kind=1 AND summary IS NOT NULL ORDER BY idx DESC LIMIT ?1", isCached: true)
            select.bind(1, limit)
            var rows: [[UInt8]] = []
            while try select.step() { rows.append(select.array(0)) }
            return rows
        }
    }

    /// Rows that wait for something from a role, oldest first.
    public func waiting(for role: Role) throws(Problem) -> [[UInt8]] {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT s.summary FROM work w JOIN stream s ON s.idx=w.stream WHERE w.roles&?1<>0 ORDER BY w.stream",
                isCached: true)
            select.bind(1, role.bit)
            var rows: [[UInt8]] = []
            while try select.step() { rows.append(select.array(0)) }
            return rows
        }
    }

    /// Cases of a person, and the histories that they lead to.
    public func cases(ofPatient id: String, issuer: String) throws(Problem) -> [StreamID] {
        try streams(
            """
            SELECT DISTINCT s.kind, s.high, s.low FROM alias a JOIN stream s ON s.idx=a.stream \
            WHERE a.value=?1 AND a.kind IN (\(AliasWord.persons)) AND (?2='' OR a.issuer=?2 OR a.issuer='')
            """
        ) {
            $0.bind(1, id)
            $0.bind(2, issuer)
        }.sorted()
    }

    /// The histories that name a person's identifier, the newest first.
    public func streams(ofPerson id: IssuedIdentifier, max: Int) throws(Problem) -> [StreamID] {
        try streams(named: id.value, NearStreams.persons, id.issuer, max: max)
    }

    /// The cases that are known under an outside identifier, the newest first.
    public func streams(under alias: Alias, max: Int) throws(Problem) -> [StreamID] {
        try streams(named: alias.value, [alias.kind.word], alias.issuer, max: max)
    }

    /// Whether a site keeps a register of who may do what.
    public func keepsRegister(_ site: SiteID) throws(Problem) -> Bool {
        try !streams(named: site.text, [AliasWord.register], "", max: 1).isEmpty
    }

    private func streams(
        named value: String, _ words: [String], _ issuer: String, max: Int
    ) throws(Problem) -> [StreamID] {
        try database.read { db in
            try NearStreams.read(try RawStatement(db, NearStreams.select, isCached: true), value, words, issuer, max)
        }
    }

    /// One digest over all cases, whatever the order of the rows.
    public func digest() throws(Problem) -> EventHash { try sum().digest }

    /// How many cases are held.
    public func count() throws(Problem) -> Int { Int(try sum().cases) }

    /// What all cases come to, as the last commit left it.
    func sum() throws(Problem) -> StateSum { try snapshot { try $0.sum() } }

    /// Digest of each case, in order of case: for comparing nodes one case at a time.
    public func caseDigests() throws(Problem) -> [(stream: StreamID, digest: EventHash)] { try snapshot { try $0.caseDigests() } }
}
