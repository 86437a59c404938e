public import EventLog
public import Problems

/// Events of one log that its site sends ahead of the rest, checked as such.
public struct ExpressRun: Sendable {
    /// The log.
    public let log: LogID
    /// The events, ascending, with gaps.
    public let segment: Segment

    /// Takes a segment that claims to be one.
    ///
    /// - Throws: a refusal where it is empty, of another log, or does not ascend; nothing was stored.
    public init(log: LogID, segment: Segment) throws(SyncRefusal) {
        guard let first = segment.events.first else { throw .problem(.init(.emptyBody, "The segment has no event.")) }
        guard first.id.sequence > 0 else { throw .problem(.init(.outOfRange, "The first sequence is a number from 1.")) }
        var previous: UInt64 = 0
        for event in segment.events {
            guard event.id.log == log else {
                throw .problem(.init(.siteMismatch, "The segment holds an event of \(event.id.log), the address names \(log)."))
            }
            guard event.id.sequence > previous, event.id.sequence <= EventLimits.sequenceMax else {
                throw .problem(.init(.outOfRange, "The sequences of the segment do not ascend from 1 to 2^40 - 1."))
            }
            previous = event.id.sequence
        }
        self.log = log
        self.segment = segment
    }
}

extension HubSession {
    /// Refuses what was sent ahead without what it rests on: whole histories go ahead, or nothing does.
    ///
    /// - Throws: `PAST_MISSING` with the event that is neither held nor sent, or a fault of the store; nothing was stored.
    public static func requirePast(of run: ExpressRun, store: some HubStore) throws(Problem) {
        try require(run.segment.outside.keys, by: "What was sent ahead", store)
    }

    /// What the hub holds of an own log beyond its gap-free part, from a sequence on: for a site that lost its store.
    ///
    /// - Throws: `NOT_FOUND` for another site's log and for one of which nothing is held there, all alike.
    public static func partAhead(
        of log: LogID, from first: UInt64, for site: SiteID, store: some HubStore
    ) throws(Problem) -> Segment {
        guard log.site == site, first > 0, let state = try store.state(of: log), first > state.head, first <= state.highest else {
            throw Problem(.notFound, "There is no such log for this site.")
        }
        return try store.segment(
            of: log, from: first, eventsMax: SyncLimits.segmentEventsMax, bytesMax: SyncLimits.segmentBytesMax / 2)
    }
}
