import EventLog
import ImagingCase
import Testing

/// Goal: the laws of the fold hold where treatment is dense. Method: histories drawn from the groups of treatment and from decisions
/// alone, over sites that record apart and exchange now and then. A failure names its seed.
@Suite struct TreatmentLawsTests {
    private static let seeds = Array(1...40 as ClosedRange<UInt64>)

    private static let shared: [TreatmentEvent] =
        [.coursePrescribed(RTCoursePrescribed(course: "C", totalCentigray: 600, fractionCentigray: 200, fractions: 3))]
        + ["1.1", "1.2"].flatMap { uid -> [TreatmentEvent] in
            [
                .planVersionCreated(RTPlanVersionCreated(planUID: uid, fractions: 3, fractionCentigray: 200)),
                .planPhysicsChecked(RTPlanPhysicsChecked(planUID: uid, passed: true)),
            ]
        }

    private static func drawn(_ seed: UInt64, _ count: Int = 30) -> [CaseFact] {
        var random = SplitMix64(seed: seed)
        let draws: [RandomGroups.Draw] =
            seed % 4 == 0
            ? [RandomGroups.intervention, RandomGroups.registers, RandomGroups.reviews]
            : [RandomGroups.treatment, RandomGroups.treatment, RandomGroups.treatment, RandomGroups.registers]
        var builders = (0..<3).map { CaseBuilder("site\($0)") }
        var held = [[CaseFact]](repeating: [], count: 3)
        var facts: [CaseFact] = []
        // Two versions, checked and known everywhere, so that approvals apart from each other can count.
        for event in seed % 4 == 0 ? [] : shared {
            let role = Authority.roles(for: .treatment(event))[0]
            facts.append(builders[0].record(.treatment(event), after: Array(facts.suffix(1)), role: role))
        }
        for site in held.indices { held[site] = facts }
        for _ in 0..<count {
            let site = Int.random(in: 0..<3, using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                for fact in held[Int.random(in: 0..<3, using: &random)] where !held[site].contains(where: { $0.id == fact.id }) {
                    held[site].append(fact)
                }
            }
            let heads = CaseHistory(held[site]).heads
            var event = draws.randomElement(using: &random)!(held[site], &random)
            if Int.random(in: 0..<6, using: &random) == 0,
                let open = CaseFold.fold(someCase, held[site]).openConflicts.randomElement(using: &random)
            {
                let choice = open.events.randomElement(using: &random)
                event = .conflictResolved(
                    ConflictResolved(conflict: open.id, number: open.number, choose: choice, reason: "r"))
            }
            var roles = Authority.roles(for: event)
            if case .conflictResolved = event { roles = [.radiationOncologist, .physicist, .lead] }
            if Int.random(in: 0..<12, using: &random) == 0 { roles = Role.allCases }
            let fact = builders[site].record(
                event, after: held[site].filter { heads.contains($0.id) }, by: "p\(Int.random(in: 0..<3, using: &random))",
                role: roles.randomElement(using: &random)!, minutes: Int64.random(in: 0...9000, using: &random))
            held[site].append(fact)
            facts.append(fact)
        }
        return facts
    }

    @Test(arguments: seeds) func `treatment folds alike in any order, in batches and whatever the clocks say`(seed: UInt64) {
        let facts = Self.drawn(seed)
        let state = CaseFold.fold(someCase, facts)
        var random = SplitMix64(seed: seed)
        for _ in 0..<4 {
            let again = facts.filter { _ in Bool.random(using: &random) }
            #expect(CaseFold.fold(someCase, (facts + again).shuffled(using: &random)) == state, "seed \(seed)")
        }
        var folded = FoldedCase(someCase, [])
        for (index, fact) in facts.shuffled(using: &random).enumerated() {
            folded = folded.appending([fact])
            if index % 7 == 0 { #expect(folded.state == CaseFold.fold(someCase, folded.history), "seed \(seed), \(index)") }
        }
        #expect(folded.state.digest() == state.digest(), "seed \(seed)")
        let moved = facts.map { fact in
            CaseFact(
                id: fact.id, hash: fact.hash, parents: fact.parents, recordedAt: HybridTime(bits: random.next() >> 8),
                occurredAt: OccurredAt(Instant(milliseconds: Int64(random.next() >> 24))), actor: fact.actor, source: fact.source,
                event: fact.event)
        }
        let other = CaseFold.fold(someCase, moved)
        #expect(other.rare.treatment.status == state.rare.treatment.status, "seed \(seed)")
        #expect(other.rare.intervention.status == state.rare.intervention.status, "seed \(seed)")
        #expect(
            other.conflicts.map { [$0.id, $0.state.rawValue] } == state.conflicts.map { [$0.id, $0.state.rawValue] },
            "seed \(seed)")
    }

    @Test(arguments: seeds) func `dose adds up, a phase has one deliverable version at most, and who closes has seen`(
        seed: UInt64
    ) {
        let facts = Self.drawn(seed)
        let history = CaseHistory(facts)
        let state = CaseFold.fold(someCase, history)
        let treatment = state.rare.treatment
        let phases = treatment.plans.filter(\.isDeliverable).map(\.content.phase)
        #expect(Set(phases).count == phases.count, "seed \(seed)")
        let sum = treatment.deliveries.reduce(0) { $0 + $1.deliveredCentigray }
        #expect((sum - treatment.deliveredCentigray).magnitude < 0.01, "seed \(seed)")
        let recorded = facts.filter { [.rtFractionDelivered, .rtFractionInterrupted].contains($0.event.kind) }.map(\.id)
        #expect(
            treatment.deliveries.flatMap(\.events).sorted() == recorded.sorted(), "seed \(seed): each record is in one delivery")
        #expect(Set(state.conflicts.map(\.id)).count == state.conflicts.count, "seed \(seed)")
        for conflict in state.conflicts {
            let events = conflict.events.compactMap { history.position(of: $0) }
            #expect(events.count == conflict.events.count && events.count > 1, "seed \(seed), \(conflict.kind)")
            #expect((conflict.state == .open) == (conflict.closedBy == nil), "seed \(seed), \(conflict.kind)")
            if conflict.state == .resolved, let closing = conflict.closedBy.flatMap({ history.position(of: $0) }) {
                #expect(history.follows(closing, all: events), "seed \(seed), \(conflict.kind)")
            }
        }
        let blocks = treatment.blocks.filter { $0.reason == .planChanged }.count
        #expect(blocks == state.openConflicts.filter { $0.number == 53 }.count, "seed \(seed)")
    }

    @Test func `the drawn histories hold each of the conflicts of treatment, open and closed`() {
        let all = (1...120 as ClosedRange<UInt64>).flatMap { CaseFold.fold(someCase, Self.drawn($0)).conflicts }
        #expect(Set(all.map(\.number)).isSuperset(of: 52...57), "\(Set(all.map(\.number)).sorted())")
        #expect(Set(all.map(\.state.rawValue)) == ["open", "resolved", "superseded"])
    }
}
