public import EventLog
public import ImagingCase
public import Replication
import Wire

/// One site's pen: records events as an agent would, without a store.
///
/// Stores do not look at signatures, which the hub's door checks before; the checkpoints here carry none that is valid.
public struct Author: Sendable {
    /// Who records where nobody is named.
    public static let person = "t.okafor"

    /// The log that is written.
    public let log: LogID
    /// What was recorded so far.
    public private(set) var events: [HashedEvent] = []
    /// Hashes of all parents that were named.
    private var named: [EventID: EventHash] = [:]

    /// Starts a log.
    public init(_ site: String, incarnation: UInt64 = 1) {
        guard let site = SiteID(site) else { preconditionFailure("\(site) is no site id") }
        log = LogID(site: site, incarnation: Incarnation(bits: incarnation))
    }

    /// Goes on in a log that a store opened.
    public init(log: LogID) { self.log = log }

    /// The site that records.
    public var site: SiteID { log.site }

    /// The last event.
    public var last: HashedEvent {
        guard let last = events.last else { preconditionFailure("nothing was recorded yet") }
        return last
    }

    /// Records a comment on a stream after events that its author saw.
    @discardableResult
    public mutating func comment(
        _ text: String = "", on stream: StreamID, after parents: some Sequence<HashedEvent> = [HashedEvent](),
        by person: String = Self.person, payloadBytes: Int = 0
    ) -> HashedEvent {
        let said = text.isEmpty ? "\(log) \(events.count + 1)" : text
        let filler = String(repeating: "x", count: max(0, payloadBytes - said.utf8.count))
        return record(
            .commentAdded(CommentAdded(text: said + filler)), on: stream, after: parents.map { ($0.id, $0.hash) }, by: person)
    }

    /// Routes a case to a site.
    @discardableResult
    public mutating func route(_ stream: StreamID, to site: SiteID, after parents: some Sequence<HashedEvent> = [HashedEvent]())
        -> HashedEvent
    {
        record(.caseRouted(CaseRouted(site: site.text)), on: stream, after: parents.map { ($0.id, $0.hash) })
    }

    /// Records a comment after parents whose ids and hashes may be anything.
    @discardableResult
    mutating func comment(on stream: StreamID, naming parents: [(EventID, EventHash)]) -> HashedEvent {
        record(.commentAdded(CommentAdded(text: "\(log) \(events.count + 1) after what?")), on: stream, after: parents)
    }

    /// Records anything, also what no door would let in.
    @discardableResult
    public mutating func say(
        _ body: CaseEvent, on stream: StreamID, after parents: some Sequence<HashedEvent> = [HashedEvent](),
        by person: String = Self.person, as role: Role = .technologist, atMilliseconds: Int64 = 1_700_000_000_000
    ) -> HashedEvent {
        record(body, on: stream, after: parents.map { ($0.id, $0.hash) }, by: person, as: role, atMilliseconds: atMilliseconds)
    }

    private mutating func record(
        _ body: CaseEvent, on stream: StreamID, after parents: [(EventID, EventHash)], by person: String = Self.person,
        as role: Role = .technologist, atMilliseconds: Int64 = 1_700_000_000_000
    ) -> HashedEvent {
        let sequence = UInt64(events.count) + 1
        let event = Event(
            id: EventID(log: log, sequence: sequence), stream: stream, kind: body.kind, schema: 1,
            recordedAt: HybridTime(bits: (1_700_000_000_000 + sequence) << 16),
            occurredAt: OccurredAt(Instant(milliseconds: atMilliseconds), zoneMinutes: 60),
            actor: Actor(person: person, role: role.rawValue, site: site, assurance: .local), source: .page, sourceKey: "",
            parents: parents.map(\.0), payload: PayloadCoding.payload(of: body))
        for (id, hash) in parents { named[id] = hash }
        let hashed = HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: parents.map(\.1)))
        events.append(hashed)
        return hashed
    }

    /// Events by their sequences, with the hashes of parents that do not come before them.
    public func segment(_ sequences: ClosedRange<UInt64>) -> Segment {
        Self.segment(of: sequences.map { events[Int($0) - 1] }, named: named)
    }

    /// Some of this author's and others' events as one segment.
    public func segment(of events: [HashedEvent], and others: [Author] = []) -> Segment {
        var all = named
        for other in others { all.merge(other.named) { own, _ in own } }
        return Self.segment(of: events, named: all)
    }

    private static func segment(of events: [HashedEvent], named: [EventID: EventHash]) -> Segment {
        var inside: Set<EventID> = []
        var outside: [EventID: EventHash] = [:]
        for event in events {
            for parent in event.event.parents where !inside.contains(parent) { outside[parent] = named[parent] }
            inside.insert(event.id)
        }
        return Segment(events: events, outside: outside)
    }

    /// The tree over the first events.
    public func tree(size: UInt64) -> MerkleFrontier {
        var tree = MerkleFrontier()
        for event in events.prefix(Int(size)) { tree.append(event.hash) }
        return tree
    }

    /// A note over a root, with a signature of zeros.
    public func checkpoint(size: UInt64, root: EventHash) -> SignedCheckpoint {
        let text = Checkpoint(log: log, size: size, root: root).text
        let note = "\(text)\n\u{2014} \(site) \(Base64.text(of: [UInt8](repeating: 0, count: 68)))\n"
        guard let checkpoint = SignedCheckpoint(note: note) else { preconditionFailure("a note with one signature is one") }
        return checkpoint
    }

    /// A push of some events; by default with the true root.
    public func run(_ sequences: ClosedRange<UInt64>, root: EventHash? = nil) throws -> PushedRun {
        let root = root ?? tree(size: sequences.upperBound).root
        return try PushedRun(
            log: log, first: sequences.lowerBound, segment: segment(sequences),
            checkpoint: checkpoint(size: sequences.upperBound, root: root))
    }
}

extension StreamID {
    /// A case by a number.
    public static func sample(_ number: UInt64, kind: StreamKind = .imagingCase) -> StreamID {
        StreamID(kind: kind, high: 0x0f11_0000_0000_0000 | number, low: number)
    }
}
