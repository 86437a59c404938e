import EventLog
import Testing

struct FrontierTests {
    private let north = Sample.log("northside")
    private let south = Sample.log("southside")

    @Test func `a frontier extends one by one`() throws {
        var frontier = Frontier()
        #expect(frontier[north] == 0 && frontier.logs.isEmpty)
        for sequence in UInt64(1)...3 { try frontier.advance(to: EventID(log: north, sequence: sequence)) }
        #expect(frontier[north] == 3)
        #expect(frontier.logs == [north])
        #expect(frontier.contains(EventID(log: north, sequence: 3)))
        #expect(!frontier.contains(EventID(log: north, sequence: 4)))
        #expect(!frontier.contains(EventID(log: north, sequence: 0)))
        #expect(!frontier.contains(EventID(log: south, sequence: 1)))
    }

    @Test func `a gap is refused and leaves the frontier unchanged`() {
        var frontier = Frontier([north: 2])
        #expect(throws: Frontier.Refusal.gap(expected: 3)) { try frontier.advance(to: EventID(log: north, sequence: 4)) }
        #expect(throws: Frontier.Refusal.gap(expected: 1)) { try frontier.advance(to: EventID(log: south, sequence: 2)) }
        #expect(frontier == Frontier([north: 2]))
    }

    @Test(arguments: [UInt64(0), 1, 2])
    func `what is held is refused and leaves the frontier unchanged`(sequence: UInt64) {
        var frontier = Frontier([north: 2])
        #expect(throws: Frontier.Refusal.alreadyHeld(through: 2)) {
            try frontier.advance(to: EventID(log: north, sequence: sequence))
        }
        #expect(frontier == Frontier([north: 2]))
    }

    @Test func `the last sequence there is can be held`() {
        var frontier = Frontier([north: .max])
        #expect(throws: Frontier.Refusal.alreadyHeld(through: .max)) {
            try frontier.advance(to: EventID(log: north, sequence: .max))
        }
        #expect(Frontier().missing(from: frontier).map(\.sequences) == [1...(.max)])
    }

    @Test func `a log at nought is no log`() {
        #expect(Frontier([north: 0]) == Frontier())
        #expect(Frontier([north: 0]).logs.isEmpty)
    }

    @Test func `what is missing comes log by log, in order of id`() {
        let mine = Frontier([north: 5, south: 9])
        let theirs = Frontier([south: 12, north: 5, Sample.log("eastside"): 2, Sample.log("northside", 0): 1])
        let missing = mine.missing(from: theirs)
        #expect(missing.map(\.log) == [Sample.log("eastside"), Sample.log("northside", 0), south])
        #expect(missing.map(\.sequences) == [1...2, 1...1, 10...12])
        #expect(theirs.missing(from: mine).isEmpty)
        #expect(mine.missing(from: mine).isEmpty)
    }

    @Test(arguments: UInt64(0)..<50)
    func `taking what is missing makes a frontier hold both`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let logs = (0..<6).map { Sample.log("site\($0)") }
        let draw = { (random: inout SplitMix64) in
            Frontier(Dictionary(uniqueKeysWithValues: logs.map { ($0, UInt64.random(in: 0...9, using: &random)) }))
        }
        var mine = draw(&random)
        let before = mine
        let theirs = draw(&random)
        for (log, sequences) in mine.missing(from: theirs) {
            for sequence in sequences { try mine.advance(to: EventID(log: log, sequence: sequence)) }
        }
        for log in logs { #expect(mine[log] == max(before[log], theirs[log]), "seed \(seed)") }
        #expect(mine.missing(from: theirs).isEmpty, "seed \(seed)")
    }
}
