import Problems

/// What the next write or sync of a false disk does.
enum DiskFault: CaseIterable {
    /// The process dies before anything is written.
    case diesBefore
    /// The process dies with half of the write on the disk.
    case diesTorn
    /// The process dies with everything written and nothing synced.
    case diesUnsynced
    /// The process dies when all is durable and nobody was told.
    case diesAfter
    /// The write fails.
    case writeFails
    /// The sync fails: what was written may be there or not.
    case syncFails
}

/// A disk that tells what was written from what was synced, with a record of rows and an anchor beside it.
///
/// Reading back stops at the first row that is damaged, as a write-ahead log does; the anchor says that more was committed.
final class FalseDisk<Record> {
    struct Row {
        let record: Record
        var isSynced: Bool
        var isTorn = false
        var isFlipped = false
    }

    /// All that is on it, for backups.
    struct Content {
        var rows: [Row] = []
        /// How many events were committed; nil for an anchor that is gone.
        var anchor: UInt64?
    }

    private(set) var content = Content()
    var armed: DiskFault?
    var isFull = false
    /// After a fault of the disk the outcome is unknown: nothing more is written until the store is opened again.
    private(set) var isDead = false
    var onFault: ((DiskFault) -> Void)?
    /// One for every write, more for a planted bug.
    var syncEvery = 1
    var believesFlipped = false
    private var sinceSync = 0

    /// Makes a record durable, or throws with what the product's store would say.
    func write(_ record: Record, total: UInt64) throws(Problem) {
        guard !isDead else { throw Problem(.ioFailed, "The store is closed after a fault of the disk.") }
        guard !isFull else { throw Problem(.diskFull, "The disk is full; nothing was recorded.") }
        if let fault = armed {
            armed = nil
            isDead = true
            onFault?(fault)
            switch fault {
            case .diesBefore, .writeFails: break
            case .diesTorn: content.rows.append(Row(record: record, isSynced: false, isTorn: true))
            case .diesUnsynced, .syncFails: content.rows.append(Row(record: record, isSynced: false))
            case .diesAfter: commit(record, total)
            }
            throw Problem(.ioFailed, "The disk failed: \(fault).")
        }
        commit(record, total)
    }

    private func commit(_ record: Record, _ total: UInt64) {
        sinceSync += 1
        content.rows.append(Row(record: record, isSynced: false))
        guard sinceSync >= syncEvery else { return }
        sinceSync = 0
        for place in content.rows.indices.reversed() {
            guard !content.rows[place].isSynced else { break }
            content.rows[place].isSynced = true
        }
        content.anchor = max(content.anchor ?? 0, total)
    }

    /// The process is gone; with a loss of power so is what was not synced, from some row on. Gives how many rows are gone.
    @discardableResult
    func stop(_ dice: inout Dice, losesPower: Bool) -> Int {
        isDead = true
        sinceSync = 0
        let firstUnsynced = content.rows.firstIndex { !$0.isSynced } ?? content.rows.count
        let unsynced = content.rows.count - firstUnsynced
        guard losesPower, unsynced > 0 else { return 0 }
        let kept = dice.below(unsynced)
        content.rows.removeLast(unsynced - kept)
        return unsynced - kept
    }

    /// Flips a bit in a row; nothing where there is none.
    func flip(_ dice: inout Dice) -> Bool {
        guard content.rows.count > 1 else { return false }
        content.rows[1 + dice.below(content.rows.count - 1)].isFlipped = true
        return true
    }

    /// Opens again: the rows up to the first that is damaged. What is read counts as synced, as the opening checkpoints it.
    func reopen() -> [Row] {
        isDead = false
        armed = nil
        let end = content.rows.firstIndex { $0.isTorn || ($0.isFlipped && !believesFlipped) }
        if let end { content.rows.removeLast(content.rows.count - end) }
        for place in content.rows.indices { content.rows[place].isSynced = true }
        return content.rows
    }

    func restartAnchor(_ total: UInt64) { content.anchor = total }

    func replace(_ other: Content) { content = other }

    /// A copy of what is durable and of what would be read now.
    func copy() -> Content {
        var copy = content
        copy.rows.removeAll { $0.isTorn }
        for place in copy.rows.indices { copy.rows[place].isSynced = true }
        return copy
    }
}
