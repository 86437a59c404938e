import EventLog
import Problems
import Replication
import SQLiteStore
import Synchronization
import Wire

/// The express lane: while much waits, what is urgent goes and comes first.
///
/// What goes wrong with it ends no lane, unless nothing is reached or the own store fails: what was refused takes its turn in its log or
/// in the feed, and is judged there.
extension SyncDriver {
    /// Sends urgent events ahead, of the log that is written now before those of earlier ones.
    func sendAhead(own: LogState, earlier: [LogState], after answer: HelloAnswer) async throws {
        guard pushes else { return }
        for state in [own] + earlier where !answer.quarantined.contains(state.log) {
            let held = answer.logs.first { $0.log == state.log }?.head ?? 0
            try await sendAhead(state.log, beyond: held, head: state.head)
        }
    }

    /// Sends what is urgent of a log beyond what the hub holds and beyond what went ahead before, newest histories first.
    func sendAhead(_ log: LogID, beyond shared: UInt64, head: UInt64) async throws {
        var window = express.withLock { $0.outgoing(log, beyond: shared, head: head) }
        for _ in 0..<Express.partsMax {
            guard let current = window else { return }
            let part = try await store.file.offload { [store] () throws(Problem) in
                try store.express(
                    of: log, beyond: shared, in: current, eventsMax: Express.eventsMax, bytesMax: Express.bytesMax)
            }
            guard let part, try await sendAhead(part, of: log) else { return }
            express.withLock { $0.sent(part, of: log) }
            window = current.rest(after: part)
        }
    }

    /// Gives whether the hub took it.
    private func sendAhead(_ part: ExpressPart, of log: LogID) async throws -> Bool {
        guard let last = part.segment.events.last else { return true }
        let bytes = try await store.file.offloadCoding { zstd throws(Problem) in SegmentCoding.encode(part.segment, using: zstd) }
        do {
            let exchange = try await client.pushAhead(bytes, log: log, last: last.id.sequence)
            note(exchange) { $0.sentAhead += UInt64(part.segment.events.count) }
            return true
        } catch {
            if case .unreachable = error.failure { throw error }
            return false
        }
    }

    /// Fetches urgent histories ahead of the feed, where more waits in it than one page takes; those that came ahead before are passed over.
    func fetchAhead(after cursor: FeedCursor?) async throws {
        guard let cursor else { return }
        var window = express.withLock { $0.incoming(after: cursor, now: now()) }
        for _ in 0..<Express.partsMax {
            guard let current = window, let part = try await fetchAhead(after: cursor, in: current) else { return }
            express.withLock { $0.received(part) }
            window = current.rest(after: part)
        }
    }

    /// One part, verified and stored; nil where nothing urgent is there, where it cannot be stored, or where the hub knows no express lane.
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
        let count: Int
        do { count = try await store.storeAheadAsync(segment) } catch {
            guard error.code.isOfEvents else { throw error }
            return nil
        }
        note(exchange) { status in
            status.pulled += UInt64(count)
            status.receivedAhead += UInt64(count)
        }
        return ExpressPart(segment: segment, highest: answer.highest, lowest: answer.lowest)
    }
}
