import EventLog
import Replication

/// Turns events into columns: what repeats is named once and pointed to, what grows is a difference.
///
/// Logs, streams, kinds and actors are tables; a parent in the event's own log is a small distance back; hashes of events are not
/// sent, because the receiver computes them; hashes of parents outside are sent once, in order of first mention.
struct SegmentEncoder {
    private var logs = Interner<LogID>()
    private var streams = Interner<StreamID>()
    private var kinds = Interner<EventKind>()
    private var actors = Interner<Actor>()
    private var logIndex: ColumnWriter
    private var sequence: ColumnWriter
    private var streamIndex: ColumnWriter
    private var kindIndex: ColumnWriter
    private var schema: ColumnWriter
    private var recorded: ColumnWriter
    private var counter: ColumnWriter
    private var lead: ColumnWriter
    private var zone: ColumnWriter
    private var actorIndex: ColumnWriter
    private var source: ColumnWriter
    private var keyLength: ColumnWriter
    private var parentCount: ColumnWriter
    private var parentLog: ColumnWriter
    private var parentSequence: ColumnWriter
    private var payloadLength: ColumnWriter
    private var keys: [UInt8] = []
    private var hashes: [UInt8] = []
    private var disputed = ColumnWriter(reserving: 0)
    private var payloads: [UInt8] = []
    private var lastSequence: [UInt64] = []
    private var isAscending = true
    private var lastMilliseconds: Int64 = 0
    private var lastZone: Int64 = 0

    private init(count: Int) {
        let column = ColumnWriter(reserving: count + 16)
        (logIndex, sequence, streamIndex, kindIndex, schema, recorded, counter, lead, zone, actorIndex, source) =
            (column, column, column, column, column, column, column, column, column, column, column)
        (keyLength, parentCount, parentLog, parentSequence, payloadLength) = (column, column, column, column, column)
        payloads.reserveCapacity(count * 200)
    }

    /// The uncompressed message of a segment.
    static func bytes(of segment: Segment) -> [UInt8] {
        var encoder = SegmentEncoder(count: segment.events.count)
        // What came before needs no hash beside: mostly one stretch a log, and whatever leaves it.
        var inside: [LogID: ClosedRange<UInt64>] = [:]
        var sparse: Set<EventID> = []
        var mentioned: Set<EventID> = []
        for (number, event) in segment.events.enumerated() {
            encoder.append(event.event)
            let named = segment.disputed.isEmpty ? nil : segment.disputed[event.id]
            for (place, parent) in event.event.parents.enumerated() {
                if let hash = named?[parent] {
                    encoder.dispute(number, place, hash)
                    continue
                }
                if inside[parent.log]?.contains(parent.sequence) == true || sparse.contains(parent) { continue }
                guard mentioned.insert(parent).inserted else { continue }
                guard let hash = segment.outside[parent] else { preconditionFailure("a parent outside comes with its hash") }
                hash.append(to: &encoder.hashes)
            }
            guard let range = inside[event.id.log] else {
                inside[event.id.log] = event.id.sequence...event.id.sequence
                continue
            }
            if range.upperBound + 1 == event.id.sequence {
                inside[event.id.log] = range.lowerBound...event.id.sequence
            } else {
                sparse.insert(event.id)
            }
        }
        return encoder.message(count: segment.events.count)
    }

    private mutating func dispute(_ event: Int, _ parent: Int, _ hash: EventHash) {
        disputed.append(UInt64(event))
        disputed.append(UInt64(parent))
        disputed.append(hash)
    }

    private mutating func append(_ event: Event) {
        let log = logs.index(of: event.id.log)
        if log == lastSequence.count { lastSequence.append(0) }
        logIndex.append(UInt64(log))
        if event.id.sequence <= lastSequence[log] { isAscending = false }
        sequence.append(event.id.sequence &- lastSequence[log] &- 1)
        lastSequence[log] = event.id.sequence
        streamIndex.append(UInt64(streams.index(of: event.stream)))
        kindIndex.append(UInt64(kinds.index(of: event.kind)))
        schema.append(UInt64(event.schema))
        let milliseconds = Int64(event.recordedAt.bits >> 16)
        recorded.append(signed: milliseconds - lastMilliseconds)
        lastMilliseconds = milliseconds
        counter.append(event.recordedAt.bits & 0xffff)
        lead.append(signed: milliseconds &- event.occurredAt.instant.milliseconds)
        zone.append(signed: Int64(event.occurredAt.zoneMinutes) - lastZone)
        lastZone = Int64(event.occurredAt.zoneMinutes)
        actorIndex.append(UInt64(actors.index(of: event.actor)))
        source.append(UInt64(event.source.rawValue))
        keyLength.append(UInt64(event.sourceKey.utf8.count))
        keys.append(contentsOf: event.sourceKey.utf8)
        parentCount.append(UInt64(event.parents.count))
        for parent in event.parents {
            if parent.log == event.id.log {
                parentLog.append(0)
                parentSequence.append(event.id.sequence - parent.sequence)
            } else {
                let other = logs.index(of: parent.log)
                if other == lastSequence.count { lastSequence.append(0) }
                parentLog.append(UInt64(other) + 1)
                parentSequence.append(parent.sequence)
            }
        }
        payloadLength.append(UInt64(event.payload.count))
        payloads.append(contentsOf: event.payload)
    }

    private func message(count: Int) -> [UInt8] {
        var out = ColumnWriter(reserving: payloads.count + count * 24)
        out.field(SegmentField.count, integer: UInt64(count))
        for log in logs.values {
            var entry = ColumnWriter(reserving: 48)
            entry.field(1, text: log.site.text)
            entry.field(2, integer: log.incarnation.bits)
            out.field(SegmentField.log, entry.bytes)
        }
        if !isAscending || logIndex.bytes.contains(where: { $0 != 0 }) { out.field(SegmentField.logIndex, logIndex.bytes) }
        out.field(SegmentField.sequence, sequence.bytes)
        for stream in streams.values {
            var entry: [UInt8] = [stream.kind.rawValue]
            withUnsafeBytes(of: (stream.high.bigEndian, stream.low.bigEndian)) { entry.append(contentsOf: $0) }
            out.field(SegmentField.stream, entry)
        }
        out.field(SegmentField.streamIndex, streamIndex.bytes)
        for kind in kinds.values { out.field(SegmentField.kind, text: kind.text) }
        out.field(SegmentField.kindIndex, kindIndex.bytes)
        if schema.bytes.contains(where: { $0 != 1 }) { out.field(SegmentField.schema, schema.bytes) }
        out.field(SegmentField.recordedMilliseconds, recorded.bytes)
        if counter.bytes.contains(where: { $0 != 0 }) { out.field(SegmentField.recordedCounter, counter.bytes) }
        out.field(SegmentField.occurredLead, lead.bytes)
        if zone.bytes.contains(where: { $0 != 0 }) { out.field(SegmentField.zone, zone.bytes) }
        for actor in actors.values {
            var entry = ColumnWriter(reserving: 64)
            entry.field(1, text: actor.person)
            entry.field(2, text: actor.role)
            entry.field(3, text: actor.site.text)
            entry.field(4, integer: UInt64(actor.assurance.rawValue))
            out.field(SegmentField.actor, entry.bytes)
        }
        out.field(SegmentField.actorIndex, actorIndex.bytes)
        out.field(SegmentField.source, source.bytes)
        if !keys.isEmpty {
            out.field(SegmentField.sourceKeyLength, keyLength.bytes)
            out.field(SegmentField.sourceKeys, keys)
        }
        out.field(SegmentField.parentCount, parentCount.bytes)
        out.field(SegmentField.parentLog, parentLog.bytes)
        out.field(SegmentField.parentSequence, parentSequence.bytes)
        if !hashes.isEmpty { out.field(SegmentField.outsideHashes, hashes) }
        out.field(SegmentField.payloadLength, payloadLength.bytes)
        out.field(SegmentField.payloads, payloads)
        if !disputed.bytes.isEmpty { out.field(SegmentField.disputedHashes, disputed.bytes) }
        return out.bytes
    }
}

/// Gives each value the place of its first mention.
struct Interner<Value: Hashable> {
    private(set) var values: [Value] = []
    private var places: [Value: Int] = [:]
    private var last = 0

    init() {}

    mutating func index(of value: Value) -> Int {
        // Runs of one value are common, and comparing is cheaper than hashing.
        if last < values.count, values[last] == value { return last }
        if let place = places[value] {
            last = place
            return place
        }
        places[value] = values.count
        values.append(value)
        last = values.count - 1
        return last
    }
}
