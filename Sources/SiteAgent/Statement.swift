import EventLog
import ImagingCase
import Problems
import Replication
import SQLiteStore
import Web

/// Every own event that is not shared: recorded is shared and waiting and refused, and this names each of the last two.
struct Statement: Sendable {
    /// The most events named; how many there are is always said.
    static let namedMax = 1_000

    let desk: SiteDesk
    let olderThanSeconds: Int64

    func answer() throws(Problem) -> DeskAnswer {
        let now = desk.now()
        let queue = try desk.queue()
        let refused = try desk.refused(queue)
        var waiting: [HashedEvent] = []
        var total: UInt64 = 0
        var next = queue.confirmed + 1
        while next <= queue.head {
            let events = try desk.store.segment(of: queue.log, from: next, eventsMax: 1_024, bytesMax: 1 << 20).events
            guard let last = events.last else { break }
            let old = events.filter { age($0, now) >= olderThanSeconds }
            total += UInt64(old.count)
            waiting += old.prefix(max(0, Self.namedMax - waiting.count))
            // Ages fall along the log: the first that is too young ends it.
            guard old.count == events.count else { break }
            next = last.id.sequence + 1
        }
        return DeskAnswer(
            exit: total == 0 && refused.isEmpty ? 0 : 3, json: json(queue, waiting, total, refused, now),
            text: text(queue, waiting, total, refused, now))
    }

    private func age(_ event: HashedEvent, _ now: Instant) -> Int64 {
        max(0, (now.milliseconds - event.event.recordedAt.instant.milliseconds) / 1000)
    }

    private var why: String {
        guard let sync = desk.driver?.current else { return "no agent is running" }
        if let problem = sync.problem { return problem.code.rawValue }
        return sync.isReachable ? "on its way" : "hub not heard yet"
    }

    private func json(
        _ queue: SiteDesk.Queue, _ waiting: [HashedEvent], _ total: UInt64, _ refused: [SetAsideEvent], _ now: Instant
    ) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("log", queue.log.description)
        json.member("recorded", queue.head)
        json.member("shared", queue.shared)
        json.member("pending", queue.pending)
        json.member("refused", refused.count)
        json.member("olderThanSeconds", olderThanSeconds)
        json.member("count", total)
        json.key("waiting")
        json.beginArray()
        for event in waiting {
            json.beginObject()
            json.member("event", event.id.description)
            json.member("kind", event.event.kind.text)
            json.member("stream", event.event.stream.description)
            json.member("ageSeconds", age(event, now))
            json.member("why", why)
            json.endObject()
        }
        json.endArray()
        json.member("refusedEvents", aside: refused)
        json.endObject()
        return json.text
    }

    private func text(
        _ queue: SiteDesk.Queue, _ waiting: [HashedEvent], _ total: UInt64, _ refused: [SetAsideEvent], _ now: Instant
    ) -> String {
        var lines = waiting.map { "  \($0.id)  \($0.event.kind)  \(age($0, now)) s  \(why)" }
        lines += refused.map { "  \($0.id)  refused  \($0.code.rawValue): \($0.reason)" }
        lines.append(
            "recorded \(queue.head) = shared \(queue.shared) + waiting \(queue.pending) + refused \(refused.count); "
                + "\(total) wait for \(olderThanSeconds) s or longer")
        return lines.joined(separator: "\n")
    }
}
