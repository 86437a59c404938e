import Crypto
import CurlHTTP
import EventLog
import Foundation
import ImagingCase
import Problems
import Replication
import StoreContract
import Testing
import Web
import Wire

@testable import Hub

/// The express lane at the hub's door: what goes ahead of a log, and what comes ahead of a feed.
struct ExpressTests {
    /// A log whose third and fifth event are those of a STAT case.
    private static func author(of site: TestSite) -> StoreContract.Author {
        var author = StoreContract.Author(site.id.text)
        author.comment(on: .sample(1))
        author.comment(on: .sample(2))
        let order = author.order(.sample(3), priority: .stat)
        author.comment(on: .sample(1), after: [author.events[0]])
        author.comment(on: .sample(3), after: [order])
        author.comment(on: .sample(2), after: [author.events[1]])
        return author
    }

    private static func ahead(_ site: TestSite, _ author: StoreContract.Author, _ sequences: [UInt64], last: UInt64? = nil)
        -> TestSite.Call
    {
        let segment = author.segment(of: sequences.map { author.events[Int($0) - 1] })
        return site.call(
            "PUT", "/v1/express/\(author.log.site)/\(author.log.incarnation)/\(last ?? sequences.last ?? 0)",
            body: sequences.isEmpty ? [] : SegmentCoding.encode(segment, using: Zstd()))
    }

    private static func express(_ site: TestSite, after cursor: FeedCursor, _ window: ExpressWindow) async throws -> ExpressAnswer
    {
        let query = "after=\(cursor)&above=\(window.above)" + (window.below.map { "&below=\($0)" } ?? "")
        let answer = try await site.send(site.call("GET", "/v1/feeds/\(site.id)/express", query: query))
        #expect(answer.status == 200, "\(answer.text)")
        return try ExpressAnswer(bytes: answer.body)
    }

    @Test func `an urgent case goes ahead, is seen at once by whoever reads, and the log goes on`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Self.author(of: north)
            let answer = try await north.send(Self.ahead(north, author, [3, 5]))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try SyncCoding.pushAnswer(answer.body) == PushAnswer(head: 0, hash: .zero))
            #expect(try await lake.page(after: nil).flatMap { try $0.ids } == [author.events[2].id, author.events[4].id])
            let hello = try await north.hello()
            let held = try SyncCoding.helloAnswer(hello.body).logs
            #expect(held == [.init(log: author.log, head: 0, hash: .zero, highest: 5)])
            // What was sent ahead joins what comes.
            #expect(try await north.pushed(author, 1...2).head == 3)
            #expect(try await north.pushed(author, 4...4).head == 5)
            #expect(try await north.pushed(author, 6...6).head == 6)
            #expect(try await lake.page(after: nil).flatMap { try $0.ids }.count == 6)
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
        }
    }

    @Test func `a site that reads is given what is urgent ahead of its feed, under the hub's signature`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Self.author(of: north)
            try await north.pushed(author, 1...6)
            let generation = try SyncCoding.helloAnswer(try await lake.hello().body).generation
            let start = FeedCursor.start(of: generation)
            let answer = try await Self.express(lake, after: start, ExpressWindow(above: 0))
            let segment = try SegmentCoding.decode(answer.segment, using: Zstd())
            #expect(segment.events.map(\.id) == [author.events[2].id, author.events[4].id])
            let key = try HubFolder(opening: hub.folder).key.publicKey
            #expect(answer.isSigned(segment.events, for: lake.id, after: start, by: key))
            #expect(!answer.isSigned(segment.events.dropLast(), for: lake.id, after: start, by: key))
            #expect(!answer.isSigned(segment.events, for: north.id, after: start, by: key))
            #expect(answer.highest == 5 && answer.lowest == 5)
            #expect(try await Self.express(lake, after: start, ExpressWindow(above: 5)).segment.isEmpty)
            #expect(try await Self.express(lake, after: start, ExpressWindow(above: 0, below: 5)).segment.isEmpty)
            #expect(
                try await Self.express(north, after: start, ExpressWindow(above: 0)).segment.isEmpty,
                "nothing comes back to its author")
            let foreign = try await north.send(north.call("GET", "/v1/feeds/lakeview/express", query: "after=\(start)"))
            #expect(foreign.status == 404)
            let none = try await lake.send(lake.call("GET", "/v1/feeds/lakeview/express", query: "after=nonsense"))
            #expect(none.code == "BAD_CURSOR")
        }
    }

    @Test func `what went ahead comes back to its own site alone, and only where it lies beyond the whole`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Self.author(of: north)
            #expect(try await north.send(Self.ahead(north, author, [3, 5])).status == 200)
            func fetch(_ site: TestSite, _ first: UInt64, query: String = "ahead=1") async throws -> HTTPClientResponse {
                let path = "/v1/logs/\(author.log.site)/\(author.log.incarnation)/segments/\(first)"
                return try await site.send(site.call("GET", path, query: query))
            }
            let part = try SegmentCoding.decode(try await fetch(north, 1).body, using: Zstd())
            #expect(part.events.map(\.id) == [author.events[2].id, author.events[4].id])
            #expect(
                try SegmentCoding.decode(try await fetch(north, 4).body, using: Zstd()).events.map(\.id) == [author.events[4].id])
            #expect(try await fetch(north, 6).status == 404)
            #expect(try await fetch(north, 3, query: "").status == 404, "nothing is whole yet")
            #expect(try await fetch(lake, 1).status == 404, "unknown and forbidden answer alike")
            try await north.pushed(author, 1...2)
            #expect(try await fetch(north, 3).status == 404, "that is whole now")
            #expect(try await fetch(north, 3, query: "").status == 200)
        }
    }

    @Test func `what may not go ahead is refused with its reason, and nothing is stored`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview")
            let author = Self.author(of: north)
            func refused(_ status: Int, _ code: ProblemCode, _ call: TestSite.Call) async throws {
                try await expectRefused(hub, status, code, then: north) { try await north.send(call) }
            }
            try await refused(400, .emptyBody, Self.ahead(north, author, [], last: 1))
            try await refused(422, .outOfRange, Self.ahead(north, author, [3], last: 4))
            try await refused(422, .outOfRange, Self.ahead(north, author, [4, 3]))
            try await refused(503, .pastMissing, Self.ahead(north, author, [5]))
            try await refused(403, .siteMismatch, Self.ahead(north, Self.author(of: lake), [3]))
            var broken = Self.ahead(north, author, [3])
            broken.body[broken.body.count - 1] ^= 1
            try await refused(400, .badChecksum, broken)
            var twin = StoreContract.Author("northside")
            for _ in 0..<3 { twin.comment("twin", on: .sample(3)) }
            #expect(try await north.send(Self.ahead(north, author, [3])).status == 200)
            let fork = try await north.send(Self.ahead(north, twin, [3]))
            #expect(fork.status == 409 && fork.code == "fork", "\(fork.text)")
            let after = try await north.send(Self.ahead(north, author, [3]))
            #expect(after.code == "SITE_QUARANTINED")
        }
    }
}
