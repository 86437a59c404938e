import EventLog
import Problems
import Replication
import SQLiteStore
import Synchronization
import Wire

extension SyncDriver {
    /// The feed lane: pages while there is a backlog, then what comes.
    func feed(isLive: Bool) async {
        do {
            try await catchUp()
            caughtUp()
            guard isLive else { return }
            try await follow()
            tell(.feedEnded)
        } catch let error as HubClient.Failed {
            failed(.feed, error)
        } catch {
            // Bytes that are no feed: nothing of them was stored; the session asks again after a wait.
            await failed(.feed, other: error)
        }
    }

    /// Pulls pages until the hub says that nothing more is there; the next page is on its way while one is stored.
    ///
    /// Where the greeting said so already, nothing is asked: a sync with nothing new is one request.
    private func catchUp() async throws {
        var cursor = try store.cursor()
        let end = feedEnd.withLock { value in
            defer { value = nil }
            return value
        }
        if let end, end == cursor { return }
        try await fetchAhead(after: cursor ?? current.generation.map { .start(of: $0) })
        var page = try await client.page(after: cursor, waitSeconds: 0)
        while true {
            let frames = page.value
            note(page) { $0.problems[.feed] = nil }
            let end = frames.last { $0.cursor != nil }?.cursor ?? cursor
            let isCaughtUp = frames.contains { $0.isCaughtUp } || frames.isEmpty
            guard isCaughtUp || Self.advances(from: cursor, to: end) else {
                throw Problem(.proxyAnswered, "The feed gives the same page again and again.")
            }
            async let following = isCaughtUp ? nil : client.page(after: end, waitSeconds: 0)
            for frame in frames { try await store(frame) }
            cursor = end
            guard let next = try await following else { return }
            try await fetchAhead(after: cursor)
            page = next
        }
    }

    /// Whether a page that is not the last leads on. One that does not would be asked for without end.
    static func advances(from cursor: FeedCursor?, to end: FeedCursor?) -> Bool {
        end?.isBeyond(cursor) ?? false
    }

    /// Stores a frame's events and the cursor after them.
    private func store(_ frame: FeedFrame) async throws(Problem) {
        guard let cursor = frame.cursor, !frame.segment.isEmpty else { return }
        let segment = try await store.file.coding(bytes: frame.segment.count) { zstd throws(Problem) in
            try SegmentCoding.decode(frame.segment, using: zstd)
        }
        let place = frame.seal.flatMap { seal in hubKey.map { SealedPlace(seal: seal, hubKey: $0) } }
        let count = try await store.storeAsync(segment, cursor: cursor, sealed: place)
        update { status in
            status.pulled += UInt64(count)
            status.feedPosition = cursor.position
            status.feedHead = max(status.feedHead, cursor.position)
        }
        tell(.pageStored(cursor))
    }

    /// Follows the held-open stream; where it is cut three times within a second each, long polls instead.
    private func follow() async throws {
        var cuts = 0
        while !Task.isCancelled, cuts < 3 {
            let began = now()
            let frames = try await followStream()
            cuts = frames == 0 && now().milliseconds - began.milliseconds < 1000 ? cuts + 1 : 0
            if frames > 0 { return }
        }
        var hasty = 0
        while !Task.isCancelled {
            let began = now()
            let page = try await client.page(after: try store.cursor(), waitSeconds: 25)
            note(page) { $0.problems[.feed] = nil }
            for frame in page.value { try await store(frame) }
            if page.value.contains(where: \.isCaughtUp) { caughtUp() }
            // A long poll that has nothing to say and does not wait would be asked as fast as the wire allows.
            let isHasty = !page.value.contains { !$0.segment.isEmpty } && now().milliseconds - began.milliseconds < 1000
            hasty = isHasty ? hasty + 1 : 0
            guard hasty < 3 else { throw Problem(.proxyAnswered, "The feed's long poll is answered at once with nothing.") }
        }
    }

    /// Bytes of the stream that may wait to be stored; beyond it the stream is left and pages take over.
    private static let waitingBytesMax = 8 << 20

    private func followStream() async throws -> Int {
        let counter = WaitingBytes()
        let (chunks, sink) = AsyncStream.makeStream(of: [UInt8].self)
        let cursor = try store.cursor()
        async let exchange: HubClient.Exchange<Void> = {
            defer { sink.finish() }
            return try await client.stream(after: cursor) { bytes in
                sink.yield(Array(bytes))
                return counter.add(bytes.count) <= Self.waitingBytesMax
            }
        }()
        var reader = FeedFrameReader()
        var count = 0
        for await chunk in chunks {
            chunk.withUnsafeBytes { reader.append($0) }
            _ = counter.add(-chunk.count)
            while let frame = try reader.next() {
                count += 1
                update { status in
                    status.lastContact = now()
                    status.problems[.feed] = nil
                }
                try await store(frame)
                if frame.isCaughtUp { caughtUp() }
            }
        }
        do {
            let ended = try await exchange
            update { status in
                status.bytesSent += ended.sent
                status.bytesReceived += ended.received
            }
        } catch {
            // More came than could be stored at once: pages bound what is under way.
            if counter.value > Self.waitingBytesMax / 2 { return count + 1 }
            throw error
        }
        return count
    }
}

/// Counts bytes that wait, from two threads.
private final class WaitingBytes: Sendable {
    private let count = Mutex(0)

    func add(_ delta: Int) -> Int {
        count.withLock { count in
            count += delta
            return count
        }
    }

    var value: Int { count.withLock { $0 } }
}
