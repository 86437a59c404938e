import EventLog
import Replication
import Testing

@testable import Wire

/// The law that the product stands on, over real bytes: whatever the network does, all nodes end with the same events.
struct ConvergenceTests {
    @Test(arguments: 0..<10)
    func `whatever the network does, after it heals every node holds every event exactly once`(block: UInt64) {
        let zstd = Zstd()
        for seed in block * 24..<(block + 1) * 24 {
            let rehearsal = Rehearsal(seed: seed, zstd: zstd)
            rehearsal.play()
            let faults = rehearsal.faults + Self.differences(in: rehearsal)
            #expect(faults.isEmpty, "seed \(seed): \(faults.joined(separator: "; "))")
        }
    }

    /// What differs between the events that were written and what a node holds.
    private static func differences(in rehearsal: Rehearsal) -> [String] {
        let (hub, sites) = (rehearsal.hub, rehearsal.sites)
        var found = difference("hub", hub.logs(), rehearsal.written) {
            hub.segment(of: $0, from: 1, eventsMax: .max, bytesMax: .max).events
        }
        for site in sites {
            found += difference("\(site.store.site)", site.store.logs(), rehearsal.written) {
                site.store.segment(of: $0, from: 1, eventsMax: .max, bytesMax: .max).events
            }
            if site.store.shared() != site.store.ownLog().head { found.append("\(site.store.site) does not know what is shared") }
            if !site.session.isDrained { found.append("\(site.store.site) has something left to push") }
        }
        for state in hub.logs() {
            var tree = MerkleFrontier()
            for event in hub.segment(of: state.log, from: 1, eventsMax: .max, bytesMax: .max).events { tree.append(event.hash) }
            if tree.size != state.head || tree != state.tree { found.append("\(state.log) has a gap or another root at the hub") }
        }
        return found
    }

    private static func difference(
        _ node: String, _ logs: [LogState], _ written: [EventID: EventHash], events: (LogID) -> [HashedEvent]
    ) -> [String] {
        let held = logs.flatMap { events($0.log) }
        let byID = Dictionary(held.map { ($0.id, $0.hash) }) { first, _ in first }
        if held.count != byID.count { return ["\(node) holds an event twice"] }
        return byID == written ? [] : ["\(node) holds \(byID.count) of \(written.count) events, or other ones"]
    }
}
