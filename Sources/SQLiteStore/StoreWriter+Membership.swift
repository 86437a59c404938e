import EventLog
import GRDB
import ImagingCase
import Replication

extension StoreWriter {
    func openFeed(of site: SiteID) throws {
        guard !sites.contains(where: { $0.site == site }) else { return }
        let insert = try RawStatement(
            db, "INSERT INTO site(id, all_cases, feed_head, feed_digest) VALUES(?1, 0, 0, ?2)", isCached: true)
        insert.bind(1, site.text)
        insert.bind(2, EventHash.zero)
        try insert.run()
        sites.append(
            FeedSite(index: Int(db.lastInsertedRowID), site: site, hasAllCases: false, feedHead: 0, feedDigest: .zero))
        try joinPast(site)
    }

    /// A site whose feed is opened when its cases are there already: they come whole.
    private func joinPast(_ site: SiteID) throws {
        guard let place = sites.firstIndex(where: { $0.site == site }) else { return }
        let rows = try RawStatement(db, "SELECT kind, high, low FROM stream ORDER BY idx")
        var streams: [StreamID] = []
        while try rows.step() {
            guard let kind = StreamKind(rawValue: UInt8(truncatingIfNeeded: rows.integer(0))) else { continue }
            streams.append(
                StreamID(kind: kind, high: UInt64(bitPattern: rows.integer(1)), low: UInt64(bitPattern: rows.integer(2))))
        }
        var led: Set<StreamID> = []
        for id in streams {
            guard let stream = try stream(id) else { continue }
            let takesPart =
                stream.facts.contains { $0.id.log.site == site }
                || id.kind.isForEverySite || stream.state.routedTo.contains(site)
            guard takesPart else { continue }
            try backfill(stream, to: place)
            for person in persons(of: stream) { led.formUnion(try followers(of: stream, by: person).map(\.id)) }
        }
        // A course may lead to a person that none of the cases does.
        for kind in [StreamKind.course, .person] {
            for id in led.sorted() where id.kind == kind {
                guard let stream = try stream(id), !stream.members.contains(sites[place].index) else { continue }
                try backfill(stream, to: place)
                for person in persons(of: stream) { led.formUnion(try followers(of: stream, by: person).map(\.id)) }
            }
        }
    }

    private func backfill(_ stream: StreamRecord, to place: Int) throws {
        stream.members.append(sites[place].index)
        touch(stream)
        var row = FeedRow()
        let whole = try withdrawn(of: stream.index) + stream.positions
        for position in whole where dictionaries.logs[position.log].site != sites[place].site {
            let select = statements.selectEvent
            select.bind(1, position.bits)
            guard try select.step() else { throw EventRecord.damaged(position) }
            row.append(position, try EventRecord.hash(select.bytes(0)), select.bytes(0).count)
            select.reset()
            if row.isFull { try write(&row, to: place) }
        }
        try write(&row, to: place)
        if stream.state.isUrgent { try setUrgent(stream.index, lane: sites[place].index, place: sites[place].feedHead) }
    }

    /// Gives a site the right to every case: all that it does not have in its feed yet is appended, in order of arrival.
    func grantAllCases(to site: SiteID) throws {
        guard let place = sites.firstIndex(where: { $0.site == site }), !sites[place].hasAllCases else { return }
        let streams = try RawStatement(db, "SELECT events, members, idx FROM stream ORDER BY idx")
        var row = FeedRow()
        let before = sites[place].feedHead
        while try streams.step() {
            let members = try PositionList.read(streams.bytes(1)).map { Int($0.bits) }
            guard !members.contains(sites[place].index) else { continue }
            let whole = try withdrawn(of: Int(streams.integer(2))) + PositionList.read(streams.bytes(0))
            for position in whole where dictionaries.logs[position.log].site != site {
                let select = statements.selectEvent
                select.bind(1, position.bits)
                guard try select.step() else { throw EventRecord.damaged(position) }
                row.append(position, try EventRecord.hash(select.bytes(0)), select.bytes(0).count)
                select.reset()
                if row.isFull { try write(&row, to: place) }
            }
        }
        try write(&row, to: place)
        try listUrgent(for: place, after: before)
        sites[place].hasAllCases = true
        let update = try RawStatement(db, "UPDATE site SET all_cases=1 WHERE idx=?1", isCached: true)
        update.bind(1, sites[place].index)
        try update.run()
    }
}
