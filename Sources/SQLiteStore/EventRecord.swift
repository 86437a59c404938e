import EventLog
import Problems

/// One event as its row holds it: hash first, then what repeats as numbers, then the payload.
///
/// Layout: hash 32 bytes, then varints: stream, kind, schema, milliseconds since 2020, counter, lead of the asserted time (zigzag), zone
/// (zigzag), actor, source, source key length and bytes, parent count and for each its log's number and sequence (0 and the distance
/// back in the own log), then the payload.
enum EventRecord {
    private static let epochMilliseconds: Int64 = 1_577_836_800_000

    static func append(
        _ event: HashedEvent, position: Position, stream: Int, kind: Int, actor: Int, parents: [Position], to out: inout [UInt8]
    ) {
        event.hash.append(to: &out)
        varint(UInt64(stream), &out)
        varint(UInt64(kind), &out)
        varint(UInt64(event.event.schema), &out)
        let milliseconds = Int64(event.event.recordedAt.bits >> 16)
        signed(milliseconds - epochMilliseconds, &out)
        varint(event.event.recordedAt.bits & 0xffff, &out)
        signed(milliseconds &- event.event.occurredAt.instant.milliseconds, &out)
        signed(Int64(event.event.occurredAt.zoneMinutes), &out)
        varint(UInt64(actor), &out)
        out.append(event.event.source.rawValue)
        varint(UInt64(event.event.sourceKey.utf8.count), &out)
        out.append(contentsOf: event.event.sourceKey.utf8)
        out.append(UInt8(parents.count))
        for parent in parents {
            if parent.log == position.log {
                varint(0, &out)
                varint(position.sequence - parent.sequence, &out)
            } else {
                varint(UInt64(parent.log) + 1, &out)
                varint(parent.sequence, &out)
            }
        }
        out.append(contentsOf: event.event.payload)
    }

    static func hash(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> EventHash {
        guard bytes.count >= 32 else { throw Self.damaged(nil) }
        return EventHash(loading: bytes)
    }

    static func stream(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> Int {
        var reader = Cursor(bytes: bytes, position: 32)
        guard let index = reader.varint() else { throw Self.damaged(nil) }
        return Int(truncatingIfNeeded: index)
    }

    /// Rebuilds an event from its row.
    static func event(
        _ bytes: UnsafeRawBufferPointer, at position: Position, in dictionaries: Dictionaries, of stream: StreamID
    ) throws(Problem) -> HashedEvent {
        guard bytes.count > 32, position.log < dictionaries.logs.count else { throw damaged(position) }
        let id = EventID(log: dictionaries.logs[position.log], sequence: position.sequence)
        var reader = Cursor(bytes: bytes, position: 32)
        guard reader.varint() != nil, let kind = reader.varint(), kind < UInt64(dictionaries.kinds.count),
            let schema = reader.varint(), let since = reader.signed(), let counter = reader.varint(), let lead = reader.signed(),
            let zone = reader.signed(), let actor = reader.varint(), actor < UInt64(dictionaries.actors.count),
            let source = reader.byte().flatMap({ EventSource(rawValue: $0) }), let keyLength = reader.varint(),
            let key = reader.text(keyLength), let parentCount = reader.byte(), schema < 1 << 16
        else { throw damaged(position) }
        let milliseconds = since &+ epochMilliseconds
        var parents: [EventID] = []
        parents.reserveCapacity(Int(parentCount))
        for _ in 0..<parentCount {
            guard let log = reader.varint(), let value = reader.varint(), log <= UInt64(dictionaries.logs.count) else {
                throw damaged(position)
            }
            if log == 0 {
                guard value < id.sequence else { throw damaged(position) }
                parents.append(EventID(log: id.log, sequence: id.sequence - value))
            } else {
                parents.append(EventID(log: dictionaries.logs[Int(log) - 1], sequence: value))
            }
        }
        let event = Event(
            id: id, stream: stream, kind: dictionaries.kinds[Int(kind)],
            schema: UInt16(schema),
            recordedAt: HybridTime(bits: UInt64(bitPattern: milliseconds) << 16 | counter),
            occurredAt: OccurredAt(Instant(milliseconds: milliseconds &- lead), zoneMinutes: Int16(truncatingIfNeeded: zone)),
            actor: dictionaries.actors[Int(actor)], source: source, sourceKey: key, parents: parents,
            payload: Array(bytes[reader.position...]))
        return HashedEvent(event: event, hash: EventHash(loading: bytes))
    }

    static func damaged(_ position: Position?) -> Problem {
        Problem(
            .integrityFailed,
            "The row of an event is damaged\(position.map { " (log \($0.log), sequence \($0.sequence))" } ?? "").")
    }

    static func varint(_ value: UInt64, _ out: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(truncatingIfNeeded: rest))
    }

    static func signed(_ value: Int64, _ out: inout [UInt8]) { varint(UInt64(bitPattern: value << 1 ^ value >> 63), &out) }
}

/// Reads a row's numbers; nil where the bytes end.
struct Cursor {
    let bytes: UnsafeRawBufferPointer
    var position: Int

    var isAtEnd: Bool { position >= bytes.count }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes[position - 1]
    }

    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    mutating func signed() -> Int64? {
        guard let raw = varint() else { return nil }
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    mutating func text(_ count: UInt64) -> String? {
        guard count <= UInt64(bytes.count - position) else { return nil }
        let start = position
        position += Int(count)
        return count == 0 ? "" : String(decoding: bytes[start..<position], as: UTF8.self)
    }
}

/// Lists of places, as differences: a stream's events, a feed row's entries.
enum PositionList {
    static func bytes(_ positions: some Sequence<Position>) -> [UInt8] {
        var out: [UInt8] = []
        var last: Int64 = 0
        for position in positions {
            EventRecord.signed(position.bits &- last, &out)
            last = position.bits
        }
        return out
    }

    static func read(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> [Position] {
        var reader = Cursor(bytes: bytes, position: 0)
        var positions: [Position] = []
        var last: Int64 = 0
        while !reader.isAtEnd {
            guard let delta = reader.signed() else {
                throw Problem(.integrityFailed, "A list of events in the store is damaged.")
            }
            last &+= delta
            positions.append(Position(bits: last))
        }
        return positions
    }
}
