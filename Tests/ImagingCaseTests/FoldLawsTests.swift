import EventLog
import Foundation
import ImagingCase
import Testing

/// Laws that hold for every history, by drawn ones. A failure names its seed.
@Suite struct FoldLawsTests {
    private static let seeds = Array(1...30 as ClosedRange<UInt64>)

    @Test(arguments: seeds) func `five facts give one state in each of their orders`(seed: UInt64) {
        let facts = RandomHistory(seed: seed, events: 5, sites: 2).facts
        let digest = CaseFold.fold(someCase, facts).digest()
        for order in permutations(of: facts) {
            #expect(CaseFold.fold(someCase, order).digest() == digest, "seed \(seed)")
        }
    }

    @Test(arguments: seeds) func `many facts give one state in any order and however often they arrive`(seed: UInt64) {
        let facts = RandomHistory(seed: seed, events: 30).facts
        let state = CaseFold.fold(someCase, facts)
        var random = SplitMix64(seed: seed)
        for _ in 0..<6 {
            let again = facts.filter { _ in Bool.random(using: &random) }
            let other = CaseFold.fold(someCase, (facts + again).shuffled(using: &random))
            #expect(other.digest() == state.digest() && other == state, "seed \(seed)")
        }
    }

    @Test(arguments: seeds) func `batches in any order end in the same state and never lose count`(seed: UInt64) {
        let facts = RandomHistory(seed: seed, events: 24).facts
        var random = SplitMix64(seed: seed)
        let digest = CaseFold.fold(someCase, facts).digest()
        var rest = facts.shuffled(using: &random)
        var held: [CaseFact] = []
        while !rest.isEmpty {
            let size = min(rest.count, Int.random(in: 1...7, using: &random))
            held += rest.prefix(size)
            rest.removeFirst(size)
            let state = CaseFold.fold(someCase, held)
            #expect(state.events + state.waiting.count == held.count, "seed \(seed)")
        }
        #expect(CaseFold.fold(someCase, held).digest() == digest, "seed \(seed)")
    }

    @Test(arguments: seeds) func `new facts folded onto a case give what folding all of them anew gives`(seed: UInt64) {
        let facts = RandomHistory(seed: seed, events: 40).facts
        var random = SplitMix64(seed: seed)
        var rest = seed % 2 == 0 ? facts : facts.shuffled(using: &random)
        var folded = FoldedCase(someCase, [])
        var held: [CaseFact] = []
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Int.random(in: 1...3, using: &random)))
            rest.removeFirst(batch.count)
            held += batch
            // Now and then something arrives twice.
            folded = folded.appending(batch + held.filter { _ in Int.random(in: 0..<8, using: &random) == 0 })
            let anew = CaseFold.fold(someCase, held)
            #expect(folded.state == anew && folded.state.digest() == anew.digest(), "seed \(seed), \(held.count) facts")
        }
    }

    @Test(arguments: Array(1...60 as ClosedRange<UInt64>))
    func `one fact after another by people who had seen everything gives what folding all of them anew gives`(seed: UInt64) {
        let drawn = RandomHistory(seed: seed, events: 60, sites: Int(seed % 3) + 1).facts
        var held = Array(drawn.prefix(Int(seed % 4) * 10))
        var folded = FoldedCase(someCase, held)
        for fact in drawn.dropFirst(held.count) {
            let after = CaseFact(
                id: fact.id, hash: fact.hash, parents: folded.history.heads, recordedAt: fact.recordedAt,
                occurredAt: fact.occurredAt,
                actor: fact.actor, source: fact.source, event: fact.event)
            held.append(after)
            folded = folded.appending([after])
            let anew = CaseFold.fold(someCase, held)
            #expect(folded.state == anew && folded.state.digest() == anew.digest(), "seed \(seed), \(held.count) facts")
        }
    }

    @Test(arguments: seeds) func `when a site's clock recorded it decides nothing`(seed: UInt64) {
        let facts = RandomHistory(seed: seed, events: 24).facts
        var random = SplitMix64(seed: seed)
        let moved = facts.map { fact in
            CaseFact(
                id: fact.id, hash: fact.hash, parents: fact.parents, recordedAt: HybridTime(bits: random.next() >> 8),
                occurredAt: fact.occurredAt, actor: fact.actor, source: fact.source, event: fact.event)
        }
        #expect(CaseFold.fold(someCase, moved).digest() == CaseFold.fold(someCase, facts).digest(), "seed \(seed)")
    }

    @Test(arguments: seeds) func `the asserted time is shown and makes nothing newer`(seed: UInt64) {
        let facts = RandomHistory(seed: seed, events: 24).facts
        var random = SplitMix64(seed: seed)
        let moved = facts.map { fact in
            CaseFact(
                id: fact.id, hash: fact.hash, parents: fact.parents, recordedAt: fact.recordedAt,
                occurredAt: OccurredAt(Instant(milliseconds: Int64(random.next() >> 24))), actor: fact.actor, source: fact.source,
                event: fact.event)
        }
        let (state, other) = (CaseFold.fold(someCase, facts), CaseFold.fold(someCase, moved))
        #expect(words(of: state) == words(of: other), "seed \(seed)")
        #expect(
            state.conflicts.map { [$0.id, $0.state.rawValue] } == other.conflicts.map { [$0.id, $0.state.rawValue] },
            "seed \(seed)")
        #expect(state.patient == other.patient && state.priority == other.priority, "seed \(seed)")
    }

    private func words(of state: CaseState) -> [String] {
        [
            state.order.status.rawValue, state.protocoling.status.rawValue, state.safety.word, state.acquisition.status.rawValue,
            state.handOver.status.rawValue, state.reading.status.rawValue, state.report.status.rawValue,
            state.criticalResult.status.rawValue, state.instruction.status.rawValue, state.dose.status.rawValue,
            state.identity.status.rawValue,
        ]
    }

    @Test(arguments: seeds) func `every conflict has an owner who is told when, on facts that are held`(seed: UInt64) throws {
        let history = RandomHistory(seed: seed, events: 40)
        let state = CaseFold.fold(someCase, history.facts)
        let positions = CaseHistory(history.facts)
        #expect(Set(state.conflicts.map(\.id)).count == state.conflicts.count, "seed \(seed)")
        let order = state.conflicts.map { ($0.number, $0.id) }
        #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
        #expect(state.newer == state.newer.sorted() && state.heads == state.heads.sorted(), "seed \(seed)")
        for conflict in state.conflicts {
            #expect(
                conflict.due != nil && !conflict.told.isEmpty && !conflict.rule.isEmpty && !conflict.inForce.isEmpty,
                "seed \(seed)")
            #expect((conflict.state == .open) == (conflict.closedBy == nil), "seed \(seed), \(conflict.kind)")
            let events = try conflict.events.map { try #require(positions.position(of: $0)) }
            #expect(events.count > 1, "seed \(seed), \(conflict.kind)")
            if conflict.state == .resolved, let closing = conflict.closedBy.flatMap(positions.position) {
                #expect(positions.follows(closing, all: events), "seed \(seed), \(conflict.kind)")
            }
        }
        #expect(state.anomalies.allSatisfy { positions.position(of: $0.event) != nil }, "seed \(seed)")
        _ = try #require(try JSONSerialization.jsonObject(with: Data(state.json())) as? [String: Any], "seed \(seed)")
    }

    @Test(arguments: seeds) func `what an author knew is what its site showed when it was recorded`(seed: UInt64) throws {
        let history = RandomHistory(seed: seed, events: 20)
        let all = CaseHistory(history.facts)
        for (fact, held) in zip(history.facts, history.known) {
            let known = try #require(all.known(to: fact.id))
            #expect(CaseFold.fold(someCase, known).digest() == CaseFold.fold(someCase, held).digest(), "seed \(seed)")
        }
    }

    @Test func `the drawn histories hold conflicts of many numbers, open and closed`() {
        let all = Self.seeds.flatMap { CaseFold.fold(someCase, RandomHistory(seed: $0, events: 40).facts).conflicts }
        let numbers = Set(all.map(\.number))
        #expect(numbers.count >= 15 && numbers.isSuperset(of: [5, 7, 8, 13, 23, 38]))
        #expect(Set(all.map(\.state.rawValue)) == ["open", "resolved", "superseded"])
    }
}
