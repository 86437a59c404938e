import EventLog
import ImagingCase
import Testing

/// The laws of the fold on histories that are nothing but reading and talking, so that their conflicts meet. A failure names its seed.
@Suite struct TalkLawsTests {
    private static let seeds = Array(1...60 as ClosedRange<UInt64>)

    /// Two or three readers at three sites over one study.
    private static func facts(seed: UInt64, events: Int = 28) -> [CaseFact] {
        var random = SplitMix64(seed: seed)
        var builders = (0..<3).map { CaseBuilder("site\($0)") }
        var opening: [CaseFact] = []
        for event in openings {
            opening.append(
                builders[0].record(event, after: opening.suffix(1), by: "p0", role: Authority.roles(for: event).first ?? .lead))
        }
        var held = [[CaseFact]](repeating: opening, count: 3)
        var all = opening
        for _ in 0..<events {
            let site = Int.random(in: 0..<3, using: &random)
            if Int.random(in: 0..<5, using: &random) == 0 {
                let known = Set(held[site].map(\.id))
                held[site] += held[(site + 1) % 3].filter { !known.contains($0.id) }
            }
            let heads = CaseHistory(held[site]).heads
            let event = draw(held[site], &random)
            let fact = builders[site].record(
                event, after: held[site].filter { heads.contains($0.id) }, by: "p\(Int.random(in: 0..<2, using: &random))",
                role: Authority.roles(for: event).randomElement(using: &random) ?? .lead,
                minutes: Int64.random(in: 0...600, using: &random))
            held[site].append(fact)
            all.append(fact)
        }
        return all
    }

    private static let openings: [CaseEvent] = [
        .orderPlaced(OrderPlaced(modality: "CT", requester: "p0")),
        .preliminaryIssued(PreliminaryIssued(impression: "p")), .finalSigned(FinalSigned(impression: "x")),
        .instructionIssued(InstructionIssued(kind: .repeat)), .readingClaimed(ReadingClaimed()),
        .criticalResultRaised(CriticalResultRaised(category: 1, finding: "f", responsible: "p0")),
        .recommendation(.made(RecommendationMade(modality: "CT"))),
    ]

    private static func draw(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let named = { (kind: EventKind) in seen.first { $0.event.kind == kind }?.id }
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return .readingReleased(ReadingReleased())
        case 1: return .readingClaimed(ReadingClaimed())
        case 2: return .criticalResultWithdrawn(CriticalResultWithdrawn(raised: named(.criticalResultRaised), reason: "r"))
        case 3: return .instructionIssued(InstructionIssued(kind: .extraViews))
        case 4:
            let choice = CaseFold.fold(someCase, seen).openConflicts.randomElement(using: &random)
            guard let choice else { return .commentAdded(CommentAdded(text: "c")) }
            return .conflictResolved(
                ConflictResolved(conflict: choice.id, number: choice.number, choose: choice.events.randomElement(using: &random)))
        case 5: return .orderChanged(OrderChanged(requester: "p2"))
        case 6: return .criticalResultCommunicated(CriticalResultCommunicated(raised: named(.criticalResultRaised), to: "p0"))
        case 7: return .readingTask(.transferred(ReadingTransferred(to: ["p0", "p1"].randomElement(using: &random)!)))
        default:
            let draws: [RandomGroups.Draw] = [
                RandomGroups.readingTask, RandomGroups.reportReceipt, RandomGroups.criticalAttempt, RandomGroups.dialogue,
                RandomGroups.recommendation, RandomGroups.consult, RandomGroups.discrepancy, RandomGroups.notification,
                RandomGroups.leaving,
            ]
            return draws.randomElement(using: &random)!(seen, &random)
        }
    }

    @Test(arguments: seeds) func `any order and any batches give one state`(seed: UInt64) {
        let facts = Self.facts(seed: seed)
        let state = CaseFold.fold(someCase, facts)
        var random = SplitMix64(seed: seed)
        let other = CaseFold.fold(someCase, facts.shuffled(using: &random) + facts.prefix(3))
        #expect(other == state && other.digest() == state.digest(), "seed \(seed)")
        var folded = FoldedCase(someCase, [])
        var rest = facts.shuffled(using: &random)
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Int.random(in: 1...4, using: &random)))
            rest.removeFirst(batch.count)
            folded = folded.appending(batch)
        }
        #expect(folded.state == state && folded.state.digest() == state.digest(), "seed \(seed)")
        let history = CaseHistory(facts)
        for conflict in state.conflicts where conflict.state == .resolved {
            let events = conflict.events.compactMap(history.position)
            #expect(conflict.closedBy.flatMap(history.position).map { history.follows($0, all: events) } == true, "seed \(seed)")
        }
    }

    @Test func `every conflict of reading and talking is among them`() {
        let all = Self.seeds.flatMap { CaseFold.fold(someCase, Self.facts(seed: $0)).conflicts }
        #expect(Set(all.map(\.number)).isSuperset(of: [3, 4, 32, 34, 43, 47, 58, 66, 73]))
        #expect(Set(all.map(\.state.rawValue)) == ["open", "resolved", "superseded"])
    }
}
