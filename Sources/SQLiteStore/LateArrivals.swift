public import EventLog
import GRDB
public import ImagingCase
public import Problems

/// What came long after it happened: noted in the commit that stores it, so that a site's return after weeks is one message for each
/// owner and not an alarm for every event.
extension StoreWriter {
    private static let dayMilliseconds: Int64 = 24 * 3_600_000

    /// The news of a history that were recorded long ago; nil where none was, or as many are noted as are kept.
    func lateArrival(on stream: StreamRecord) -> (arrived: [CaseFact], now: Instant)? {
        guard let clock, stream.newCount > 0, stream.id.kind == .imagingCase || stream.id.kind == .course else { return nil }
        let now = clock()
        let day = now.milliseconds / Self.dayMilliseconds
        if lateNoted.day != day { lateNoted = (day, 0) }
        // A node that is filled anew meets nothing but the past: what nobody could read any more need not be noted.
        guard lateNoted.count < lateMax else { return nil }
        // By when it was recorded: who records today what happened last week is not late.
        let arrived = stream.facts.suffix(stream.newCount).filter {
            now.milliseconds &- $0.recordedAt.instant.milliseconds >= LateReturn.lateMillisecondsMin
        }
        return arrived.isEmpty ? nil : (arrived, now)
    }

    /// Notes what late arrivals changed.
    func note(_ found: LateCase, arrived now: Instant, on stream: StreamRecord) throws {
        guard lateNoted.count < lateMax else { return }
        lateNoted.count += 1
        let insert = statements.insertLate
        insert.bind(1, stream.index)
        insert.bind(2, now.milliseconds)
        insert.bind(3, found.lateMilliseconds)
        insert.bind(4, found.changedAxes.joined(separator: ","))
        insert.bind(5, found.newConflicts.joined(separator: ","))
        try insert.run()
        let index = db.lastInsertedRowID
        guard index % 100 == 0 else { return }
        statements.trimLate.bind(1, index - Int64(lateMax))
        try statements.trimLate.run()
    }
}

extension StoreFile {
    /// What arrived here since a moment although it happened long before, each history once, by id.
    public func late(since moment: Instant) throws(Problem) -> [LateCase] {
        let rows: [LateCase] = try database.read { db in
            let select = try RawStatement(
                db,
                """
                SELECT s.kind, s.high, s.low, l.late, l.axes, l.conflicts FROM late l JOIN stream s ON s.idx=l.stream \
                WHERE l.arrived>=?1 ORDER BY l.idx
                """, isCached: true)
            select.bind(1, moment.milliseconds)
            var rows: [LateCase] = []
            while try select.step() {
                guard let stream = select.streamID else { continue }
                rows.append(
                    LateCase(
                        stream: stream,
                        changedAxes: Self.parts(select.text(4)), newConflicts: Self.parts(select.text(5)),
                        lateMilliseconds: select.integer(3)))
            }
            return rows
        }
        var joined: [StreamID: LateCase] = [:]
        for row in rows { joined[row.stream] = joined[row.stream]?.joined(with: row) ?? row }
        return joined.values.sorted { $0.stream < $1.stream }
    }

    private static func parts(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
