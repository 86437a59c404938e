import Crypto
import CurlHTTP
import EventLog
import Foundation
import Hub
import ImagingCase
import Problems
import Replication
import SQLiteStore
import StoreContract
import Synchronization
import TestServers
import Testing
import Web
import Wire

@testable import SiteAgent

/// What is urgent goes ahead of a backlog, to the hub and from it, and changes nothing of what all come to.
struct ExpressLaneTests {
    fileprivate static let backlog = Int(Express.backlogMin) + 200

    @Test func `with a backlog waiting an urgent case is at the reading site first, and all agree when the rest has come`()
        async throws
    {
        let network = try await TestNetwork()
        let ids = try await network.record()
        try await network.sendAhead()
        let early = try await network.lakeview.sync()
        #expect(early.status.problem == nil && early.status.pulled == 2)
        try await network.lakeview.open { site throws in for id in ids { #expect(try site.store.hash(of: id) != nil) } }
        let rest = try await network.northside.sync()
        #expect(rest.status.problem == nil && rest.pending == 0 && rest.status.sentAhead == 2, "\(rest.status)")
        #expect(rest.confirmed == UInt64(ExpressLaneTests.backlog + 2))
        let late = try await network.lakeview.sync()
        #expect(late.status.problem == nil && late.status.pulled == UInt64(ExpressLaneTests.backlog))
        try await network.expectEqual(events: ExpressLaneTests.backlog + 2)
        #expect(try await network.northside.sync().status.pulled == 0)
        await network.hub.stop()
    }

    @Test func `a reading site that comes back after long gets the urgent cases before the rest of its feed`() async throws {
        let network = try await TestNetwork()
        try await network.record()
        #expect(try await network.northside.sync().pending == 0)
        let outcome = try await network.lakeview.sync()
        #expect(outcome.status.problem == nil && outcome.status.receivedAhead == 2, "\(outcome.status)")
        #expect(outcome.status.pulled == UInt64(ExpressLaneTests.backlog + 2), "each event counts once")
        try await network.expectEqual(events: ExpressLaneTests.backlog + 2)
        await network.hub.stop()
    }

    @Test func `a site that lost the middle of its log gives what is left of it, and keeps what had gone ahead`() async throws {
        let network = try await TestNetwork()
        var author = StoreContract.Author(log: try await network.northside.open { try $0.store.ownLog().log })
        let order = author.order(.sample(1), priority: .stat)
        author.comment(on: .sample(2))
        let kept = author.events
        try await network.northside.open { try $0.store.append(kept) }
        let backup = try await network.northside.copied(as: "backup")
        for number in 0..<UInt64(ExpressLaneTests.backlog) { author.comment(on: .sample(3 + number % 9)) }
        let last = author.comment("done", on: .sample(1), after: [order])
        let lost = Array(author.events.dropFirst(2))
        try await network.northside.open { try $0.store.append(lost) }
        try await network.sendAhead()
        try await network.northside.restore(from: backup)
        // The hub holds the first event and the last; this site the first two: the second still goes, the last comes back.
        for _ in 0..<2 {
            let outcome = try await network.northside.sync()
            #expect(outcome.status.problem == nil && outcome.pending == 0, "\(String(describing: outcome.status.problem))")
        }
        _ = try await network.lakeview.sync()
        try await network.expectEqual(events: 3)
        try await network.lakeview.open { site throws in
            for id in [order.id, kept[1].id, last.id] { #expect(try site.store.hash(of: id) != nil) }
            #expect(try site.store.hash(of: lost[0].id) == nil, "what nobody holds any more is gone")
        }
        await network.hub.stop()
    }

    /// A copy of a site that went on by itself, and what the original recorded meanwhile, urgent events of it ahead of the rest.
    private func divided(_ network: TestNetwork) async throws -> TestSite {
        var author = StoreContract.Author(log: try await network.northside.open { try $0.store.ownLog().log })
        author.comment(on: .sample(2))
        let shared = author.events
        try await network.northside.open { try $0.store.append(shared) }
        let clone = try await network.northside.copied(as: "clone")
        try await clone.comment(1, tag: "the second")
        let order = author.order(.sample(1), priority: .stat)
        for number in 0..<UInt64(ExpressLaneTests.backlog) { author.comment(on: .sample(3 + number % 9)) }
        author.comment("done", on: .sample(1), after: [order])
        let rest = Array(author.events.dropFirst())
        try await network.northside.open { try $0.store.append(rest) }
        return clone
    }

    /// The hub knows no end of the log to compare with, only that there is more of it: so the copy goes on as a new incarnation before anybody
    /// sees two histories, and what it then fetches does not fit what it holds.
    @Test func `a copy that meets urgent events of the original shows the hub its own history instead of asking for ever`()
        async throws
    {
        let network = try await TestNetwork()
        let clone = try await divided(network)
        try await network.sendAhead()
        #expect(try await clone.sync().status.problem?.code == .fork)
        #expect(try await clone.sync().status.problem == nil, "what is left of it goes on as a new incarnation")
        let doctor = try await network.hub.ask(.doctor).text
        #expect(doctor.contains("FAIL  histories   two of northside~"), "\(doctor)")
        await network.hub.stop()
    }

    @Test func `a copy that went on before the original had sent anything shows the hub its own history too`() async throws {
        let network = try await TestNetwork()
        let clone = try await divided(network)
        try await clone.open { site throws in _ = try site.store.reincarnate(drawn: 7) }
        for _ in 0..<2 { #expect(try await network.northside.sync().status.problem == nil) }
        #expect(try await clone.sync().status.problem?.code == .fork)
        #expect(try await clone.sync().status.problem == nil)
        await network.hub.stop()
    }

    /// The hub holds one history's second event and the other's third, which had gone ahead: the ends that are compared are the same.
    @Test(arguments: [false, true])
    func `two histories that share an end at the hub are found where they differ`(isEarlier: Bool) async throws {
        let network = try await TestNetwork()
        var author = Author(log: try await network.northside.open { try $0.store.ownLog().log })
        author.comment(on: .sample(2))
        let shared = author.events
        try await network.northside.open { try $0.store.append(shared) }
        let clone = try await network.northside.copied(as: "clone")
        try await clone.comment(1, tag: "the second")
        author.comment(on: .sample(3))
        let order = author.order(.sample(1), priority: .stat)
        for number in 0..<UInt64(ExpressLaneTests.backlog) { author.comment(on: .sample(4 + number % 9)) }
        author.comment("done", on: .sample(1), after: [order])
        let rest = Array(author.events.dropFirst())
        try await network.northside.open { try $0.store.append(rest) }
        try await network.sendAhead()
        #expect(try await clone.sync().status.problem == nil)
        if isEarlier { try await network.northside.open { site throws in _ = try site.store.reincarnate(drawn: 7) } }
        let outcome = try await network.northside.sync()
        #expect(outcome.status.problem?.code == .fork, "\(String(describing: outcome.status.problem))")
        let doctor = try await network.hub.ask(.doctor).text
        #expect(doctor.contains("FAIL  histories   two of northside~"), "\(doctor)")
        await network.hub.stop()
    }

    @Test func `a site that lost its log gets back what had gone ahead of it`() async throws {
        let network = try await TestNetwork()
        let empty = try await network.northside.copied(as: "empty")
        let ids = try await network.record()
        try await network.sendAhead()
        try await network.northside.restore(from: empty)
        let outcome = try await network.northside.sync()
        #expect(outcome.status.problem == nil, "\(String(describing: outcome.status.problem))")
        try await network.northside.open { site throws in
            for id in ids { #expect(try site.store.hash(of: id) != nil) }
            #expect(site.store.log != ids[0].log, "it goes on under a new incarnation")
            let state = try #require(try site.store.state(of: ids[0].log))
            #expect(state.head == 0 && state.highest == ids[1].sequence)
        }
        try await network.northside.comment(2, tag: "after")
        #expect(try await network.northside.sync().pending == 0)
        _ = try await network.lakeview.sync()
        try await network.expectEqual(events: 4)
        let exit = try await network.northside.open { await $0.desk.answer(.logVerify(states: true)).exit }
        #expect(exit == 0)
        await network.hub.stop()
    }

    /// Syncs with a hub that says that much waits, and gives one urgent event under a key.
    private func sync(_ site: OpenSite, offered event: HashedEvent, under key: Curve25519.Signing.PrivateKey) async throws
        -> ManualSync.Outcome
    {
        let hub = try FalseHub(before: site)
        let name = site.store.site
        let server = ScriptedServer { request, connection in
            if request.path == "/v1/hello" {
                let hello = HelloAnswer(
                    wireVersion: 1, generation: hub.generation, logs: [], cursorIsGood: true, feedHead: 100_000,
                    hubTime: Agent.wallClock(), quarantined: [])
                return connection.answer(bytes: SyncCoding.encode(hello))
            }
            let after = request.path.components(separatedBy: "after=").last?.components(separatedBy: "&").first ?? ""
            guard request.path.contains("/express"), let cursor = FeedCursor(after) else {
                return hub.wellBehaved(request, connection)
            }
            guard !request.path.contains("below=") else { return connection.answer(bytes: ExpressAnswer.none.bytes) }
            let part = ExpressPart(segment: Segment(events: [event], outside: [:]), highest: 90_000, lowest: 90_000)
            let bytes = SegmentCoding.encode(part.segment, using: Zstd())
            guard let answer = try? ExpressAnswer(part, segment: bytes, for: name, after: cursor, key: key) else { return .close }
            return connection.answer(bytes: answer.bytes)
        }
        defer { server.stop() }
        return try await site.sync(at: server.url)
    }

    @Test func `urgent events that the hub did not sign are not stored`() async throws {
        let network = try await TestNetwork()
        try await network.northside.comment(1, tag: "first")
        let held = try await network.northside.open { try $0.events() }
        var stranger = Author("farpoint")
        let order = stranger.order(.sample(1), priority: .stat)
        let outcome = try await network.northside.open { site in
            try await sync(site, offered: order, under: Curve25519.Signing.PrivateKey())
        }
        #expect(outcome.status.problem?.code == .badSignature, "\(String(describing: outcome.status.problem))")
        #expect(try await network.northside.open { try $0.events() } == held)
        await network.hub.stop()
    }

    @Test func `an urgent event that contradicts what is held stops nothing behind it`() async throws {
        let network = try await TestNetwork()
        try await network.lakeview.comment(1, tag: "true")
        try await network.lakeview.sync()
        try await network.northside.comment(1, tag: "first")
        try await network.northside.sync()
        try await network.northside.sync()
        let key = try HubFolder(opening: network.hub.path).key
        let other = try await network.lakeview.open { $0.store.log }
        var forger = Author(log: other)
        let forged = forger.order(.sample(1), priority: .stat)
        let held = try await network.northside.open { try $0.events() }
        let outcome = try await network.northside.open { site throws in
            #expect(try site.store.hash(of: forged.id) != nil, "its id is taken")
            return try await sync(site, offered: forged, under: key)
        }
        #expect(
            outcome.status.problem == nil && outcome.status.receivedAhead == 0, "\(String(describing: outcome.status.problem))")
        #expect(try await network.northside.open { try $0.events() } == held)
        await network.hub.stop()
    }

    @Test func `a hub without an express lane is met by the ordinary one`() async throws {
        let network = try await TestNetwork()
        try await network.record()
        let asked = Mutex(0)
        let outcome = try await network.northside.open { site in
            let hub = try FalseHub(before: site)
            let server = ScriptedServer { request, connection in
                guard request.path.contains("/express") else { return hub.wellBehaved(request, connection) }
                asked.withLock { $0 += 1 }
                connection.answer(
                    #"{"code":"NOT_FOUND","detail":"no such address"}"#, status: "404 Not Found",
                    fields: "Content-Type: application/problem+json\r\n")
                return .keep
            }
            defer { server.stop() }
            return try await site.sync(at: server.url, pulls: false)
        }
        #expect(asked.withLock { $0 } > 0, "the lane was tried")
        #expect(outcome.status.sentAhead == 0 && outcome.pending == 0, "\(String(describing: outcome.status.problem))")
        await network.hub.stop()
    }
}

extension TestNetwork {
    /// Records much, a STAT case in its middle and its end; gives that case's events.
    @discardableResult
    func record() async throws -> [EventID] {
        try await northside.open { site in
            var author = Author(log: try site.store.ownLog().log)
            for number in 0..<UInt64(ExpressLaneTests.backlog / 2) { author.comment(on: .sample(number % 50)) }
            let order = author.order(.sample(900), priority: .stat)
            for number in 0..<UInt64(ExpressLaneTests.backlog / 2) { author.comment(on: .sample(number % 50)) }
            let last = author.comment("done", on: .sample(900), after: [order])
            try site.store.append(author.events)
            return [order.id, last.id]
        }
    }

    /// Sends what is urgent and nothing else: the link goes down again at once.
    func sendAhead() async throws {
        try await northside.open { site in
            let http = HTTPClient()
            defer { http.close() }
            let client = HubClient(folder: site.folder, http: http, now: Agent.wallClock)
            let driver = SyncDriver(
                folder: site.folder, store: site.store, client: client, mode: .once(pushes: true, pulls: true),
                now: Agent.wallClock)
            let own = try site.store.ownLog()
            try await driver.sendAhead(own.log, beyond: 0, head: own.head)
            #expect(driver.current.sentAhead == 2)
            // What went is not sent again until something urgent is recorded.
            try await driver.sendAhead(own.log, beyond: 0, head: own.head)
            #expect(driver.current.sentAhead == 2)
        }
    }
}
