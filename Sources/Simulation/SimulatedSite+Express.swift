import Crypto
import EventLog
import Problems
import Replication
import Wire

/// The express lane of a site, in the order in which the product's driver makes its calls.
extension SimulatedSite {
    /// Sends what is urgent of a log ahead, where enough waits; a refusal ends nothing.
    func sendAhead(_ log: LogID, beyond shared: UInt64, lane: SyncSession.Lane, _ then: @escaping () -> Void) {
        attempt(lane) { () throws(Problem) in
            let head = try store?.state(of: log)?.head ?? 0
            guard let window = express.outgoing(log, beyond: shared, head: head) else { return then() }
            try sendPart(of: log, beyond: shared, in: window, lane: lane, then)
        }
    }

    private func sendPart(
        of log: LogID, beyond shared: UInt64, in window: ExpressWindow, lane: SyncSession.Lane, _ then: @escaping () -> Void
    ) throws(Problem) {
        let part = try store?.express(
            of: log, beyond: shared, in: window, eventsMax: world.swarm.pushMax, bytesMax: Express.bytesMax)
        guard let part, let last = part.segment.events.last else { return then() }
        send(.pushAhead(log, last: last.id.sequence), body: SegmentCoding.encode(part.segment, using: zstd)) {
            [unowned self] reply in
            if case .silence = reply { return failed(lane, reply) }
            if case .alien = reply { return failed(lane, reply) }
            guard case .ok(let bytes) = reply else { return then() }
            guard let answer = try? SyncCoding.pushAnswer(bytes) else { return alien(lane) }  // no hub's answer
            note("sent \(part.segment.events.count) events ahead, \(log) is whole through \(answer.head)")
            if world.bug == .confirmsWhatWentAhead { confirm(log, through: answer.head) }
            express.sent(part, of: log)
            guard let rest = window.rest(after: part) else { return then() }
            attempt(lane) { () throws(Problem) in try sendPart(of: log, beyond: shared, in: rest, lane: lane, then) }
        }
    }

    /// Fetches urgent histories ahead of the feed, where enough waits in it.
    func fetchAhead(_ then: @escaping () -> Void) {
        attempt(.feed) { () throws(Problem) in
            guard let cursor = try store?.cursor(), let window = express.incoming(after: cursor, now: clockNow) else {
                return then()
            }
            fetchPart(after: cursor, in: window, then)
        }
    }

    private func fetchPart(after cursor: FeedCursor, in window: ExpressWindow, _ then: @escaping () -> Void) {
        send(.express(cursor, window)) { [unowned self] reply in
            if case .silence = reply { return failed(.feed, reply) }
            if case .alien = reply { return failed(.feed, reply) }
            guard case .ok(let bytes) = reply else { return then() }
            guard let answer = try? ExpressAnswer(bytes: bytes) else { return alien(.feed) }  // no hub's answer
            guard !answer.segment.isEmpty else { return then() }
            attempt(.feed) { () throws(Problem) in
                let segment = try SegmentCoding.decode(answer.segment, using: zstd)
                guard answer.isSigned(segment.events, for: site, after: cursor, by: world.hub.key.publicKey) else {
                    throw Problem(.badSignature, "The hub's signature does not fit the urgent events that came with it.")
                }
                do throws(Problem) { try keepAhead(segment) } catch {
                    guard error.code.isOfEvents else { throw error }
                    return then()
                }
                let part = ExpressPart(segment: segment, highest: answer.highest, lowest: answer.lowest)
                express.received(part)
                guard let rest = window.rest(after: part) else { return then() }
                fetchPart(after: cursor, in: rest, then)
            }
        }
    }

    private func keepAhead(_ segment: Segment) throws(Problem) {
        let count = try store?.storeAhead(segment) ?? 0
        note("stored \(count) events ahead of the feed")
        world.receivedAhead += count
        world.tell(.arrived(node, mirror.add(segment.events, of: segment)))
    }
}
