public import EventLog
public import ImagingCase
public import Problems

/// Answers what is asked about cases and conflicts, whoever asks and whoever stores them: an agent, a hub, a command.
///
/// Exit codes beside those of problems: `conflict list` ends with 3 while a conflict of the list is open; everything else that could
/// be answered ends with 0, `case show` and `conflict show` of an open conflict included, because looking is not what needs attention.
public struct CaseDesk: Sendable {
    /// Records an intent; durable when it returns.
    public typealias Record = @Sendable (RecordIntent) async throws(Problem) -> Recorded

    let library: any CaseLibrary
    /// Records an intent, as the desk does.
    public let record: Record
    let sight: NodeSight
    /// What the node can do with sealed texts.
    let fields: FieldKeys
    let now: @Sendable () -> Instant
    let shelf = TiesShelf()

    /// Stands between those who ask and a node's cases.
    public init(
        library held: any CaseLibrary, record: @escaping Record, sight: NodeSight, fields: FieldKeys = .none,
        now: @escaping @Sendable () -> Instant
    ) {
        library = held
        self.record = record
        self.sight = sight
        self.fields = fields
        self.now = now
    }

    /// Answers a request; nil for one that is not about cases or conflicts.
    public func answer(_ request: DeskRequest) async -> DeskAnswer? {
        await FieldKeys.$current.withValue(fields) { await answered(request) }.map(fields.shown)
    }

    private func answered(_ request: DeskRequest) async -> DeskAnswer? {
        do throws(Problem) {
            switch request {
            case .caseList(let limit): return try list(limit: limit)
            case .caseShow(let id, let knownTo, let at, let person, let role):
                return try show(id, knownTo: knownTo, at: at, for: .said(person, role))
            case .caseHistory(let id, let knownTo, let at, let person, let role):
                return try history(id, knownTo: knownTo, at: at, for: .said(person, role))
            case .caseExplain(let id, let knownTo, let at, let person, let role):
                return try explain(id, knownTo: knownTo, at: at, for: .said(person, role))
            case .caseChanges(let id, let since, let person, let role):
                return try changes(id, since: since, for: .said(person, role))
            case .caseGo(let id): return try goAhead(id)
            case .caseDue(let id): return try due(id)
            case .caseReceipts(let id): return try receipts(id)
            case .caseRelated(let id): return try related(id)
            case .caseLate(let role, let since): return try late(role: role, since: since)
            case .worklist(let role, let site, let limit): return try worklist(role: role, site: site, limit: limit)
            case .caseRecord(let kind, let id, let person, let role, let at, let body, let heads, let key):
                let said = Said(kind: kind, person: person, role: role, at: at, body: body)
                return try await record(said, on: id, expecting: heads, source: .commandLine, key: key).answer
            case .conflictList(let all): return try conflicts(all: all)
            case .conflictShow(let id): return try conflict(id)
            case .conflictResolve(let id, let choose, let reason, let person, let role):
                let decision = Decision(choose: choose, reason: reason, person: person, role: role)
                return try await resolve(id, decision, source: .commandLine, key: nil).answer
            default: return nil
            }
        } catch { return DeskAnswer(problem: error) }
    }

    /// Reads a moment that somebody gives.
    static func moment(_ text: String) throws(Problem) -> OccurredAt {
        guard let moment = Timestamp.parse(text) else {
            throw Problem(
                .badInput, "'\(text)' is no moment.", remedy: "Give it as 2026-11-24T09:30:00Z, or with an offset such as +01:00."
            )
        }
        return moment
    }
}
