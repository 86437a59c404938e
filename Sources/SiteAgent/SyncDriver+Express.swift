import EventLog
import Problems
import Replication
import SQLiteStore
import Synchronization
import Wire

/// How far urgent events went ahead of each own log, and of the feed, since the hub greeted last.
struct ExpressPlaces: Sendable {
    /// Of own logs: the highest sequence that went ahead.
    var sent: [LogID: UInt64] = [:]
    /// Of the feed: the highest place that came ahead.
    var received: UInt64 = 0
    /// When the feed was looked at last.
    var looked: Instant?
}

/// The express lane: while much waits, what is urgent goes and comes first.
///
/// A refusal of the hub ends no lane: what was refused takes its turn in its log, and is judged there.
extension SyncDriver {
    /// Sends urgent events ahead, where more waits than one part takes: of the log that is written now first.
    func sendAhead(own: LogState, earlier: [LogState], after answer: HelloAnswer) async throws {
        guard pushes else { return }
        for state in [own] + earlier where !answer.quarantined.contains(state.log) {
            let held = answer.logs.first { $0.log == state.log }?.head ?? 0
            try await sendAhead(state.log, beyond: held, head: state.head)
        }
    }

    /// Sends what is urgent of a log beyond what the hub holds and beyond what went ahead before, newest histories first.
    func sendAhead(_ log: LogID, beyond shared: UInt64, head: UInt64) async throws {
        guard head > shared, head - shared > Express.backlogMin else { return }
        var window: ExpressWindow? = ExpressWindow(above: max(shared, express.withLock { $0.sent[log] ?? 0 }))
        for _ in 0..<Express.partsMax {
            guard let current = window else { return }
            let part = try await store.file.offload { [store] () throws(Problem) in
                try store.express(
                    of: log, beyond: shared, in: current, eventsMax: Express.eventsMax, bytesMax: Express.bytesMax)
            }
            guard let part, try await sendAhead(part, of: log) else { return }
            express.withLock { $0.sent[log] = max($0.sent[log] ?? 0, part.highest) }
            window = current.rest(after: part)
        }
    }

    /// Gives whether the hub took it.
    private func sendAhead(_ part: ExpressPart, of log: LogID) async throws -> Bool {
        guard let last = part.segment.events.last else { return true }
        let bytes = try await store.file.offloadCoding { zstd throws(Problem) in SegmentCoding.encode(part.segment, using: zstd) }
        do {
            let exchange = try await client.pushAhead(bytes, log: log, last: last.id.sequence)
            update { status in
                status.lastContact = now()
                status.bytesSent += exchange.sent
                status.bytesReceived += exchange.received
                status.sentAhead += UInt64(part.segment.events.count)
            }
            return true
        } catch {
            if case .unreachable = error.failure { throw error }
            return false
        }
    }

    /// Fetches urgent histories ahead of the feed, where more waits in it than one page takes; those that came ahead before are passed over.
    ///
    /// - Parameter isFirst: whether to look at once; later looks are a second apart.
    func fetchAhead(after cursor: FeedCursor?, isFirst: Bool) async throws {
        guard let cursor, current.feedHead > cursor.position, current.feedHead - cursor.position > Express.backlogMin else {
            return
        }
        let moment = now()
        let before = express.withLock { places -> UInt64? in
            if !isFirst, let looked = places.looked, moment.milliseconds - looked.milliseconds < Express.lookMilliseconds {
                return nil
            }
            places.looked = moment
            return places.received
        }
        guard let before else { return }
        var window: ExpressWindow? = ExpressWindow(above: max(before, cursor.position))
        for _ in 0..<Express.partsMax {
            guard let current = window, let part = try await fetchAhead(after: cursor, in: current) else { return }
            express.withLock { $0.received = max($0.received, part.highest) }
            window = current.rest(after: part)
        }
    }

    /// One part, verified and stored; nil where nothing urgent is there, or the hub knows no express lane.
    private func fetchAhead(after cursor: FeedCursor, in window: ExpressWindow) async throws -> ExpressPart? {
        let exchange: HubClient.Exchange<ExpressAnswer>
        do { exchange = try await client.express(after: cursor, in: window) } catch {
            if case .unreachable = error.failure { throw error }
            return nil
        }
        let answer = exchange.value
        guard !answer.segment.isEmpty else { return nil }
        let segment = try await store.file.coding(bytes: answer.segment.count) { zstd throws(Problem) in
            try SegmentCoding.decode(answer.segment, using: zstd)
        }
        if let key = hubKey, !answer.isSigned(segment.events, for: store.site, after: cursor, by: key) {
            throw Problem(
                .badSignature, "The hub's signature does not fit the urgent events that came with it.",
                remedy: "Look at what lies between this site and the hub; nothing of them was stored.")
        }
        let count = try await store.storeAheadAsync(segment)
        update { status in
            status.lastContact = now()
            status.bytesSent += exchange.sent
            status.bytesReceived += exchange.received
            status.pulled += UInt64(count)
            status.receivedAhead += UInt64(count)
        }
        return ExpressPart(segment: segment, highest: answer.highest, lowest: answer.lowest)
    }
}
