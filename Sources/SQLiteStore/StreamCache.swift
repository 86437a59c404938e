import Dispatch
import EventLog
import ImagingCase

/// What the writer knows of one stream: where its events are and, for a case, what they say.
final class StreamRecord {
    let index: Int
    let id: StreamID
    /// Its events in order of arrival.
    var positions: [Position]
    /// Its facts in the same order.
    var facts: [CaseFact]
    /// Sites that take part besides those with a right to all cases (hub only), as indices.
    var members: [Int]
    /// The first of these facts folded, when that is at hand; new ones are folded onto it.
    private var folded: FoldedCase?
    private var foldedCount = 0
    /// The roles that the case waits for, as the file has them; nil before the first fold.
    var waitsFor: Int64?
    /// Whether the file lists it as urgent; nil before the first fold.
    var isUrgent: Bool?
    /// The digest of the state as the file has it; nil before the first fold.
    var digest: EventHash?
    /// What the rules between histories saw of it when they found all quiet; nil where they look whenever something new may matter.
    var quiet: SharedMatter?
    /// How many positions are new in this transaction.
    var newCount = 0
    /// Whether this transaction took events out of it, or learned of one out of it that others name as parent.
    var lostFacts = false
    /// Whether it is in the transaction's list.
    var isTouched = false

    init(
        index: Int, id: StreamID, positions: [Position] = [], facts: [CaseFact] = [], members: [Int] = [],
        digest: EventHash? = nil
    ) {
        self.index = index
        self.id = id
        self.positions = positions
        self.facts = facts
        self.members = members
        self.digest = digest
    }

    /// The folded state of exactly these facts.
    var state: CaseState { whole.state }

    /// Exactly these facts, folded.
    var whole: FoldedCase {
        if let folded, foldedCount == facts.count { return folded }
        let whole = task(late: nil).whole
        take(whole)
        return whole
    }

    /// What is derived from it, as a task that needs nothing else.
    func task(late: (arrived: [CaseFact], now: Instant)?) -> DerivationTask {
        DerivationTask(stream: id, facts: facts, folded: folded, foldedCount: foldedCount, newCount: newCount, late: late)
    }

    /// Keeps exactly these facts as somebody folded them.
    func take(_ whole: FoldedCase) {
        folded = whole
        foldedCount = facts.count
    }

    /// Forgets what was folded, so that everything is folded anew.
    func unfold() {
        folded = nil
        quiet = nil
        foldedCount = 0
    }
}

/// Records that the cache no longer holds. Giving back the thousands of small pieces that folded histories are made of takes a tenth of a
/// commit's time; the writer leaves it to another thread, which does nothing else with them.
private struct Dropped: @unchecked Sendable {  // because its thread lets go of the records and touches nothing in them
    let records: [StreamID: StreamRecord]
}

/// The streams used lately, bounded by the number of their facts: two halves, of which the older is dropped whole.
///
/// What a transaction has touched and not yet written stays, however much it is: the file does not have it yet.
struct StreamCache {
    /// How many facts each half holds.
    static let factsMax = 12_000
    private var young: [StreamID: StreamRecord] = [:]
    private var old: [StreamID: StreamRecord] = [:]
    private var youngFacts = 0

    mutating func find(_ id: StreamID) -> StreamRecord? {
        if let record = young[id] { return record }
        guard let record = old.removeValue(forKey: id) else { return nil }
        insert(record)
        return record
    }

    /// The record where it is in memory, which does not count as a use.
    func peek(_ id: StreamID) -> StreamRecord? { young[id] ?? old[id] }

    mutating func insert(_ record: StreamRecord) {
        young[record.id] = record
        grew(by: max(record.facts.count, 1))
    }

    /// Counts facts that were added to streams held here.
    mutating func grew(by count: Int) {
        youngFacts += count
        guard youngFacts > Self.factsMax else { return }
        let unwritten = old.values.filter(\.isTouched)
        let dropped = Dropped(records: old)
        old = young
        young = [:]
        youngFacts = 0
        for record in unwritten { young[record.id] = record }
        DispatchQueue.global(qos: .utility).async { _ = dropped }
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
        youngFacts = 0
    }
}
