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
        } catch let problem as Problem {
            // Bytes that are no feed: nothing of them was stored; the session asks again after a wait.
            if problem.code == .ioFailed || problem.code == .integrityFailed { return fault(problem) }
            // A full disk ends when somebody frees space: recording and sending go on meanwhile, and it is tried again.
            failed(
                .feed,
                HubClient.Failed(
                    failure: .temporary(problem), retryAfterMilliseconds: problem.code.row.retryAfterSeconds.map { Int64($0) * 1000 }))
        } catch {
            failed(.feed, HubClient.Failed(failure: .temporary(.init(.internalError, "\(error)")), retryAfterMilliseconds: nil))
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
        var page = try await client.page(after: cursor, waitSeconds: 0)
        while true {
            let frames = page.value
            note(page)
            let end = frames.last { $0.cursor != nil }?.cursor ?? cursor
            let isCaughtUp = frames.contains { $0.isCaughtUp } || frames.isEmpty
            async let following = isCaughtUp ? nil : client.page(after: end, waitSeconds: 0)
            for frame in frames { try await store(frame) }
            cursor = end
            guard let next = try await following else { return }
            page = next
        }
    }

    private func note(_ page: HubClient.Exchange<[FeedFrame]>) {
        update { status in
            status.problem = nil
            status.lastContact = now()
            status.bytesSent += page.sent
            status.bytesReceived += page.received
        }
    }

    /// Stores a frame's events and the cursor after them.
    private func store(_ frame: FeedFrame) async throws(Problem) {
        guard let cursor = frame.cursor, !frame.segment.isEmpty else { return }
        let segment = try await store.file.offloadCoding { zstd throws(Problem) in
            try SegmentCoding.decode(frame.segment, using: zstd)
        }
        let count = try await store.storeAsync(segment, cursor: cursor)
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
        while !Task.isCancelled {
            let page = try await client.page(after: try store.cursor(), waitSeconds: 25)
            note(page)
            for frame in page.value { try await store(frame) }
            if page.value.contains(where: \.isCaughtUp) { caughtUp() }
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
                update { $0.lastContact = now() }
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
