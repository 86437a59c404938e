/// The exact bytes of an event that its hash covers, and the hash.
///
/// Layout, big-endian and length-prefixed so that two different events never share their bytes:
/// version 1, site, incarnation u64, sequence u64, stream kind u8 and 16 bytes, kind, schema u16, recordedAt u64,
/// occurredAt i64 and zone i16, actor person, role, site, assurance u8, source u8, source key, parent count u8 and for each
/// site, incarnation, sequence, then payload length u32 and payload. Texts are a u16 length and UTF-8.
/// The hash's input is a domain prefix, these bytes and the parents' hashes in the order of the parents, so that an event
/// commits to its whole past.
public enum CanonicalEvent {
    private static let domain: [UInt8] = Array("filmjacket event 1\n".utf8)

    /// Hashes an event whose parents' hashes are known.
    ///
    /// - Parameter scratch: reused between calls so that a batch hashes without an allocation an event.
    public static func hash(_ event: Event, parentHashes: [EventHash], scratch: inout [UInt8]) -> EventHash {
        precondition(parentHashes.count == event.parents.count, "every parent's hash is an input")
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: domain)
        append(event, to: &scratch)
        for hash in parentHashes { hash.append(to: &scratch) }
        return .sha256(scratch)
    }

    /// Hashes one event.
    public static func hash(_ event: Event, parentHashes: [EventHash]) -> EventHash {
        var scratch: [UInt8] = []
        scratch.reserveCapacity(512 + event.payload.count)
        return hash(event, parentHashes: parentHashes, scratch: &scratch)
    }

    /// The canonical bytes by themselves.
    public static func bytes(of event: Event) -> [UInt8] {
        var bytes: [UInt8] = []
        append(event, to: &bytes)
        return bytes
    }

    private static func append(_ event: Event, to out: inout [UInt8]) {
        out.append(1)
        append(event.id, to: &out)
        out.append(event.stream.kind.rawValue)
        append(event.stream.high, to: &out)
        append(event.stream.low, to: &out)
        append(event.kind.text, to: &out)
        append(event.schema, to: &out)
        append(event.recordedAt.bits, to: &out)
        append(UInt64(bitPattern: event.occurredAt.instant.milliseconds), to: &out)
        append(UInt16(bitPattern: event.occurredAt.zoneMinutes), to: &out)
        append(event.actor.person, to: &out)
        append(event.actor.role, to: &out)
        append(event.actor.site.text, to: &out)
        out.append(event.actor.assurance.rawValue)
        out.append(event.source.rawValue)
        append(event.sourceKey, to: &out)
        out.append(UInt8(event.parents.count))
        for parent in event.parents { append(parent, to: &out) }
        append(UInt32(event.payload.count), to: &out)
        out.append(contentsOf: event.payload)
    }

    private static func append(_ id: EventID, to out: inout [UInt8]) {
        append(id.log.site.text, to: &out)
        append(id.log.incarnation.bits, to: &out)
        append(id.sequence, to: &out)
    }

    private static func append(_ text: String, to out: inout [UInt8]) {
        append(UInt16(text.utf8.count), to: &out)
        out.append(contentsOf: text.utf8)
    }

    private static func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { out.append(contentsOf: $0) }
    }
}
