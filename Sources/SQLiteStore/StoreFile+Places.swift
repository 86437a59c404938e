public import EventLog
import GRDB
public import ImagingCase
public import Problems

/// Looking through histories in the order in which the store met them, a stretch at a time.
extension StoreFile {
    /// Histories by their places, the newest first.
    ///
    /// Complexity: of the places that are looked at, however many there are.
    public func places(below place: Int64?, max: Int) throws(Problem) -> [HistoryPlace] {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT kind, high, low, idx FROM stream WHERE idx<?1 ORDER BY idx DESC LIMIT ?2", isCached: true)
            select.bind(1, place ?? .max)
            select.bind(2, max)
            defer { select.reset() }
            var found: [HistoryPlace] = []
            while try select.step() {
                guard let stream = select.streamID else { continue }
                found.append(HistoryPlace(place: select.integer(3), stream: stream))
            }
            return found
        }
    }

    /// The place of a history.
    public func place(of stream: StreamID) throws(Problem) -> Int64? {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT idx FROM stream_id WHERE kind=?1 AND high=?2 AND low=?3", isCached: true)
            select.bind(stream)
            defer { select.reset() }
            return try select.step() ? select.integer(0) : nil
        }
    }

    /// The cases that are known under the value of an outside identifier.
    public func streams(knownAs value: String, max: Int) throws(Problem) -> [StreamID] {
        try database.read { db in
            let select = try RawStatement(
                db,
                """
                SELECT DISTINCT s.kind, s.high, s.low FROM alias a JOIN stream s ON s.idx=a.stream \
                WHERE a.value=?1 AND a.kind IN (\(AliasWord.examinations)) LIMIT ?2
                """, isCached: true)
            select.bind(1, value)
            select.bind(2, max)
            defer { select.reset() }
            var found: [StreamID] = []
            while try select.step() {
                if let stream = select.streamID { found.append(stream) }
            }
            return found
        }
    }

    /// The newest checkpoint of a log, where its site gave one.
    public func checkpoint(of log: LogID) throws(Problem) -> String? {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT checkpoint FROM log WHERE site=?1 AND incarnation=?2 AND checkpoint<>''", isCached: true)
            select.bind(1, log.site.text)
            select.bind(2, log.incarnation.bits)
            defer { select.reset() }
            return try select.step() ? select.text(0) : nil
        }
    }
}
