public import EventLog
public import Problems

/// What a node can be asked about cases, whoever stores them. Synchronous; a call that throws has changed nothing.
public protocol CaseLibrary: Sendable {
    /// The case that a text names: its id, an accession, a placer order number, a StudyInstanceUID, or a unique beginning of one.
    ///
    /// - Throws: `UNKNOWN_CASE`, or `AMBIGUOUS` with the candidates.
    func resolve(_ text: String) throws(Problem) -> StreamID
    /// The facts of a case, in order of arrival; empty for an unknown one.
    func facts(of stream: StreamID) throws(Problem) -> [CaseFact]
    /// The events of a stream with their payloads, in order of arrival.
    func events(of stream: StreamID) throws(Problem) -> [HashedEvent]
    /// How many events of a case are held, and the digest of its state, as its worklist row has them; nil for an unknown one. Whatever is
    /// derived from a case alone holds as long as this is the same.
    func version(of stream: StreamID) throws(Problem) -> CaseVersion?
    /// The worklist row of a history, of whatever kind, as JSON; nil for an unknown one.
    func summary(of stream: StreamID) throws(Problem) -> [UInt8]?
    /// Worklist rows as JSON, newest case first.
    func summaries(limit: Int) throws(Problem) -> [[UInt8]]
    /// Rows, of every kind of stream, that wait for something from a role, oldest first.
    func waiting(for role: Role) throws(Problem) -> [[UInt8]]
    /// Cases with a conflict, open ones or all, in order of case; one that several histories share is listed once.
    func conflicts(openOnly: Bool) throws(Problem) -> [ConflictPlace]
    /// What arrived here since a moment although it happened long before, each history once, by id.
    func late(since moment: Instant) throws(Problem) -> [LateCase]
    /// Whether a case has an open conflict.
    func hasOpenConflict(_ stream: StreamID) throws(Problem) -> Bool
    /// Cases and courses of a person, and histories of which identifiers are that person, that an issuer knows under an id; any issuer
    /// when it is empty.
    func cases(ofPatient id: String, issuer: String) throws(Problem) -> [StreamID]
    /// The histories that name a person's identifier, the newest first, at most as many as asked for.
    func streams(ofPerson id: IssuedIdentifier, max: Int) throws(Problem) -> [StreamID]
    /// The cases that are known under an outside identifier, the newest first, at most as many as asked for.
    func streams(under alias: Alias, max: Int) throws(Problem) -> [StreamID]
    /// The cases that are known under the value of an outside identifier, whoever issued it, at most as many as asked for.
    func streams(knownAs value: String, max: Int) throws(Problem) -> [StreamID]
    /// Histories by their places in the store, the newest first: of the places below one, or of all, so many are looked at and no more.
    func places(below place: Int64?, max: Int) throws(Problem) -> [HistoryPlace]
    /// The place of a history in the store; nil for an unknown one. It stays as long as the store does, and means nothing to another node.
    func place(of stream: StreamID) throws(Problem) -> Int64?
    /// The newest checkpoint that a log's site signed, as text, where the node keeps it: a hub does.
    func checkpoint(of log: LogID) throws(Problem) -> String?
    /// Whether a site keeps a register of who may do what.
    func keepsRegister(_ site: SiteID) throws(Problem) -> Bool
    /// The case that an outside identifier belongs to, issuer included; the one known first where there are several, nil for none.
    func stream(of alias: Alias) throws(Problem) -> StreamID?
    /// The source keys of own events that begin with a text, ascending; at most 1,000.
    func sourceKeys(beginningWith text: String) throws(Problem) -> [String]
    /// One digest over all cases: equal at two nodes exactly when they show the same.
    func digest() throws(Problem) -> EventHash
    /// How many cases are held.
    func count() throws(Problem) -> Int
    /// The event that a text names: its id or a unique shortening (`site/42`, `42` in a case).
    func event(named text: String, in stream: StreamID) throws(Problem) -> EventID
}

/// One version of a case at a node.
public struct CaseVersion: Hashable, Sendable {
    /// How many of its events are held.
    public let events: Int
    /// The digest of its state, in hexadecimal.
    public let digest: String

    /// States a version.
    public init(events: Int, digest: String) {
        self.events = events
        self.digest = digest
    }
}

/// Where a history is in a store.
public struct HistoryPlace: Hashable, Sendable {
    /// A number that grows with each history that the store meets.
    public let place: Int64
    /// The history.
    public let stream: StreamID

    /// Names a place.
    public init(place: Int64, stream: StreamID) {
        self.place = place
        self.stream = stream
    }
}

/// Where a conflict is.
public struct ConflictPlace: Hashable, Sendable {
    /// The case.
    public let stream: StreamID
    /// The conflict's id.
    public let id: String
    /// Its number in the catalogue.
    public let number: Int
    /// open, resolved or superseded.
    public let state: String
    /// Whether it lies between several histories, of which this is the one that a decision on it is recorded in.
    public let isShared: Bool

    /// Names a place.
    public init(stream: StreamID, id: String, number: Int, state: String, isShared: Bool = false) {
        self.isShared = isShared
        self.stream = stream
        self.id = id
        self.number = number
        self.state = state
    }
}

extension CaseLibrary {
    /// The event that a text names among a case's: its id, or a shortening that fits one only.
    public func event(named text: String, in stream: StreamID) throws(Problem) -> EventID {
        if let id = EventID(text) { return id }
        let ids = try facts(of: stream).map(\.id)
        let found = ids.filter { id in
            let whole = id.description
            return whole.hasPrefix(text) || whole.hasSuffix("/" + text) || "\(id.log.site)/\(id.sequence)" == text
        }
        guard let first = found.first else {
            throw Problem(.notFound, "The case has no event '\(text)'.", remedy: "See: filmjacket case history \(stream).")
        }
        guard found.count == 1 else {
            throw Problem(
                .ambiguous, "'\(text)' fits \(found.count) events of the case.",
                facts: found.prefix(5).map { Problem.Fact("candidate", $0.description) })
        }
        return first
    }
}

/// What a library holds, as neighbours see one another.
public struct LibraryNeighbours: NeighbourSource {
    private let library: any CaseLibrary

    /// Looks into a library.
    public init(_ held: any CaseLibrary) { library = held }

    /// A history, folded; nil where nothing of it is held.
    public func folded(_ stream: StreamID) throws(Problem) -> FoldedCase? {
        let facts = try library.facts(of: stream)
        return facts.isEmpty ? nil : FoldedCase(stream, facts)
    }

    /// The histories that name a person's identifier, the newest first.
    public func streams(ofPerson id: IssuedIdentifier, max: Int) throws(Problem) -> [StreamID] {
        try library.streams(ofPerson: id, max: max)
    }

    /// The cases that are known under an outside identifier, the newest first.
    public func streams(under alias: Alias, max: Int) throws(Problem) -> [StreamID] {
        try library.streams(under: alias, max: max)
    }

    /// Whether a site keeps a register of who may do what.
    public func keepsRegister(_ site: SiteID) throws(Problem) -> Bool { try library.keepsRegister(site) }
}
