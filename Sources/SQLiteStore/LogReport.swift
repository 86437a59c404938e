public import EventLog
import ImagingCase
public import Problems
import Replication
import Wire

/// What a command shows of the logs: for programs and for people.
public struct LogReport: Sendable {
    /// One JSON document.
    public let json: String
    /// Lines for people.
    public let text: String

    /// Events of a log from a sequence on.
    public static func show(_ file: StoreFile, log: LogID, from first: UInt64, limit: Int) throws(Problem) -> LogReport {
        let events = try file.readSegment(of: log, from: max(1, first), eventsMax: max(1, min(limit, 10_000)), bytesMax: 16 << 20)
            .events
        var json = JSONWriter()
        json.beginObject()
        json.member("log", log.description)
        json.key("events")
        json.beginArray()
        var lines: [String] = []
        for event in events {
            write(event, to: &json)
            lines.append(
                "\(event.id.sequence)  \(Timestamp.text(of: event.event.recordedAt.instant))  \(event.event.kind)  \(event.event.stream)  "
                    + "\(event.event.actor.person) (\(event.event.actor.role))\(event.isPrivileged ? "  privileged: content left out" : "")"
            )
        }
        json.endArray()
        json.endObject()
        return LogReport(json: json.text, text: lines.joined(separator: "\n"))
    }

    private static func write(_ event: HashedEvent, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", event.id.description)
        json.member("sequence", event.id.sequence)
        json.member("hash", event.hash.description)
        json.member("stream", event.event.stream.description)
        json.member("kind", event.event.kind.text)
        json.member("recordedAt", Timestamp.text(of: event.event.recordedAt.instant))
        json.member("person", event.event.actor.person)
        json.member("role", event.event.actor.role)
        json.member("parents", texts: event.event.parents.map(\.description))
        if event.isPrivileged { json.member("withheld", "privileged") }
        json.endObject()
    }

    /// Every log's head.
    public static func stats(_ file: StoreFile) throws(Problem) -> LogReport {
        let logs = try file.readLogs().filter { $0.held > 0 }
        var json = JSONWriter()
        json.beginObject()
        json.key("logs")
        json.beginArray()
        for entry in logs {
            json.beginObject()
            json.member("log", entry.log.description)
            json.member("head", entry.head)
            json.member("held", entry.held)
            json.member("hash", entry.hash.description)
            json.member("quarantined", entry.isQuarantined)
            json.endObject()
        }
        json.endArray()
        json.member("events", logs.reduce(0) { $0 + $1.held })
        json.endObject()
        let lines = logs.map {
            "\($0.log)  head \($0.head)  held \($0.held)\($0.isQuarantined ? "  QUARANTINED: two histories" : "")"
        }
        return LogReport(json: json.text, text: lines.joined(separator: "\n"))
    }

    /// Recomputes every hash and every root that is kept, and looks whether each event is in the list of its history and all states
    /// come to the sum that is kept, of one state of the file: what is recorded meanwhile must not look like damage.
    ///
    /// - Parameter states: whether each history is folded anew too. A state is made of nothing but its events and has its digest in
    ///   the sum, so that without it damage is found all the same; with it, also a state that was never what its events give.
    /// - Throws: `INTEGRITY_FAILED` naming the first bad item.
    public static func verify(_ file: StoreFile, states: Bool = true) throws(Problem) -> LogReport {
        guard !file.anchorWasDamaged else {
            throw Problem(
                .integrityFailed, "The anchor beside the store did not have its checksum when the store was opened.",
                remedy: "It was written anew; whether the store lost its tail meanwhile, only the hub can tell: sync.")
        }
        return try file.snapshot { snapshot in
            let report = try verify(snapshot, states: states)
            let found = try snapshot.structureFault()
            guard let found else { return report }
            throw Problem(.integrityFailed, "SQLite's check of the file says: \(found).", remedy: "Restore a backup, then sync.")
        }
    }

    /// As the public one, of a state at hand.
    ///
    /// The cases come first, because their events' hashes are recomputed with them; yet what is wrong with a log is said first.
    static func verify(
        _ snapshot: StoreSnapshot, states: Bool = true, helpers: Int = CaseVerification.helpersOfThisMachine
    ) throws -> LogReport {
        var cases = try CaseVerification(snapshot, states: states, helpers: helpers)
        let aside = try snapshot.asidePositions()
        var events: UInt64 = 0
        var logs = 0
        var unlisted: EventID?
        for entry in try snapshot.logs() where entry.held > 0 {
            try verify(entry, snapshot, whole: cases.findings.whole) { position in
                events += 1
                guard unlisted == nil, !cases.findings.listed.contains(position), !aside.contains(position) else { return }
                unlisted = EventID(log: entry.log, sequence: position.sequence)
            }
            logs += 1
        }
        try cases.conclude(snapshot, unlisted: unlisted)
        var json = JSONWriter()
        json.beginObject()
        json.member("ok", true)
        json.member("logs", logs)
        json.member("events", events)
        json.member("cases", cases.sum.cases)
        json.member("statesFolded", states)
        json.endObject()
        let seen = states ? "folded anew" : "as stored (fold them anew: --states)"
        return LogReport(
            json: json.text,
            text: "ok: \(events) events in \(logs) logs, every hash and root recomputed; \(cases.sum.cases) cases \(seen)")
    }

    /// - Parameters:
    ///   - whole: events whose hashes were recomputed already.
    ///   - each: told where each event lies.
    private static func verify(
        _ entry: LogEntry, _ snapshot: StoreSnapshot, whole: PositionSet, each: (Position) -> Void
    ) throws {
        var next: UInt64 = 1
        var held: UInt64 = 0
        var tree = MerkleFrontier()
        var end = EventHash.zero
        var scratch: [UInt8] = []
        try snapshot.eachRow(of: entry.log) { position, record in
            let id = EventID(log: entry.log, sequence: position.sequence)
            guard record.count > 32 else { throw EventRecord.damaged(position) }
            guard try whole.contains(position) || snapshot.isWhole(record, at: position, &scratch) else {
                throw Problem(.integrityFailed, "The event \(id) does not have the hash that it was recorded with.")
            }
            end = try EventRecord.hash(record)
            // Beyond a gap are events that other sites gave back; the log's root does not cover them yet.
            if entry.tree.size > 0, tree.size + 1 == id.sequence { tree.append(end) }
            held += 1
            next = id.sequence + 1
            each(position)
        }
        guard held == entry.held, next == entry.head + 1 else {
            throw Problem(
                .integrityFailed,
                "The log \(entry.log) holds \(held) events up to \(next - 1), \(entry.held) up to \(entry.head) were stored.")
        }
        guard end == entry.hash else {
            throw Problem(.integrityFailed, "The hash at the head of \(entry.log) is not the one that was stored.")
        }
        guard entry.tree.size == 0 || (entry.tree.size == tree.size && entry.tree.root == tree.root) else {
            throw Problem(.integrityFailed, "The root over \(entry.log) is not the one that was stored.")
        }
    }
}

extension HashedEvent {
    /// Whether its content is of peer review: a log says that it is there and of what kind, never what it says.
    fileprivate var isPrivileged: Bool { event.stream.kind == .reviewFile || event.kind.isPrivileged }
}
