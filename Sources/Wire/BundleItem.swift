public import EventLog
public import Problems
public import Replication

/// One item of a bundle: what a push, a page of a feed or an answer would carry.
///
/// Protobuf message `BundleItem`: 1 log, 2 first sequence, 3 checkpoint's note, 4 segment, 5 feed frame's message, 6 head, 7 hash, 8
/// cursor.
public enum BundleItem: Sendable {
    /// A run of an own log, as a push carries it.
    case run(log: LogID, first: UInt64, checkpoint: SignedCheckpoint, segment: [UInt8])
    /// A page of the receiver's feed.
    case page(FeedFrame)
    /// How far the sender holds a log of the receiver.
    case receipt(LogID, head: UInt64, hash: EventHash)
    /// How far the sender has its feed.
    case place(FeedCursor)

    /// The most bytes of an item before sealing.
    public static let bytesMax = FeedFrame.bytesMax + 4096

    /// The bytes.
    public var bytes: [UInt8] {
        var message = ColumnWriter(reserving: 256)
        switch self {
        case .run(let log, let first, let checkpoint, let segment):
            message.field(1, text: log.description)
            message.field(2, integer: first)
            message.field(3, text: checkpoint.note)
            message.field(4, segment)
        case .page(let frame): message.field(5, frame.bytes)
        case .receipt(let log, let head, let hash):
            message.field(1, text: log.description)
            message.field(6, integer: head)
            message.field(7, hash.bytes)
        case .place(let cursor): message.field(8, text: cursor.description)
        }
        return message.bytes
    }

    /// Reads an item.
    ///
    /// - Throws: `MALFORMED` for bytes that are none.
    public init(bytes: [UInt8]) throws(Problem) {
        let result: Result<BundleItem, Problem> = bytes.withUnsafeBytes { buffer in
            do throws(Problem) { return .success(try Self.read(buffer)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    private static func read(_ buffer: UnsafeRawBufferPointer) throws(Problem) -> BundleItem {
        var reader = ColumnReader(buffer)
        var (log, checkpoint, hash): (LogID?, SignedCheckpoint?, EventHash?)
        var (first, head): (UInt64, UInt64) = (0, 0)
        var segment: [UInt8] = []
        while !reader.isAtEnd {
            let field = try reader.field()
            switch field.number {
            case 1: log = LogID(String(decoding: field.bytes, as: UTF8.self))
            case 2: first = field.value
            case 3: checkpoint = SignedCheckpoint(note: String(decoding: field.bytes, as: UTF8.self))
            case 4: segment = Array(field.bytes)
            case 5:
                var frames = FeedFrameReader()
                frames.append(field.bytes)
                guard let frame = try frames.next(), !frames.hasPartialFrame else { break }
                return .page(frame)
            case 6: head = field.value
            case 7: hash = EventHash(bytes: field.bytes)
            case 8: if let cursor = FeedCursor(String(decoding: field.bytes, as: UTF8.self)) { return .place(cursor) }
            default: break
            }
        }
        if let log, let checkpoint, first > 0 { return .run(log: log, first: first, checkpoint: checkpoint, segment: segment) }
        if let log, let hash { return .receipt(log, head: head, hash: hash) }
        throw Problem(.malformed, "An item of the bundle is none that this version knows.")
    }
}
