public import EventLog
public import Problems
public import Replication

/// A stretch of a feed that a site gives back to a hub that lost it, with the hub's own signature over its end.
///
/// Protobuf message `StretchOffer`: 1 digest before, 2 entries of each row (packed), 3 signature, 4 segment, 5 generation (16 hex
/// digits), 6 position after the stretch.
public struct StretchOffer: Sendable {
    /// The numbering under which the hub gave the stretch out.
    public let generation: Generation
    /// The place after it.
    public let position: UInt64
    /// The feed's digest before it.
    public let before: EventHash
    /// Rows and signature.
    public let seal: FeedSeal
    /// The events, in the feed's order, as a segment.
    public let segment: [UInt8]

    /// Gathers an offer.
    public init(generation: Generation, position: UInt64, before: EventHash, seal: FeedSeal, segment: [UInt8]) {
        self.generation = generation
        self.position = position
        self.before = before
        self.seal = seal
        self.segment = segment
    }

    /// The bytes.
    public var bytes: [UInt8] {
        var rows = ColumnWriter(reserving: seal.rows.count)
        for row in seal.rows { rows.append(UInt64(row)) }
        var message = ColumnWriter(reserving: segment.count + 160)
        message.field(1, before.bytes)
        message.field(2, rows.bytes)
        message.field(3, seal.signature)
        message.field(4, segment)
        message.field(5, text: generation.description)
        message.field(6, integer: position)
        return message.bytes
    }

    /// Reads an offer.
    ///
    /// - Throws: `MALFORMED` for bytes that are none.
    public init(bytes: [UInt8]) throws(Problem) {
        let result: Result<StretchOffer, Problem> = bytes.withUnsafeBytes { buffer in
            do throws(Problem) { return .success(try Self.read(buffer)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    private static func read(_ buffer: UnsafeRawBufferPointer) throws(Problem) -> StretchOffer {
        var reader = ColumnReader(buffer)
        var (before, generation): (EventHash?, Generation?)
        var (signature, segment): ([UInt8], [UInt8]) = ([], [])
        var rows: [Int] = []
        var position: UInt64 = 0
        while !reader.isAtEnd {
            let field = try reader.field()
            switch field.number {
            case 1: before = EventHash(bytes: field.bytes)
            case 2: rows = try RowCounts.read(field.bytes)
            case 3: signature = Array(field.bytes)
            case 4: segment = Array(field.bytes)
            case 5: generation = Generation(String(decoding: field.bytes, as: UTF8.self))
            case 6: position = field.value
            default: break
            }
        }
        guard let before, let generation, signature.count == 64, !rows.isEmpty else {
            throw Problem(
                .malformed, "The body is not a filmjacket.v1.StretchOffer: a digest, a signature or the rows are missing.")
        }
        return StretchOffer(
            generation: generation, position: position, before: before, seal: FeedSeal(rows: rows, signature: signature),
            segment: segment)
    }
}

/// The packed column of how many entries each row of a feed has.
enum RowCounts {
    static func read(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> [Int] {
        var reader = ColumnReader(bytes)
        var rows: [Int] = []
        while !reader.isAtEnd {
            let row = try reader.next()
            guard row > 0, row <= UInt64(SyncLimits.segmentEventsMax), rows.count < SyncLimits.segmentEventsMax else {
                throw Problem(.malformed, "A row of a feed has \(row) entries, 1 to \(SyncLimits.segmentEventsMax) are taken.")
            }
            rows.append(Int(row))
        }
        return rows
    }
}
