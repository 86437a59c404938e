import EventLog
import GRDB
import ImagingCase
import Problems

/// What stands in the place of parents that count nowhere any more: what those had seen, as if each child had named that itself. Nothing
/// stands in the place of a parent of which the author saw another history than the one that is given on: whatever is held under its id, or
/// nothing, the child counts the same. Only where the very event is held that he saw does it rest on that.
///
/// Without it a child of an event that was taken out would wait for it for ever, at every site that had seen both, although its author
/// and its site did nothing wrong. Events that only wait until their site may send again are no such parents: their children wait too.
struct CountedParents {
    let db: GRDB.Database
    let dictionaries: Dictionaries
    let needs: Needs

    /// What can make parents count otherwise than they are named; where nothing does, nothing is looked up.
    struct Needs {
        /// Whether any event is set aside.
        var hasAside: Bool
        /// Whether any parent is named with a hash of the child's own.
        var hasDisputed: Bool

        /// Looks into a file.
        init(_ db: GRDB.Database) throws {
            hasAside = try Self.isFilled("aside", db)
            hasDisputed = try Self.isFilled("disputed", db)
        }

        /// Whether any does.
        var isAny: Bool { hasAside || hasDisputed }

        private static func isFilled(_ table: String, _ db: GRDB.Database) throws -> Bool {
            let any = try RawStatement(db, "SELECT 1 FROM \(table) LIMIT 1", isCached: true)
            defer { any.reset() }
            return try any.step()
        }
    }

    /// The parents of an event as they count.
    ///
    /// - Parameter counts: whether an event is part of the history.
    /// Complexity: O(parents) where all count; else one look-up for each that does not.
    func of(_ event: HashedEvent, where counts: (EventID) -> Bool) throws -> [EventID] {
        let parents = try undisputed(event)
        guard !parents.allSatisfy(counts) else { return parents }
        var found: [EventID] = []
        var seen: Set<EventID> = []
        var open = Array(parents.reversed())
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            if !counts(next), let past = try past(ofWithdrawn: next) {
                open += past.reversed()
            } else {
                found.append(next)
            }
        }
        return found
    }

    /// The facts of a history's events, in their order.
    func facts(of events: [HashedEvent]) throws -> [CaseFact] {
        let held = Set(events.map(\.id))
        return try events.map { StoreWriter.fact($0, parents: try of($0) { held.contains($0) }) }
    }

    /// The parents of an event without those of another history, unless the very event is held that its author saw: of what that one had seen
    /// nothing is known otherwise, and to say that the author saw what is held in its place would be false.
    private func undisputed(_ event: HashedEvent) throws -> [EventID] {
        guard needs.hasDisputed, let log = dictionaries.index(of: event.id.log), !event.event.parents.isEmpty else {
            return event.event.parents
        }
        let select = try RawStatement(
            db,
            """
            SELECT d.parent FROM disputed d LEFT JOIN event e ON e.position=d.parent \
            WHERE d.child=?1 AND (e.position IS NULL OR substr(e.record, 1, 32)<>d.hash)
            """, isCached: true)
        select.bind(1, Position(log: log, sequence: event.id.sequence).bits)
        var others: Set<EventID> = []
        while try select.step() {
            let parent = Position(bits: select.integer(0))
            others.insert(EventID(log: dictionaries.logs[parent.log], sequence: parent.sequence))
        }
        return others.isEmpty ? event.event.parents : event.event.parents.filter { !others.contains($0) }
    }

    /// What an event that was taken out had seen; nil for one that was not.
    private func past(ofWithdrawn id: EventID) throws -> [EventID]? {
        guard let log = dictionaries.index(of: id.log), id.sequence <= Position.sequenceMax else { return nil }
        let position = Position(log: log, sequence: id.sequence)
        let select = try RawStatement(
            db, "SELECT e.record FROM aside a JOIN event e ON e.position=a.position WHERE a.position=?1 AND a.code<>?2",
            isCached: true)
        select.bind(1, position.bits)
        select.bind(2, ProblemCode.siteSuspended.rawValue)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return try undisputed(EventRecord.event(select.bytes(0), at: position, in: dictionaries, of: .withdrawn))
    }
}

extension StoreSnapshot {
    /// The facts of a stream, in order of arrival.
    func facts(of stream: StreamID) throws -> [CaseFact] {
        let events = try events(of: stream)
        let needs = try CountedParents.Needs(db)
        guard needs.isAny else { return events.map { StoreWriter.fact($0) } }
        return try CountedParents(db: db, dictionaries: dictionaries, needs: needs).facts(of: events)
    }
}

extension StreamID {
    /// In the place of a stream that nobody asks for.
    fileprivate static let withdrawn = StreamID(kind: .imagingCase, high: 0, low: 0)
}
