import EventLog
import Problems
import Replication
import Testing

extension HubStoreContract {
    // MARK: - Feeds

    static let feeds: [Clause<HubStoreContract>] = [
        Clause("a site that is not known has no feed") { contract in
            try contract.use(feeds: ["southside"]) { hub throws in
                let start = FeedCursor.start(of: try hub.generation())
                #expect(
                    refusal { try hub.page(for: Author("northside").site, after: start, eventsMax: 10, bytesMax: 1000) }
                        == .siteUnknown)
            }
        },
        Clause("a site gets what others record on the cases that it takes part in, and nothing else") { contract in
            var north = Author("northside")
            north.comment(on: .sample(1))
            north.comment(on: .sample(2))
            var south = Author("southside")
            south.comment(on: .sample(1), after: [north.events[0]])
            try contract.use(feeds: ["northside", "southside", "eastside"]) { hub throws in
                _ = try hub.accept(north.run(1...2))
                #expect(try hub.feed(of: "southside").ids.isEmpty)
                _ = try hub.accept(south.run(1...1))
                north.comment(on: .sample(1), after: [south.last])
                north.comment(on: .sample(2), after: [north.events[1]])
                _ = try hub.accept(north.run(3...4))
                #expect(try hub.feed(of: "southside").ids == [north.events[0].id, north.events[2].id])
                #expect(try hub.feed(of: "northside").ids == [south.last.id])
                #expect(try hub.feed(of: "eastside").ids.isEmpty && hub.feedHead(of: Author("eastside").site) == 0)
            }
        },
        Clause("a site that a case is routed to gets the case's whole past first") { contract in
            var north = Author.chain("northside", count: 3)
            let west = Author.chain("westside", count: 1)
            try contract.use(feeds: ["southside", "northside"]) { hub throws in
                _ = try hub.accept(west.run(1...1))
                _ = try hub.accept(north.run(1...3))
                north.route(.sample(1), to: Author("southside").site, after: [north.last])
                north.comment(on: .sample(1), after: [north.last])
                _ = try hub.accept(north.run(4...5))
                let feed = try hub.feed(of: "southside").ids
                #expect(feed == [west.last.id] + north.events.map(\.id))
                #expect(try hub.feed(of: "northside").ids == [west.last.id])
            }
            try contract.use { hub throws in
                #expect(try hub.feed(of: "southside").events.count == 6)
                north.comment(on: .sample(1), after: [north.last])
                _ = try hub.accept(north.run(6...6))
                #expect(try hub.feed(of: "southside").ids.last == north.last.id)
                #expect(try hub.feed(of: "southside").events.count == 7)
            }
        },
        Clause("a site whose feed is opened late gets the cases that it takes part in already") { contract in
            var north = Author.chain("northside", count: 2)
            north.route(.sample(1), to: Author("southside").site, after: [north.last])
            north.comment(on: .sample(2))
            let east = Author.chain("eastside", count: 1, stream: .sample(2))
            try contract.use {
                _ = try $0.accept(north.run(1...4))
                _ = try $0.accept(east.run(1...1))
            }
            try contract.use(feeds: ["southside", "eastside", "westside"]) { hub throws in
                #expect(try hub.feed(of: "southside").ids == north.events.prefix(3).map(\.id))
                #expect(try hub.feed(of: "eastside").ids == [north.last.id])
                #expect(try hub.feed(of: "westside").ids.isEmpty)
            }
            try contract.use(feeds: ["southside"]) { hub throws in #expect(try hub.feed(of: "southside").events.count == 3) }
        },
        Clause("a page ends where a commit's row ends, and the cursor after it is exclusive") { contract in
            let north = Author.chain("northside", count: 6)
            try contract.use(feeds: ["southside"]) { hub throws in
                let south = Author("southside").site
                try hub.grantAllCases(to: south)
                for part in [UInt64(1)...3, 4...4, 5...6] { _ = try hub.accept(north.run(part)) }
                let counts: [Int: [UInt64]] = [1: [3, 4, 6], 3: [3, 6], 4: [4, 6], 5: [4, 6], 6: [6], 100: [6]]
                for (eventsMax, ends) in counts.sorted(by: { $0.key < $1.key }) {
                    var cursor = FeedCursor.start(of: try hub.generation())
                    var found: [UInt64] = []
                    var ids: [EventID] = []
                    while let page = try hub.page(for: south, after: cursor, eventsMax: eventsMax, bytesMax: 1 << 20) {
                        cursor = page.cursor
                        found.append(cursor.position)
                        ids += page.segment.ids
                        try page.segment.expectWhole()
                    }
                    #expect(found == ends, "at most \(eventsMax)")
                    #expect(ids == north.events.map(\.id))
                }
                #expect(
                    try hub.page(for: south, after: .start(of: hub.generation()), eventsMax: 100, bytesMax: 0)?.cursor.position
                        == 3)
            }
        },
        Clause("a cursor of other entries, another numbering or a place that is none is refused") { contract in
            let north = Author.chain("northside", count: 4)
            try contract.use(feeds: ["southside"]) { hub throws in
                let south = Author("southside").site
                try hub.grantAllCases(to: south)
                _ = try hub.accept(north.run(1...2))
                _ = try hub.accept(north.run(3...4))
                let generation = try hub.generation()
                let good = try #require(try hub.page(for: south, after: .start(of: generation), eventsMax: 2, bytesMax: 1 << 20))
                    .cursor
                #expect(
                    try hub.page(for: south, after: good, eventsMax: 9, bytesMax: 1 << 20)?.segment.ids
                        == north.events[2...].map(\.id))
                let other = Generation(bits: generation.bits ^ 1)
                for bad in [
                    FeedCursor(generation: generation, position: 2, digest: good.digest ^ 1),
                    FeedCursor(generation: other, position: 2, digest: good.digest), .start(of: other),
                    FeedCursor(generation: generation, position: 5, digest: good.digest),
                    FeedCursor(generation: generation, position: .max, digest: good.digest),
                ] {
                    #expect(throws: SyncRefusal.generation(generation)) {
                        try hub.page(for: south, after: bad, eventsMax: 9, bytesMax: 1 << 20)
                    }
                }
                let within = FeedCursor(generation: generation, position: 3, digest: good.digest)
                #expect(refusal { try hub.page(for: south, after: within, eventsMax: 9, bytesMax: 1 << 20) } == .badCursor)
            }
        },
        Clause("a cursor is good when the store is opened again") { contract in
            let north = Author.chain("northside", count: 4)
            let cursor = try contract.use(feeds: ["southside"]) { hub throws in
                let south = Author("southside").site
                try hub.grantAllCases(to: south)
                _ = try hub.accept(north.run(1...2))
                return try #require(try hub.page(for: south, after: .start(of: hub.generation()), eventsMax: 9, bytesMax: 1000))
                    .cursor
            }
            try contract.use { hub throws in
                #expect(try hub.feed(of: "southside", from: cursor).ids.isEmpty)
                _ = try hub.accept(north.run(3...4))
                #expect(try hub.feed(of: "southside", from: cursor).ids == north.events[2...].map(\.id))
            }
        },
        Clause("a child that came before its parent stands before it in a page, with the parent's hash") { contract in
            let north = Author.chain("northside", count: 1)
            var east = Author("eastside")
            east.comment(on: .sample(1), after: [north.last])
            east.comment(on: .sample(1), after: [east.last, north.last])
            try contract.use(feeds: ["southside"]) { hub throws in
                try hub.grantAllCases(to: Author("southside").site)
                _ = try hub.accept(east.run(1...2))
                _ = try hub.accept(north.run(1...1))
                let feed = try hub.feed(of: "southside")
                #expect(feed.ids == east.events.map(\.id) + [north.last.id])
                #expect(feed.outside == [north.last.id: north.last.hash])
            }
        },
    ]

    // MARK: - The right to every case

    static let rights: [Clause<HubStoreContract>] = [
        Clause("the right to every case brings the past, each event once and its own never") { contract in
            var north = Author.chain("northside", count: 3)
            north.comment(on: .sample(2))
            north.comment(on: .sample(3, kind: .person))
            var south = Author("southside")
            south.comment(on: .sample(2), after: [north.events[3]])
            south.comment(on: .sample(4))
            try contract.use(feeds: ["southside"]) { hub throws in
                _ = try hub.accept(north.run(1...5))
                _ = try hub.accept(south.run(1...2))
                #expect(try hub.feed(of: "southside").ids == [north.events[3].id])
                try hub.grantAllCases(to: south.site)
                let ids = try hub.feed(of: "southside").ids
                #expect(ids.count == 5 && Set(ids) == Set(north.events.map(\.id)))
                try hub.grantAllCases(to: south.site)
                #expect(try hub.feedHead(of: south.site) == 5)
            }
        },
        Clause("with the right to every case all that others record comes, of whatever stream, once") { contract in
            var north = Author("northside")
            try contract.use(feeds: ["southside"]) { try $0.grantAllCases(to: Author("southside").site) }
            try contract.use { hub throws in
                for kind in StreamKind.allCases { north.comment(on: .sample(9, kind: kind)) }
                north.route(.sample(9), to: Author("southside").site, after: [north.events[0]])
                north.comment(on: .sample(9), after: [north.last])
                _ = try hub.accept(north.run(1...8))
                #expect(try hub.feed(of: "southside").ids == north.events.map(\.id))
            }
        },
        Clause("without it come what every site needs and what is routed, of whatever stream") { contract in
            var north = Author("northside")
            for kind in StreamKind.allCases { north.comment(on: .sample(9, kind: kind)) }
            let all = north.events
            north.route(.sample(9, kind: .course), to: Author("southside").site, after: [all[2]])
            try contract.use(feeds: ["southside"]) { hub throws in
                _ = try hub.accept(north.run(1...7))
                let common = all.filter { $0.event.stream.kind.isForEverySite }.map(\.id)
                #expect(common.count == 2)
                #expect(Set(try hub.feed(of: "southside").ids) == Set(common + [all[2].id, north.last.id]))
            }
        },
        Clause("a feed that is opened later has what every site needs and what was routed before") { contract in
            var north = Author("northside")
            for kind in StreamKind.allCases { north.comment(on: .sample(9, kind: kind)) }
            north.route(.sample(9, kind: .course), to: Author("southside").site, after: [north.events[2]])
            try contract.use { hub throws in _ = try hub.accept(north.run(1...7)) }
            try contract.use(feeds: ["southside"]) { hub throws in #expect(try hub.feed(of: "southside").ids.count == 4) }
        },
    ]
}
