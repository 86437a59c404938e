import EventLog
import Replication
import StoreContract
import Testing

@testable import SQLiteStore

/// What is noted of events that other sites recorded: at a site, of others' logs, until they are shown.
struct UnprovenTests {
    private let start = FeedCursor.start(of: Generation(bits: 1))

    @Test func `a site notes what came of others and nothing of its own or the hub's, a hub nothing`() throws {
        let place = try Place()
        let store = try place.site()
        var own = StoreContract.Author(log: try store.ownLog().log)
        var (lake, hub) = (StoreContract.Author("lakeview"), StoreContract.Author("hub"))
        for number in 1...3 as ClosedRange<UInt64> {
            own.comment(on: .sample(number))
            lake.comment(on: .sample(number))
            hub.comment(on: .sample(number))
        }
        try store.append(own.events)
        try store.store(lake.segment(1...3), cursor: start)
        try store.store(hub.segment(1...3), cursor: start)
        #expect(try store.unproven().map(\.log) == [lake.log] && store.unproven().map(\.count) == [3])
        #expect(try store.unproven(of: lake.log, through: 2, limit: 9).map(\.id) == lake.events[..<2].map(\.id))
        #expect(try store.unproven(of: lake.log, through: .max, limit: 2).map(\.hash) == lake.events[..<2].map(\.hash))
        #expect(try store.holdsWhole(lake.log))
        try store.proved([lake.events[1].id])
        #expect(try store.unproven().map(\.count) == [2])
        try store.proved(lake.log, lake.tree(size: 1))
        #expect(try store.unproven(of: lake.log, through: .max, limit: 9).map(\.id) == [lake.events[2].id])
        #expect(try store.provenTree(of: lake.log) == lake.tree(size: 1))
        try store.store(lake.segment(1...3), cursor: start)
        #expect(try store.unproven().map(\.count) == [1], "what comes again is not noted again")
        let other = try Place()
        let node = try other.hub()
        _ = try node.accept(lake.run(1...3))
        #expect(try node.rows(of: "unproven") == 0)
    }

    @Test func `a store of before notes all that it holds of others`() throws {
        let place = try Place()
        var lake = StoreContract.Author("lakeview")
        for number in 1...3 as ClosedRange<UInt64> { lake.comment(on: .sample(number)) }
        try {
            let store = try place.site()
            var own = StoreContract.Author(log: try store.ownLog().log)
            own.comment(on: .sample(1))
            try store.append(own.events)
            try store.store(lake.segment(1...3), cursor: start)
        }()
        _ = try place.site()
        let raw = try RawDatabase(place.databasePath)
        try raw.goBack(to: 6)
        let store = try place.site()
        #expect(try store.unproven().map(\.log) == [lake.log] && store.unproven().map(\.count) == [3])
        #expect(try store.unprovenSince(of: lake.log, beyond: 0) != nil)
        #expect(try store.unprovenSince(of: lake.log, beyond: 3) == nil)
    }
}
