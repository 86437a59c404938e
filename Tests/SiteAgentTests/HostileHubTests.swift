import EventLog
import Foundation
import Problems
import Replication
import SQLiteStore
import TestServers
import Testing
import Web
import Wire

@testable import SiteAgent

/// Whatever answers in the hub's place: the site's log stays as it was, the cause is named, and the real hub gets everything once.
struct HostileHubTests {
    /// One kind of bad answer, with the codes that may name it.
    struct Trick: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let codes: Set<ProblemCode>
        let script: @Sendable (FalseHub, ScriptedServer.Request, Connection) -> ScriptedServer.After

        init(
            _ name: String, _ codes: Set<ProblemCode>,
            _ script: @escaping @Sendable (FalseHub, ScriptedServer.Request, Connection) -> ScriptedServer.After
        ) {
            (testDescription, self.codes, self.script) = (name, codes, script)
        }

        /// A hub that greets well and answers pages with these bytes.
        static func feed(_ name: String, _ codes: Set<ProblemCode>, _ bytes: @escaping @Sendable (FalseHub) -> [UInt8]) -> Trick {
            Trick(name, codes) { hub, request, connection in
                if request.path.hasPrefix("/v1/feeds") { return connection.answer(bytes: bytes(hub)) }
                return hub.wellBehaved(request, connection)
            }
        }

        /// A hub that greets well and answers pushes with a text.
        static func push(
            _ name: String, _ codes: Set<ProblemCode>, status: String, fields: String = "", body: String = ""
        ) -> Trick {
            Trick(name, codes) { hub, request, connection in
                guard request.head.hasPrefix("PUT") else { return hub.wellBehaved(request, connection) }
                connection.answer(body, status: status, fields: fields)
                return .keep
            }
        }

        /// Something that answers everything with a text.
        static func all(_ name: String, _ codes: Set<ProblemCode>, status: String, fields: String = "", body: String = "")
            -> Trick
        {
            Trick(name, codes) { _, _, connection in
                connection.answer(body, status: status, fields: fields)
                return .keep
            }
        }
    }

    static let html = "<!doctype html><title>Sign in to the hospital's guest network</title>"
    static let problemType = "Content-Type: application/problem+json\r\n"
    static let tricks: [Trick] = [
        .all("a sign-in page", [.proxyAnswered], status: "200 OK", fields: "Content-Type: text/html\r\n", body: html),
        .all(
            "a redirect for good", [.proxyAnswered], status: "301 Moved Permanently", fields: "Location: http://127.0.0.1:1/\r\n"),
        .all("a redirect for now", [.proxyAnswered], status: "302 Found", fields: "Location: /elsewhere\r\n"),
        .all("a proxy's 503", [.proxyAnswered], status: "503 Service Unavailable", fields: "Retry-After: 1\r\n", body: html),
        .all(
            "429 with an endless wait", [.tooManyRequests], status: "429 Too Many Requests",
            fields: "Retry-After: 9223372036854775807\r\n" + problemType, body: #"{"code":"TOO_MANY_REQUESTS","detail":"later"}"#),
        .all(
            "503 with a wait below zero", [.draining], status: "503 Service Unavailable",
            fields: "Retry-After: -9223372036854775808\r\n" + problemType, body: #"{"code":"DRAINING","detail":"stopping"}"#),
        .all("an empty 200", [.proxyAnswered, .malformed], status: "200 OK"),
        Trick("half an answer", [.hubUnreachable]) { _, _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
            return .close
        },
        Trick("silence", [.hubUnreachable]) { _, _, connection in
            connection.waitForClose()
            return .close
        },
        Trick("no HTTP", [.proxyAnswered, .hubUnreachable]) { _, _, connection in
            connection.send("SSH-2.0-OpenSSH_9.2\r\n")
            return .close
        },
        Trick("a cut at each push", [.hubUnreachable]) { hub, request, connection in
            guard request.head.hasPrefix("PUT") else { return hub.wellBehaved(request, connection) }
            return .close
        },
        .push(
            "the same gap for ever", [.gap], status: "409 Conflict", fields: problemType,
            body: #"{"code":"gap","detail":"no","expected":1}"#),
        .push(
            "a gap before the first", [.gap], status: "409 Conflict", fields: problemType,
            body: #"{"code":"gap","detail":"no","expected":0}"#),
        .push("a push answered by a page", [.proxyAnswered], status: "200 OK", body: html),
        Trick("a push that is confirmed with another hash", [.proxyAnswered]) { hub, request, connection in
            guard request.head.hasPrefix("PUT") else { return hub.wellBehaved(request, connection) }
            let other = PushAnswer(head: hub.lastOfPush, hash: .sha256([1]))
            return connection.answer(bytes: SyncCoding.encode(other))
        },
        Trick("a push that is never taken", [.gap]) { hub, request, connection in
            guard request.head.hasPrefix("PUT") else { return hub.wellBehaved(request, connection) }
            return connection.answer(bytes: SyncCoding.encode(PushAnswer(head: 0, hash: .zero)))
        },
        .feed("a feed of garbage", [.proxyAnswered, .malformed]) { _ in Array(repeating: 0xa5, count: 4096) },
        .feed("a page with a segment that is none", [.malformed, .badCompression, .badChecksum]) { hub in
            hub.frame(segment: Array(repeating: 0x5a, count: 900), position: 1000)
        },
        .feed("a page cut in its last frame", [.proxyAnswered]) { hub in Array(hub.theirPage.dropLast(7)) },
        .feed("a page with one flipped bit", [.malformed, .badCompression, .badChecksum, .proxyAnswered]) { hub in
            var bytes = hub.theirPage
            bytes[bytes.count / 2] ^= 1
            return bytes
        },
        .feed("the same page again and again", [.proxyAnswered]) { hub in hub.theirPage },
        .feed("events of this site's own log that it never recorded", [.siteMismatch]) { hub in hub.ownPage },
        .feed("another event under an id that is held", [.fork]) { hub in hub.changedPage },
    ]

    @Test(arguments: tricks) func `the log stays, the cause is named, and the real hub gets all of it once`(_ trick: Trick)
        async throws
    {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let northside = try await TestSite("northside", joining: hub, in: base)
        let lakeview = try await TestSite("lakeview", joining: hub, in: base)
        try await lakeview.comment(2, tag: "lake")
        try await lakeview.sync()
        try await northside.sync()
        try await northside.comment(5, tag: "north")
        let false_ = try await northside.open { try FalseHub(before: $0) }
        let server = ScriptedServer { request, connection in trick.script(false_, request, connection) }
        defer { server.stop() }
        try await northside.open { site in
            let (events, digest) = (try site.events(), try site.store.file.digest())
            let outcome = try await site.sync(at: server.url)
            let code = try #require(outcome.status.problem?.code, "\(trick.testDescription) passed for a hub")
            #expect(trick.codes.contains(code), "\(code.rawValue): \(outcome.status.problem?.message ?? "")")
            #expect(outcome.confirmed <= false_.lastOfPush)
            let held = try site.events()
            #expect(events.allSatisfy(held.contains) && held.filter { $0.hasPrefix("northside") }.count == 5)
            if held.count == events.count { #expect(try site.store.file.digest() == digest) }
            #expect(await site.desk.answer(.logVerify(states: true)).exit == 0)
            #expect(!server.requests.contains { $0.path.hasPrefix("/elsewhere") })
        }
        let after = try await northside.sync()
        #expect(after.status.problem == nil && after.pending == 0 && after.confirmed == 5)
        try await lakeview.sync()
        #expect(try await lakeview.digest() == northside.digest() || trick.testDescription == "the same page again and again")
        let stats = try await hub.ask(.logStats).json
        #expect(try await hub.ask(.status).object["events"] as? Int == 7, "\(stats)")
        await hub.stop()
    }

    @Test func `nobody at the address is an outcome that costs nothing`() async throws {
        let base = try TestFolder()
        let hub = try TestHub(in: base)
        try await hub.start()
        let northside = try await TestSite("northside", joining: hub, in: base)
        await hub.stop()
        try await northside.comment(3, tag: "north")
        let apart = try await northside.sync()
        #expect(apart.status.problem?.code == .hubUnreachable && apart.pending == 3 && !apart.status.isReachable)
        try await hub.start()
        let after = try await northside.sync()
        #expect(after.status.problem == nil && after.confirmed == 3 && after.status.pushed == 3)
        await hub.stop()
    }
}
