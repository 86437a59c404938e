import Crypto
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

/// What a site may do in each of its states, and what becomes of what it sent.
struct SiteStateTests {
    /// What `hub site show` says, as JSON.
    private static func show(_ hub: LiveHub, _ site: String) async throws -> [String: Any] {
        let answer = try await hub.ask(.siteShow(id: site))
        return try #require(JSONSerialization.jsonObject(with: Data(answer.json.utf8)) as? [String: Any])
    }

    private static func ids(_ frames: [FeedFrame]) throws -> [EventID] { try frames.flatMap { try $0.ids } }

    @Test func `what a suspended site sends is kept aside, and comes in in order when it is resumed`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 9)
            try await north.pushed(author, 1...3)
            let before = try await hub.standing()
            let cursor = try #require(try await lake.page().last?.cursor)
            #expect(try await hub.ask(.siteSuspend(id: "northside", reason: "looked into")).exit == 0)
            // It is given nothing, learns why, and what it sends is durable and counts nowhere.
            try await expectRefused(hub, 403, .siteSuspended) { try await north.send(north.feedCall()) }
            #expect(try await north.hello().status == 200)
            #expect(try await north.pushed(author, 4...6).head == 6)
            #expect(try await north.pushed(author, 7...9).head == 9)
            let answer = try await north.send(north.push(author, 7...9))
            #expect(
                answer.header("Filmjacket-Aside") == nil, "the site's own view stays whole: the events wait and are not refused")
            let held = try await hub.standing()
            #expect(held.digest == before.digest && held.events == 9)
            #expect(try await Self.show(hub, "northside")["held"] as? Int == 6)
            let nothing = try await lake.page(after: cursor)
            #expect(nothing.allSatisfy { $0.isCaughtUp })
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
            #expect(try await hub.ask(.siteResume(id: "northside")).exit == 0)
            #expect(try Self.ids(try await lake.page(after: cursor)) == author.events[3...].map(\.id))
            #expect(try await Self.show(hub, "northside")["held"] == nil)
            #expect(try await north.page().isEmpty == false)
            // As if nothing had been: the state is that of a hub that took all at once.
            let resumed = try await hub.standing().digest
            try await LiveHub.run { other in
                let twin = try await other.joined("northside")
                try await twin.pushed(Author.chain(of: twin, count: 9), 1...9)
                #expect(try await other.standing().digest == resumed)
            }
        }
    }

    @Test func `a restart changes nothing of what waits, and what a kill left undone is done then`() async throws {
        let folder = NSTemporaryDirectory() + "fj-hub-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        _ = try HubFolder.make(at: folder, name: "test")
        let digest = Shared("")
        try await LiveHub.reopen(folder) { (hub) async throws in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 4)
            try await north.pushed(author, 1...2)
            digest.set(try await hub.standing().digest)
            #expect(try await hub.ask(.siteSuspend(id: "northside", reason: "looked into")).exit == 0)
            try await north.pushed(author, 3...4)
        }
        try await LiveHub.reopen(folder) { (hub) async throws in
            #expect(try await Self.show(hub, "northside")["held"] as? Int == 2)
            #expect(try await hub.standing().digest == digest.value)
        }
        // Killed between the registry and the store: the file says active, the store has not let anything in.
        let registry = try SiteRegistry(folder: folder)
        try registry.resume("northside", now: Instant(milliseconds: 1))
        try await LiveHub.reopen(folder) { (hub) async throws in
            #expect(try await Self.show(hub, "northside")["held"] == nil)
            #expect(try await hub.standing().digest != digest.value)
            digest.set(try await hub.standing().digest)
        }
        try registry.revoke("northside", reason: "stolen", now: Instant(milliseconds: 2))
        try registry.cut("northside", [try #require(LogID("northside~0000000000000001")): 2])
        try await LiveHub.reopen(folder) { (hub) async throws in
            #expect(try await Self.show(hub, "northside")["withdrawn"] as? Int == 2)
            #expect(try await hub.standing().digest != digest.value)
        }
    }

    @Test func `a site that is revoked from a moment on keeps what came before and loses what came since`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 6)
            try await north.pushed(author, 1...2)
            let before = try await hub.standing()
            hub.clock.move(milliseconds: 60_000)
            let moment = Instant(milliseconds: hub.clock.now.milliseconds)
            hub.clock.move(milliseconds: 60_000)
            try await north.pushed(author, 3...5)
            let since = Self.text(moment)
            for bad in ["yesterday", "", Self.text(hub.clock.now.advanced(byMilliseconds: 60_000))] {
                #expect(try await hub.ask(.siteRevoke(id: "northside", reason: "stolen", since: bad)).exit == 65, "'\(bad)'")
            }
            #expect(try await hub.ask(.siteRevoke(id: "northside", reason: " ", since: since)).exit == 65)
            #expect(try await hub.ask(.siteRevoke(id: "elsewhere", reason: "stolen", since: since)).exit == 65)
            #expect(try await hub.ask(.siteRevoke(id: "northside", reason: "stolen", since: since)).exit == 0)
            #expect(try await Self.show(hub, "northside")["withdrawn"] as? Int == 3)
            let after = try await hub.standing()
            #expect(after.digest == before.digest && after.events == 5, "nothing is deleted, and nothing of it counts")
            try await expectRefused(hub, 403, .siteRevoked, then: lake) { try await north.send(north.push(author, 6...6)) }
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
            // Every site is told by the registry that the hub signs.
            let roster = try await lake.send(lake.call("GET", "/v1/roster"))
            let hubKey = Array(try HubFolder(opening: hub.folder).key.publicKey.rawRepresentation)
            let copy = try Roster(parsing: roster.text, hubKey: hubKey)
            #expect(copy.standing(of: author.log).objection(to: 2) == nil)
            #expect(copy.standing(of: author.log).objection(to: 3)?.code == .siteRevoked)
            // Joined anew it is another log; what was taken out stays out.
            let back = try await hub.joined("northside")
            try await back.pushed(.chain(of: back, incarnation: 2, count: 1, on: .sample(7)), 1...1)
            #expect(try await Self.show(hub, "northside")["withdrawn"] as? Int == 3)
        }
    }

    @Test func `what waited when a suspended site is revoked never comes in`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let author = Author.chain(of: north, count: 4)
            try await north.pushed(author, 1...2)
            let before = try await hub.standing().digest
            #expect(try await hub.ask(.siteSuspend(id: "northside", reason: "looked into")).exit == 0)
            try await north.pushed(author, 3...4)
            #expect(try await hub.ask(.siteRevoke(id: "northside", reason: "it was an intruder")).exit == 0)
            #expect(try await hub.ask(.siteResume(id: "northside")).exit == 1)
            #expect(try await hub.standing().digest == before)
            let back = try await hub.joined("northside")
            #expect(try await back.hello().status == 200)
            #expect(try await hub.standing().digest == before)
        }
    }

    @Test func `a retired site's log is sealed at its signed head and stays provable`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview", allCases: true)
            let author = Author.chain(of: north, count: 4)
            try await north.pushed(author, 1...3)
            #expect(try await hub.ask(.siteRetire(id: "northside", reason: "closed")).exit == 0)
            let sealed = try #require(try await Self.show(hub, "northside")["sealed"] as? [[String: Any]])
            #expect(sealed.count == 1 && sealed[0]["size"] as? Int == 3)
            #expect(sealed[0]["root"] as? String == author.tree(size: 3).root.description)
            try await expectRefused(hub, 403, .siteRetired, then: lake) { try await north.send(north.push(author, 4...4)) }
            try await expectRefused(hub, 403, .siteRetired, then: lake) { try await north.hello() }
            #expect(try Self.ids(try await lake.page()) == author.events[..<3].map(\.id))
            let proof = try await lake.send(
                lake.call("GET", "/v1/logs/northside/0000000000000001/proof", query: "from=1&size=3"))
            #expect(proof.status == 200)
            #expect(try await hub.ask(.siteRetire(id: "northside", reason: "again")).exit == 0, "the same again changes nothing")
            #expect(try await hub.ask(.siteSuspend(id: "northside", reason: "again")).exit == 1)
            let again = try await hub.ask(.siteAdd(id: "northside", kind: "imaging", allCases: false, label: ""))
            #expect(again.exit == 5 && again.remark.hasPrefix("SITE_RETIRED"))
        }
    }

    @Test(arguments: ["suspend", "retire", "revoke"])
    func `a long poll and an open stream end within five seconds`(_ how: String) async throws {
        try await LiveHub.run { hub in
            let lake = try await hub.joined("lakeview", allCases: true)
            _ = try await lake.page()
            async let poll = lake.send(lake.feedCall(wait: "50"))
            var call = lake.feedCall()
            call.fields = [("Accept", SyncCoding.streamMediaType)]
            call.limits = .heldOpen
            let request = try lake.signed(call)
            let heard = ConflictRouteTests.Heard()
            let stream = Task {
                try await hub.http.stream(request, onHead: { _ in true }, onBytes: { _ in heard.take("feed") })
            }
            try await hub.until("the stream is open") { heard.text.contains("feed") }
            let began = ContinuousClock.now
            switch how {
            case "suspend": #expect(try await hub.ask(.siteSuspend(id: "lakeview", reason: "looked into")).exit == 0)
            case "retire": #expect(try await hub.ask(.siteRetire(id: "lakeview", reason: "closed")).exit == 0)
            default: #expect(try await hub.ask(.siteRevoke(id: "lakeview", reason: "stolen")).exit == 0)
            }
            let code = ["suspend": "SITE_SUSPENDED", "retire": "SITE_RETIRED", "revoke": "SITE_REVOKED"][how]
            let answer = try await poll
            #expect(answer.status == 403 && answer.code == code, "\(answer.text)")
            _ = await stream.result
            #expect(ContinuousClock.now - began < .seconds(5))
            let next = try await lake.send(lake.feedCall())
            #expect(next.status == 403 && next.code == code)
        }
    }

    @Test func `a site that needs approval waits with its key until the check digits were compared`() async throws {
        try await LiveHub.run { hub in
            let added = try await hub.ask(
                .siteAdd(id: "northside", kind: "imaging", allCases: false, label: "", approval: true))
            let code = added.text
            let north = TestSite(id: try #require(SiteID("northside")), hub: hub)
            let thief = TestSite(id: north.id, hub: hub)
            #expect(try await hub.ask(.siteApprove(id: "northside")).exit == 1, "nobody has joined yet")
            let first = try await north.join(code)
            #expect(first.status == 403 && first.code == "SITE_PENDING", "\(first.text)")
            try await expectRefused(hub, 403, .joinCodeRefused) { try await thief.join(code) }
            try await expectRefused(hub, 403, .sitePending) { try await north.join(code) }
            try await expectRefused(hub, 403, .sitePending) { try await north.hello() }
            let shown = try await Self.show(hub, "northside")
            let digits = CheckDigits.text(
                hub: try JoinCode(parsing: code).fingerprint, site: Array(north.key.publicKey.rawRepresentation))
            #expect(shown["state"] as? String == "pending" && shown["checkDigits"] as? String == digits)
            // The code's fifteen minutes are for showing it, not for whoever compares.
            hub.clock.move(milliseconds: 2 * JoinCode.lifetimeMilliseconds)
            #expect(try await hub.ask(.siteApprove(id: "northside")).exit == 0)
            try await expectRefused(hub, 403, .joinCodeRefused) { try await thief.join(code) }
            #expect(try await north.join(code).status == 200)
            // An answer that was lost is given again, to that key alone.
            #expect(try await north.join(code).status == 200)
            #expect(try await north.hello().status == 200)
            #expect(try await north.pushed(.chain(of: north, count: 1), 1...1).head == 1)
        }
    }

    /// RFC 3339, to the second.
    private static func text(_ instant: Instant) -> String {
        Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000).formatted(.iso8601)
    }
}

/// A value that a test hands from one hub's life to the next.
final class Shared<Value: Sendable>: @unchecked Sendable {  // because the lives follow one another
    private(set) var value: Value

    init(_ value: Value) { self.value = value }

    func set(_ value: Value) { self.value = value }
}
