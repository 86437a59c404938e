import EventLog
import ImagingCase
import Replication

/// Fills the feeds of the sites that take part, in the commit that stores an event.
extension StoreWriter {
    /// Notes which sites take part now and did not before.
    func join(_ stream: StreamRecord, _ routedTo: [SiteID], _ joined: inout [(site: Int, stream: StreamRecord)]) {
        for site in sites where !site.hasAllCases && !stream.members.contains(site.index) {
            let recorded = stream.facts.suffix(stream.newCount).contains { $0.id.log.site == site.site }
            guard recorded || stream.id.kind.isForEverySite || routedTo.contains(site.site) else { continue }
            stream.members.append(site.index)
            joined.append((site.index, stream))
        }
    }

    func fillFeeds(_ joined: [(site: Int, stream: StreamRecord)]) throws {
        for place in sites.indices {
            let site = sites[place]
            var row = FeedRow()
            // Where the last entry of each urgent history comes to lie.
            var (end, urgent): (UInt64, [Int: UInt64]) = (site.feedHead, [:])
            // A case that was routed just now comes whole, its past before what is new.
            for (index, stream) in joined where index == site.index {
                let past = try withdrawn(of: stream.index) + stream.positions.dropLast(stream.newCount)
                for position in past where dictionaries.logs[position.log].site != site.site {
                    let select = statements.selectEvent
                    select.bind(1, position.bits)
                    guard try select.step() else { throw EventRecord.damaged(position) }
                    row.append(position, try EventRecord.hash(select.bytes(0)), select.bytes(0).count)
                    select.reset()
                    end += 1
                    if stream.isUrgent == true { urgent[stream.index] = end }
                    if row.isFull { try write(&row, to: place) }
                }
            }
            for entry in added where dictionaries.logs[entry.position.log].site != site.site {
                guard site.hasAllCases || entry.stream.members.contains(site.index) else { continue }
                row.append(entry.position, entry.hash, entry.bytes)
                end += 1
                if entry.stream.isUrgent == true { urgent[entry.stream.index] = end }
                if row.isFull { try write(&row, to: place) }
            }
            try write(&row, to: place)
            for (stream, end) in urgent { try setUrgent(stream, lane: site.index, place: end) }
        }
    }

    func write(_ row: inout FeedRow, to place: Int) throws {
        guard !row.positions.isEmpty else { return }
        sites[place].feedHead += UInt64(row.positions.count)
        sites[place].feedDigest = FeedDigest.next(after: sites[place].feedDigest, entries: row.hashes)
        let insert = statements.insertFeed
        insert.bind(1, sites[place].index)
        insert.bind(2, sites[place].feedHead)
        insert.bind(3, row.positions.count)
        insert.bind(4, row.bytes)
        insert.bind(5, sites[place].feedDigest)
        insert.bind(6, PositionList.bytes(row.positions))
        try insert.run()
        let update = statements.updateSiteFeed
        update.bind(1, sites[place].feedHead)
        update.bind(2, sites[place].feedDigest)
        update.bind(3, sites[place].index)
        try update.run()
        row = FeedRow()
        if note.feeds.last != sites[place].site { note.feeds.append(sites[place].site) }
    }
}

/// Entries of a feed that are being gathered; a row fits one page.
struct FeedRow {
    static let bytesMax = SyncLimits.segmentBytesMax * 3 / 4
    private(set) var positions: [Position] = []
    private(set) var hashes: [EventHash] = []
    private(set) var bytes = 0

    var isFull: Bool { positions.count >= SyncLimits.segmentEventsMax || bytes >= Self.bytesMax }

    mutating func append(_ position: Position, _ hash: EventHash, _ count: Int) {
        positions.append(position)
        hashes.append(hash)
        bytes += count
    }
}
