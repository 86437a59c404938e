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
}
