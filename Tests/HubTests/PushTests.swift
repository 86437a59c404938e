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

/// What the hub takes of a site's log, and what it says to everything else.
struct PushTests {
    /// Pushes what a test has spoiled and expects it to be refused; the log goes on after it.
    private func refused(
        _ hub: LiveHub, _ site: TestSite, _ status: Int, _ code: ProblemCode, facts: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation, _ spoil: (inout TestSite.Push, Author) throws -> Void
    ) async throws {
        let author = Author.chain(of: site, count: 6)
        var push = site.push(author, 3...4)
        try spoil(&push, author)
        let settled = push
        try await expectRefused(hub, status, code, facts: facts, then: site, sourceLocation: sourceLocation) {
            try await site.send(settled)
        }
        #expect(try await site.pushed(author, 1...2).head == 2, sourceLocation: sourceLocation)
    }

    private func onHeld(_ body: @escaping @Sendable (LiveHub, TestSite) async throws -> Void) async throws {
        try await LiveHub.run { hub in
            let north = try await hub.joined("northside")
            try await north.pushed(.chain(of: north, count: 6), 1...2)
            try await body(hub, north)
            // Nothing that was refused stands in the way of what is right.
            #expect(try await north.pushed(.chain(of: north, count: 6), 3...6).head == 6)
            #expect(try await hub.ask(.logVerify(states: true)).exit == 0)
        }
    }

    @Test func `bytes that are no segment are refused with the place where they stop being one`() async throws {
        try await onHeld { hub, north in
            let whole = SegmentCoding.encode(Author.chain(of: north, count: 6).segment(3...4), using: Zstd())
            try await refused(hub, north, 400, .emptyBody) { push, _ in push.bytes = [] }
            try await refused(hub, north, 400, .malformed, facts: ["offset": "0"]) { push, _ in
                push.bytes = Array("PK\u{3}\u{4}".utf8)
            }
            try await refused(hub, north, 400, .malformed, facts: ["offset": "0"]) { push, _ in
                push.bytes = [UInt8](repeating: 0xff, count: 1 << 20)
            }
            for length in [1, 19, 20, 21, whole.count / 2, whole.count - 1] {
                try await refused(hub, north, 400, .malformed) { push, _ in push.bytes = Array(whole[..<length]) }
            }
            try await refused(hub, north, 400, .malformed, facts: ["offset": "12"]) { push, _ in push.bytes = whole + [0] }
            try await refused(hub, north, 400, .badChecksum) { push, _ in
                var bytes = whole
                bytes[bytes.count - 1] ^= 1
                push.bytes = bytes
            }
            try await refused(hub, north, 400, .malformed) { push, _ in
                var bytes = whole
                bytes[4] = 2
                push.bytes = bytes
            }
            try await refused(hub, north, 400, .badCompression) { push, _ in
                var bytes = whole
                bytes[5] = 7
                push.bytes = bytes
            }
        }
    }

    /// A frame around stored bytes that states what it likes.
    private static func frame(_ stored: [UInt8], expanded: UInt32) -> [UInt8] {
        var out = Array("FJSG".utf8) + [1, 1, 0, 0]
        for word in [expanded, UInt32(stored.count), crc32c(stored)] {
            withUnsafeBytes(of: word.bigEndian) { out.append(contentsOf: $0) }
        }
        return out + stored
    }

    /// CRC-32C bit by bit. Source: RFC 3720 B.4.
    private static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0 as UInt32) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
        }
    }

    @Test func `a segment that expands to very much is refused before it does`() async throws {
        try await onHeld { hub, north in
            let zeros = [UInt8](repeating: 0, count: 32 << 20).withUnsafeBytes { Zstd().compress($0) }
            #expect(zeros.count < 4096)
            try await refused(hub, north, 413, .tooLarge) { push, _ in push.bytes = Self.frame(zeros, expanded: 32 << 20) }
            try await refused(hub, north, 413, .tooLarge) { push, _ in push.bytes = Self.frame(zeros, expanded: .max) }
            // One that lies about its size stops where it said.
            try await refused(hub, north, 400, .badCompression) { push, _ in push.bytes = Self.frame(zeros, expanded: 1000) }
            try await refused(hub, north, 400, .badCompression) { push, _ in push.bytes = Self.frame(zeros + [0], expanded: 1000)
            }
            let noise = [1, 2, 3, 4, 5, 6, 7, 8] as [UInt8]
            try await refused(hub, north, 400, .badCompression) { push, _ in push.bytes = Self.frame(noise, expanded: 8) }
        }
    }

    @Test func `a body above the cap is refused by its announced length, before any of it comes`() async throws {
        try await onHeld { hub, north in
            try await expectRefused(hub, 413, .tooLarge, then: north) {
                let request = try north.signed(
                    north.call(
                        "PUT", "/v1/logs/northside/0000000000000001/segments/3", body: [UInt8](repeating: 0, count: (2 << 20) + 1)
                    ))
                return try await hub.http.send(request)
            }
            // The rest of the body never comes, and is not waited for.
            let answer = try await RawExchange.of(
                hub.port,
                "PUT /v1/logs/northside/0000000000000001/segments/3 HTTP/1.1\r\nHost: hub\r\nContent-Length: 2097153\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.contains("\"code\":\"TOO_LARGE\""))
        }
    }

    @Test func `an address that names another site, another log or no place is refused`() async throws {
        try await onHeld { hub, north in
            let lake = try await hub.joined("lakeview")
            let other = LogID(site: lake.id, incarnation: Incarnation(bits: 1))
            try await refused(hub, north, 403, .siteMismatch) { push, _ in push.log = other }
            try await refused(hub, north, 403, .siteMismatch) { push, _ in
                push.log = LogID(site: north.id, incarnation: Incarnation(bits: 99))
            }
            try await refused(hub, north, 422, .outOfRange) { push, _ in push.first = 0 }
            try await refused(hub, north, 422, .outOfRange) { push, _ in push.first = 4 }
            try await refused(hub, north, 422, .outOfRange) { push, _ in push.first = .max }
            for (path, status) in [
                ("/v1/logs/northside/0000000000000001/segments/x", 422), ("/v1/logs/northside/0000000000000001/segments/-1", 422),
                ("/v1/logs/northside/0000000000000001/segments/18446744073709551616", 422),
                ("/v1/logs/northside/1/segments/1", 404),
                ("/v1/logs/North/0000000000000001/segments/1", 404),
            ] {
                let push = north.push(.chain(of: north, count: 6), 3...4)
                var call = try north.pushCall(push)
                call.path = path
                let before = try await hub.standing()
                let answer = try await north.send(call)
                #expect(answer.status == status, "\(path): \(answer.text)")
                #expect(try await hub.standing() == before)
            }
            // An event of another site in the own log's segment.
            try await refused(hub, north, 403, .siteMismatch) { push, _ in
                push.segment = Author.chain(of: lake, count: 4).segment(3...4)
            }
        }
    }

    @Test func `a gap is answered with the sequence from which to go on`() async throws {
        try await onHeld { hub, north in
            for first in 4...6 as ClosedRange<UInt64> {
                try await refused(hub, north, 409, .gap, facts: ["expected": "3"]) { push, author in
                    push = north.push(author, first...6)
                }
            }
            let other = Author.chain(of: north, incarnation: 2, count: 3)
            try await expectRefused(hub, 409, .gap, facts: ["expected": "1"], then: north) {
                try await north.send(north.push(other, 2...3))
            }
        }
    }

    @Test func `conflict 75: a checkpoint that is missing, of another key, signer, state or root is refused`() async throws {
        try await onHeld { hub, north in
            let lake = try await hub.joined("lakeview")
            try await refused(hub, north, 401, .badSignature) { push, _ in push.checkpointField = "" }
            try await refused(hub, north, 401, .badSignature) { push, _ in push.checkpointField = "not base64!" }
            try await refused(hub, north, 401, .badSignature) { push, _ in
                push.checkpointField = Base64.text(of: Array("a note".utf8))
            }
            try await refused(hub, north, 401, .badSignature) { push, _ in push.key = lake.key }
            try await refused(hub, north, 401, .badSignature) { push, _ in push.signer = "lakeview" }
            try await refused(hub, north, 401, .badSignature) { push, _ in push.size = 5 }
            try await refused(hub, north, 401, .badSignature) { push, _ in push.root = .zero }
            try await refused(hub, north, 401, .badSignature) { push, author in push.root = author.tree(size: 5).root }
            try await refused(hub, north, 401, .badSignature) { push, author in
                push.checkpointField = Base64.text(
                    of: Array(author.checkpoint(size: 4, root: author.tree(size: 4).root).note.utf8))
            }
        }
    }

    @Test func `parents in another stream, twice or at the event itself are refused`() async throws {
        try await onHeld { hub, north in
            var author = Author("northside", incarnation: 2)
            author.comment(on: .sample(1))
            author.comment(on: .sample(2), after: [author.last])
            let far = author
            try await expectRefused(hub, 422, .badParents, then: north) { try await north.send(north.push(far, 1...2)) }
            var twice = Author("northside", incarnation: 3)
            twice.comment(on: .sample(1))
            twice.comment(on: .sample(1), after: [twice.last, twice.last])
            let doubled = twice
            try await expectRefused(hub, 422, .badParents, then: north) { try await north.send(north.push(doubled, 1...2)) }
            var own = Author("northside", incarnation: 4)
            own.comment(on: .sample(1))
            let next = EventID(log: own.log, sequence: 2)
            own.comment(on: .sample(1), after: [HashedEvent(event: own.last.event.numbered(next), hash: .zero)])
            let itself = own
            try await expectRefused(hub, 422, .badParents, then: north) { try await north.send(north.push(itself, 1...2)) }
        }
    }
}

/// What rests on events that the hub does not hold.
struct PastTests {
    @Test func `nobody puts a false parent in the way of an event that is still to come`() async throws {
        try await LiveHub.run { hub in
            let (north, mallory) = (try await hub.joined("northside"), try await hub.joined("mallory"))
            let author = Author.chain(of: north, count: 3)
            try await north.pushed(author, 1...1)
            // The next event of the other site, under another hash.
            let ghost = EventID(log: author.log, sequence: 2)
            var liar = Author("mallory")
            liar.comment(on: .sample(1), after: [HashedEvent(event: author.last.event.numbered(ghost), hash: .zero)])
            let lie = mallory.push(beginning: [liar.last], outside: [ghost: .zero])
            try await expectRefused(hub, 503, .pastMissing, facts: ["missing": "\(ghost)"], then: mallory) {
                try await mallory.send(lie)
            }
            #expect(try await north.pushed(author, 2...3).head == 3)
            // Known now, and known to be false.
            try await expectRefused(hub, 422, .badParents, then: mallory) { try await mallory.send(lie) }
        }
    }
}

extension Event {
    /// The same event under another id.
    func numbered(_ id: EventID) -> Event {
        Event(
            id: id, stream: stream, kind: kind, schema: schema, recordedAt: recordedAt, occurredAt: occurredAt, actor: actor,
            source: source, sourceKey: sourceKey, parents: parents, payload: payload)
    }

    /// The same event with another kind and body.
    func saying(_ kind: EventKind, _ payload: [UInt8]) -> Event {
        Event(
            id: id, stream: stream, kind: kind, schema: schema, recordedAt: recordedAt, occurredAt: occurredAt, actor: actor,
            source: source, sourceKey: sourceKey, parents: parents, payload: payload)
    }
}
