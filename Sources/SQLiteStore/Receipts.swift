public import EventLog
import GRDB
public import Problems

/// When the hub got what: for each stretch of ten seconds in which it got something of a log, how far the log was before. So it is known
/// what came since a site was not to be trusted any more.
///
/// After a week one such note an hour is kept: a moment within that hour counts as its beginning.
enum Receipts {
    /// How long a stretch is, in milliseconds.
    static let slotMilliseconds: Int64 = 10_000
    /// How many stretches an hour has.
    static let hourSlots: Int64 = 3_600_000 / slotMilliseconds
    /// After how many stretches one an hour is enough: a week.
    static let fineSlots: Int64 = 7 * 24 * hourSlots

    static func slot(of moment: Instant) -> Int64 { moment.milliseconds / slotMilliseconds }

    /// The first stretch that counts as later than a moment.
    static func first(since moment: Instant, now: Instant) -> Int64 {
        let slot = slot(of: moment)
        return slot > Self.slot(of: now) - fineSlots ? slot : slot - slot % hourSlots
    }
}

extension StoreWriter {
    /// Notes how far a log was before something of it came; once in a stretch of time.
    func noteReceipt(_ log: Int, before: UInt64, received: Instant) throws {
        let slot = Receipts.slot(of: received)
        let last = receiptSlots.updateValue(slot, forKey: log)
        guard last != slot else { return }
        let insert = try RawStatement(db, "INSERT OR IGNORE INTO receipt(log, slot, head) VALUES(?1, ?2, ?3)", isCached: true)
        insert.bind(1, log)
        insert.bind(2, slot)
        insert.bind(3, before)
        try insert.run()
        guard last.map({ $0 / Receipts.hourSlots }) != slot / Receipts.hourSlots else { return }
        try thinReceipts(log, before: slot - Receipts.fineSlots)
    }

    /// Leaves of the hours of a day that lie long enough ago the first note alone.
    private func thinReceipts(_ log: Int, before slot: Int64) throws {
        let end = slot - slot % Receipts.hourSlots
        let delete = try RawStatement(
            db,
            """
            DELETE FROM receipt WHERE log=?1 AND slot>=?2 AND slot<?3 AND slot<>\
            (SELECT min(o.slot) FROM receipt o WHERE o.log=?1 AND o.slot>=receipt.slot-receipt.slot%?4)
            """, isCached: true)
        delete.bind(1, log)
        delete.bind(2, end - 24 * Receipts.hourSlots)
        delete.bind(3, end)
        delete.bind(4, Receipts.hourSlots)
        try delete.run()
    }
}

extension StoreSnapshot {
    /// How far each log of a site counts when the site is revoked, where that is less than all that is held: up to what waits since it
    /// was suspended, and up to what the hub held before a moment. What came within the same stretch of time counts as later; what is
    /// of no known time as earlier.
    func cuts(of site: SiteID, since: Instant?, now: Instant) throws -> [LogID: UInt64] {
        var cuts: [LogID: UInt64] = [:]
        for entry in try logs() where entry.log.site == site {
            guard let index = dictionaries.index(of: entry.log) else { continue }
            var cut = entry.head
            let held = try RawStatement(
                db, "SELECT min(position) FROM aside WHERE position>?1 AND position<=?2 AND code=?3", isCached: true)
            held.bind(1, Position(log: index, sequence: 0).bits)
            held.bind(2, Position(log: index, sequence: entry.head).bits)
            held.bind(3, ProblemCode.siteSuspended.rawValue)
            if try held.step(), !held.isNull(0) { cut = min(cut, Position(bits: held.integer(0)).sequence - 1) }
            held.reset()
            if let since, let known = try head(of: index, before: Receipts.first(since: since, now: now)) {
                cut = min(cut, known)
            }
            if cut < entry.head { cuts[entry.log] = cut }
        }
        return cuts
    }

    /// How far a log was before a stretch of time; nil where nothing came since.
    private func head(of log: Int, before slot: Int64) throws -> UInt64? {
        let select = try RawStatement(
            db, "SELECT head FROM receipt WHERE log=?1 AND slot>=?2 ORDER BY slot LIMIT 1", isCached: true)
        select.bind(1, log)
        select.bind(2, slot)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return UInt64(select.integer(0))
    }
}

extension StoreFile {
    /// How far each log of a site counts when the site is revoked from a moment on, or from now on where none is given; only logs that
    /// count less far than they are held.
    public func cuts(of site: SiteID, since: Instant?, now: Instant) throws(Problem) -> [LogID: UInt64] {
        try snapshot { try $0.cuts(of: site, since: since, now: now) }
    }
}
