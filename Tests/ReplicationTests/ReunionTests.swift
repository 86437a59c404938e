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

    private func reunion(hub: UInt64, hash: EventHash = .zero, isQuarantined: Bool = false) -> HelloAnswer {
        HelloAnswer(
            wireVersion: 1, generation: Generation(bits: 1), logs: [HelloRequest.Log(log: log, head: hub, hash: hash)],
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
