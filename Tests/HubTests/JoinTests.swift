import Crypto
import CurlHTTP
import EventLog
import Foundation
import Problems
import Testing
import Web
import Wire

@testable import Hub

/// How a site becomes one of the hub's, and how nobody else does.
struct JoinTests {
    /// A code with another secret for the same hub, its check digits right.
    private static func guess(_ code: String, _ byte: UInt8) throws -> String {
        let parts = code.split(separator: "-").map(String.init)
        let fingerprint = try #require(Hex.bytes(of: parts[1]))
        let secret = [UInt8](repeating: byte, count: 16)
        let check = EventHash.sha256(Array("filmjacket check\n".utf8) + fingerprint + secret).bytes[..<2]
        return "FJ1-\(parts[1])-\(Hex.text(of: secret))-\(Hex.text(of: Array(check)))"
    }

    @Test func `a code lets one site in, once`() async throws {
        try await LiveHub.run { hub in
            let code = try await hub.invite("northside", allCases: true)
            let north = TestSite(id: try #require(SiteID("northside")), hub: hub)
            let answer = try await north.join(code)
            #expect(answer.status == 200)
            let joined = try JoinAnswer(bytes: answer.body)
            #expect(joined.site == north.id && joined.kind == "imaging" && joined.allCases)
            #expect(JoinCode.fingerprint(of: joined.hubKey) == (try JoinCode(parsing: code)).fingerprint)
            // The answer may have been lost: who shows the key that was taken is told the same, and no other invitation suffers.
            let other = try await hub.invite("lakeview")
            for _ in 0..<JoinCode.triesMax { #expect(try await north.join(code).body == answer.body) }
            #expect(try await TestSite(id: try #require(SiteID("lakeview")), hub: hub).join(other).status == 200)
            // Not for another key: the one that joined stays.
            let thief = TestSite(id: north.id, hub: hub)
            try await expectRefused(hub, 403, .joinCodeRefused, then: north) { try await thief.join(code) }
            try await expectRefused(hub, 401, .badSignature, then: north) { try await thief.hello() }
        }
    }

    @Test func `a code ends after fifteen minutes, not before`() async throws {
        try await LiveHub.run { hub in
            let early = try await hub.invite("northside")
            hub.clock.move(milliseconds: JoinCode.lifetimeMilliseconds - 10_000)
            let late = try await hub.invite("lakeview")
            let north = TestSite(id: try #require(SiteID("northside")), hub: hub)
            #expect(try await north.join(early).status == 200)
            hub.clock.move(milliseconds: JoinCode.lifetimeMilliseconds + 1)
            let lake = TestSite(id: try #require(SiteID("lakeview")), hub: hub)
            try await expectRefused(hub, 403, .joinCodeRefused, then: north) { try await lake.join(late) }
            // Invited again, it gets a new code; the old one stays dead.
            let anew = try await hub.invite("lakeview")
            try await expectRefused(hub, 403, .joinCodeRefused, then: north) { try await lake.join(late) }
            #expect(try await lake.join(anew).status == 200)
        }
    }

    @Test func `five wrong secrets burn the code, four do not`() async throws {
        try await LiveHub.run { hub in
            let code = try await hub.invite("northside")
            let north = TestSite(id: try #require(SiteID("northside")), hub: hub)
            for byte in 1...4 as ClosedRange<UInt8> {
                try await expectRefused(hub, 403, .joinCodeRefused) { try await north.join(Self.guess(code, byte)) }
            }
            #expect(try await north.join(code).status == 200)
            let other = try await hub.invite("lakeview")
            let lake = TestSite(id: try #require(SiteID("lakeview")), hub: hub)
            for byte in 1...5 as ClosedRange<UInt8> {
                try await expectRefused(hub, 403, .joinCodeRefused) { try await lake.join(Self.guess(other, byte)) }
            }
            try await expectRefused(hub, 403, .joinCodeRefused, then: north) { try await lake.join(other) }
        }
    }

    @Test func `typing errors, other hubs' codes and keys without proof count for nothing and let nobody in`() async throws {
        try await LiveHub.run { hub in
            let code = try await hub.invite("northside")
            let north = TestSite(id: try #require(SiteID("northside")), hub: hub)
            let stranger = JoinCode(hubKey: [UInt8](repeating: 7, count: 32), secret: [UInt8](repeating: 9, count: 16))
            let last = code.last == "0" ? "1" : "0"
            for text in [
                "", "FJ1", stranger.description, code.dropLast() + last, code + "-00",
                "FJ2" + code.dropFirst(3),
            ] {
                try await expectRefused(hub, 403, .joinCodeRefused) { try await north.join(text) }
            }
            let others = Curve25519.Signing.PrivateKey()
            let foreign = try others.signature(for: Array(code.utf8))
            let elsewhere = try north.key.signature(for: Array("another text".utf8))
            for proof in [[], Array(foreign), Array(elsewhere), [UInt8](repeating: 0, count: 64)] {
                try await expectRefused(hub, 403, .joinCodeRefused) { try await north.join(code, proof: proof) }
            }
            for key in [[], [UInt8](repeating: 0, count: 31), [UInt8](repeating: 1, count: 33)] {
                try await expectRefused(hub, 403, .joinCodeRefused) { try await north.join(code, publicKey: key) }
            }
            #expect(try await north.join(code).status == 200)
        }
    }

    @Test func `bytes that are no join request are refused`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            for body in [[0xff, 0xff, 0xff], Array("{\"code\":1}".utf8)] as [[UInt8]] {
                try await expectRefused(hub, 400, .malformed, then: north) {
                    try await north.send(north.call("POST", "/v1/join", body: body))
                }
            }
        }
    }

    @Test func `a site that is there is not invited, one that was revoked is, and a bad id never`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let again = try await hub.ask(.siteAdd(id: "northside", kind: "imaging", allCases: false, label: ""))
            #expect(again.exit == 73 && again.remark.hasPrefix("STORE_IN_USE"))
            let before = try await hub.standing()
            for id in [
                "", "a", "hub", "Northside", "1site", "north side", "north_side", "nörd", "a/b", "-a",
                String(repeating: "a", count: 33),
            ] {
                let refused = try await hub.ask(.siteAdd(id: id, kind: "imaging", allCases: false, label: ""))
                #expect(refused.exit == 65 && refused.remark.hasPrefix("BAD_INPUT"), "'\(id)'")
            }
            let kind = try await hub.ask(.siteAdd(id: "lakeview", kind: "hospital", allCases: false, label: ""))
            #expect(kind.exit == 64)
            #expect(try await hub.standing() == before)
            #expect(try await hub.ask(.siteRevoke(id: "northside", reason: "lost")).exit == 0)
            try await expectRefused(hub, 403, .siteRevoked) { try await north.hello() }
            let back = try await hub.joined("northside")
            #expect(try await back.hello().status == 200)
            try await expectRefused(hub, 401, .badSignature, then: back) { try await north.hello() }
        }
    }
}
