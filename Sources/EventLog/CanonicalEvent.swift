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
        out.append(addingCapacity: bytesMax(event)) { append(event, to: &$0) }
    }

    /// No fewer bytes than an event comes to: one piece of room is made for all of them.
    private static func bytesMax(_ event: Event) -> Int {
        let texts =
            event.kind.text.utf8.count + event.actor.person.utf8.count + event.actor.role.utf8.count
            + event.actor.site.text.utf8.count + event.sourceKey.utf8.count
        return 128 + texts + (1 + event.parents.count) * idBytesMax + event.payload.count
    }

    private static let idBytesMax = 2 + 32 + 16

    private static func append(_ event: Event, to out: inout OutputSpan<UInt8>) {
        out.append(1)
        append(event.id, to: &out)
        out.append(event.stream.kind.rawValue)
        out.append(bigEndian: event.stream.high)
        out.append(bigEndian: event.stream.low)
        append(event.kind.text, to: &out)
        out.append(bigEndian: event.schema)
        out.append(bigEndian: event.recordedAt.bits)
        out.append(bigEndian: event.occurredAt.instant.milliseconds)
        out.append(bigEndian: event.occurredAt.zoneMinutes)
        append(event.actor.person, to: &out)
        append(event.actor.role, to: &out)
        append(event.actor.site.text, to: &out)
        out.append(event.actor.assurance.rawValue)
        out.append(event.source.rawValue)
        append(event.sourceKey, to: &out)
        out.append(UInt8(event.parents.count))
        for parent in event.parents { append(parent, to: &out) }
        out.append(bigEndian: UInt32(event.payload.count))
        event.payload.withUnsafeBytes { out.append(copying: $0) }
    }

    private static func append(_ id: EventID, to out: inout OutputSpan<UInt8>) {
        append(id.log.site.text, to: &out)
        out.append(bigEndian: id.log.incarnation.bits)
        out.append(bigEndian: id.sequence)
    }

    private static func append(_ text: String, to out: inout OutputSpan<UInt8>) {
        out.append(bigEndian: UInt16(text.utf8.count))
        out.append(utf8: text)
    }
}
