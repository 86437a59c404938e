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

/// What every signed call must show, tried on the first of them.
struct HelloTests {
    @Test func `a hello is answered with where both stand`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            try await north.pushed(.chain(of: north, count: 3), 1...3)
            let answer = try await north.hello()
            #expect(answer.status == 200)
            let hello = try SyncCoding.helloAnswer(answer.body)
            #expect(hello.wireVersion == 1 && hello.quarantined.isEmpty && !hello.cursorIsGood)
            #expect(hello.logs.map(\.head) == [3] && hello.feedHead == 0)
            #expect(hello.generation.description == (try await hub.standing()).generation)
            #expect(abs(hello.hubTime.milliseconds - hub.clock.now.milliseconds) < 30_000)
        }
    }

    @Test func `who never joined, who was revoked and who has another key are told apart`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview")
            let nobody = TestSite(id: try #require(SiteID("nobody")), hub: hub)
            try await expectRefused(hub, 403, .siteUnknown, then: north) { try await nobody.hello() }
            _ = try await hub.invite("invited")
            let invited = TestSite(id: try #require(SiteID("invited")), hub: hub)
            try await expectRefused(hub, 403, .siteUnknown, then: north) { try await invited.hello() }
            var thief = north
            thief.key = Curve25519.Signing.PrivateKey()
            try await expectRefused(hub, 401, .badSignature, then: north) { [thief] in try await thief.hello() }
            thief.key = lake.key
            try await expectRefused(hub, 401, .badSignature, then: north) { [thief] in try await thief.hello() }
            #expect(try await hub.ask(.siteRevoke(id: "lakeview", reason: "stolen")).exit == 0)
            try await expectRefused(hub, 403, .siteRevoked, then: north) { try await lake.hello() }
        }
    }

    /// One part of a signed request, changed after it was signed.
    enum Spoiled: String, CaseIterable, Sendable {
        case path, query, body, digest, created, nonce, keyid, algorithm, covered, signature
        case noInput, noSignature, noDigest, longInput, twoSignatures

        func spoil(_ request: inout HTTPClientRequest) {
            func change(_ name: String, _ body: (String) -> String) {
                request.headers = request.headers.map { $0.0 == name ? ($0.0, body($0.1)) : $0 }
            }
            func drop(_ name: String) { request.headers.removeAll { $0.0 == name } }
            switch self {
            case .path: request.url = request.url.replacingOccurrences(of: "/v1/hello", with: "//v1/hello")
            case .query: request.url += "?x=1"
            case .body: request.body.append(0)
            case .digest: change("Content-Digest") { _ in RequestSignature.contentDigest(of: [1]) }
            case .created: change("Signature-Input") { $0.replacingOccurrences(of: "created=1", with: "created=01") }
            case .nonce: change("Signature-Input") { $0.replacingOccurrences(of: "nonce=\"", with: "nonce=\"0") }
            case .keyid: change("Signature-Input") { $0.replacingOccurrences(of: "\"northside\"", with: "\"lakeview\"") }
            case .algorithm: change("Signature-Input") { $0.replacingOccurrences(of: "ed25519", with: "none") }
            case .covered: change("Signature-Input") { $0.replacingOccurrences(of: " \"content-digest\"", with: "") }
            case .signature: change("Signature") { "sig1=:" + String($0.dropFirst(6).dropLast().reversed()) + ":" }
            case .noInput: drop("Signature-Input")
            case .noSignature: drop("Signature")
            case .noDigest: drop("Content-Digest")
            case .longInput: change("Signature-Input") { $0 + ";x=\"\(String(repeating: "a", count: 600))\"" }
            case .twoSignatures: change("Signature") { $0 + ", " + $0 }
            }
        }
    }

    @Test func `each part of a signed request is under the signature`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            _ = try await hub.joined("lakeview")
            for part in Spoiled.allCases {
                let before = try await hub.standing()
                let answer = try await north.send(north.helloCall()) { part.spoil(&$0) }
                #expect(answer.status == 401 && answer.code == "BAD_SIGNATURE", "\(part): \(answer.status) \(answer.text)")
                #expect(try await hub.standing() == before)
                #expect(try await north.hello().status == 200)
            }
            // The method is under it too: a signature for one call is none for another of the same path.
            let log = "/v1/logs/northside/0000000000000001/segments/1"
            try await expectRefused(hub, 401, .badSignature, then: north) {
                try await north.send(north.call("GET", log)) {
                    $0.method = "PUT"
                    $0.body = []
                }
            }
        }
    }

    @Test func `a request from too far in the past or the future says by how much`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            // What is dated before the hub's start is refused whatever its age.
            hub.clock.move(milliseconds: 120_000)
            for (seconds, status) in [(-62, 401), (62, 401), (-3600, 401), (1 << 40, 401), (-50, 200), (50, 200)]
                as [(Int64, Int)]
            {
                var call = north.helloCall()
                call.created = Instant(milliseconds: hub.clock.now.milliseconds + seconds * 1000)
                let answer = try await north.send(call)
                #expect(answer.status == status, "\(seconds): \(answer.text)")
                guard status == 401 else { continue }
                #expect(answer.code == "CLOCK_IMPLAUSIBLE")
                let said = try #require((answer.problem?["offsetSeconds"] as? String).flatMap { Int64($0) })
                // The request is on its way meanwhile, on a busy machine for some seconds.
                #expect((seconds - 30...seconds + 1).contains(said))
            }
            #expect(try await north.hello().status == 200)
        }
    }

    @Test func `a request from before the hub's start is not taken, for it may have been taken then`() async throws {
        let folder = NSTemporaryDirectory() + "fj-hub-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left is in the temporary folder
        _ = try HubFolder.make(at: folder, name: "test")
        let captured = Shared<TestSite.Call?>(nil)
        try await LiveHub.reopen(folder) { hub in
            let north = try await hub.joined("northside")
            let call = north.helloCall()
            #expect(try await north.send(call).status == 200)
            captured.set(call)
        }
        try await LiveHub.reopen(folder, startsLater: 2_000) { (hub) async throws in
            let call = try #require(captured.value)
            let north = TestSite(id: call.signer, hub: hub, key: call.key)
            try await expectRefused(hub, 401, .clockImplausible, then: north) { try await north.send(call) }
        }
    }

    @Test func `a time that no number holds is a bad signature and not the end of the hub`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            for created in ["9223372036854775807", "-9223372036854775808", "99999999999999999999", "1e9", ""] {
                let answer = try await north.send(north.helloCall()) { request in
                    request.headers = request.headers.map { field in
                        guard field.0 == "Signature-Input" else { return field }
                        let parts = field.1.split(separator: ";").map {
                            $0.hasPrefix("created=") ? "created=\(created)" : String($0)
                        }
                        return (field.0, parts.joined(separator: ";"))
                    }
                }
                #expect(answer.status == 401, "\(created): \(answer.status)")
            }
            #expect(try await north.hello().status == 200)
        }
    }

    @Test func `a request counts once, until it is too old to count at all`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let first = north.helloCall()
            #expect(try await north.send(first).status == 200)
            try await expectRefused(hub, 401, .replayed, then: north) { try await north.send(first) }
            // Kept for as long as its time is good, whatever came between; then its time speaks against it.
            for _ in 0..<4 {
                hub.clock.move(milliseconds: 20_000)
                let answer = try await north.send(first)
                #expect(answer.status == 401 && ["REPLAYED_REQUEST", "CLOCK_IMPLAUSIBLE"].contains(answer.code))
                #expect(try await north.hello().status == 200)
            }
            var ahead = north.helloCall()
            ahead.created = Instant(milliseconds: hub.clock.now.milliseconds + 59_000)
            #expect(try await north.send(ahead).status == 200)
            for _ in 0..<5 {
                hub.clock.move(milliseconds: 30_000)
                #expect(try await north.send(ahead).status == 401)
            }
            // Another site's request may carry the same number.
            let lake = try await hub.joined("lakeview")
            var twin = lake.helloCall()
            twin.nonce = first.nonce
            #expect(try await lake.send(twin).status == 200)
        }
    }

    @Test func `a wire version before the first is refused, a later one is answered with what this hub speaks`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            try await expectRefused(hub, 400, .badInput, then: north) { try await north.send(north.helloCall(wireVersion: 0)) }
            let later = try await north.send(north.helloCall(wireVersion: 99))
            #expect(try SyncCoding.helloAnswer(later.body).wireVersion == 1)
        }
    }

    @Test func `a body that is no hello is refused, an endless one before it is read`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let deep = [UInt8](repeating: 0x12, count: 1) + [0x80, 0x80, 0x80, 0x80, 0x08]
            for body in [[0xff, 0xff, 0xff, 0xff], Array("hello".utf8), deep, [0x12, 0x03, 0x0a, 0x01, 0x41]] as [[UInt8]] {
                try await expectRefused(hub, 400, .malformed, then: north) {
                    try await north.send(north.call("POST", "/v1/hello", body: body))
                }
            }
            try await expectRefused(hub, 400, .badInput, then: north) { try await north.send(north.call("POST", "/v1/hello")) }
            try await expectRefused(hub, 413, .tooLarge, then: north) {
                try await north.send(
                    north.call("POST", "/v1/hello", body: [UInt8](repeating: 0, count: SyncLimits.bodyBytesMax + 1)))
            }
        }
    }

    @Test func `a cursor of another numbering or none at all asks to start over`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview")
            var author = Author.chain(of: lake, count: 2)
            author.route(.sample(1), to: north.id, after: [author.last])
            try await lake.pushed(author, 1...3)
            let good = try #require(try await north.page().last?.cursor)
            #expect(good.position == 3)
            let bad = [
                FeedCursor(generation: Generation(bits: good.generation.bits ^ 1), position: good.position, digest: good.digest),
                FeedCursor(generation: good.generation, position: good.position + 1, digest: good.digest),
                FeedCursor(generation: good.generation, position: .max, digest: good.digest),
                FeedCursor(generation: good.generation, position: good.position, digest: good.digest ^ 1),
            ]
            for cursor in bad {
                #expect(try SyncCoding.helloAnswer(await north.hello(cursor: cursor).body).cursorIsGood == false)
            }
            // Garbage is a place in no feed.
            let garbage =
                SyncCoding.encode(HelloRequest(wireVersion: 1, logs: [], cursor: nil)) + [0x1a, 0x03] + Array("abc".utf8)
            let answer = try await north.send(north.call("POST", "/v1/hello", body: garbage))
            #expect(try SyncCoding.helloAnswer(answer.body).cursorIsGood == false)
            #expect(try SyncCoding.helloAnswer(await north.hello(cursor: good).body).cursorIsGood)
        }
    }
}
