import CurlHTTP
import EventLog
import Foundation
import Problems
import Replication
import StoreContract
import Testing
import Web
import Wire

@testable import Hub

/// Two histories of one log, two agents of one site, and the same again many times over.
struct ForkAndRaceTests {
    /// A log that begins like another and goes on by itself.
    private static func twin(of site: TestSite, sharing count: Int, then more: Int) -> Author {
        var twin = Author.chain(of: site, count: count)
        for number in 0..<more { twin.comment("other history \(number)", on: .sample(1), after: twin.events.suffix(1)) }
        return twin
    }

    @Test func `conflict 62: a fork is refused for good, and everything that was there before stays and goes on`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 5)
            try await north.pushed(author, 1...3)
            let cursor = try #require(try await lake.page().last?.cursor)
            let twin = Self.twin(of: north, sharing: 2, then: 3)
            let id = twin.events[2].id.description
            try await expectRefused(hub, 409, .fork, facts: ["event": id], then: lake) {
                try await north.send(north.push(twin, 1...5))
            }
            let hello = try SyncCoding.helloAnswer(await north.hello().body)
            #expect(hello.quarantined == [author.log] && hello.logs.map(\.head) == [3])
            #expect(hello.logs.map(\.hash) == [author.events[2].hash])
            // Neither side of it goes on, nor the push that was good before.
            for push in [north.push(author, 4...5), north.push(twin, 3...5), north.push(author, 1...3)] {
                try await expectRefused(hub, 403, .siteQuarantined, then: lake) { try await north.send(push) }
            }
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
            #expect(try await lake.page(after: cursor).allSatisfy { $0.segment.isEmpty })
            // Another incarnation of the site, and other sites, are not touched by it.
            #expect(try await north.pushed(.chain(of: north, incarnation: 2, count: 2), 1...2).head == 2)
            #expect(try await lake.pushed(.chain(of: lake, count: 1), 1...1).head == 1)
        }
    }

    @Test func `the quarantine outlives the process`() async throws {
        let folder = NSTemporaryDirectory() + "fj-hub-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try HubFolder.make(at: folder, name: "test")
        let keeper = Keeper()
        try await LiveHub.reopen(folder) { hub in
            let north = try await hub.joined("northside")
            try await north.pushed(.chain(of: north, count: 3), 1...3)
            #expect(try await north.send(north.push(Self.twin(of: north, sharing: 1, then: 2), 1...3)).status == 409)
            await keeper.keep(north)
        }
        try await LiveHub.reopen(folder) { hub in
            let held = try #require(await keeper.site)
            let north = TestSite(id: held.id, hub: hub, key: held.key)
            let hello = try SyncCoding.helloAnswer(await north.hello().body)
            #expect(hello.quarantined.count == 1 && hello.logs.map(\.head) == [3])
            #expect(try await north.send(north.push(.chain(of: north, count: 4), 4...4)).status == 403)
        }
    }

    actor Keeper {
        var site: TestSite?
        func keep(_ site: TestSite) { self.site = site }
    }

    @Test func `the same push twenty times at once is one push with twenty equal answers`() async throws {
        var limits = SiteLimits()
        limits.callsMax = 20
        try await LiveHub.run(siteLimits: limits) { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 40)
            let answers = try await withThrowingTaskGroup(of: HTTPClientResponse.self) { group in
                for _ in 0..<20 { group.addTask { try await north.send(north.push(author, 1...40)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status) == [Int](repeating: 200, count: 20))
            #expect(Set(answers.map(\.body)) == [SyncCoding.encode(PushAnswer(head: 40, hash: author.last.hash))])
            let events = try await lake.page().flatMap { try $0.ids }
            #expect(events == author.events.map(\.id))
            let before = try await hub.standing()
            #expect(try await north.pushed(author, 1...40).head == 40)
            #expect(try await hub.standing() == before && before.events == 40)
        }
    }

    @Test func `two agents of one site that push overlapping parts at once lose nothing and double nothing`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 60)
            // Each goes over the log in steps of its own and follows the hub where it is told of a gap.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for step in [7, 11] as [UInt64] {
                    group.addTask {
                        var next: UInt64 = 1
                        while next <= 60 {
                            let answer = try await north.send(north.push(author, next...min(60, next + step - 1)))
                            if answer.status == 200 {
                                next = try SyncCoding.pushAnswer(answer.body).head + 1
                            } else {
                                try #require(answer.code == "gap", "\(answer.text)")
                                next = try #require((answer.problem?["expected"] as? String).flatMap { UInt64($0) })
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            var cursor: FeedCursor?
            var events: [EventID] = []
            repeat {
                let page = try await lake.page(after: cursor)
                events += try page.flatMap { try $0.ids }
                cursor = page.last?.cursor
                if page.last?.isCaughtUp == true { break }
            } while true
            #expect(events == author.events.map(\.id))
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
        }
    }

    @Test func `of a push that overlaps what is held only the rest is new`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 9)
            try await north.pushed(author, 1...6)
            #expect(try await north.pushed(author, 4...9) == PushAnswer(head: 9, hash: author.last.hash))
            // An old part alone says nothing new, and is answered with where the log stands.
            #expect(try await north.pushed(author, 2...5) == PushAnswer(head: 9, hash: author.last.hash))
            #expect(try await hub.standing().events == 9)
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
        }
    }

    @Test func `what rests on an event that has not come is taken when that has come`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview")
            let parent = Author.chain(of: north, count: 2)
            var made = Author("lakeview")
            made.comment(on: .sample(1), after: [parent.last])
            let child = made
            try await expectRefused(hub, 503, .pastMissing, facts: ["missing": "\(parent.last.id)"], then: lake) {
                try await lake.send(lake.push(child, 1...1))
            }
            try await north.pushed(parent, 1...2)
            try await lake.pushed(child, 1...1)
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
        }
    }

    @Test func `a kind of event that nobody here knows is kept, sent on unchanged, and harms no fold`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let known = Author.chain(of: north, count: 1).last
            let payload = [0xff, 0x00, 0xc3, 0x28] + Array("new".utf8)
            let event = known.event.saying(EventKind("quantum.entangled"), payload)
            let unknown = HashedEvent(event: event, hash: CanonicalEvent.hash(event, parentHashes: []))
            let answer = try await north.send(north.push(beginning: [unknown]))
            #expect(try SyncCoding.pushAnswer(answer.body) == PushAnswer(head: 1, hash: unknown.hash))
            let frame = try #require(try await lake.page().first)
            let sent = try SegmentCoding.decode(frame.segment, using: Zstd()).events
            #expect(sent.map(\.hash) == [unknown.hash])
            #expect(sent.map { CanonicalEvent.bytes(of: $0.event) } == [CanonicalEvent.bytes(of: event)])
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
            #expect(try await hub.ask(.caseShow(id: StreamID.sample(1).description, knownTo: nil, at: nil)).exit == 0)
        }
    }
}
