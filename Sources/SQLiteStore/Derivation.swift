import Dispatch
import EventLog
import ImagingCase
import Synchronization

/// A history that a transaction touched, as far as what is derived from it rests on it.
struct DerivationTask: Sendable {
    let stream: StreamID
    let facts: [CaseFact]
    /// The first of these facts folded, when that is at hand.
    let folded: FoldedCase?
    let foldedCount: Int
    /// How many of the facts are new.
    let newCount: Int
    /// Those of the new facts that were recorded long ago, and when they came; nil for none.
    let late: (arrived: [CaseFact], now: Instant)?

    /// These facts folded.
    var whole: FoldedCase {
        if let folded, foldedCount == facts.count { return folded }
        return folded.map { $0.appending(Array(facts[foldedCount...])) } ?? FoldedCase(stream, facts)
    }

    /// The facts before the new ones, folded.
    private var before: FoldedCase {
        let count = facts.count - newCount
        if let folded, foldedCount == count { return folded }
        return FoldedCase(stream, Array(facts[..<count]))
    }

    func derived() -> Derivation {
        let whole = whole
        let digest = whole.state.digest()
        let summary = CaseSummary(whole.state, digest: digest)
        var row = JSONWriter()
        summary.write(to: &row)
        let found = late.flatMap { LateReturn.compare(before.state, whole.state, arrived: $0.arrived, now: $0.now) }
        return Derivation(
            whole: whole, digest: digest, work: summary.work, row: row.bytes, late: found.flatMap { $0.reopens ? $0 : nil })
    }
}

/// What is derived from a history before anything of it is written.
struct Derivation: Sendable {
    /// How many histories one core takes at a time.
    private static let taken = 8

    let whole: FoldedCase
    let digest: EventHash
    let work: [WorkItem]
    /// The worklist's row.
    let row: [UInt8]
    /// What late arrivals changed; nil where they changed nothing that is shown.
    let late: LateCase?

    /// Derives what many histories come to, in their order; where they are many, on all cores.
    ///
    /// Nothing in it depends on another history or on the file: a transaction of thousands of events is folded in a fraction of the time,
    /// and only the writing takes turns.
    static func all(_ tasks: [DerivationTask]) -> [Derivation] {
        guard tasks.count > 2 * taken else { return tasks.map { $0.derived() } }
        let all = Mutex([Derivation?](repeating: nil, count: tasks.count))
        DispatchQueue.concurrentPerform(iterations: (tasks.count + taken - 1) / taken) { part in
            let places = part * taken..<min(tasks.count, (part + 1) * taken)
            let derived = tasks[places].map { $0.derived() }
            all.withLock { all in
                for (place, derivation) in zip(places, derived) { all[place] = derivation }
            }
        }
        return all.withLock { $0.compactMap { $0 } }
    }
}
