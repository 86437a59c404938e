@testable import Wire

/// A segment's message of one event, put together by hand so that tests can spoil one part of it.
struct ColumnMessage {
    var count: UInt64 = 1
    var logs: [[UInt8]] = [Self.log("northside", 1)]
    var streams: [[UInt8]] = [[1] + [UInt8](repeating: 7, count: 16)]
    var kinds: [[UInt8]] = [Array("comment.added".utf8)]
    var actors: [[UInt8]] = [Self.actor()]
    /// Columns of numbers, by field.
    var numbers: [Int: [UInt64]] = [
        SegmentField.sequence: [41], SegmentField.streamIndex: [0], SegmentField.kindIndex: [0],
        SegmentField.recordedMilliseconds: [Self.signed(1000)], SegmentField.occurredLead: [0], SegmentField.actorIndex: [0],
        SegmentField.source: [2], SegmentField.parentCount: [0], SegmentField.payloadLength: [2],
    ]
    /// Columns of bytes, by field.
    var texts: [Int: [UInt8]] = [SegmentField.payloads: [0x0a, 0x00]]
    /// What comes after all.
    var rest: [UInt8] = []

    static func log(_ site: String, _ incarnation: UInt64) -> [UInt8] {
        var row = ColumnWriter(reserving: 40)
        row.field(1, text: site)
        row.field(2, integer: incarnation)
        return row.bytes
    }

    static func actor(person: String = "t", site: String = "northside", assurance: UInt64 = 2) -> [UInt8] {
        var row = ColumnWriter(reserving: 40)
        row.field(1, text: person)
        row.field(2, text: "role")
        row.field(3, text: site)
        row.field(4, integer: assurance)
        return row.bytes
    }

    static func signed(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

    var bytes: [UInt8] {
        var out = ColumnWriter(reserving: 400)
        out.field(SegmentField.count, integer: count)
        for log in logs { out.field(SegmentField.log, log) }
        for stream in streams { out.field(SegmentField.stream, stream) }
        for kind in kinds { out.field(SegmentField.kind, kind) }
        for actor in actors { out.field(SegmentField.actor, actor) }
        for (field, values) in numbers.sorted(by: { $0.key < $1.key }) {
            var column = ColumnWriter(reserving: 16)
            for value in values { column.append(value) }
            out.field(field, column.bytes)
        }
        for (field, value) in texts.sorted(by: { $0.key < $1.key }) { out.field(field, value) }
        return out.bytes + rest
    }
}
