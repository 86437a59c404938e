public import EventLog
public import Problems
public import Replication

/// One frame of a feed: a segment with the cursor after it, the word that nothing more is there, or a heartbeat.
///
/// On the wire each frame is a protobuf message `FeedFrame` behind its length as a varint, so that a reader of a held-open stream
/// knows where one ends. Written and read by hand because a page's bytes pass through.
public struct FeedFrame: Sendable {
    /// The longest frame that a reader takes.
    public static let bytesMax = SyncLimits.bodyBytesMax + 4096
    /// The cursor after the frame's events; nil for a heartbeat.
    public let cursor: FeedCursor?
    /// The segment's bytes; empty for none.
    public let segment: [UInt8]
    /// The hub's wall clock.
    public let hubTime: Instant
    /// Whether nothing more is there now.
    public let isCaughtUp: Bool
    /// The hub's signature over the place after the frame's events; nil for a frame without events.
    public let seal: FeedSeal?

    /// Gathers a frame.
    public init(cursor: FeedCursor?, segment: [UInt8], hubTime: Instant, isCaughtUp: Bool, seal: FeedSeal? = nil) {
        self.seal = seal
        self.cursor = cursor
        self.segment = segment
        self.hubTime = hubTime
        self.isCaughtUp = isCaughtUp
    }

    /// The frame's bytes, its length before it.
    public var bytes: [UInt8] {
        var message = ColumnWriter(reserving: segment.count + 64)
        if let cursor { message.field(1, text: cursor.description) }
        if !segment.isEmpty { message.field(2, segment) }
        message.field(3, integer: UInt64(bitPattern: hubTime.milliseconds))
        if isCaughtUp { message.field(4, integer: 1) }
        if let seal {
            var rows = ColumnWriter(reserving: seal.rows.count)
            for row in seal.rows { rows.append(UInt64(row)) }
            message.field(5, rows.bytes)
            message.field(6, seal.signature)
        }
        var out = ColumnWriter(reserving: message.bytes.count + 5)
        out.append(UInt64(message.bytes.count))
        return out.bytes + message.bytes
    }

    /// Reads one frame's message.
    init(message: UnsafeRawBufferPointer) throws(Problem) {
        var reader = ColumnReader(message)
        var cursor: FeedCursor?
        var segment: [UInt8] = []
        var time: UInt64 = 0
        var isCaughtUp = false
        var (rows, signature): ([Int], [UInt8]) = ([], [])
        while !reader.isAtEnd {
            let field = try reader.field()
            switch field.number {
            case 1:
                cursor = FeedCursor(String(decoding: field.bytes, as: UTF8.self))
                guard cursor != nil else { throw Problem(.malformed, "A feed frame's cursor is none.") }
            case 2: segment = Array(field.bytes)
            case 3: time = field.value
            case 4: isCaughtUp = field.value != 0
            case 5: rows = try RowCounts.read(field.bytes)
            case 6: signature = Array(field.bytes)
            default: break
            }
        }
        guard segment.isEmpty || cursor != nil else { throw Problem(.malformed, "A feed frame has events and no cursor.") }
        self.init(
            cursor: cursor, segment: segment, hubTime: Instant(milliseconds: Int64(bitPattern: time)), isCaughtUp: isCaughtUp,
            seal: signature.isEmpty ? nil : FeedSeal(rows: rows, signature: signature))
    }
}

/// Cuts the bytes of a feed into frames, however they arrive.
public struct FeedFrameReader: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    /// Nothing read yet.
    public init() {}

    /// Whether bytes of an unfinished frame are left: at the end of a body that means it was cut.
    public var hasPartialFrame: Bool { start < buffer.count }

    /// Takes bytes.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame; nil when more bytes are needed.
    ///
    /// - Throws: for a length beyond the cap or a message that is none; the reader is of no use then.
    public mutating func next() throws(Problem) -> FeedFrame? {
        var length: UInt64 = 0
        var shift: UInt64 = 0
        var position = start
        while true {
            guard position < buffer.count else { return nil }
            let byte = buffer[position]
            position += 1
            length |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { break }
            shift += 7
            guard shift <= 28 else { throw Problem(.malformed, "A feed frame's length is none: this is no feed.") }
        }
        guard length <= UInt64(FeedFrame.bytesMax) else {
            throw Problem(.tooLarge, "A feed frame states \(length) bytes, at most \(FeedFrame.bytesMax) are taken.")
        }
        guard buffer.count - position >= Int(length) else { return nil }
        let result: Result<FeedFrame, Problem> = buffer.withUnsafeBytes { whole in
            let message = UnsafeRawBufferPointer(rebasing: whole[position..<position + Int(length)])
            do throws(Problem) { return .success(try FeedFrame(message: message)) } catch { return .failure(error) }
        }
        start = position + Int(length)
        return try result.get()
    }
}
