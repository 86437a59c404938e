import EventLog
import Problems
import Replication
import Testing

@testable import Wire

/// What a peer might send that no encoder of ours writes. Method: one good message, spoiled in one part at a time.
struct SegmentDecoderTests {
    private let zstd = Zstd()

    private func code(_ spoil: (inout ColumnMessage) -> Void) -> ProblemCode? {
        var message = ColumnMessage()
        spoil(&message)
        do throws(Problem) {
            _ = try SegmentCoding.decode(frame(message.bytes), using: zstd)
            return nil
        } catch {
            return error.code
        }
    }

    private func code(_ field: Int, _ values: [UInt64]) -> ProblemCode? { code { $0.numbers[field] = values } }

    @Test func `the message that is spoiled below is good as it stands`() throws {
        let back = try SegmentCoding.decode(frame(ColumnMessage().bytes), using: zstd)
        #expect(back.events.map { "\($0.id)" } == ["northside~0000000000000001/42"])
        #expect(back.events[0].event.payload == [0x0a, 0x00] && back.outside.isEmpty)
    }

    // MARK: sizes

    @Test func `no event, too many events and too large tables are refused`() {
        #expect(code { $0.count = 0 } == .emptyBody)
        #expect(code { $0.count = 2 } == .malformed)
        for count in [8_193, 1 << 31, 1 << 63, .max] as [UInt64] { #expect(code { $0.count = count } == .tooLarge) }
        let rows = 2 * SyncLimits.segmentEventsMax + 1
        #expect(code { $0.kinds = .init(repeating: [0x61], count: rows) } == .tooLarge)
        #expect(code { $0.streams = .init(repeating: $0.streams[0], count: rows) } == .tooLarge)
        #expect(code { $0.logs = .init(repeating: $0.logs[0], count: rows) } == .tooLarge)
        #expect(code { $0.actors = .init(repeating: $0.actors[0], count: rows) } == .tooLarge)
    }

    @Test(arguments: [1 << 31, 1 << 63, .max, 3] as [UInt64])
    func `a length that reaches beyond the bytes is refused before anything is allocated`(length: UInt64) {
        #expect(code(SegmentField.payloadLength, [length]) == (length == 3 ? .malformed : .eventTooLarge))
        #expect(code { $0.numbers[SegmentField.sourceKeyLength] = [length] } == (length == 3 ? .malformed : .tooLarge))
        var tail = ColumnWriter(reserving: 12)
        tail.append(UInt64(30) << 3 | 2)
        tail.append(length)
        #expect(code { $0.rest = tail.bytes } == .malformed)
    }

    @Test func `a payload above its bound is refused, one at the bound is taken`() {
        let most = EventLimits.payloadBytesMax
        for (count, expected) in [(most, nil), (most + 1, ProblemCode.eventTooLarge)] as [(Int, ProblemCode?)] {
            let found = code {
                $0.numbers[SegmentField.payloadLength] = [UInt64(count)]
                $0.texts[SegmentField.payloads] = [UInt8](repeating: 1, count: count)
            }
            #expect(found == expected)
        }
    }

    // MARK: columns

    @Test func `a column that goes on after the last event is refused`() {
        for field in ColumnMessage().numbers.keys.sorted() {
            #expect(code { $0.numbers[field]?.append(0) } == .malformed, "field \(field)")
            #expect(code { $0.numbers[field]?.removeLast() } != nil, "field \(field)")
        }
        for field in [SegmentField.payloads, SegmentField.sourceKeys, SegmentField.outsideHashes] {
            #expect(code { $0.texts[field, default: []].append(0) } == .malformed, "field \(field)")
        }
        for field in [SegmentField.parentLog, SegmentField.parentSequence] { #expect(code(field, [0]) == .malformed) }
    }

    @Test func `a column given twice is refused`() {
        for field in ColumnMessage().numbers.keys.sorted() {
            var again = ColumnWriter(reserving: 8)
            again.field(field, [0])
            #expect(code { $0.rest = again.bytes } == .malformed, "field \(field)")
        }
    }

    @Test func `unknown fields are passed over, unknown wire types and numbers are not`() {
        var newer = ColumnWriter(reserving: 16)
        newer.field(26, text: "from a newer version")
        newer.field(1_000_000, integer: 7)
        #expect(code { $0.rest = newer.bytes } == nil)
        for type in [1, 3, 4, 5, 6, 7] as [UInt8] {
            #expect(code { $0.rest = [0xf0 | type, 1, 0, 0, 0, 0, 0, 0, 0, 0] } == .malformed)
        }
        #expect(code { $0.rest = [0x00, 0x00] } == .malformed)
        #expect(code { $0.rest = [UInt8](repeating: 0xff, count: 11) } == .malformed)
    }

    @Test func `pointers beyond their tables are refused`() {
        for field in [SegmentField.streamIndex, SegmentField.kindIndex, SegmentField.actorIndex, SegmentField.logIndex] {
            for index in [1, 1 << 32, 1 << 63, .max] as [UInt64] { #expect(code(field, [index]) == .malformed, "field \(field)") }
        }
    }

    // MARK: rows

    @Test func `rows of the tables have their form`() {
        #expect(code { $0.logs = [[]] } == .malformed)
        #expect(code { $0.logs = [ColumnMessage.log("North Side", 1)] } == .malformed)
        #expect(code { $0.streams = [[1, 2, 3]] } == .malformed)
        for kind in [UInt8(0), 7, 255] { #expect(code { $0.streams[0][0] = kind } == .malformed) }
        #expect(code { $0.kinds = [[]] } == .outOfRange)
        #expect(code { $0.kinds = [[UInt8](repeating: 0x61, count: 64)] } == nil)
        #expect(code { $0.kinds = [[UInt8](repeating: 0x61, count: 65)] } == .outOfRange)
        #expect(code { $0.kinds = [[0xff, 0xfe]] } == .malformed)
        for assurance in [0, 5, 256 + 2, 1 << 63] as [UInt64] {
            #expect(code { $0.actors = [ColumnMessage.actor(assurance: assurance)] } == .malformed, "\(assurance)")
        }
        #expect(code { $0.actors = [ColumnMessage.actor(site: "")] } == .malformed)
        #expect(code { $0.actors = [ColumnMessage.actor(person: String(repeating: "é", count: 128))] } == nil)
        #expect(code { $0.actors = [ColumnMessage.actor(person: String(repeating: "é", count: 129))] } == .malformed)
    }

    @Test func `a source key is text of at most 256 bytes`() {
        func key(_ bytes: [UInt8]) -> ProblemCode? {
            code {
                $0.numbers[SegmentField.sourceKeyLength] = [UInt64(bytes.count)]
                $0.texts[SegmentField.sourceKeys] = bytes
            }
        }
        #expect(key([UInt8](repeating: 0x61, count: 256)) == nil)
        #expect(key([UInt8](repeating: 0x61, count: 257)) == .tooLarge)
        #expect(key([0xc3]) == .malformed)
    }

    // MARK: values

    @Test func `sequences run from 1 to below 2^40`() {
        #expect(code(SegmentField.sequence, [0]) == nil)
        #expect(code(SegmentField.sequence, [(1 << 40) - 2]) == nil)
        for value in [(1 << 40) - 1, 1 << 62, .max] as [UInt64] {
            #expect(code(SegmentField.sequence, [value]) == .outOfRange)
        }
    }

    @Test func `times, zones, schemas and sources stay in their ranges`() {
        let recorded = SegmentField.recordedMilliseconds
        #expect(code(recorded, [ColumnMessage.signed((1 << 48) - 1)]) == nil)
        for value in [-1, 1 << 48, .max, .min] as [Int64] {
            #expect(code(recorded, [ColumnMessage.signed(value)]) == .outOfRange)
        }
        for value in [.max, .min, 0] as [Int64] { #expect(code(SegmentField.occurredLead, [ColumnMessage.signed(value)]) == nil) }
        for (zone, expected) in [(1080, nil), (-1080, nil), (1081, .outOfRange), (-1081, .outOfRange), (.max, .outOfRange)]
            as [(Int64, ProblemCode?)]
        { #expect(code(SegmentField.zone, [ColumnMessage.signed(zone)]) == expected, "\(zone)") }
        #expect(code(SegmentField.recordedCounter, [1 << 16]) == .outOfRange)
        #expect(code(SegmentField.schema, [1 << 16]) == .outOfRange)
        for source in [0, 9, 256 + 2, 1 << 63] as [UInt64] { #expect(code(SegmentField.source, [source]) == .outOfRange) }
    }

    // MARK: parents

    private func parent(_ log: UInt64, _ sequence: UInt64, hashes: Int = 1) -> ProblemCode? {
        code {
            $0.logs.append(ColumnMessage.log("southside", 2))
            $0.numbers[SegmentField.parentCount] = [1]
            $0.numbers[SegmentField.parentLog] = [log]
            $0.numbers[SegmentField.parentSequence] = [sequence]
            $0.texts[SegmentField.outsideHashes] = [UInt8](repeating: 3, count: 32 * hashes)
        }
    }

    @Test func `a parent is an earlier event, with its hash beside`() {
        #expect(parent(0, 1) == nil)
        #expect(parent(0, 41) == nil)
        #expect(parent(2, 900) == nil)
        // Itself, before the first, and beyond: distances count back in the own log.
        for distance in [0, 42, 43, 1 << 63, .max] as [UInt64] { #expect(parent(0, distance) == .badParents, "\(distance)") }
        for sequence in [0, 1 << 40, .max] as [UInt64] { #expect(parent(2, sequence) == .badParents, "\(sequence)") }
        for log in [3, 1 << 32, .max] as [UInt64] { #expect(parent(log, 7) == .malformed, "\(log)") }
        #expect(parent(0, 1, hashes: 0) == .malformed)
        #expect(parent(0, 1, hashes: 2) == .malformed)
    }

    @Test func `a parent in the own log is not named as one in another, where it could be itself or later`() {
        for sequence in [1, 41, 42, 43] as [UInt64] { #expect(parent(1, sequence) == .badParents, "\(sequence)") }
    }

    @Test func `a hash of a child's own is of a parent that there is, once and in order`() {
        let hash = [UInt8](repeating: 7, count: 32)
        for named in [[0, 0] + hash, [0, 1] + hash, [1, 0] + hash, [0, 0], [0], [0, 0] + hash + [0, 0] + hash] as [[UInt8]] {
            #expect(
                code { $0.texts[SegmentField.disputedHashes] = named } == .malformed, "\(named.count): the event has no parent")
        }
    }

    @Test func `more than 32 parents are refused before they are read`() {
        for count in [33, 1 << 31, .max] as [UInt64] { #expect(code(SegmentField.parentCount, [count]) == .badParents) }
    }

    @Test func `one event twice, and a parent under two hashes, are refused`() throws {
        let once = try SegmentCoding.decode(frame(ColumnMessage().bytes), using: zstd).events[0]
        let twice = SegmentEncoder.bytes(of: Segment(events: [once, once], outside: [:]))
        #expect(throws: Problem.self) { try SegmentCoding.decode(frame(twice), using: zstd) }
        let whole = once.event
        let child = Event(
            id: EventID(log: whole.id.log, sequence: 43), stream: whole.stream, kind: whole.kind, schema: 1,
            recordedAt: whole.recordedAt, occurredAt: whole.occurredAt, actor: whole.actor, source: whole.source, sourceKey: "",
            parents: [whole.id], payload: [])
        for (hash, isGood) in [(once.hash, true), (EventHash(1, 1, 1, 1), false)] {
            let first = HashedEvent(event: child, hash: CanonicalEvent.hash(child, parentHashes: [hash]))
            let bytes = SegmentEncoder.bytes(of: Segment(events: [first, once], outside: [whole.id: hash]))
            if isGood {
                #expect(try SegmentCoding.decode(frame(bytes), using: zstd).events.count == 2)
            } else {
                #expect(throws: Problem.self) { try SegmentCoding.decode(frame(bytes), using: zstd) }
            }
        }
    }
}
