import EventLog
import Replication

@testable import Wire

/// Segments from seeds: several logs, parents of every sort, values at the ends of their ranges, children before parents.
struct RandomSegment {
    private static let texts = ["", "a", "t.okafor", "Ångström", "e\u{301}", "é", String(repeating: "x", count: 256), "日本\0\n"]
    private static let sites = ["ab", "northside", "a" + String(repeating: "-", count: 31)].compactMap { SiteID($0) }
    private var random: SplitMix64
    private var hashes: [EventID: EventHash] = [:]
    private var next: [LogID: UInt64] = [:]
    private let logs: [LogID]
    private let streams: [StreamID]

    /// A segment of up to a number of events.
    static func make(seed: UInt64, eventsMax: Int = 40) -> Segment {
        var maker = RandomSegment(seed: seed)
        let count = Int.random(in: 1...eventsMax, using: &maker.random)
        var events = (0..<count).map { _ in maker.event() }
        if seed % 3 == 0 { events.shuffle(using: &maker.random) }
        return maker.segment(of: events)
    }

    private init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        logs = (0..<Int.random(in: 1...4, using: &random)).map { number in
            LogID(site: Self.sites[number % 3], incarnation: Incarnation(bits: number == 3 ? 0 : random.next()))
        }
        streams = StreamKind.allCases.map { StreamID(kind: $0, high: random.next(), low: random.next()) }
        self.random = random
        for log in logs { next[log] = pick([1, 1, 40, 1 << 20, (1 << 40) - 400]) }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }

    private mutating func event() -> HashedEvent {
        let log = pick(logs)
        let sequence = (next[log] ?? 1) + pick([0, 0, 0, 1, 8])
        next[log] = sequence + 1
        let parents = parents(of: EventID(log: log, sequence: sequence)).sorted()
        let event = Event(
            id: EventID(log: log, sequence: sequence), stream: pick(streams),
            kind: EventKind(pick(["comment.added", "k", "e\u{301}", "é", String(repeating: "k", count: 64)])),
            schema: pick([1, 1, 1, 0, .max]), recordedAt: HybridTime(bits: pick([0, .max, 1, 1 << 16, random.next()])),
            occurredAt: OccurredAt(
                Instant(milliseconds: pick([0, .min, .max, Int64(bitPattern: random.next())])),
                zoneMinutes: pick([0, -1080, 1080, 60])),
            actor: Actor(
                person: pick(Self.texts), role: pick(Self.texts), site: pick(Self.sites), assurance: pick(Assurance.allCases)),
            source: pick(EventSource.allCases), sourceKey: pick(Self.texts), parents: parents, payload: payload())
        let hashed = HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: parents.compactMap { hashes[$0] }))
        hashes[event.id] = hashed.hash
        return hashed
    }

    private mutating func payload() -> [UInt8] {
        (0..<pick([0, 1, 30, 300])).map { _ in UInt8(truncatingIfNeeded: random.next() >> 60) }
    }

    /// Parents inside and outside, in the own log and in others, some of them never seen.
    private mutating func parents(of id: EventID) -> Set<EventID> {
        var parents: Set<EventID> = []
        for _ in 0..<pick([0, 1, 1, 2, 32]) {
            if !hashes.isEmpty, random.next() % 4 > 0 {
                parents.insert(pick(hashes.keys.sorted()))
            } else if random.next() % 2 == 0, id.sequence > 1 {
                parents.insert(EventID(log: id.log, sequence: UInt64.random(in: 1..<id.sequence, using: &random)))
            } else {
                let stranger = LogID(site: pick(Self.sites), incarnation: Incarnation(bits: 0xffff))
                parents.insert(EventID(log: stranger, sequence: pick([1, 7, (1 << 40) - 1])))
            }
        }
        for parent in parents.sorted() where hashes[parent] == nil { hashes[parent] = EventHash(random.next(), 2, 3, 4) }
        return parents.filter { $0.log != id.log || $0.sequence < id.sequence }
    }

    private func segment(of events: [HashedEvent]) -> Segment {
        var outside: [EventID: EventHash] = [:]
        var inside: Set<EventID> = []
        for event in events {
            for parent in event.event.parents where !inside.contains(parent) { outside[parent] = hashes[parent] }
            inside.insert(event.id)
        }
        return Segment(events: events, outside: outside)
    }
}

extension Segment {
    /// Everything that a segment says, in comparable form.
    var content: [[UInt8]] {
        events.map { CanonicalEvent.bytes(of: $0.event) + $0.hash.bytes }
            + outside.sorted { $0.key < $1.key }.map { Array("\($0.key)".utf8) + $0.value.bytes }
    }
}

/// A frame around stored bytes, put together from the format's description.
func frame(_ stored: [UInt8], codec: UInt8 = 0, expanded: Int? = nil, statedStored: UInt32? = nil) -> [UInt8] {
    var out: [UInt8] = Array("FJSG".utf8) + [1, codec, 0, 0]
    for word in [UInt32(expanded ?? stored.count), statedStored ?? UInt32(stored.count), Checksum.crc32c(stored)] {
        withUnsafeBytes(of: word.bigEndian) { out.append(contentsOf: $0) }
    }
    return out + stored
}
