import EventLog
import Replication
import Testing

/// What the two ends of a site's own logs miss of each other.
struct ReunionTests {
    private let log = Pen("northside").log

    private func owed(hub: UInt64?, own: UInt64, isQuarantined: Bool = false) -> [Reunion.Part] {
        let held = hub.map { [HelloRequest.Log(log: log, head: $0, hash: .zero)] } ?? []
        let answer = HelloAnswer(
            wireVersion: 1, generation: Generation(bits: 1), logs: held, cursorIsGood: true, feedHead: 0,
            hubTime: Instant(milliseconds: 1), quarantined: isQuarantined ? [log] : [])
        return Reunion.owed(
            earlier: [LogState(log: log, head: own, hash: .zero, tree: MerkleFrontier())], answer: answer)
    }

    /// Pushed from the place after, it would be refused for its signed root as often as it is sent.
    @Test func `what an earlier log owes begins with what the hub holds last, so that another history there is seen`() {
        #expect(owed(hub: 10, own: 14) == [.init(log: log, first: 10, last: 14)])
        #expect(owed(hub: nil, own: 3) == [.init(log: log, first: 1, last: 3)])
        #expect(owed(hub: 0, own: 3) == [.init(log: log, first: 1, last: 3)])
        #expect(owed(hub: 14, own: 14).isEmpty && owed(hub: 15, own: 14).isEmpty)
        #expect(owed(hub: 10, own: 14, isQuarantined: true).isEmpty)
    }

    @Test func `an earlier log is shown from where the hub is known to hold something else`() {
        let mine = LogState(log: log, head: 9, hash: .zero, tree: MerkleFrontier())
        let shown = Reunion.owed(earlier: [mine], answer: reunion(hub: 7), differing: [log: 3])
        #expect(shown == [.init(log: log, first: 3, last: 9)])
    }

    @Test func `a log in doubt is compared once, and again where the hub holds more or numbers anew`() {
        var doubts = LogDoubts()
        doubts.greeted(reunion(hub: 7))
        expect(&doubts, through: 7, begins: nil)
        expect(&doubts, refusedAt: 7, true)
        expect(&doubts, through: 7, begins: 1)
        doubts.agrees(log, through: 4)
        expect(&doubts, through: 7, begins: 5)
        doubts.agrees(log, through: 7)
        expect(&doubts, through: 7, begins: nil)
        expect(&doubts, refusedAt: 7, false)
        doubts.greeted(reunion(hub: 7))
        expect(&doubts, refusedAt: 9, true)
        expect(&doubts, through: 9, begins: 8)
        doubts.greeted(reunion(hub: 7, generation: 2))
        expect(&doubts, refusedAt: 7, true)
        expect(&doubts, through: 7, begins: 1)
    }

    private func expect(
        _ doubts: inout LogDoubts, through end: UInt64, begins: UInt64?, at place: SourceLocation = #_sourceLocation
    ) {
        let next = doubts.next(of: log, through: end)
        #expect(next == begins, sourceLocation: place)
    }

    private func expect(
        _ doubts: inout LogDoubts, refusedAt held: UInt64, _ isOpen: Bool, at place: SourceLocation = #_sourceLocation
    ) {
        let mayDiffer = doubts.refused(log, held: held)
        #expect(mayDiffer == isOpen, sourceLocation: place)
    }

    @Test func `the first event that differs is found whatever stands behind it`() {
        var (one, other) = (Pen("northside"), Pen("northside"))
        for number in 1...4 {
            one.write("\(number)")
            other.write(number == 2 ? "other" : "\(number)")
        }
        #expect(Reunion.difference(one.segment(1...4), other.segment(1...4)) == 2)
        #expect(Reunion.difference(one.segment(3...4), other.segment(3...4)) == nil)
        #expect(Reunion.difference(one.segment(1...4), one.segment(1...3)) == nil)
    }

    private func reunion(hub: UInt64, hash: EventHash = .zero, isQuarantined: Bool = false, generation: UInt64 = 1) -> HelloAnswer
    {
        HelloAnswer(
            wireVersion: 1, generation: Generation(bits: generation), logs: [HelloRequest.Log(log: log, head: hub, hash: hash)],
            cursorIsGood: true, feedHead: 0, hubTime: Instant(milliseconds: 1), quarantined: isQuarantined ? [log] : [])
    }

    @Test func `what a site lost of an earlier log begins with what it holds last, so that another history there is seen`() {
        let own = Pen("northside", 2).log
        func lost(own mine: UInt64?, _ answer: HelloAnswer) -> [Reunion.Part] {
            Reunion.lost(
                own: own, earlier: mine.map { [LogState(log: log, head: $0, hash: .zero, tree: MerkleFrontier())] } ?? [],
                answer: answer)
        }
        #expect(lost(own: 4, reunion(hub: 10)) == [.init(log: log, first: 4, last: 10)])
        #expect(lost(own: nil, reunion(hub: 10)) == [.init(log: log, first: 1, last: 10)])
        #expect(lost(own: 10, reunion(hub: 10)).isEmpty && lost(own: 11, reunion(hub: 10)).isEmpty)
        #expect(lost(own: 4, reunion(hub: 10, isQuarantined: true)).isEmpty, "which of the two is true a person must say")
    }

    @Test func `where both ends are as long and do not agree, the own end is shown`() {
        let mine = LogState(log: log, head: 4, hash: .zero, tree: MerkleFrontier())
        let other = EventHash.sha256([1])
        #expect(Reunion.owed(earlier: [mine], answer: reunion(hub: 4)).isEmpty)
        #expect(Reunion.owed(earlier: [mine], answer: reunion(hub: 4, hash: other)) == [.init(log: log, first: 4, last: 4)])
        // What was fetched did not fit: shown from where both hold something.
        for (hub, first) in [(10, 4), (2, 2), (0, 1)] as [(UInt64, UInt64)] {
            let shown = Reunion.owed(earlier: [mine], answer: reunion(hub: hub), contradicted: [log])
            #expect(shown == [.init(log: log, first: first, last: 4)], "\(hub)")
        }
    }
}
