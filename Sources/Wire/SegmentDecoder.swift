import EventLog
import Problems
import Replication

/// Rebuilds events from columns and hashes each one again; nothing of the sender's claims is taken on trust.
struct SegmentDecoder {
    private var count = 0
    private var logs: [LogID] = []
    private var streams: [StreamID] = []
    private var kinds: [EventKind] = []
    private var actors: [Actor] = []
    private var columns = [ColumnReader](repeating: .empty, count: 26)

    /// Reads an uncompressed message.
    ///
    /// - Throws: `MALFORMED`, `RANGE` or `TOO_LARGE` with what was expected; nothing has happened then.
    static func segment(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> Segment {
        var decoder = SegmentDecoder()
        try decoder.readTables(bytes)
        return try decoder.readEvents()
    }

    private mutating func readTables(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
        var reader = ColumnReader(bytes)
        while !reader.isAtEnd {
            let field = try reader.field()
            switch field.number {
            case SegmentField.count:
                guard field.value <= UInt64(SyncLimits.segmentEventsMax) else {
                    throw Problem(.tooLarge, "The segment states \(field.value) events, at most 8192 are taken.")
                }
                count = Int(field.value)
            case SegmentField.log: logs.append(try Self.log(field.bytes))
            case SegmentField.stream: streams.append(try Self.stream(field.bytes))
            case SegmentField.kind:
                var part = ColumnReader(field.bytes)
                let text = try part.text(UInt64(field.bytes.count))
                guard !text.isEmpty, text.utf8.count <= EventLimits.kindBytesMax else {
                    throw Problem(.outOfRange, "A kind's name has 1 to \(EventLimits.kindBytesMax) bytes.")
                }
                kinds.append(EventKind(text))
            case SegmentField.actor: actors.append(try Self.actor(field.bytes))
            case 1...25:
                guard columns[field.number].isEmpty else {
                    throw Problem(.malformed, "The segment has column \(field.number) twice.")
                }
                columns[field.number] = ColumnReader(field.bytes)
            default: break
            }
            guard max(logs.count, streams.count, kinds.count, actors.count) <= 2 * SyncLimits.segmentEventsMax else {
                throw Problem(.tooLarge, "A table of the segment has more rows than a segment has events.")
            }
        }
        guard count > 0 else { throw Problem(.emptyBody, "The segment has no event.") }
    }

    private mutating func readEvents() throws(Problem) -> Segment {
        var events: [HashedEvent] = []
        events.reserveCapacity(count)
        var inside: [EventID: EventHash] = [:]
        inside.reserveCapacity(columns[SegmentField.logIndex].isEmpty ? 0 : count)
        var outside: [EventID: EventHash] = [:]
        var lastSequence = [UInt64](repeating: 0, count: logs.count)
        var milliseconds: Int64 = 0
        var zone: Int64 = 0
        var scratch: [UInt8] = []
        scratch.reserveCapacity(4096)
        var parentHashes: [EventHash] = []
        var disputed: [EventID: [EventID: EventHash]] = [:]
        var dispute = try nextDispute()
        // A run of one log finds its own events by place, which is most of the traffic.
        let isRun = columns[SegmentField.logIndex].isEmpty
        for number in 0..<count {
            let event = try nextEvent(&lastSequence, &milliseconds, &zone)
            parentHashes.removeAll(keepingCapacity: true)
            for (place, parent) in event.parents.enumerated() {
                if let named = dispute, named.event == number, named.parent == place {
                    disputed[event.id, default: [:]][parent] = named.hash
                    parentHashes.append(named.hash)
                    dispute = try nextDispute()
                } else if isRun, let first = events.first, parent.log == event.id.log, parent.sequence >= first.id.sequence,
                    let found = Self.find(parent.sequence, in: events)
                {
                    parentHashes.append(events[found].hash)
                } else if !isRun, let hash = inside[parent] {
                    parentHashes.append(hash)
                } else if let hash = outside[parent] {
                    parentHashes.append(hash)
                } else {
                    let bytes = try columns[SegmentField.outsideHashes].take(32)
                    let hash = EventHash(loading: bytes)
                    outside[parent] = hash
                    parentHashes.append(hash)
                }
            }
            let hash = CanonicalEvent.hash(event, parentHashes: parentHashes, scratch: &scratch)
            if !isRun {
                guard inside.updateValue(hash, forKey: event.id) == nil else {
                    throw Problem(.malformed, "The segment holds \(event.id) twice.")
                }
                // A child may have come first, with what its author said of this event.
                guard outside.isEmpty || (outside[event.id] ?? hash) == hash else {
                    throw Problem(.badParents, "The segment names \(event.id) as parent with another hash than it has.")
                }
            }
            events.append(HashedEvent(event: event, hash: hash))
        }
        // What no event needs would travel unseen and make two texts of one segment.
        guard dispute == nil, columns.allSatisfy(\.isAtEnd) else {
            throw Problem(.malformed, "A column of the segment goes on after its last event.")
        }
        return Segment(events: events, outside: outside, disputed: disputed)
    }

    /// The next parent that a child names with a hash of its own; nil after the last.
    private mutating func nextDispute() throws(Problem) -> (event: Int, parent: Int, hash: EventHash)? {
        guard !columns[SegmentField.disputedHashes].isAtEnd else { return nil }
        let event = try columns[SegmentField.disputedHashes].next()
        let parent = try columns[SegmentField.disputedHashes].next()
        let hash = EventHash(loading: try columns[SegmentField.disputedHashes].take(32))
        return (Int(clamping: event), Int(clamping: parent), hash)
    }

    private static func find(_ sequence: UInt64, in events: [HashedEvent]) -> Int? {
        let guess = Int(sequence - events[0].id.sequence)
        if guess < events.count, events[guess].id.sequence == sequence { return guess }
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].id.sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low < events.count && events[low].id.sequence == sequence ? low : nil
    }

    private mutating func nextEvent(
        _ lastSequence: inout [UInt64], _ milliseconds: inout Int64, _ zone: inout Int64
    ) throws(Problem) -> Event {
        let logIndex = columns[SegmentField.logIndex].isEmpty ? 0 : try columns[SegmentField.logIndex].next()
        let log = try Self.row(logs, logIndex, "log")
        let last = lastSequence[Int(logIndex)]
        let sequence = last &+ (try columns[SegmentField.sequence].next()) &+ 1
        guard sequence > 0, sequence < 1 << 40, sequence > last || !columns[SegmentField.logIndex].isEmpty else {
            throw Problem(.outOfRange, "A sequence in the segment leaves 1 to 2^40.")
        }
        lastSequence[Int(logIndex)] = sequence
        let id = EventID(log: log, sequence: sequence)
        let stream = try Self.row(streams, try columns[SegmentField.streamIndex].next(), "stream")
        let kind = try Self.row(kinds, try columns[SegmentField.kindIndex].next(), "kind")
        let schema = columns[SegmentField.schema].isEmpty ? 1 : try columns[SegmentField.schema].next()
        milliseconds &+= try columns[SegmentField.recordedMilliseconds].nextSigned()
        let counter = columns[SegmentField.recordedCounter].isEmpty ? 0 : try columns[SegmentField.recordedCounter].next()
        guard milliseconds >= 0, milliseconds < 1 << 48, counter < 1 << 16, schema < 1 << 16 else {
            throw Problem(.outOfRange, "The recorded time or schema of \(id) leaves its range.")
        }
        let occurred = milliseconds &- (try columns[SegmentField.occurredLead].nextSigned())
        if !columns[SegmentField.zone].isEmpty { zone &+= try columns[SegmentField.zone].nextSigned() }
        guard (-1080...1080).contains(zone) else { throw Problem(.outOfRange, "The zone of \(id) leaves +-18 hours.") }
        let actor = try Self.row(actors, try columns[SegmentField.actorIndex].next(), "actor")
        guard let source = UInt8(exactly: try columns[SegmentField.source].next()).flatMap(EventSource.init(rawValue:)) else {
            throw Problem(.outOfRange, "The source of \(id) is none of the known.")
        }
        let parents = try parents(of: id)
        var sourceKey = ""
        if !columns[SegmentField.sourceKeyLength].isEmpty {
            let length = try columns[SegmentField.sourceKeyLength].next()
            guard length <= UInt64(EventLimits.textBytesMax) else {
                throw Problem(.tooLarge, "The source key of \(id) is too long.")
            }
            if length > 0 { sourceKey = try columns[SegmentField.sourceKeys].text(length) }
        }
        let payloadLength = try columns[SegmentField.payloadLength].next()
        guard payloadLength <= UInt64(EventLimits.payloadBytesMax) else {
            throw Problem(.eventTooLarge, "\(id) has \(payloadLength) bytes, at most \(EventLimits.payloadBytesMax) are taken.")
        }
        return Event(
            id: id, stream: stream, kind: kind, schema: UInt16(schema),
            recordedAt: HybridTime(bits: UInt64(milliseconds) << 16 | counter),
            occurredAt: OccurredAt(Instant(milliseconds: occurred), zoneMinutes: Int16(zone)), actor: actor, source: source,
            sourceKey: sourceKey, parents: parents, payload: Array(try columns[SegmentField.payloads].take(payloadLength)))
    }

    private mutating func parents(of id: EventID) throws(Problem) -> [EventID] {
        let count = try columns[SegmentField.parentCount].next()
        guard count <= UInt64(EventLimits.parentsMax) else {
            throw Problem(.badParents, "\(id) names \(count) parents, at most \(EventLimits.parentsMax) are allowed.")
        }
        if count == 0 { return [] }
        var parents: [EventID] = []
        parents.reserveCapacity(Int(count))
        for _ in 0..<count {
            let log = try columns[SegmentField.parentLog].next()
            let value = try columns[SegmentField.parentSequence].next()
            if log == 0 {
                guard value > 0, value < id.sequence else {
                    throw Problem(.badParents, "\(id) names itself or a later event as parent.")
                }
                parents.append(EventID(log: id.log, sequence: id.sequence - value))
            } else {
                guard value > 0, value < 1 << 40 else { throw Problem(.badParents, "A parent of \(id) has no sequence.") }
                let other = try Self.row(logs, log - 1, "log")
                guard other != id.log else { throw Problem(.badParents, "\(id) names a parent in its own log as in another.") }
                parents.append(EventID(log: other, sequence: value))
            }
        }
        return parents
    }

    private static func row<Row>(_ table: [Row], _ index: UInt64, _ name: StaticString) throws(Problem) -> Row {
        guard index < UInt64(table.count) else {
            throw Problem(.malformed, "The segment points to \(name) \(index), it has \(table.count).")
        }
        return table[Int(index)]
    }

    private static func log(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> LogID {
        var reader = ColumnReader(bytes)
        var site: SiteID?
        var incarnation: UInt64 = 0
        while !reader.isAtEnd {
            let field = try reader.field()
            switch field.number {
            case 1: site = String(validating: field.bytes, as: UTF8.self).flatMap { SiteID($0) }
            case 2: incarnation = field.value
            default: break
            }
        }
        guard let site else { throw Problem(.malformed, "A log of the segment names no site.") }
        return LogID(site: site, incarnation: Incarnation(bits: incarnation))
    }

    private static func stream(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> StreamID {
        guard bytes.count == 17, let kind = StreamKind(rawValue: bytes[0]) else {
            throw Problem(.malformed, "A stream of the segment has another form than a kind and 16 bytes.")
        }
        return StreamID(
            kind: kind, high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 9, as: UInt64.self)))
    }

    private static func actor(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> Actor {
        var reader = ColumnReader(bytes)
        var texts: [Int: String] = [:]
        var assurance: Assurance?
        while !reader.isAtEnd {
            let field = try reader.field()
            if field.number == 4 {
                assurance = UInt8(exactly: field.value).flatMap(Assurance.init(rawValue:))
            } else if field.number <= 3 {
                var part = ColumnReader(field.bytes)
                texts[field.number] = try part.text(UInt64(field.bytes.count))
            }
        }
        guard let site = SiteID(texts[3] ?? ""), let assurance, (texts[1]?.utf8.count ?? 0) <= EventLimits.textBytesMax,
            (texts[2]?.utf8.count ?? 0) <= EventLimits.textBytesMax
        else { throw Problem(.malformed, "An actor of the segment lacks its site or assurance, or is too long.") }
        return Actor(person: texts[1] ?? "", role: texts[2] ?? "", site: site, assurance: assurance)
    }
}
