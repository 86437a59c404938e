import EventLog
import Foundation
import Replication
import SQLiteStore
import StoreContract
import TestServers
import Wire

@testable import SiteAgent

/// Answers that a hub would give to one site, and answers that none would, prepared from what the site holds.
struct FalseHub: Sendable {
    let generation: Generation
    let log: LogID
    /// The own log's end, which an honest answer to a push of everything confirms.
    let lastOfPush: UInt64
    let lastHash: EventHash
    /// A page of events of a site that nobody knows yet.
    let theirPage: [UInt8]
    /// A page that goes on with the site's own log.
    let ownPage: [UInt8]
    /// A page with another event under an id of another site that is held.
    let changedPage: [UInt8]

    init(before site: OpenSite) throws {
        let own = try site.store.ownLog()
        let generation = try site.store.cursor()?.generation ?? Generation(bits: 7)
        (self.generation, log, lastOfPush, lastHash) = (generation, own.log, own.head, own.hash)
        let start = try site.store.cursor()?.position ?? 0
        var stranger = Author("farpoint")
        for _ in 0..<3 { stranger.comment(on: .sample(9)) }
        var claimed = Author(log: own.log)
        for _ in 0...own.head { claimed.comment(on: .sample(8)) }
        let other = try site.store.logs().first { $0.log.site != own.log.site }?.log ?? own.log
        var forger = Author(log: other)
        forger.comment("what lakeview never said", on: .sample(7))
        func page(_ segment: Segment) -> [UInt8] {
            Self.frame(
                SegmentCoding.encode(segment, using: Zstd()),
                FeedCursor(generation: generation, position: start + UInt64(segment.events.count), digest: 1))
        }
        theirPage = page(stranger.segment(1...3))
        ownPage = page(claimed.segment(of: [claimed.last]))
        changedPage = page(forger.segment(1...1))
    }

    static func frame(_ segment: [UInt8], _ cursor: FeedCursor, isCaughtUp: Bool = false) -> [UInt8] {
        FeedFrame(cursor: cursor, segment: segment, hubTime: Instant(milliseconds: 0), isCaughtUp: isCaughtUp).bytes
    }

    func frame(segment: [UInt8], position: UInt64) -> [UInt8] {
        Self.frame(segment, FeedCursor(generation: generation, position: position, digest: 1))
    }

    /// What a hub says that holds nothing of the site's log, has nothing to give, and takes everything.
    func wellBehaved(_ request: ScriptedServer.Request, _ connection: Connection) -> ScriptedServer.After {
        if request.path == "/v1/hello" {
            let hello = HelloAnswer(
                wireVersion: 1, generation: generation, logs: [], cursorIsGood: true, feedHead: 0,
                hubTime: Agent.wallClock(), quarantined: [])
            return connection.answer(bytes: SyncCoding.encode(hello))
        }
        if request.head.hasPrefix("PUT") {
            return connection.answer(bytes: SyncCoding.encode(PushAnswer(head: lastOfPush, hash: lastHash)))
        }
        return connection.answer(
            bytes: Self.frame([], FeedCursor(generation: generation, position: 0, digest: 0), isCaughtUp: true))
    }
}

extension Connection {
    /// Sends bytes with their length.
    func answer(bytes: [UInt8], type: String = SyncCoding.mediaType) -> ScriptedServer.After {
        send("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(bytes.count)\r\n\r\n")
        return send(bytes: bytes) ? .keep : .close
    }

    private func send(bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
