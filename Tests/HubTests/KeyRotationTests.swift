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

/// A new key in the place of the one in use: announced by both, both taken for thirty days, and never by a key that is not in use.
struct KeyRotationTests {
    private static func announce(
        _ site: TestSite, _ old: Curve25519.Signing.PrivateKey, _ new: Curve25519.Signing.PrivateKey
    ) async throws -> HTTPClientResponse {
        let text = try KeyAnnouncement.signed(site: site.id, old: old, new: new)
        return try await site.send(site.call("POST", "/v1/keys", body: Array(text.utf8)))
    }

    @Test func `both keys are taken for thirty days, and what the old one signed stays signed`() async throws {
        try await LiveHub.run { hub in
            let old = try await hub.joined("northside")
            var new = old
            new.key = Curve25519.Signing.PrivateKey()
            let author = Author.chain(of: old, count: 6)
            try await old.pushed(author, 1...2)
            try await expectRefused(hub, 401, .badSignature, then: old) { try await new.hello() }
            let first = try await Self.announce(old, old.key, new.key)
            #expect(first.status == 200, "\(first.text)")
            #expect(try await Self.announce(old, old.key, new.key).text == first.text, "the same again has the same answer")
            #expect(try await Self.announce(new, old.key, new.key).text == first.text, "whichever of both asks")
            try await old.pushed(author, 3...4)
            try await new.pushed(author, 5...5)
            hub.clock.move(milliseconds: SiteRegistry.overlapMilliseconds - 60_000)
            #expect(try await old.hello().status == 200)
            hub.clock.move(milliseconds: 120_000)
            try await expectRefused(hub, 401, .badSignature, then: new) { try await old.hello() }
            try await expectRefused(hub, 401, .badSignature, then: new) { try await old.send(old.push(author, 6...6)) }
            try await new.pushed(author, 6...6)
            let registry = try SiteRegistry(folder: hub.folder)
            for (key, isOwn) in [(old.key, true), (new.key, true), (Curve25519.Signing.PrivateKey(), false)] {
                let head = try SignedCheckpoint(
                    Checkpoint(log: author.log, size: 2, root: author.tree(size: 2).root), signer: old.id.text, key: key)
                #expect(registry.isSigned(head) == isOwn)
            }
            let shown = try await hub.ask(.siteShow(id: "northside")).json
            #expect(shown.contains("formerKeys") && shown.contains("takenUntil"))
        }
    }

    @Test func `no key is announced but by the one in use, and both must sign`() async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            let lake = try await hub.joined("lakeview")
            let (stolen, next, thief) = (north.key, Curve25519.Signing.PrivateKey(), Curve25519.Signing.PrivateKey())
            var renewed = north
            renewed.key = next
            // Another site's, another key's, and one whose new key did not sign.
            try await expectRefused(hub, 403, .siteMismatch, then: north) {
                let text = try KeyAnnouncement.signed(site: north.id, old: stolen, new: next)
                return try await lake.send(lake.call("POST", "/v1/keys", body: Array(text.utf8)))
            }
            try await expectRefused(hub, 401, .badSignature, then: north) { try await Self.announce(north, thief, next) }
            try await expectRefused(hub, 401, .badSignature, then: north) { try await Self.announce(north, stolen, stolen) }
            let text = try KeyAnnouncement.signed(site: north.id, old: stolen, new: next)
            let others = try KeyAnnouncement.signed(site: north.id, old: stolen, new: thief)
            let mixed =
                text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2).joined(separator: "\n") + "\n"
                + (others.split(separator: "\n").last ?? "") + "\n"
            try await expectRefused(hub, 401, .badSignature, then: north) {
                try await north.send(north.call("POST", "/v1/keys", body: Array(mixed.utf8)))
            }
            for body in ["", "x", String(text.dropLast(20)), text + text] {
                try await expectRefused(hub, 400, .malformed, then: north) {
                    try await north.send(north.call("POST", "/v1/keys", body: Array(body.utf8)))
                }
            }
            #expect(try await Self.announce(north, stolen, next).status == 200)
            // The former key is still taken for requests, and vouches for nothing new.
            try await expectRefused(hub, 401, .badSignature, then: renewed) { try await Self.announce(north, stolen, thief) }
            try await expectRefused(hub, 401, .badSignature, then: renewed) { try await Self.announce(renewed, next, stolen) }
        }
    }

    @Test func `so many keys and no more`() async throws {
        try await LiveHub.run { hub in
            var north = try await hub.joined("northside")
            for _ in 1..<SiteRegistry.keysMax {
                let next = Curve25519.Signing.PrivateKey()
                #expect(try await Self.announce(north, north.key, next).status == 200)
                north.key = next
            }
            let last = north
            try await expectRefused(hub, 429, .tooManyRequests, then: last) {
                try await Self.announce(last, last.key, Curve25519.Signing.PrivateKey())
            }
            hub.clock.move(milliseconds: SiteRegistry.overlapMilliseconds + 1000)
            #expect(try await Self.announce(last, last.key, Curve25519.Signing.PrivateKey()).status == 200)
        }
    }
}
