/// What somebody wants to record, before the log gives it a place.
public struct EventDraft: Sendable {
    /// The history it goes to.
    public let stream: StreamID
    /// What it says.
    public let kind: EventKind
    /// The version of the payload's message.
    public let schema: UInt16
    /// The asserted clinical time.
    public let occurredAt: OccurredAt
    /// Who acts.
    public let actor: Actor
    /// Through which door it comes.
    public let source: EventSource
    /// The outside identity that makes a re-send the same event; empty where there is none.
    public let sourceKey: String
    /// The message of the kind.
    public let payload: [UInt8]

    /// Gathers an intent.
    public init(
        stream: StreamID, kind: EventKind, schema: UInt16 = 1, occurredAt: OccurredAt, actor: Actor, source: EventSource,
        sourceKey: String = "", payload: [UInt8]
    ) {
        self.stream = stream
        self.kind = kind
        self.schema = schema
        self.occurredAt = occurredAt
        self.actor = actor
        self.source = source
        self.sourceKey = sourceKey
        self.payload = payload
    }

    /// Why a draft cannot become an event.
    public enum Refusal: Error, Equatable, Sendable {
        case payloadTooLarge(bytes: Int)
        case textTooLong(field: String, bytes: Int)
        case kindTooLong(bytes: Int)
        case emptyKind
        case tooManyHeads(Int)
    }

    /// Gives the draft its place: the event after the heads that its author saw.
    ///
    /// - Throws: `Refusal` when a bound is exceeded; nothing has happened then.
    public func event(
        id: EventID, recordedAt: HybridTime, heads: [(id: EventID, hash: EventHash)]
    ) throws(Refusal) -> HashedEvent {
        guard payload.count <= EventLimits.payloadBytesMax else { throw .payloadTooLarge(bytes: payload.count) }
        guard !kind.text.isEmpty else { throw .emptyKind }
        guard kind.text.utf8.count <= EventLimits.kindBytesMax else { throw .kindTooLong(bytes: kind.text.utf8.count) }
        guard heads.count <= EventLimits.parentsMax else { throw .tooManyHeads(heads.count) }
        for (field, text) in [("person", actor.person), ("role", actor.role), ("sourceKey", sourceKey)]
        where text.utf8.count > EventLimits.textBytesMax {
            throw .textTooLong(field: field, bytes: text.utf8.count)
        }
        let ordered = heads.sorted { $0.id < $1.id }
        let event = Event(
            id: id, stream: stream, kind: kind, schema: schema, recordedAt: recordedAt, occurredAt: occurredAt, actor: actor,
            source: source, sourceKey: sourceKey, parents: ordered.map(\.id), payload: payload)
        return HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: ordered.map(\.hash)))
    }
}
