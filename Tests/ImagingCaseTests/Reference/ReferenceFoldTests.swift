import EventLog
import Foundation
import ImagingCase
import Testing

/// Law 4 of the clinical model: the fold is equal to a naive reference fold, over histories that are drawn and delivered in any order.
///
/// The reference knows the words of the catalogue's first axes and the conflicts that `ReferenceAnswers.numbers` lists.
@Suite struct ReferenceFoldTests {
    /// What has really occurred, in the product's answers.
    struct Coverage: Sendable {
        var words: Set<String> = []
        var conflicts: Set<String> = []
        var differences: [String] = []

        mutating func take(_ state: CaseState, decisions: Set<EventID>) {
            for (name, word) in ReferenceAnswers.words(of: state) { words.insert("\(name) \(word)") }
            for version in state.report.versions { words.insert("report version \(version.status.rawValue)") }
            for step in state.acquisition.steps { words.insert("step \(step.status.rawValue)") }
            if !state.dose.mismatches.isEmpty { words.insert("dose beside") }
            if !state.waiting.isEmpty { words.insert("waiting") }
            for conflict in state.conflicts {
                conflicts.insert("\(conflict.number) \(conflict.state.rawValue)")
                if let closing = conflict.closedBy, decisions.contains(closing) { conflicts.insert("\(conflict.number) decided") }
            }
        }

        mutating func add(_ other: Coverage) {
            words.formUnion(other.words)
            conflicts.formUnion(other.conflicts)
            differences += other.differences
        }
    }

    /// How many histories are drawn; more where somebody looks for a rare difference.
    private static var histories: Int {
        ProcessInfo.processInfo.environment["FILMJACKET_HISTORIES"].flatMap { Int($0) } ?? 2400
    }

    @Test func `the fold says of drawn histories what the naive reference says`() async {
        let lanes = 4
        let count = Self.histories
        var all = await withTaskGroup(of: Coverage.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var coverage = Coverage()
                    for seed in stride(from: lane + 1, through: count, by: lanes) { Self.compare(UInt64(seed), &coverage) }
                    return coverage
                }
            }
            return await group.reduce(into: Coverage()) { $0.add($1) }
        }
        for (name, facts) in DirectedHistories.all {
            all.take(CaseFold.fold(someCase, facts), decisions: Self.decisions(of: facts))
            let product = ReferenceAnswers.answers(of: CaseFold.fold(someCase, facts.reversed()), facts)
            #expect(product == ReferenceFold(facts).answers, "\(name)")
        }
        for difference in all.differences.prefix(5) { Issue.record("\(difference)") }
        #expect(all.differences.isEmpty, "\(all.differences.count) differences")
        Self.expectCoverage(all)
    }

    /// A history of few or many kinds, delivered in any order and in batches, some facts twice; the answers are compared where a part
    /// of it has arrived and where all has.
    private static func compare(_ seed: UInt64, _ coverage: inout Coverage) {
        let facts =
            switch seed % 6 {
            case 0: RandomHistory(seed: seed, events: 14, hasGroups: seed % 12 == 0).facts
            default: FocusedHistory(seed: seed, events: 8 + Int(seed % 8), sites: 2 + Int(seed % 2)).facts
            }
        var random = SplitMix64(seed: seed)
        let delivered = (facts + facts.filter { _ in random.next() % 4 == 0 }).shuffled(using: &random)
        let split = Int.random(in: 1...delivered.count, using: &random)
        let decisions = decisions(of: facts)
        var folded = FoldedCase(someCase, [])
        var held: [CaseFact] = []
        for batch in [delivered[..<split], delivered[split...]] {
            folded = folded.appending(Array(batch))
            held += batch
            coverage.take(folded.state, decisions: decisions)
            let product = ReferenceAnswers.answers(of: folded.state, facts)
            let reference = ReferenceFold(held).answers
            guard product != reference else { continue }
            coverage.differences.append(difference(seed, held, product, reference))
        }
    }

    private static func decisions(of facts: [CaseFact]) -> Set<EventID> {
        Set(facts.filter { $0.event.kind == .conflictResolved }.map(\.id))
    }

    private static func difference(
        _ seed: UInt64, _ held: [CaseFact], _ product: [String: [String]], _ reference: [String: [String]]
    ) -> String {
        let names = Set(product.keys).union(reference.keys).filter { product[$0] != reference[$0] }.sorted()
        let answers = names.map { "\($0)\n  product \(product[$0] ?? [])\n  reference \(reference[$0] ?? [])" }
        let facts = ReferenceHistory(held).facts.map { fact in
            "  \(fact.id) after \(fact.parents.map(\.description)) by \(fact.actor.person) \(fact.actor.role): \(fact.event)"
        }
        return "seed \(seed)\n" + (answers + ["facts"] + facts).joined(separator: "\n")
    }

    // A law over things that never occur proves nothing.
    private static func expectCoverage(_ all: Coverage) {
        let words: [String: [String]] = [
            "priority": ["unspecified", "routine", "asap", "urgent", "stat"],
            "order": OrderState.Status.allCases.map(\.rawValue),
            "protocol": ["needed", "assigned", "competing", "used"],
            "safety": ScreenLevel.allCases.map(\.rawValue) + ["accepted"],
            "safety blocked": ["yes", "no"],
            "acquisition": ["none", "inProgress", "completed", "partial", "discontinued"],
            "hand-over": ["none", "handedOver", "incomplete", "reopened"],
            "reading": ["none", "queued", "offered", "claimed", "coRead", "reported", "reopened"],
            "report": ["none", "preliminary", "final", "addended", "corrected", "competing", "reconciled", "retracted"],
            "critical": [
                "none", "open", "attempted", "communicated", "escalated", "acknowledged", "withdrawnPending", "withdrawn",
            ],
            "instruction": [
                "none", "issued", "delivered", "acknowledged", "accepted", "impossible", "declined", "completed", "withdrawn",
                "replaced",
            ],
            "report version": [
                "preliminary", "final", "corrected", "addendum", "superseded", "retracted", "quarantined", "commentAfterFinal",
                "unprivileged",
            ],
            "step": ["inProgress", "completed", "partial", "discontinued"],
            "dose": ["none", "recorded", "alert", "acknowledged"],
            "identity": ["unverified", "verified", "disputed", "cleared"],
            "frozen": ["yes", "no"],
        ]
        let wanted = words.flatMap { name, words in words.map { "\(name) \($0)" } } + ["dose beside", "waiting"]
        #expect(wanted.filter { !all.words.contains($0) }.sorted() == [], "words that never occurred")
        let asked = ReferenceAnswers.numbers.flatMap { ["\($0) open", "\($0) decided"] }
        #expect(asked.filter { !all.conflicts.contains($0) } == [], "conflicts that never occurred")
    }
}
