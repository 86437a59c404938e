import EventLog
import HTTPTypes
import Hummingbird
import NIOCore
import Problems
import Replication
import SQLiteStore
import Web
import Wire

/// Answers a pull: what is there now, what comes within a wait, or all that ever comes.
struct FeedResponse: Sendable {
    let core: HubCore
    let site: SiteID
    let now: @Sendable () -> Instant

    /// Frames up to about 4 MiB and, when nothing more is there, the word for it.
    func page(after start: FeedCursor, waitSeconds: Int) async throws -> Response {
        var cursor = start
        var version = core.notifier.version(of: site)
        var first = try await core.frame(for: site, after: cursor, now: now())
        if first == nil, waitSeconds > 0 {
            await core.notifier.wait(for: site, since: version, atMost: .seconds(waitSeconds))
            try core.checkActive(site, now())
            version = core.notifier.version(of: site)
            first = try await core.frame(for: site, after: cursor, now: now())
        }
        var body = ByteBuffer()
        var events = 0
        var next = first
        while let frame = next {
            body.writeBytes(frame.bytes)
            events += frame.events
            cursor = frame.cursor
            guard body.readableBytes < 1 << 20 else { break }
            next = try await core.frame(for: site, after: cursor, now: now())
        }
        if next == nil {
            body.writeBytes(FeedFrame(cursor: cursor, segment: [], hubTime: now(), isCaughtUp: true).bytes)
        }
        AuditTrail.current?.counts(events)
        if events == 0 { AuditTrail.current?.givesNothing() }
        return Response(
            status: .ok, headers: [.contentType: SyncCoding.mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: body))
    }

    /// A response that stays open: frames as they come, the word when nothing more is there, a heartbeat each 15 s.
    func stream(after start: FeedCursor) async throws -> Response {
        // Looked at before the head is sent, so that a bad cursor is an answer and not a broken stream.
        let version = core.notifier.version(of: site)
        let first = try await core.frame(for: site, after: start, now: now())
        return Response(
            status: .ok, headers: [.contentType: SyncCoding.streamMediaType, .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var cursor = start
                var seen = version
                var next = first
                while !core.notifier.isClosed {
                    var end = ByteBuffer()
                    while let frame = next {
                        // Before each frame: a backlog that is read slowly ends with the right to it.
                        try core.checkActive(site, now())
                        cursor = frame.cursor
                        // The last one goes with the word that it is: one write, one waking of the reader.
                        if frame.isLast {
                            end.writeBytes(frame.bytes)
                            break
                        }
                        try await writer.write(ByteBuffer(bytes: frame.bytes))
                        next = try await core.frame(for: site, after: cursor, now: now())
                    }
                    end.writeBytes(FeedFrame(cursor: cursor, segment: [], hubTime: now(), isCaughtUp: true).bytes)
                    try await writer.write(end)
                    await core.notifier.wait(for: site, since: seen, atMost: .seconds(SyncLimits.heartbeatSeconds))
                    try core.checkActive(site, now())
                    seen = core.notifier.version(of: site)
                    next = try await core.frame(for: site, after: cursor, now: now())
                }
                try await writer.finish(nil)
            })
    }
}

extension HubCore {
    /// Ends a stream of a site that was revoked, suspended or retired meanwhile, or whose connection showed a certificate that has ended.
    func checkActive(_ site: SiteID, _ now: Instant) throws(Problem) {
        try registry.require(.reads, of: site)
        try certificates?.require(of: site, keys: registry.keys(of: site, now: now), now)
    }
}
