public import EventLog
import GRDB
public import ImagingCase
public import Problems

/// Where conflicts are: those of each history, and those that two histories share.
extension StoreFile {
    /// Where conflicts are, in order of case; what several histories share is listed once.
    public func conflicts(openOnly: Bool) throws(Problem) -> [ConflictPlace] {
        let open = openOnly ? " WHERE c.state='open'" : ""
        let places: [ConflictPlace] = try database.read { db in
            let own = try RawStatement(
                db,
                """
                SELECT s.kind, s.high, s.low, c.id, c.number, c.state FROM conflict c JOIN stream s ON s.idx=c.stream\(open)
                """, isCached: true)
            var rows: [ConflictPlace] = []
            while try own.step() {
                guard let stream = own.streamID else { continue }
                rows.append(
                    ConflictPlace(stream: stream, id: own.text(3), number: Int(own.integer(4)), state: own.text(5)))
            }
            let shared = try RawStatement(
                db,
                """
                SELECT s.kind, s.high, s.low, c.id, c.number, c.state FROM shared_conflict c \
                JOIN stream s ON s.idx=c.stream\(open)
                """, isCached: true)
            // It is found from each of its histories, and listed in the least: a case comes before a register.
            var homes: [String: ConflictPlace] = [:]
            while try shared.step() {
                let id = shared.text(3)
                guard let stream = shared.streamID, homes[id].map({ stream < $0.stream }) ?? true else { continue }
                homes[id] = ConflictPlace(
                    stream: stream, id: id, number: Int(shared.integer(4)), state: shared.text(5), isShared: true)
            }
            return rows + homes.values
        }
        return places.sorted { ($0.stream, $0.number, $0.id) < ($1.stream, $1.number, $1.id) }
    }

    /// Whether a case has an open conflict, be it shared with another history.
    public func hasOpenConflict(_ stream: StreamID) throws(Problem) -> Bool {
        try database.read { db in
            let select = try RawStatement(
                db,
                """
                SELECT 1 FROM stream_id i WHERE i.kind=?1 AND i.high=?2 AND i.low=?3 AND (\
                EXISTS(SELECT 1 FROM conflict c WHERE c.stream=i.idx AND c.state='open') OR \
                EXISTS(SELECT 1 FROM shared_conflict c WHERE c.stream=i.idx AND c.state='open'))
                """, isCached: true)
            select.bind(stream)
            defer { select.reset() }
            return try select.step()
        }
    }
}
