/// The name of what an event says, such as `report.finalSigned`. Open: a node stores and forwards kinds it does not know.
public struct EventKind: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name's text: 1 to 64 bytes.
    public let text: String

    /// Wraps a name.
    public init(_ text: String) { self.text = text }

    /// The text form.
    public var description: String { text }

    /// Equality of bytes, as hashes see them: a name that only looks alike is another kind.
    public static func == (left: EventKind, right: EventKind) -> Bool { left.text.hasSameBytes(as: right.text) }

    /// The order of the text's bytes, which every node computes alike.
    public static func < (left: EventKind, right: EventKind) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

/// An immutable fact recorded by one actor at one site, after what the site had seen.
///
/// The payload's bytes are fixed when the event is recorded and never encoded again, whoever stores or forwards it.
public struct Event: Sendable, Identifiable {
    /// Its log and place there.
    public let id: EventID
    /// The history it belongs to.
    public let stream: StreamID
    /// What it says.
    public let kind: EventKind
    /// The version of the payload's message.
    public let schema: UInt16
    /// When the site's hybrid logical clock recorded it: display only.
    public let recordedAt: HybridTime
    /// The asserted clinical time.
    public let occurredAt: OccurredAt
    /// Who acted.
    public let actor: Actor
    /// Through which door it came.
    public let source: EventSource
    /// The outside identity that makes a re-send the same event; empty where there is none.
    public let sourceKey: String
    /// The heads of the stream that the author had seen, in ascending order of id.
    public let parents: [EventID]
    /// The protobuf message of the kind, as recorded.
    public let payload: [UInt8]

    /// Builds an event from parts that were decided elsewhere (a draft, a decoder).
    public init(
        id: EventID, stream: StreamID, kind: EventKind, schema: UInt16, recordedAt: HybridTime, occurredAt: OccurredAt,
        actor: Actor,
        source: EventSource, sourceKey: String, parents: [EventID], payload: [UInt8]
    ) {
        self.id = id
        self.stream = stream
        self.kind = kind
        self.schema = schema
        self.recordedAt = recordedAt
        self.occurredAt = occurredAt
        self.actor = actor
        self.source = source
        self.sourceKey = sourceKey
        self.parents = parents
        self.payload = payload
    }
}

/// An event with its hash: what stores hold and what travels.
public struct HashedEvent: Sendable, Identifiable {
    /// The event.
    public let event: Event
    /// SHA-256 over its canonical bytes and its parents' hashes.
    public let hash: EventHash

    /// Pairs an event with a hash that was computed or verified elsewhere.
    public init(event: Event, hash: EventHash) {
        self.event = event
        self.hash = hash
    }

    /// The event's id.
    public var id: EventID { event.id }
}

/// Bounds of one event. Source: house rule (reliability.md 4.6).
public enum EventLimits {
    /// The highest sequence of a log.
    public static let sequenceMax: UInt64 = 1 << 40 - 1
    /// The longest payload in bytes.
    public static let payloadBytesMax = 256 * 1024
    /// The most parents; a stream with more heads is resolved first.
    public static let parentsMax = 32
    /// The longest name of a kind in bytes.
    public static let kindBytesMax = 64
    /// The longest short text (person, role, source key) in bytes.
    public static let textBytesMax = 256
}
