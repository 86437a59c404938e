import EventLog
import ImagingCase
import Problems

/// One recording inside a group commit: sees the case as it is at this moment, and appends to the own log.
///
/// What it reads includes what earlier recordings of the same group appended, so that heads are never stale.
struct RecordingSession {
    private let writer: StoreWriter
    private let log: LogID
    private let index: Int
    private var clock: HybridClock
    /// Whether something was written: a refusal after that fails the whole group.
    private(set) var hasWritten = false

    init(writer: StoreWriter, log: LogID) throws {
        self.writer = writer
        self.log = log
        index = try writer.logIndex(log)
        clock = HybridClock(after: HybridTime(bits: UInt64(bitPattern: writer.logs[index].received)))
    }

    /// The site that records.
    var site: SiteID { log.site }

    /// The state of a case as it is at this moment; that of an empty case for an unknown one.
    func state(of stream: StreamID) throws -> CaseState {
        guard let record = try writer.stream(stream) else { return CaseFold.fold(stream, []) }
        return record.state
    }

    /// What the guard may look at beside the case: the signer's licences, where a register is kept, and for a decision the questions
    /// that the case shares with others. What an interface tells was signed elsewhere and is judged when it is read.
    func surroundings(of event: CaseEvent, _ intent: RecordIntent, in stream: StreamID) throws -> Surroundings {
        var around = Surroundings(site: intent.assurance == .machine ? nil : site)
        if Authority.row(for: event.kind)?.conditions.contains(.credential) == true, around.site != nil {
            let held = try StreamID.credential(of: intent.author.person).flatMap { try writer.folded($0) }
            around.credentials = CredentialRegister(
                held.map { [$0] } ?? [], keptAt: try writer.keepsRegister(site) ? [site] : [])
        }
        if case .conflictResolved = event, let held = try writer.folded(stream) {
            around.conflicts = try Neighbourhood.around(held, in: writer).conflicts.map(\.conflict)
        }
        return around
    }

    /// The event that was recorded under a source key, and its stream; nil for none.
    func event(underSourceKey key: String) throws -> (EventID, StreamID)? {
        let select = writer.statements.selectSourceKey
        select.bind(1, key)
        guard try select.step() else { return nil }
        let position = Position(bits: select.integer(0))
        select.reset()
        let row = writer.statements.selectEvent
        row.bind(1, position.bits)
        guard try row.step() else { throw EventRecord.damaged(position) }
        let stream = try EventRecord.stream(row.bytes(0))
        row.reset()
        let id = EventID(log: writer.dictionaries.logs[position.log], sequence: position.sequence)
        return (id, try SegmentReading.stream(stream, writer.db))
    }

    /// The case that an intent belongs to: as named, else known by one of its identifiers, else derived, else drawn.
    func place(_ intent: RecordIntent, drawn: (UInt64, UInt64)) throws -> StreamID {
        if let stream = intent.stream { return stream }
        for alias in CaseIdentity.aliases(in: intent.event) {
            let select = writer.statements.selectAlias
            select.bind(1, alias.value)
            select.bind(2, alias.kind.word)
            select.bind(3, alias.issuer)
            guard try select.step() else { continue }
            let index = Int(select.integer(0))
            select.reset()
            return try SegmentReading.stream(index, writer.db)
        }
        if let derived = CaseIdentity.derive(intent.event, at: site) { return derived }
        return StreamID(kind: intent.event.kind.streamKinds.first ?? .imagingCase, high: drawn.0, low: drawn.1)
    }

    /// Appends a draft after the stream's heads.
    ///
    /// - Throws: `EventDraft.Refusal`, with nothing written, or a fault of the store.
    mutating func append(_ draft: EventDraft, now: Instant) throws -> HashedEvent {
        let heads = try heads(of: draft.stream)
        let recordedAt = clock.reading(at: now)
        let id = EventID(log: log, sequence: writer.logs[index].head + 1)
        let event = try draft.event(id: id, recordedAt: recordedAt, heads: heads)
        hasWritten = true
        writer.logs[index].received = Int64(bitPattern: recordedAt.bits)
        try SiteMeta.append(event, writer)
        return event
    }

    private func heads(of stream: StreamID) throws -> [(id: EventID, hash: EventHash)] {
        guard let record = try writer.stream(stream) else { return [] }
        // Of what waits for its own past the author has seen nothing: named as a parent it would hold the new event back as well.
        let heads = Set(record.whole.state.heads)
        return record.facts.filter { heads.contains($0.id) }.map { ($0.id, $0.hash) }
    }
}
