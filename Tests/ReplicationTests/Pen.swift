import EventLog
import Replication
import Testing

/// One site's pen: records events as an agent would, without a store and without a clock.
struct Pen {
    let log: LogID
    private(set) var events: [HashedEvent] = []
    private var named: [EventID: EventHash] = [:]

    init(_ site: String, _ incarnation: UInt64 = 1) {
        guard let site = SiteID(site) else { preconditionFailure("\(site) is no site id") }
        log = LogID(site: site, incarnation: Incarnation(bits: incarnation))
    }

    static func stream(_ number: UInt64) -> StreamID { StreamID(kind: .imagingCase, high: 7, low: number) }

    /// Records an event after others; what it says makes it differ from others in its place.
    @discardableResult
    mutating func write(_ text: String = "", on stream: UInt64 = 1, after parents: [HashedEvent] = []) -> HashedEvent {
        let sequence = UInt64(events.count) + 1
        let sorted = parents.sorted { $0.id < $1.id }
        let event = Event(
            id: EventID(log: log, sequence: sequence), stream: Self.stream(stream), kind: EventKind("comment.added"), schema: 1,
            recordedAt: HybridTime(bits: sequence << 16), occurredAt: OccurredAt(Instant(milliseconds: Int64(sequence))),
            actor: Actor(person: "t", role: "technologist", site: log.site, assurance: .local), source: .page, sourceKey: "",
            parents: sorted.map(\.id), payload: Array(text.utf8))
        for parent in sorted { named[parent.id] = parent.hash }
        let hashed = HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: sorted.map(\.hash)))
        events.append(hashed)
        return hashed
    }

    /// Some of the events with the hashes of parents that do not come before them.
    func segment(_ sequences: ClosedRange<UInt64>) -> Segment {
        let part = sequences.map { events[Int($0) - 1] }
        let inside = Set(part.map(\.id))
        let outside = named.filter { entry in
            !inside.contains(entry.key) && part.contains { $0.event.parents.contains(entry.key) }
        }
        return Segment(events: part, outside: outside)
    }

    /// A note over the log's first events, with a signature of zeros: who pushes is not judged here.
    func checkpoint(size: UInt64, root: EventHash? = nil) throws -> SignedCheckpoint {
        var tree = MerkleFrontier()
        for event in events.prefix(Int(size)) { tree.append(event.hash) }
        let text = Checkpoint(log: log, size: size, root: root ?? tree.root).text
        let zeros = Base64.text(of: [UInt8](repeating: 0, count: 68))
        return try #require(SignedCheckpoint(note: "\(text)\n\u{2014} \(log.site) \(zeros)\n"))
    }

    func run(_ sequences: ClosedRange<UInt64>) throws -> PushedRun {
        try PushedRun(
            log: log, first: sequences.lowerBound, segment: segment(sequences),
            checkpoint: checkpoint(size: sequences.upperBound))
    }
}

/// What a call refuses with; nil where it does not.
func refusal<Value>(_ body: () throws(SyncRefusal) -> Value) -> SyncRefusal? {
    do throws(SyncRefusal) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
