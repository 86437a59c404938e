import EventLog
import Problems
import Replication
import Testing

@testable import Wire

/// The frame of a segment and what is in it: nothing is lost, and nothing that was touched on the way passes.
struct SegmentCodingTests {
    private let zstd = Zstd()

    private func code(_ bytes: [UInt8]) -> ProblemCode? {
        do throws(Problem) {
            _ = try SegmentCoding.decode(bytes, using: zstd)
            return nil
        } catch {
            return error.code
        }
    }

    // MARK: round trip

    @Test func `a segment comes back bit for bit, whatever its events`() throws {
        for seed in UInt64(0)..<300 {
            let segment = RandomSegment.make(seed: seed)
            let bytes = SegmentCoding.encode(segment, using: zstd)
            let back = try SegmentCoding.decode(bytes, using: zstd)
            #expect(back.content == segment.content, "seed \(seed)")
            #expect(SegmentCoding.encode(back, using: zstd) == bytes, "seed \(seed)")
        }
    }

    @Test func `a segment of the most events comes back, one more is refused`() throws {
        var events: [HashedEvent] = []
        let whole = RandomSegment.make(seed: 1, eventsMax: 1).events[0].event
        for sequence in UInt64(1)...8_193 {
            let event = Event(
                id: EventID(log: whole.id.log, sequence: sequence), stream: whole.stream, kind: whole.kind, schema: 1,
                recordedAt: whole.recordedAt, occurredAt: whole.occurredAt, actor: whole.actor, source: whole.source,
                sourceKey: "", parents: events.last.map { [$0.id] } ?? [], payload: [])
            events.append(
                HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: events.last.map { [$0.hash] } ?? [])))
        }
        let most = SegmentCoding.encode(Segment(events: Array(events.dropLast()), outside: [:]), using: zstd)
        #expect(try SegmentCoding.decode(most, using: zstd).events.last?.hash == events[8_191].hash)
        #expect(code(SegmentCoding.encode(Segment(events: events, outside: [:]), using: zstd)) == .tooLarge)
    }

    @Test func `hashes are computed by the receiver, whatever the sender held`() throws {
        let segment = RandomSegment.make(seed: 4)
        let forged = Segment(events: segment.events.map { HashedEvent(event: $0.event, hash: .zero) }, outside: segment.outside)
        let back = try SegmentCoding.decode(SegmentCoding.encode(forged, using: zstd), using: zstd)
        #expect(back.content == segment.content)
    }

    @Test func `another hash of a parent outside makes another event`() throws {
        let seed = try #require((UInt64(1)..<50).first { !RandomSegment.make(seed: $0).outside.isEmpty })
        let segment = RandomSegment.make(seed: seed)
        let changed = Segment(events: segment.events, outside: segment.outside.mapValues { _ in EventHash(9, 9, 9, 9) })
        let back = try SegmentCoding.decode(SegmentCoding.encode(changed, using: zstd), using: zstd)
        #expect(back.events.map(\.hash) != segment.events.map(\.hash))
    }

    @Test func `a parent comes with a hash of its child's own, whatever else the segment says of it`() throws {
        for seed in 1..<60 as Range<UInt64> {
            let segment = RandomSegment.make(seed: seed)
            guard let child = segment.events.last(where: { !$0.event.parents.isEmpty }),
                let parent = child.event.parents.last, segment.outside[child.id] == nil
            else { continue }
            let other = EventHash(9, 9, 9, seed)
            let told = Segment(events: segment.events, outside: segment.outside, disputed: [child.id: [parent: other]])
            let back = try SegmentCoding.decode(SegmentCoding.encode(told, using: zstd), using: zstd)
            #expect(back.disputed == told.disputed)
            let (was, now) = (segment.events.firstIndex { $0.id == child.id }, back.events.first { $0.id == child.id })
            #expect(
                now.map { CanonicalEvent.bytes(of: $0.event) } == CanonicalEvent.bytes(of: child.event) && now?.hash != child.hash
            )
            #expect(back.events.prefix(was ?? 0).map(\.hash) == segment.events.prefix(was ?? 0).map(\.hash))
            #expect(try SegmentCoding.decode(SegmentCoding.encode(back, using: zstd), using: zstd).disputed == told.disputed)
        }
    }

    @Test func `a kind that nobody knows keeps its bytes`() throws {
        let whole = RandomSegment.make(seed: 2, eventsMax: 1).events[0].event
        let payload = (0..<512).map { UInt8(truncatingIfNeeded: $0) }
        let event = Event(
            id: whole.id, stream: whole.stream, kind: EventKind("report.foretold"), schema: 900, recordedAt: whole.recordedAt,
            occurredAt: whole.occurredAt, actor: whole.actor, source: whole.source, sourceKey: "", parents: [], payload: payload)
        let segment = Segment(
            events: [HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: []))], outside: [:])
        let back = try SegmentCoding.decode(SegmentCoding.encode(segment, using: zstd), using: zstd)
        #expect(back.content == segment.content && back.events[0].event.payload == payload)
    }

    // MARK: touched on the way

    @Test func `one flipped bit anywhere in the frame is refused`() {
        for seed in [UInt64(1), 3, 5] {
            let bytes = SegmentCoding.encode(RandomSegment.make(seed: seed, eventsMax: 6), using: zstd)
            for bit in 0..<(min(bytes.count, 400) * 8) {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(code(flipped) != nil, "seed \(seed) bit \(bit)")
            }
        }
    }

    /// The checksum is no secret: whoever mends it after a change must still not be able to say the same in other bytes.
    @Test func `a flipped bit under a mended checksum is refused or says something else`() {
        var whole = ColumnMessage()
        whole.logs.append(ColumnMessage.log("southside", 2))
        whole.numbers.merge([
            SegmentField.parentCount: [1], SegmentField.parentLog: [2], SegmentField.parentSequence: [9],
            SegmentField.sourceKeyLength: [3],
        ]) { $1 }
        whole.texts.merge([
            SegmentField.sourceKeys: [0x61, 0x62, 0x63], SegmentField.outsideHashes: [UInt8](repeating: 5, count: 32),
        ]) { $1 }
        let message = whole.bytes
        let said = (try? SegmentCoding.decode(frame(message), using: zstd))?.content
        #expect(said != nil)
        for bit in 0..<(message.count * 8) {
            var flipped = message
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let back = try? SegmentCoding.decode(frame(flipped), using: zstd)  // a refusal is one of the two good ends
            #expect(back?.content != said, "bit \(bit)")
        }
    }

    @Test func `every prefix is refused, and so is anything after the end`() {
        let bytes = SegmentCoding.encode(RandomSegment.make(seed: 4, eventsMax: 10), using: zstd)
        for count in bytes.indices { #expect(code(Array(bytes[..<count])) != nil, "\(count) bytes") }
        #expect(code([]) == .emptyBody)
        #expect(code(bytes + [0]) == .malformed)
        #expect(code(bytes + bytes) == .malformed)
    }

    @Test func `random bytes are refused, framed or not`() {
        for seed in UInt64(0)..<500 {
            var random = SplitMix64(seed: seed)
            let bytes = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(code(bytes) == (bytes.isEmpty ? .emptyBody : .malformed), "seed \(seed)")
            #expect(code(frame(bytes)) != nil, "seed \(seed)")
            #expect(code(frame(bytes, codec: 1, expanded: 1000)) == .badCompression, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt32.max, 1 << 31, 2 << 20])
    func `a stated length beyond the cap is refused before anything is allocated`(length: UInt32) {
        #expect(code(frame([1, 2, 3], statedStored: length)) == .tooLarge)
        #expect(code(frame([0x28, 0xb5, 0x2f, 0xfd], codec: 1, expanded: Int(length))) != nil)
        #expect(code(frame([1, 2, 3], expanded: Int(length))) == .malformed)
    }

    @Test func `other formats and codecs are refused by name`() {
        let bytes = SegmentCoding.encode(RandomSegment.make(seed: 4), using: zstd)
        for version in [UInt8(0), 2, 255] {
            var other = bytes
            other[4] = version
            #expect(code(other) == .malformed)
        }
        for codec in [UInt8(2), 3, 255] {
            var other = bytes
            other[5] = codec
            #expect(code(other) == .badCompression)
        }
    }
}
