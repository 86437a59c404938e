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

/// What one site, or somebody who is none, may ask of a hub at most.
struct SiteLimitTests {
    @Test func `a body is not waited for before somebody has shown who he is`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            for (path, code) in [("PUT /v1/logs/northside/1/segments/1", "BAD_SIGNATURE"), ("POST /v1/hello", "BAD_SIGNATURE")] {
                let start = ContinuousClock.now
                // The megabyte never comes; where it was waited for, the answer would be 408 after seconds.
                let answer = try await RawExchange.of(
                    hub.port, "\(path) HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains(code), "\(answer)")
                #expect(ContinuousClock.now - start < .seconds(4))
            }
            let join = try await hub.http.send(
                HTTPClientRequest(method: "POST", url: hub.url + "/v1/join", body: [UInt8](repeating: 1, count: 100_000)))
            #expect(join.status == 413)
            #expect(try await north.hello().status == 200)
        }
    }

    @Test func `a body that is not the one whose digest was signed is refused`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let answer = try await north.send(north.helloCall()) { $0.body.append(0) }
            #expect(answer.status == 401 && answer.code == "BAD_SIGNATURE")
        }
    }

    @Test func `a site has so many calls under way and no more, another site is not held up, and one that ends makes room`()
        async throws
    {
        var limits = SiteLimits()
        limits.callsMax = 3
        try await LiveHub.run(siteLimits: limits) { hub in
            let (north, lake) = (try await hub.joined("northside"), try await hub.joined("lakeview", allCases: true))
            let waits = (1...3).map { _ in
                Task {
                    // While the others begin, the looks below may take the last place.
                    var status = 429
                    while status == 429 { status = try await lake.send(lake.feedCall(wait: "50")).status }
                    return status
                }
            }
            try await hub.until("all wait") { try await lake.hello().status == 429 }
            let refused = try await lake.hello()
            #expect(refused.status == 429 && refused.code == "TOO_MANY_REQUESTS" && refused.header("Retry-After") != nil)
            #expect(try await north.hello().status == 200)
            // What is urgent is not refused for its number.
            #expect(try await lake.send(Self.ahead(lake, Self.urgent(lake))).status == 200)
            try await north.pushed(.chain(of: north, count: 1), 1...1)
            for wait in waits { #expect(try await wait.value == 200) }
            try await hub.until("there is room") { try await lake.hello().status == 200 }
        }
    }

    @Test func `an open feed counts until it ends`() async throws {
        var limits = SiteLimits()
        limits.callsMax = 1
        try await LiveHub.run(siteLimits: limits) { hub in
            let (north, lake) = (try await hub.joined("northside"), try await hub.joined("lakeview", allCases: true))
            var call = lake.feedCall()
            call.fields = [("Accept", SyncCoding.streamMediaType)]
            call.limits = .heldOpen
            let request = try lake.signed(call)
            let heard = ConflictRouteTests.Heard()
            let stream = Task {
                try await hub.http.stream(request, onHead: { _ in true }, onBytes: { _ in heard.take("feed") })
            }
            try await hub.until("the feed is open") { heard.text.contains("feed") }
            #expect(try await lake.hello().status == 429)
            stream.cancel()
            _ = try? await stream.value  // cancelled
            // A reader that is gone shows when something is written to it.
            let author = Author.chain(of: north, count: 2)
            try await hub.until("its end is known") {
                try await north.pushed(author, 1...2)
                return try await lake.hello().status == 200
            }
        }
    }

    @Test func `a site pushes so many events a second for long, its saved up ones at once, and what is urgent always`()
        async throws
    {
        var limits = SiteLimits()
        limits.eventsPerSecond = 2
        limits.burstSeconds = 5
        try await LiveHub.run(siteLimits: limits) { hub in
            let (north, lake) = (try await hub.joined("northside"), try await hub.joined("lakeview"))
            var author = Self.urgent(north)
            for _ in 1...30 { author.comment(on: .sample(1)) }
            // One push is never cut: it is taken whole where anything may be pushed, and paid for afterwards.
            #expect(try await north.pushed(author, 1...16).head == 16)
            let refused = try await north.send(north.push(author, 17...17))
            #expect(refused.status == 429 && refused.code == "TOO_MANY_REQUESTS")
            #expect(refused.header("Retry-After") == "4", "16 taken of 10: 3 s until there is room for one")
            #expect(try await lake.pushed(.chain(of: lake, count: 3), 1...3).head == 3)
            #expect(try await north.send(Self.ahead(north, author)).status == 200)
            hub.clock.move(milliseconds: 5_000)
            #expect(try await north.pushed(author, 17...17).head == 17)
        }
    }

    @Test func `without a rate a site pushes what it has`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 6_000)
            for first in stride(from: UInt64(1), to: 6_000, by: 1_500) {
                #expect(try await north.pushed(author, first...first + 1_499).head == first + 1_499)
            }
        }
    }

    @Test func `large pushes that find no room to be unpacked are told to come again, and those that wait are served`()
        async throws
    {
        let unpacking = Unpacking(width: 1, waitingMax: 1)
        let (first, release) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            try await unpacking.run {
                for await _ in first { break }
                return 1
            }
        }
        while unpacking.running == 0 { await Task.yield() }
        let second = Task { try await unpacking.run { 2 } }
        while unpacking.waiting == 0 { await Task.yield() }
        do {
            _ = try await unpacking.run { 3 }
            Issue.record("it was taken")
        } catch let problem as Problem { #expect(problem.code == .tooManyRequests && problem.retryAfterSeconds != nil) }
        release.yield()
        #expect(try await running.value == 1)
        #expect(try await second.value == 2)
        #expect(unpacking.waiting == 0 && unpacking.running == 0)
    }

    private static func urgent(_ site: TestSite) -> StoreContract.Author {
        var author = StoreContract.Author(site.id.text)
        _ = author.order(.sample(3), priority: .stat)
        return author
    }

    private static func ahead(_ site: TestSite, _ author: StoreContract.Author) -> TestSite.Call {
        site.call(
            "PUT", "/v1/express/\(author.log.site)/\(author.log.incarnation)/1",
            body: SegmentCoding.encode(author.segment(of: [author.events[0]]), using: Zstd()))
    }
}
