public import EventLog
public import Problems

/// The texts of the calls by which a hub is filled again. Each answer says more than nothing, so that an empty page of something between
/// is no answer of a hub.
public enum RecoveryCoding {
    /// The most events that are asked for at once.
    public static let idsMax = 1 << 17
    /// The most events of one range.
    private static let rangeMax: UInt64 = 1 << 16

    /// Events as a range a line.
    public static func encode(_ ids: [EventID]) -> [UInt8] {
        Array(EventRange.ranges(of: ids).map { "\($0)\n" }.joined().utf8)
    }

    /// Reads ranges.
    ///
    /// - Throws: `MALFORMED` for a line that is none, or too many events.
    public static func ids(_ body: some Sequence<UInt8>) throws(Problem) -> [EventID] {
        var ids: [EventID] = []
        for line in String(decoding: Array(body), as: UTF8.self).split(separator: "\n") {
            guard let range = EventRange(line), range.count <= rangeMax, ids.count < idsMax else {
                throw Problem(.malformed, "A line is no range of events: LOG/FIRST-LAST is expected.")
            }
            ids += range.ids
        }
        return ids
    }

    /// Which of some events a hub does not hold: a range a line, and the number of events that were asked for on the last.
    public static func encode(missing: [EventID], of asked: Int) -> [UInt8] { encode(missing) + Array("asked \(asked)\n".utf8) }

    /// Reads what a hub does not hold.
    ///
    /// - Parameter asked: how many events were asked for.
    /// - Throws: `PROXY_ANSWERED` for what is no answer to that question.
    public static func missing(_ body: [UInt8], of asked: Int) throws(Problem) -> [EventID] {
        let end = Array("asked \(asked)\n".utf8)
        guard body.count >= end.count, Array(body.suffix(end.count)) == end, let ids = try? ids(body.dropLast(end.count)) else {
            throw Problem(.proxyAnswered, "The answer does not say which events the hub misses.")
        }
        return ids
    }

    /// Signed heads, base64, one a line.
    public static func encode(heads: [String]) -> [UInt8] {
        Array(heads.map { Base64.text(of: Array($0.utf8)) + "\n" }.joined().utf8)
    }

    /// Reads signed heads; a line that is none says nothing.
    public static func heads(_ body: [UInt8]) -> [SignedCheckpoint] {
        String(decoding: body, as: UTF8.self).split(separator: "\n").compactMap { line in
            Base64.bytes(of: line).flatMap { SignedCheckpoint(note: String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// What a hub says when it was told that a site has given back all.
    public static let heard = Array("heard\n".utf8)

    /// A number on a line.
    public static func encode(count: Int) -> [UInt8] { Array("\(count)\n".utf8) }

    /// Reads a number.
    ///
    /// - Throws: `PROXY_ANSWERED` for what is none.
    public static func count(_ body: [UInt8]) throws(Problem) -> UInt64 {
        guard body.last == 0x0a, let count = UInt64(String(decoding: body.dropLast(), as: UTF8.self)) else {
            throw Problem(.proxyAnswered, "The answer is no number.")
        }
        return count
    }
}
