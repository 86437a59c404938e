import EventLog
import Problems
import Replication
import Wire

/// A site's stretches of its feed in memory, kept as the real store keeps them in its file.
struct StretchShelf {
    private var digest: (digest: EventHash, position: UInt64)?
    private var held: [Stretch] = []

    /// Checks a page before anything of it is stored, as the real store does.
    func check(
        _ page: Segment, after previous: FeedCursor?, cursor: FeedCursor, _ place: SealedPlace, site: SiteID
    ) throws(Problem) -> SealedPlace.Checked? {
        try place.check(page, after: previous, cursor: cursor, known: digest, site: site)
    }

    /// Keeps a page that was checked and stored.
    mutating func keep(_ page: Segment, _ place: SealedPlace.Checked, _ seal: FeedSeal, cursor: FeedCursor) {
        digest = (place.after, cursor.position)
        var next = Stretch(
            generation: cursor.generation, first: place.first, before: place.before, seal: seal, ids: page.events.map(\.id))
        if let last = held.last(where: { $0.generation == cursor.generation }), last.position == place.first,
            Stretch.joins(page, after: last.ids.count)
        {
            next = Stretch(
                generation: cursor.generation, first: last.first, before: last.before,
                seal: FeedSeal(rows: last.seal.rows + seal.rows, signature: seal.signature), ids: last.ids + next.ids)
        }
        held.removeAll { $0.generation == next.generation && $0.first == next.first }
        held.append(next)
        held.sort { Self.place($0) < Self.place($1) }
    }

    /// Stretches of other numberings than one, in order.
    func stretches(notOf generation: Generation, after last: Stretch?, limit: Int) -> [Stretch] {
        let rest = held.filter { stretch in
            stretch.generation != generation && last.map { Self.place($0) < Self.place(stretch) } ?? true
        }
        return Array(rest.prefix(limit))
    }

    /// Forgets those of other numberings than one.
    mutating func forget(notOf generation: Generation) { held.removeAll { $0.generation != generation } }

    private static func place(_ stretch: Stretch) -> (UInt64, UInt64) { (stretch.generation.bits, stretch.first) }
}
