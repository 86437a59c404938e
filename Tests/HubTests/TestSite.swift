import Crypto
import CurlHTTP
import EventLog
import Foundation
import Problems
import Replication
import StoreContract
import Testing
import Wire

/// A site with a key of its own that says to the hub what a test wants it to say.
struct TestSite: Sendable {
    let id: SiteID
    let hub: LiveHub
    var key = Curve25519.Signing.PrivateKey()

    /// A request in the parts that are signed, any of which a test may spoil before it is signed, or after.
    struct Call: Sendable {
        var method: String
        var path: String
        var query = ""
        var body: [UInt8] = []
        var fields: [(String, String)] = []
        var limits = TransferLimits.longPoll
        /// Who it is said to be from.
        var signer: SiteID
        var key: Curve25519.Signing.PrivateKey
        var created: Instant
        var nonce = UInt64.random(in: .min ... .max)
    }

    func call(_ method: String, _ path: String, query: String = "", body: [UInt8] = []) -> Call {
        Call(method: method, path: path, query: query, body: body, signer: id, key: key, created: hub.clock.now)
    }

    /// Signs a call; what is spoiled afterwards is not what was signed.
    func signed(_ call: Call, spoil: (inout HTTPClientRequest) -> Void = { _ in }) throws -> HTTPClientRequest {
        let fields = try RequestSignature.sign(
            method: call.method, path: call.path, query: call.query, body: call.body, site: call.signer, key: call.key,
            now: call.created, nonce: call.nonce)
        var request = HTTPClientRequest(
            method: call.method, url: hub.url + call.path + (call.query.isEmpty ? "" : "?" + call.query),
            headers: [
                ("Content-Digest", fields.contentDigest), ("Signature-Input", fields.signatureInput),
                ("Signature", fields.signature), ("Content-Type", SyncCoding.mediaType),
            ] + call.fields,
            body: call.body, limits: call.limits)
        spoil(&request)
        return request
    }

    func send(_ call: Call, spoil: (inout HTTPClientRequest) -> Void = { _ in }) async throws -> HTTPClientResponse {
        try await hub.http.send(signed(call, spoil: spoil))
    }

    // MARK: - The calls

    /// Joins with a code; by default with a true proof.
    func join(_ code: String, proof: [UInt8]? = nil, publicKey: [UInt8]? = nil) async throws -> HTTPClientResponse {
        let request = JoinRequest(
            code: code, publicKey: publicKey ?? Array(key.publicKey.rawRepresentation),
            proof: try proof ?? Array(key.signature(for: Array(code.utf8))))
        return try await hub.http.send(
            HTTPClientRequest(
                method: "POST", url: hub.url + "/v1/join", headers: [("Content-Type", SyncCoding.mediaType)], body: request.bytes)
        )
    }

    func helloCall(wireVersion: Int = 1, cursor: FeedCursor? = nil) -> Call {
        let hello = HelloRequest(wireVersion: wireVersion, logs: [], cursor: cursor)
        return call("POST", "/v1/hello", body: SyncCoding.encode(hello))
    }

    func hello(cursor: FeedCursor? = nil) async throws -> HTTPClientResponse { try await send(helloCall(cursor: cursor)) }

    /// Everything that a push is made of.
    struct Push: Sendable {
        var log: LogID
        var first: UInt64
        var segment: Segment
        var size: UInt64
        var root: EventHash
        var signer: String
        var key: Curve25519.Signing.PrivateKey
        /// The segment's bytes, where they are not those of the segment.
        var bytes: [UInt8]?
        /// The checkpoint's field, where it is not the true one; empty leaves it out.
        var checkpointField: String?
    }

    func push(_ author: Author, _ range: ClosedRange<UInt64>) -> Push {
        Push(
            log: author.log, first: range.lowerBound, segment: author.segment(range), size: range.upperBound,
            root: author.tree(size: range.upperBound).root, signer: id.text, key: key)
    }

    /// A push of events that are the beginning of a log.
    func push(beginning events: [HashedEvent], outside: [EventID: EventHash] = [:]) -> Push {
        var tree = MerkleFrontier()
        for event in events { tree.append(event.hash) }
        return Push(
            log: events[0].id.log, first: 1, segment: Segment(events: events, outside: outside), size: tree.size, root: tree.root,
            signer: id.text, key: key)
    }

    func pushCall(_ push: Push) throws -> Call {
        let checkpoint = try SignedCheckpoint(
            Checkpoint(log: push.log, size: push.size, root: push.root), signer: push.signer, key: push.key)
        let field = push.checkpointField ?? Base64.text(of: Array(checkpoint.note.utf8))
        var call = call(
            "PUT", "/v1/logs/\(push.log.site)/\(push.log.incarnation)/segments/\(push.first)",
            body: push.bytes ?? SegmentCoding.encode(push.segment, using: Zstd()))
        if !field.isEmpty { call.fields.append(("Filmjacket-Checkpoint", field)) }
        return call
    }

    func send(_ push: Push) async throws -> HTTPClientResponse { try await send(pushCall(push)) }

    /// Pushes a part of a log and gives the hub's head.
    @discardableResult
    func pushed(_ author: Author, _ range: ClosedRange<UInt64>) async throws -> PushAnswer {
        let answer = try await send(push(author, range))
        try #require(answer.status == 200, "\(answer.text)")
        return try SyncCoding.pushAnswer(answer.body)
    }

    func feedCall(after cursor: String = "", wait: String = "0", of site: SiteID? = nil) -> Call {
        call("GET", "/v1/feeds/\(site ?? id)", query: "after=\(cursor)&wait=\(wait)")
    }

    /// A page of the own feed as frames.
    func page(after cursor: FeedCursor? = nil, wait: Int = 0) async throws -> [FeedFrame] {
        let answer = try await send(feedCall(after: cursor?.description ?? "", wait: "\(wait)"))
        try #require(answer.status == 200, "\(answer.text)")
        return try frames(answer.body)
    }
}

/// Cuts a page into its frames.
func frames(_ bytes: [UInt8]) throws -> [FeedFrame] {
    var reader = FeedFrameReader()
    bytes.withUnsafeBytes { reader.append($0) }
    var frames: [FeedFrame] = []
    while let frame = try reader.next() { frames.append(frame) }
    #expect(!reader.hasPartialFrame)
    return frames
}

extension FeedFrame {
    /// The ids of the frame's events.
    var ids: [EventID] {
        get throws { segment.isEmpty ? [] : try SegmentCoding.decode(segment, using: Zstd()).events.map(\.id) }
    }
}

extension Author {
    /// A log of comments on one case, each after the one before.
    static func chain(of site: TestSite, incarnation: UInt64 = 1, count: Int, on stream: StreamID = .sample(1)) -> Author {
        var author = Author(site.id.text, incarnation: incarnation)
        for _ in 0..<count { author.comment(on: stream, after: author.events.suffix(1)) }
        return author
    }
}
