import EventLog
import ImagingCase
import StoreContract
import Testing

@testable import SQLiteStore

/// What is derived from many histories at once is what each gives by itself.
struct DerivationTests {
    private static let now: Int64 = 1_700_000_000_000

    /// So many cases with an order and, of every third, an examination; all in one log, the cases mixed.
    private func recorded(_ cases: UInt64) -> StoreContract.Author {
        var author = StoreContract.Author("northside")
        for number in 1...cases {
            author.say(
                .orderPlaced(OrderPlaced(accession: IssuedIdentifier(issuer: "RIS", value: "A\(number)"), modality: "CT")),
                on: .sample(number), by: "dr.reyes", as: .referrer)
        }
        for number in 1...cases where number % 3 == 0 {
            author.say(
                .procedureStepStarted(ProcedureStepStarted(stepUID: "1.2.\(number)", modality: "CT")), on: .sample(number),
                after: [author.events[Int(number) - 1]], by: "t.lee")
        }
        return author
    }

    @Test func `many histories are derived as each is by itself, in their order`() {
        let author = recorded(100)
        let now = Instant(milliseconds: Self.now + 30 * 24 * 3_600_000)
        let tasks = (1...100 as ClosedRange<UInt64>).map { number in
            let facts = author.events.filter { $0.event.stream == .sample(number) }.map { StoreWriter.fact($0) }
            return DerivationTask(
                stream: .sample(number), facts: facts, folded: nil, foldedCount: 0, newCount: 1,
                late: number % 2 == 0 ? (Array(facts.suffix(1)), now) : nil)
        }
        let together = Derivation.all(tasks)
        #expect(together.count == tasks.count)
        for (one, task) in zip(together, tasks) {
            let alone = task.derived()
            #expect(one.whole.state == alone.whole.state && one.digest == alone.digest && one.row == alone.row)
            #expect(one.late == alone.late && one.work == alone.work && one.late?.stream ?? task.stream == task.stream)
        }
        #expect(together.count { $0.late != nil } > 40, "most of what came late changed something")
    }

    @Test func `a run of many cases leaves what the same events leave one by one`() throws {
        let (first, second) = (try Place(), try Place())
        let (together, apart) = (try first.hub(), try second.hub())
        let author = recorded(60)
        for hub in [together, apart] {
            try hub.file.noteLateArrivals { Instant(milliseconds: Self.now + 30 * 24 * 3_600_000) }
        }
        _ = try together.accept(try author.run(1...UInt64(author.events.count)))
        for number in 1...UInt64(author.events.count) { _ = try apart.accept(try author.run(number...number)) }
        #expect(try together.file.digest() == apart.file.digest())
        #expect(try together.file.summaries(limit: 100) == apart.file.summaries(limit: 100))
        #expect(try together.file.waiting(for: .technologist) == apart.file.waiting(for: .technologist))
        let late = { (hub: SQLiteHubStore) in try hub.file.late(since: Instant(milliseconds: .min)).map(\.stream) }
        #expect(try late(together).count == 60 && late(together) == late(apart))
        for hub in [together, apart] { #expect(throws: Never.self) { try LogReport.verify(hub.file) } }
    }
}
