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

    /// Events that a hub is asked for, a range a line, each with what the hashes of its events come to: so that another event in the place of
    /// one is found as well as none.
    ///
    /// - Parameter hash: of an event as the asking site holds it.
    public static func encode<Fault: Error>(
        asking ids: [EventID], hash: (EventID) throws(Fault) -> EventHash?
    ) throws(Fault) -> [UInt8] {
        var text = ""
        for range in EventRange.ranges(of: ids) {
            var hashes: [EventHash] = []
            for id in range.ids { if let hash = try hash(id) { hashes.append(hash) } }
            text += UInt64(hashes.count) == range.count ? "\(range) \(EventHash.zero.chained(with: hashes))\n" : "\(range)\n"
        }
        return Array(text.utf8)
    }

    /// What of a question a hub does not hold, or not as the asking site does, and of how many events it was.
    ///
    /// - Parameter hashes: of events as the hub holds them; nil for each that it does not.
    /// - Throws: `MALFORMED` for a line that is no range, with or without a hash, or too many events.
    public static func missing(
        from question: [UInt8], hashes: ([EventID]) throws(Problem) -> [EventHash?]
    ) throws(Problem) -> (missing: [EventID], asked: Int) {
        var (missing, asked): ([EventID], Int) = ([], 0)
        for line in String(decoding: question, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            let named = parts.count == 2 ? EventHash(parts[1]) : nil
            guard let range = EventRange(parts[0]), range.count <= rangeMax, asked < idsMax, parts.count == 1 || named != nil
            else {
                throw Problem(.malformed, "A line is no range of events: LOG/FIRST-LAST is expected, and a hash behind it.")
            }
            let ids = range.ids
            asked += ids.count
            let held = try hashes(ids)
            let whole = held.compactMap { $0 }
            if whole.count < ids.count {
                missing += zip(ids, held).filter { $0.1 == nil }.map(\.0)
            } else if let named, EventHash.zero.chained(with: whole) != named {
                missing += ids
            }
        }
        return (missing, asked)
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
