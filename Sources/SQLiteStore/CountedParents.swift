import EventLog
import GRDB
import ImagingCase
import Problems

/// What stands in the place of parents that count nowhere any more: what those had seen, as if each child had named that itself. And nothing
/// stands in the place of a parent of another history than the one that is held of its log.
///
/// Without it a child of an event that was taken out would wait for it for ever, at every site that had seen both, although its author
/// and its site did nothing wrong. Events that only wait until their site may send again are no such parents: their children wait too.
struct CountedParents {
    let db: GRDB.Database
    let dictionaries: Dictionaries

    /// Whether anything is set aside or rests on another history than the one held: nothing needs to be looked up otherwise.
    static func isNeeded(_ db: GRDB.Database) throws -> Bool {
        let any = try RawStatement(
            db, "SELECT 1 WHERE EXISTS(SELECT 1 FROM aside) OR EXISTS(SELECT 1 FROM disputed)", isCached: true)
        defer { any.reset() }
        return try any.step()
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

    /// The parents of an event without those in whose place another event is held than its author saw: of what that one had seen nothing is
    /// known here, and to say that the author saw the other would be false.
    private func undisputed(_ event: HashedEvent) throws -> [EventID] {
        guard let log = dictionaries.index(of: event.id.log), !event.event.parents.isEmpty else { return event.event.parents }
        let select = try RawStatement(
            db,
            "SELECT d.parent FROM disputed d JOIN event e ON e.position=d.parent WHERE d.child=?1 AND substr(e.record, 1, 32)<>d.hash",
            isCached: true)
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
        guard try CountedParents.isNeeded(db) else { return events.map { StoreWriter.fact($0) } }
        return try CountedParents(db: db, dictionaries: dictionaries).facts(of: events)
    }
}

extension StreamID {
    /// In the place of a stream that nobody asks for.
    fileprivate static let withdrawn = StreamID(kind: .imagingCase, high: 0, low: 0)
}
