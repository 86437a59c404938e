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

/// What a site pulls: everything it is entitled to, once, in order, and not a word of anything else.
struct FeedTests {
    /// The problem without the request's number, which is another each time.
    private static func anonymous(_ answer: HTTPClientResponse) -> String {
        var document = answer.problem ?? [:]
        document["requestID"] = nil
        return "\(answer.status) \(document.sorted { $0.key < $1.key })"
    }

    @Test func `another site's feed and logs answer as ones that are not there`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview")
            try await lake.pushed(.chain(of: lake, count: 2), 1...2)
            let before = try await hub.standing()
            let nowhere = try #require(SiteID("nowhere"))
            let foreign = try await north.send(north.feedCall(of: lake.id))
            let unknown = try await north.send(north.feedCall(of: nowhere))
            #expect(foreign.status == 404 && foreign.code == "NOT_FOUND")
            #expect(Self.anonymous(foreign) == Self.anonymous(unknown))
            for tail in ["/segments/1", "/checkpoint", "/proof"] {
                let query = tail == "/proof" ? "size=2&leaf=1" : ""
                var answers: [String] = []
                for (site, incarnation) in [("lakeview", 1), ("nowhere", 1), ("lakeview", 9)] {
                    let path = "/v1/logs/\(site)/\(Incarnation(bits: UInt64(incarnation)))" + tail
                    let answer = try await north.send(north.call("GET", path, query: query))
                    #expect(answer.status == 404 && answer.code == "NOT_FOUND", "\(path): \(answer.text)")
                    answers.append(Self.anonymous(answer))
                }
                #expect(Set(answers).count == 1, "\(tail)")
            }
            #expect(try await hub.standing() == before)
            #expect(try await lake.hello().status == 200)
        }
    }

    @Test func `a feed goes on after exactly the place that a cursor names`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 12)
            var cursors: [(count: Int, cursor: FeedCursor)] = []
            var held = 0
            for range in [1...1, 2...4, 5...5, 6...11, 12...12] as [ClosedRange<UInt64>] {
                try await north.pushed(author, range)
                let page = try await lake.page(after: cursors.last?.cursor)
                #expect(
                    try page.flatMap { try $0.ids } == author.events[Int(range.lowerBound) - 1..<Int(range.upperBound)].map(\.id))
                held += range.count
                cursors.append((held, try #require(page.last?.cursor)))
            }
            for (count, cursor) in cursors {
                let page = try await lake.page(after: cursor)
                #expect(try page.flatMap { try $0.ids } == author.events.dropFirst(count).map(\.id))
                #expect(page.last?.isCaughtUp == true && page.last?.cursor == cursors.last?.cursor)
            }
            #expect(try await lake.page().flatMap { try $0.ids } == author.events.map(\.id))
            // What a site recorded itself does not come back to it.
            #expect(try await north.page().flatMap { try $0.ids }.isEmpty)
        }
    }

    @Test func `a cursor that is none, of another numbering or beyond the feed is refused with what to do`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            for place in 1...4 as ClosedRange<UInt64> { try await north.pushed(.chain(of: north, count: 4), place...place) }
            let good = try #require(try await lake.page().last?.cursor)
            for text in ["x", "AAAA", String(good.description.dropLast()), good.description + "AA", "..%2f", "%00"] {
                try await expectRefused(hub, 400, .badCursor, then: lake) { try await lake.send(lake.feedCall(after: text)) }
            }
            let generation = good.generation.description
            for cursor in [
                FeedCursor(generation: Generation(bits: good.generation.bits ^ 1), position: good.position, digest: good.digest),
                FeedCursor(generation: good.generation, position: good.position + 1, digest: good.digest),
                FeedCursor(generation: good.generation, position: .max, digest: good.digest),
                FeedCursor(generation: good.generation, position: good.position, digest: good.digest ^ 1),
            ] {
                try await expectRefused(hub, 409, .generation, facts: ["generation": generation], then: lake) {
                    try await lake.send(lake.feedCall(after: cursor.description))
                }
                // A stream says so too, before it begins.
                var call = lake.feedCall(after: cursor.description)
                call.fields = [("Accept", SyncCoding.streamMediaType)]
                let opening = call
                try await expectRefused(hub, 409, .generation, then: lake) { try await lake.send(opening) }
            }
            // Within the feed, but with the digest of another place.
            let inside = FeedCursor(generation: good.generation, position: 2, digest: good.digest)
            try await expectRefused(hub, 409, .generation, facts: ["generation": generation], then: lake) {
                try await lake.send(lake.feedCall(after: inside.description))
            }
            #expect(try await lake.page(after: good).flatMap { try $0.ids }.isEmpty)
        }
    }

    @Test func `a wait that is no number from 0 to 55 is refused`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            for wait in ["56", "-1", "1000000000", "99999999999999999999", "1.5", "x", "0x1"] {
                try await expectRefused(hub, 422, .outOfRange, then: north) { try await north.send(north.feedCall(wait: wait)) }
            }
        }
    }

    @Test func `a long poll answers as soon as something comes, and at the end of its wait when nothing does`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let clock = ContinuousClock()
            let start = clock.now
            let empty = try await lake.page(wait: 1)
            #expect(try empty.flatMap { try $0.ids }.isEmpty && empty.last?.isCaughtUp == true)
            #expect(clock.now - start >= .milliseconds(900))
            async let waiting = lake.page(wait: 50)
            try await hub.until("the poll is heard") {
                try await hub.ask(.siteShow(id: "lakeview")).json.contains("seenSecondsAgo")
            }
            let began = clock.now
            try await north.pushed(.chain(of: north, count: 1), 1...1)
            #expect(try await waiting.flatMap { try $0.ids }.count == 1)
            #expect(clock.now - began < .seconds(20))
        }
    }

    @Test func `a site that is revoked while it waits gets nothing more`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            _ = try await lake.page()
            async let waiting = lake.send(lake.feedCall(wait: "50"))
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await hub.ask(.siteRevoke(id: "lakeview", reason: "stolen")).exit == 0)
            try await north.pushed(.chain(of: north, count: 1), 1...1)
            let answer = try await waiting
            #expect(answer.status == 403 && answer.code == "SITE_REVOKED", "\(answer.text)")
        }
    }

    @Test func `a site gets the cases that it takes part in, their whole past first, and no others`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview")
            var author = Author.chain(of: north, count: 3)
            author.comment(on: .sample(2))
            try await north.pushed(author, 1...4)
            #expect(try await lake.page().flatMap { try $0.ids }.isEmpty)
            author.route(.sample(1), to: lake.id, after: [author.events[2]])
            try await north.pushed(author, 5...5)
            let ids = try await lake.page().flatMap { try $0.ids }
            #expect(ids == [0, 1, 2, 4].map { author.events[$0].id })
        }
    }
}

extension LiveHub {
    /// Waits for something that comes soon; looks again each 10 ms, bounded.
    func until(
        _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ isSo: () async throws -> Bool
    ) async throws {
        for _ in 0..<1500 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record(what, sourceLocation: sourceLocation)
    }
}
