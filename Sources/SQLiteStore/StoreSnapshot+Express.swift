import EventLog
import GRDB
import Replication

/// Reads what is urgent in a lane that leads out of here.
extension StoreSnapshot {
    /// A site's lane at a hub: its row.
    func lane(of site: SiteID) throws -> Int? {
        let select = try RawStatement(db, "SELECT idx FROM site WHERE id=?1", isCached: true)
        select.bind(1, site.text)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return Int(select.integer(0))
    }

    /// Gathers a part of a lane.
    ///
    /// - Parameters:
    ///   - inOrderOfLog: whether events ascend by log and sequence, and not history by history.
    ///   - belongs: whether an event of an urgent history goes into it.
    func express(
        lane: Int, in window: ExpressWindow, eventsMax: Int, bytesMax: Int, inOrderOfLog: Bool,
        where belongs: (Position) -> Bool
    ) throws -> ExpressPart? {
        let found = try urgent(lane: lane, in: window)
        let part = try Express.part(found, eventsMax: eventsMax, bytesMax: bytesMax) { stream in
            var reading = SegmentReading(db, dictionaries)
            try reading.append(try positions(of: stream).filter(belongs))
            return reading.events
        }
        guard let part else { return nil }
        let events = inOrderOfLog ? part.events.sorted { $0.id < $1.id } : part.events
        let segment = try SegmentReading(db, dictionaries, events: events).segment()
        return ExpressPart(segment: segment, highest: found[0].place, lowest: part.lowest)
    }

    /// The urgent histories of a lane in a window, those furthest on first.
    private func urgent(lane: Int, in window: ExpressWindow) throws -> [(place: UInt64, history: Int)] {
        let select = try RawStatement(
            db, "SELECT stream, place FROM urgent WHERE lane=?1 AND place>?2 AND place<?3 ORDER BY place DESC LIMIT ?4",
            isCached: true)
        select.bind(1, lane)
        select.bind(2, Int64(clamping: window.above))
        select.bind(3, Int64(clamping: window.below ?? .max))
        select.bind(4, Express.eventsMax)
        defer { select.reset() }
        var found: [(place: UInt64, history: Int)] = []
        while try select.step() { found.append((UInt64(select.integer(1)), Int(select.integer(0)))) }
        return found
    }

    private func positions(of stream: Int) throws -> [Position] {
        let select = try RawStatement(db, "SELECT events FROM stream WHERE idx=?1", isCached: true)
        select.bind(1, stream)
        guard try select.step() else { return [] }
        defer { select.reset() }
        return try PositionList.read(select.bytes(0))
    }
}
