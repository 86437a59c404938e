public import EventLog

/// Looks up the histories near one another, whoever stores them. A lookup that throws has changed nothing.
public protocol NeighbourSource {
    /// What can go wrong.
    associatedtype Failure: Error
    /// A history, folded; nil where nothing of it is held.
    func folded(_ stream: StreamID) throws(Failure) -> FoldedCase?
    /// The histories that name a person's identifier, the newest first, at most as many as asked for: his cases, and histories of his
    /// links.
    func streams(ofPerson id: IssuedIdentifier, max: Int) throws(Failure) -> [StreamID]
    /// The cases that are known under an outside identifier, the newest first, at most as many as asked for.
    func streams(under alias: Alias, max: Int) throws(Failure) -> [StreamID]
    /// Whether a site keeps a register of who may do what.
    func keepsRegister(_ site: SiteID) throws(Failure) -> Bool
}

/// A question that a case shares with another history, and whose they are.
public struct SharedConflict: Hashable, Sendable {
    /// The question.
    public let conflict: Conflict
    /// The histories that it lies between, ascending; two or more.
    public let streams: [StreamID]
    /// How many more there are that are not named.
    public var unnamed = 0

    /// The others in words, for whoever looks at one.
    public func others(than stream: StreamID, _ name: (StreamID) -> String = \.description) -> String {
        let named = streams.filter { $0 != stream }.map(name)
        let rest =
            unnamed == 0 ? [] : [unnamed == 1 ? "a case that does not open to you" : "\(unnamed) cases that do not open to you"]
        return (named + rest).joined(separator: ", ")
    }

    /// Where a person's decision on it is recorded: in a case before a register that everybody sees.
    public var home: StreamID { streams[0] }

    /// Whether a history is one of them.
    public func concerns(_ stream: StreamID) -> Bool { streams.contains(stream) }
}

/// A history together with those near it: the person's other cases, which identifiers are one person, cases under the same outside
/// identifier, and what is known of the licences of those who signed.
public struct Neighbourhood: Sendable {
    /// The history in the middle.
    public let centre: FoldedCase
    /// It and the cases near it.
    public let between: BetweenCases
    /// What the register says of its signatures; nothing where no register is kept.
    public let judgement: CaseJudgement
    private let others: [FoldedCase]
    /// Whether links between persons' identifiers are near.
    let hasPersons: Bool
    /// The cases near it that are not named.
    private var unnamed: Set<StreamID> = []

    /// How many cases are looked at together: a person with more is seen by the newest of them.
    public static let casesMax = 50

    /// Gathers what is near a history. Bounded by `casesMax`, however much is held.
    public static func around<S: NeighbourSource>(_ centre: FoldedCase, in source: S) throws(S.Failure) -> Neighbourhood {
        var gathering = Gathering(centre)
        try gathering.gather(from: source)
        let credentials = try gathering.credentials(from: source)
        return Neighbourhood(gathering, credentials.histories, keptAt: credentials.keptAt)
    }

    /// The same for somebody to whom only some of the cases open: a question with another stays, because it is one of this case too, and
    /// says nothing of the other one.
    public func naming(_ isOpen: (StreamID) throws -> Bool) rethrows -> Neighbourhood {
        var named = self
        for folded in between.cases where folded.state.stream != centre.state.stream && folded.state.stream.kind == .imagingCase {
            if try !isOpen(folded.state.stream) { named.unnamed.insert(folded.state.stream) }
        }
        return named
    }

    /// The cases near it that are named, without itself.
    public var named: [FoldedCase] {
        between.cases.filter { $0.state.stream != centre.state.stream && !unnamed.contains($0.state.stream) }
    }

    /// What may be meant by this case and another one that is named.
    public var suggestions: [Suggestion] {
        let own = centre.state.stream
        return between.suggestions().filter { $0.stream == own || $0.other == own }
            .filter { !unnamed.contains($0.stream) && !unnamed.contains($0.other) }
    }

    /// A question without what it says of cases that are not named.
    private func shown(_ question: SharedConflict) -> SharedConflict {
        let hidden = question.streams.filter(unnamed.contains)
        guard !hidden.isEmpty else { return question }
        let histories = between.cases.filter { hidden.contains($0.state.stream) }.map(\.history)
        var conflict = question.conflict
        conflict.events.removeAll { event in histories.contains { $0.position(of: event) != nil } }
        if let closing = conflict.closedBy, histories.contains(where: { $0.position(of: closing) != nil }) {
            conflict.closedBy = nil
        }
        return SharedConflict(
            conflict: conflict, streams: question.streams.filter { !unnamed.contains($0) }, unnamed: hidden.count)
    }

    /// Whether an event can change what its history shares with others.
    public static func isTouched(by event: CaseEvent) -> Bool { !event.concerns.isDisjoint(with: concern) }

    private static let concern: Concerns = [
        .order, .acquisition, .handOver, .report, .identity, .safety, .schedule, .linkage, .recommendation, .intervention,
        .treatment, .general, .decision,
    ]

    private init(_ gathering: Gathering, _ credentials: [FoldedCase], keptAt: Set<SiteID>) {
        centre = gathering.centre
        between = BetweenCases(
            Array(gathering.cases.values), clusters: PersonClusters(Array(gathering.persons.values)),
            focus: centre.state.stream)
        let register = CredentialRegister(credentials, keptAt: keptAt)
        judgement = register.isKept ? register.judge(centre) : CaseJudgement()
        others = Array(gathering.persons.values) + credentials
        hasPersons = !gathering.persons.isEmpty
    }

    /// Every question that the history shares with another one, by number and id. What lies within one history alone is that
    /// history's own.
    public var conflicts: [SharedConflict] {
        guard between.cases.count + others.count > 1 else { return [] }
        // What two cases share concerns no third history.
        let isCase = centre.state.stream.kind == .imagingCase
        let cases = isCase ? between.conflicts() : between.oldIdentifiers().map(\.conflict)
        let asked = between.clusters.conflicts + cases + judgement.conflicts
        let all: [FoldedCase] = between.cases + others
        return asked.compactMap { conflict in
            let streams = all.filter { folded in conflict.events.contains { folded.history.position(of: $0) != nil } }
                .map(\.state.stream).sorted()
            let shared = SharedConflict(conflict: conflict, streams: streams)
            return streams.count > 1 && shared.concerns(centre.state.stream) ? self.shown(shared) : nil
        }.sorted { ($0.conflict.number, $0.conflict.id) < ($1.conflict.number, $1.conflict.id) }
    }

    /// The links of the case with others that a program may record: every identifier is exactly the same, and nobody said anything yet.
    /// None for a history that is no case: what two cases near it come to is asked when one of them changes.
    public var exactLinks: [Suggestion] {
        guard centre.state.stream.kind == .imagingCase, between.cases.count > 1 else { return [] }
        return between.links().filter(\.isAutomatic)
    }

    /// The examination that waits before exposure because it may have been ordered twice: the question, where it is this one.
    public var heldAsDuplicate: Conflict? {
        between.possibleDuplicates().first { $0.held == centre.state.stream }?.conflict
    }
}

/// Collects the histories near one.
private struct Gathering {
    let centre: FoldedCase
    var cases: [StreamID: FoldedCase] = [:]
    var persons: [StreamID: FoldedCase] = [:]
    private var asked: Set<IssuedIdentifier> = []

    init(_ centre: FoldedCase) {
        self.centre = centre
        take(centre)
    }

    private mutating func take(_ folded: FoldedCase) {
        switch folded.state.stream.kind {
        case .imagingCase: cases[folded.state.stream] = folded
        case .person: persons[folded.state.stream] = folded
        case .course, .reviewFile, .site, .credential: return
        }
    }

    private var isFull: Bool { cases.count + persons.count >= Neighbourhood.casesMax }

    mutating func gather<S: NeighbourSource>(from source: S) throws(S.Failure) {
        var open = centre.history.facts.flatMap { CaseIdentity.persons(in: $0.event, of: centre.state.stream.kind) }
        if let patient = centre.state.patient?.identifier { open.append(patient) }
        while let id = open.popLast(), !isFull {
            guard id.isWhole, asked.insert(id).inserted else { continue }
            for stream in try source.streams(ofPerson: id, max: Neighbourhood.casesMax) where !isFull {
                guard let found = try look(stream, source), stream.kind == .person else { continue }
                open += found.state.rare.cluster.persons.flatMap(\.members)
            }
        }
        let aliases = centre.state.aliases
        for alias in aliases.placerOrder + aliases.accession + aliases.studyUID where !isFull {
            for stream in try source.streams(under: alias, max: Neighbourhood.casesMax) where !isFull {
                _ = try look(stream, source)
            }
        }
        for link in centre.state.rare.linkage.links where !isFull { _ = try look(link.to, source) }
    }

    /// A history that was not looked at yet; nil for one that was, or that is not held.
    private mutating func look<S: NeighbourSource>(_ stream: StreamID, _ source: S) throws(S.Failure) -> FoldedCase? {
        guard cases[stream] == nil, persons[stream] == nil, stream.kind == .imagingCase || stream.kind == .person,
            let found = try source.folded(stream)
        else { return nil }
        take(found)
        return found
    }

    /// What is known of the licences of those who signed, and which of their sites keep a register at all.
    func credentials<S: NeighbourSource>(from source: S) throws(S.Failure) -> (histories: [FoldedCase], keptAt: Set<SiteID>) {
        var histories: [FoldedCase] = []
        var keptAt: Set<SiteID> = []
        var seen: Set<String> = []
        var sites: Set<SiteID> = []
        for fact in centre.history.facts where CredentialRegister.isSigned(fact) {
            let site = fact.actor.site
            if sites.insert(site).inserted, try source.keepsRegister(site) { keptAt.insert(site) }
            guard seen.insert(fact.actor.person).inserted, let stream = StreamID.credential(of: fact.actor.person),
                let found = try source.folded(stream)
            else { continue }
            histories.append(found)
        }
        return (histories, keptAt)
    }
}
