import Testing

@testable import Simulation

struct FaultClassTests {
    @Test func `every class of the design is there, played or with the reason why not`() {
        #expect(FaultClass.allCases.sorted().map(\.rawValue) == (1...32).map { "F\($0)" })
        #expect(FaultClass.allCases.filter { $0.reasonNotSimulated != nil } == [.failover, .racingHubs, .migration, .auditDown])
        #expect(Set(FaultClass.allCases.map(\.title)).count == 32)
    }

    @Test func `a class that is on in many seeds and never happens is named`() {
        let outcome = Rehearsal.Outcome.empty(faults: [.clone, .loss], hits: [.loss: 3])
        var tally = Tally()
        for _ in 1..<Tally.coverageSeedsMin { tally.add(outcome) }
        #expect(tally.untried == [] && tally.isGood)
        tally.add(outcome)
        #expect(tally.untried == [.clone] && !tally.isGood)
    }

    @Test func `seeds in which nothing urgent went ahead try too little`() {
        for ahead in [(0, 1), (1, 0)] {
            var tally = Tally()
            for _ in 1..<Tally.coverageSeedsMin { tally.add(.empty(faults: [], hits: [:], ahead: ahead)) }
            #expect(tally.isGood)
            tally.add(.empty(faults: [], hits: [:], ahead: ahead))
            #expect(!tally.triedExpress && !tally.isGood)
        }
    }
}

extension Rehearsal.Outcome {
    /// A run in which nothing but some faults happened.
    static func empty(
        faults: [FaultClass], hits: [FaultClass: Int], ahead: (sent: Int, received: Int) = (1, 1)
    ) -> Rehearsal.Outcome {
        Rehearsal.Outcome(
            seed: 1, mask: Mask(), violations: [], traceDigest: 0, trace: [], script: [], places: [], faults: faults, hits: hits,
            steps: 0, judged: 0, ahead: ahead, givenBack: 1, virtualMilliseconds: 0, usedSQLite: false)
    }
}
