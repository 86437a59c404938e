import EventLog
import Replication

/// Lists the urgent histories and how far each lies in the lanes that lead out of here, in the commit that changes it.
extension StoreWriter {
    /// The lane of a hub in which every urgent history stands.
    static let everyLane = 0

    /// Lists a folded history, or takes it off.
    ///
    /// Complexity: of one that stays urgent, the new events; of one that becomes it, all.
    func writeUrgent(_ stream: StreamRecord, _ isUrgent: Bool) throws {
        defer { stream.isUrgent = isUrgent }
        guard isUrgent else {
            // A history that is new here is not listed.
            guard stream.isUrgent != false, stream.isUrgent == true || stream.newCount < stream.facts.count else { return }
            statements.deleteUrgent.bind(1, stream.index)
            return try statements.deleteUrgent.run()
        }
        if isHub {
            if stream.isUrgent != true { try setUrgent(stream.index, lane: Self.everyLane, place: 0) }
            return
        }
        var ends: [Int: UInt64] = [:]
        for position in stream.isUrgent == true ? stream.positions.suffix(stream.newCount) : stream.positions[...]
        where keepsTree(dictionaries.logs[position.log]) {
            ends[position.log] = max(ends[position.log] ?? 0, position.sequence)
        }
        for (log, end) in ends { try setUrgent(stream.index, lane: log, place: end) }
    }

    func setUrgent(_ stream: Int, lane: Int, place: UInt64) throws {
        statements.setUrgent.bind(1, stream)
        statements.setUrgent.bind(2, lane)
        statements.setUrgent.bind(3, place)
        try statements.setUrgent.run()
    }

    /// Lists the urgent histories in a feed that got everything just now: each at a place of its own, which is no earlier than its last entry
    /// would need it to be found.
    func listUrgent(for place: Int, after before: UInt64) throws {
        let select = try RawStatement(db, "SELECT stream FROM urgent WHERE lane=?1 ORDER BY stream DESC", isCached: true)
        select.bind(1, Self.everyLane)
        var streams: [Int] = []
        while try select.step() { streams.append(Int(select.integer(0))) }
        let head = sites[place].feedHead
        guard head > before else { return }
        for (offset, stream) in streams.enumerated() {
            try setUrgent(stream, lane: sites[place].index, place: max(before + 1, head - min(head, UInt64(offset))))
        }
    }
}
